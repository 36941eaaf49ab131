"""What is made from code and declarations: parameters in the terminal, pages, garrisons, scenarios."""

import sys
import textwrap

from sim.cli.parser import Parser

WIDE = 110  # letters in a line of `params`


def params(words):
    """``infighting params``; exit code 1 if no parameter has the word."""
    text = "List parameters with every word in name or meaning: value, unit, bounds, meaning, source."
    examples = {"": "all of them", "grievance": "by a word", "truce isis": "by several"}
    parser = Parser("params", text, examples)
    parser.add_argument("words", nargs="*", metavar="WORD", help="part of a name or of a meaning")
    request = parser.parse_args(words)
    from sim.params import table

    every = table().reset_index()
    text = (every["name"] + " " + every["meaning"]).str.lower()
    found = every[[all(word.lower() in line for word in request.words) for line in text]]
    for row in found.itertuples(index=False):
        unit = "" if row.unit in ("", "1") else f" {row.unit}"
        value = ("on" if row.value else "off") if row.kind == "switch" else f"{row.value:g}{unit}"
        bounds = "" if row.kind == "switch" else f"  [{row.low:g}, {row.high:g}]"
        print(f"params.{row.name} = {value}{bounds}")
        for line in (row.meaning, f"Source: {row.source}."):
            print(textwrap.fill(line, WIDE, initial_indent="    ", subsequent_indent="    "))
    if not len(found):
        print(f"infighting: no parameter has {' and '.join(request.words)} in it", file=sys.stderr)
        return 1
    print(f"{len(found)} of {len(every)} parameters; set one as params.NAME=VALUE")
    return 0


def docs(words):
    """``infighting docs``; exit code 1 if a page that is checked is out of date."""
    text = "Write the pages that come from code, or check that they are up to date."
    examples = {
        "": "every page",
        "odd --check": "whether sim/ODD.md is what the code says",
        "gallery --runs 20 --days 40": "a quick look at every figure",
    }
    parser = Parser("docs", text, examples)
    which = "odd, results, ... (default: every page); gallery: all figures, from real runs, in minutes"
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=which)
    parser.add_argument("--check", action="store_true", help="compare with what is there, and write nothing")
    only = parser.add_argument_group("gallery")
    only.add_argument("--out", default="results/gallery", help="folder (default: %(default)s)")
    only.add_argument("--runs", type=int, default=200, help="runs of each ensemble (default: %(default)s)")
    only.add_argument("--days", type=int, help="length of the runs (default: the scenario's)")
    only.add_argument("--design-runs", type=int, default=24, help="runs a point (default: %(default)s)")
    request = parser.parse_args(words)
    from sim.docs import pages

    if unknown := [name for name in request.pages if name not in (*pages.PAGES, "gallery")]:
        parser.error(f"there is no page {unknown[0]} (there are: {', '.join(pages.PAGES)}, gallery)")
    if request.check and "gallery" in request.pages:
        parser.error("the gallery is drawn from new runs: --check has nothing to compare")
    code = 0
    for name in request.pages or pages.PAGES:
        if name == "gallery":
            from sim.docs.gallery import make

            files = make(request.out, request.runs, request.days, request.design_runs)
            print(f"{len(files)} pictures in {request.out}")
        elif not request.check:
            print(pages.write(name))
        elif changes := pages.changes(name):
            print("\n".join(changes[:40]))
            where = pages.PAGES[name].PAGE
            print(f"infighting: {where} is out of date: infighting docs {name} writes it", file=sys.stderr)
            code = 1
        else:
            print(f"{pages.PAGES[name].PAGE} is up to date")
    return code


def garrisons(words):
    """``infighting garrisons``; exit code 1 if a file that is checked is out of date."""
    text = "Deal every faction's fighters over the towns by one rule, into the garrisons.csv of a scenario."
    examples = {"january_2014": "write the file", "january_2014 --check": "whether it is up to date"}
    parser = Parser("garrisons", text, examples)
    parser.add_argument("scenario", metavar="SCENARIO", help="its name, or the path of its folder")
    parser.add_argument("--check", action="store_true", help="only check whether the file is up to date")
    request = parser.parse_args(words)
    from sim.scenario import write_garrisons  # here: it waits for the compiler

    is_current = write_garrisons(request.scenario, check=request.check)
    state = "up to date" if is_current else "out of date" if request.check else "written"
    print(f"garrisons of {request.scenario}: {state}")
    return int(request.check and not is_current)


def scenario(words):
    """``infighting scenario``; exit code 1 if a scenario that is checked still has rows of its template."""
    text = "Begin a scenario of your own as a template of one that is there, or check one."
    examples = {
        "new my_war --like idlib_2018": "write scenarios/my_war, ready to be edited",
        "check my_war": "read everything, and count the rows that are still the template's",
    }
    parser = Parser("scenario", text, examples)
    parser.add_argument("what", choices=("new", "check"), help="new: write a template; check: read one")
    parser.add_argument("name", metavar="NAME", help="what it is to be called; of check, a name or a folder")
    parser.add_argument("--like", metavar="SCENARIO", default="idlib_2018", help="default: %(default)s")
    parser.add_argument("--folder", metavar="DIR", default="scenarios", help="where to; default: %(default)s")
    request = parser.parse_args(words)
    from sim.scenario import load_scenario, template  # here: they wait for the compiler

    if request.what == "new":
        folder = template.new_scenario(request.name, request.like, request.folder)
        print(f"{folder}: a template made from {request.like}; {folder / 'README.md'} says what to replace")
        return 0
    found, left = load_scenario(request.name), template.left_over(request.name)
    print(
        f"{found.name}: {len(found.towns)} towns, {len(found.factions)} factions, from {found.starts}: sound"
    )
    for table, count in left.items():
        print(f"{table}: {count} of {len(getattr(found, table))} rows are still the template's")
    return int(bool(left))
