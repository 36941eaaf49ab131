"""What is done with folders of results: report, compare, score, verify.

The libraries are imported once the words are understood: help and a misspelt option do not wait for them.
"""

import sys
from dataclasses import fields
from pathlib import Path

from sim.cli.parser import Parser, UsageError


def report(words):
    """``infighting report``."""
    text = """Write one self-contained HTML file about results; about several, a comparison.

One folder: report.html inside it. Several: comparison_....html beside them, each compared with the first.
Beside it, of one result or of two, explore....html: the runs to play with, two results side by side.
A report of the same results is replaced; any other file is left alone."""
    parser = Parser("report", text, {"results/a": "of one", "results/a results/b": "b compared with a"})
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="a folder of results, as results/NAME")
    parser.add_argument("--out", metavar="FILE", help="the file to write")
    parser.add_argument("--overwrite", action="store_true", help="replace the file whatever it is")
    request = parser.parse_args(words)
    from sim.report import explore_beside, write

    file = write(request.folders, request.out, overwrite=request.overwrite)
    if len(request.folders) <= 2:
        print(f"Explore: {explore_beside(file)}")
    print(f"Report: {file}")


def compare(words):
    """``infighting compare``."""
    text = """Compare results with the first, run by run: results of one seed share their random numbers.

Results that do not share seed, days, map, thresholds or rules cannot be compared. With detail=daily or full,
towns and people over time are compared as well."""
    parser = Parser("compare", text, {"results/a results/b": "paired differences, b minus a"})
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="a folder of results, as results/NAME")
    known = ("holm", "benjamini-hochberg", "none")
    how = "how p values are adjusted for the number of comparisons (default: holm)"
    parser.add_argument("--control", default="holm", choices=known, help=how)
    place = "where tables and figures go (default: beside the first)"
    parser.add_argument("--out", metavar="FOLDER", help=place)
    parser.add_argument("--overwrite", action="store_true", help="replace a comparison that is there")
    request = parser.parse_args(words)
    if len(request.folders) < 2:
        raise UsageError("a comparison needs two folders of results or more")
    from sim.analysis.comparison import compare
    from sim.report.compare import write

    comparison = compare(*request.folders, control=request.control)
    folder = _folder_of_comparison(request)
    comparison.show()
    write(comparison, folder, request.folders)
    print(f"Comparison: {folder}")


def _folder_of_comparison(request):
    """Where a comparison goes; UsageError if something is there that must not be replaced."""
    names = [Path(folder).name for folder in request.folders]
    name = f"compare_{'_and_'.join(names[1:])}_with_{names[0]}"
    folder = Path(request.out) if request.out else Path(request.folders[0]).parent / name[:120]
    if folder.exists() and not request.overwrite:
        raise UsageError(f"{folder} is there already: choose another (--out), or replace it (--overwrite)")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "comparison.json").exists():
        raise UsageError(f"{folder} holds something that is no comparison, and is left alone")
    return folder


def score(words):
    """``infighting score``."""
    text = """Score results against a record: targets with bands, town-day Brier and log scores with
intervals, skill over baselines; and what the record itself gives through the same code.

Prints tables; writes score_targets.parquet, score_towns.parquet and score.png. Results need detail=full (with
daily, engagements are left unscored). Any dates: what lies outside the runs is named and left unscored."""
    examples = {
        "results/a --record scenarios/january_2014/record": "against the record of the scenario",
        "results/a --record DIR --issue 2014-01-31": "the map after that day, also against that day's map",
        "results/a --record DIR --observe rebels=0.8": "as a monitor would have reported the runs",
    }
    parser = Parser("score", text, examples)
    parser.add_argument(
        "results", metavar="RESULTS", help="a folder of results, as results/NAME, or of a forecast"
    )
    files = "a folder with control.csv, targets.csv and, if there, ucdp_weekly.csv, fatalities_sohr.csv"
    parser.add_argument("--record", metavar="DIR", required=True, help=files)
    how = (
        "turn what happened into what a monitor would have reported; alone, with the declared chances of "
        "sim.record.observe.Observation, or with some of them changed, as rebels=0.8 (default: off)"
    )
    parser.add_argument("--observe", nargs="*", metavar="NAME=VALUE", help=how)
    when = (
        "score the map after this date only, by horizon, and also against the record's map of that day "
        "(persistence); the runs know no more for it (default: the evening before the first step)"
    )
    parser.add_argument("--issue", metavar="DATE", default=0, help=when)
    parser.add_argument("--out", metavar="DIR", help="where to write (default: RESULTS/score_RECORD)")
    parser.add_argument("--overwrite", action="store_true", help="replace a score that is there")
    request = parser.parse_args(words)
    from sim.analysis import forecasts
    from sim.ensemble import load_results
    from sim.record.scoring import score
    from sim.report import score as display
    from sim.report.forecast import show_score

    if (Path(request.results) / forecasts.ABOUT).exists():
        found = forecasts.read_forecast(request.results)
        show_score(found, found.score(request.record))
        return
    observation = None if request.observe is None else _observation(request.observe)
    ensemble = load_results(request.results)
    scored = score(ensemble, request.record, observation, request.issue)
    out = Path(request.out or Path(request.results) / f"score_{Path(request.record).resolve().name}")
    display.prepare(out, request.overwrite)
    display.show(scored)
    files = display.write(scored, ensemble, out)
    print(f"\nScore: {', '.join(str(file) for file in files)}")


def _observation(words):
    """How a monitor reports, from NAME=VALUE words."""
    from sim.record.observe import Observation

    names, values = [f.name for f in fields(Observation)], {}
    for word in words:
        name, _, value = word.partition("=")
        if name not in names:
            raise UsageError(f"--observe {word}: expected NAME=VALUE with a name of {', '.join(names)}")
        try:
            values[name] = float(value)
        except ValueError:
            raise UsageError(f"--observe {word}: expected a number after =") from None
    observation = Observation(**values)
    if problems := observation.problems("--observe"):
        raise UsageError("\n".join(problems))
    return observation


def record(words):
    """``infighting record``."""
    text = """Check a record, or make its weekly counts from an event file of UCDP (GED) or ACLED.

check: reads a folder as score does, and says how many rows of each file are used and why others are not.
import: counts the events of the focal faction by week, dyad and province into ucdp_weekly.csv. Names go
through aliases.csv of the scenario and of the folder written to; all unknown ones are told at once."""
    examples = {
        "check scenarios/january_2014/record": "what is used of it",
        "import --from ucdp GEDEvent_v25_1.csv": "into record/ucdp_weekly.csv",
        "import --from acled Syria.csv --leave-out": "without places and actors off the map",
    }
    parser = Parser("record", text, examples)
    parser.add_argument("what", choices=("check", "import"), help="what to do")
    parser.add_argument("path", metavar="PATH", help="the record's folder; to import, the programme's file")
    parser.add_argument("--from", dest="programme", choices=("ucdp", "acled"), help="whose file it is")
    parser.add_argument(
        "--scenario", default="january_2014", help="whose names and days (default: %(default)s)"
    )
    parser.add_argument(
        "--out", metavar="DIR", default="record", help="where to write (default: %(default)s)"
    )
    parser.add_argument("--leave-out", action="store_true", help="leave unknown names out, and count them")
    parser.add_argument("--overwrite", action="store_true", help="replace weekly counts that are there")
    request = parser.parse_args(words)
    if (request.what == "import") != (request.programme is not None):
        parser.error("import needs --from ucdp or --from acled, and check takes none")
    from sim._util.files import write_text
    from sim.record.programmes import WEEKLY, import_events
    from sim.record.read import aliases_of, read_record
    from sim.scenario import load_scenario

    scenario = load_scenario(request.scenario)
    if request.what == "check":
        print(*read_record(request.path, scenario).notes, sep="\n")
        return
    out = Path(request.out) / WEEKLY
    if out.exists() and not request.overwrite:
        raise UsageError(
            f"{out} is there already: choose another folder (--out), or replace it (--overwrite)"
        )
    names = aliases_of(scenario, out.parent)
    content, notes = import_events(request.path, request.programme, scenario, names, request.leave_out)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_text(out, content)
    print(*notes, f"Weekly counts: {out}", sep="\n")


def verify(words):
    """``infighting verify``; exit code 1 if a cell is not the same."""
    text = "Run results again from their manifest, and name the first cell that differs."
    examples = {"results/a": "20 runs, evenly spread", "results/a --all": "every run"}
    parser = Parser("verify", text, examples)
    parser.add_argument("results", type=Path, metavar="RESULTS", help="a folder of results, as results/NAME")
    how_many = parser.add_mutually_exclusive_group()
    how_many.add_argument("--runs", type=int, default=20, help="how many, evenly spread (default: 20)")
    how_many.add_argument("--all", action="store_true", help="all of them")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    request = parser.parse_args(words)
    if request.runs < 1:
        parser.error(f"--runs {request.runs}: expected 1 or more")
    from sim.ensemble.verify import check, notes

    for note in notes(request.results):
        print(f"note: {note}", file=sys.stderr)
    found, count = check(request.results, None if request.all else request.runs, not request.quiet)
    if found:
        print(f"infighting: not the same: {found}", file=sys.stderr)
        return 1
    print(f"{request.results}: {count:,} runs repeated, every cell of theirs is the same")
    return 0
