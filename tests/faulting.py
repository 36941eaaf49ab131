"""Faults made at random, by class: in a scenario, a record, results, a world, a call or a command.

Every class is a function of something that chooses as `random.Random` does: hypothesis in the suite
(tests/test_faults.py), seeds in the table of ``make faults`` (tests/faults.py). It returns "played" where the
thing was taken and works, "refused" where it was refused in clear words, and raises AssertionError for all
else: a traceback, words without end, a message that names nothing, results that are not what was written.
"""

import atexit
import contextlib
import csv
import functools
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import toy
from sealing import reseal

import sim
from sim.__main__ import main
from sim._util.errors import InfightingError
from sim.core.kernel import PACKAGE
from sim.ensemble.design import make_design
from sim.model import RebelConflict, checkpoint
from sim.record import read_record, record_classes, score
from sim.record.programmes import PROGRAMMES, import_events
from sim.scenario import load_scenario
from sim.scenario.build import build

PLAYED, REFUSED = "played", "refused"
MOST_LINES, LONGEST_LINE = 22, 1_300  # of a message
DAYS = 4
KINDS = ("plain", "grid", "design")  # of sweeps
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
PATIENCE = 300  # seconds for one case, on a busy machine
CELLS = [  # what people, spreadsheets and editors leave in a cell
    *("", " ", "-1", "0", "1e309", "nan", "inf", "-inf", "0x10", "1e-320", "9" * 400, "1_000", "1,5", "12.5"),
    *("ISIS", "caliph;caliph", "caliph", "mixed", "none", "contested", "dam", "dam;dam", "nobody", "East"),
    *("$x$", "<script>alert(1)</script>", "\u00fc", "\u0627\u0644\u0631\u0642\u0629", "\U0001f600", "\ufeff"),
    *("\u00a0", "\u200b", "\x00", "\x1b[31m", "a" * 5_000, "=1+1", "'", '"', ";", "|", "../..", "/dev/zero"),
    *("2014-02-30", "31/12/2013", "01/02/2014", "0001-01-01", "9999-12-31", "2014-01-03 00:00:00"),
    *("None", "null", "true", "True", "%s", "{0}", "*", "\n", "a\nb", "18446744073709551616", "-0"),
]
VALUES = [  # what a program hands over
    *(
        None,
        True,
        False,
        -1,
        0,
        1,
        2,
        3,
        10**30,
        -(10**9),
        0.5,
        1e300,
        float("nan"),
        float("inf"),
        "",
        "isis",
    ),
    *(
        2**63 + 1,
        2**64 - 1,
        2**64,
        "azaz",
        "x",
        "2014-01-05",
        "\u00fc",
        b"x",
        (),
        [],
        {},
        set(),
        [1],
        {"a": 1},
        (1, 2),
        object(),
        len,
    ),
    *(np.float32(1), np.int64(-1), np.array([1, 2]), np.array([]), pd.DataFrame(), pd.Series([1, 2])),
]
JSON = [None, True, -1, 0, 1, 10**30, 1.5, "", "x", "../..", [], {}, [1], {"a": 1}, "a" * 5_000]


# --- what is made once -----------------------------------------------------------------------------------


@functools.cache
def place():
    """A folder for everything here, gone with the process."""
    home = Path(tempfile.mkdtemp(prefix="faults-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


RECORD = {
    "control.csv": """town,from,to,holder,focal_role,confidence,date_precision
dam,2014-01-02,2014-01-20,caliph,sole,high,day
dam,2014-01-21,2014-02-20,guard,none,low,week
plain,2014-01-02,2014-02-20,caliph,shared,medium,day
fort,2014-01-02,2014-02-20,regime,none,high,day
hill,2014-01-04,2014-02-20,rebels_mixed,unknown,high,window
""",
    "targets.csv": """id,measure,side,towns,held,from,to,statistic,value,lo,hi,unit,source
T1,held_share,caliph,dam;plain;wells,controller,,2014-01-06,at,0.6,0.3,0.9,share,made up
T2,deaths,all,,,2014-01-03,2014-01-06,at,50,10,90,persons,made up
""",
    "fatalities_sohr.csv": """as_of,total,rebels,caliph,civilians
2014-01-05,60,30,20,10
2014-01-12,160,80,50,30
""",
    "ucdp_weekly.csv": """week_starting,dyad,province,events,caliph_deaths,opponent_deaths,civilian_deaths
2013-12-30,caliph_vs_rebels,East,3,5,7,0
2014-01-06,caliph_vs_rebels,West,2,4,3,1
2014-01-06,regime_vs_caliph,East,1,2,2,0
""",
    "clashes.csv": "date,by,against\n2014-01-04,caliph,guard\n2014-01-06,league;guard,caliph\n",
    "wars.csv": "faction_a,faction_b\ncaliph,guard\narmy,guard\n",
    "aliases.csv": """file,token,means
,Caliphate,caliph
ucdp_weekly.csv,IS,caliph
ucdp_weekly.csv,Syrian insurgents,rebels
ucdp_weekly.csv,Elsewhere,
""",
}
MAP = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"kind": "border", "name": "East"},
            "geometry": {"type": "LineString", "coordinates": [[37.0, 36.0], [38.0, 36.5]]},
        }
    ],
}


@functools.cache
def country():
    """The made-up country with a base map, a variant and a record, as files."""
    folder = toy.write(place() / "scenarios" / "toy")
    (folder / "map.geojson").write_text(json.dumps(MAP))
    head = (folder / "scenario.yaml").read_text()
    (folder / "scenario.yaml").write_text(f"basemap: map.geojson\n{head}")
    (folder / "record").mkdir()
    for name, text in RECORD.items():
        (folder / ("" if name == "aliases.csv" else "record") / name).write_text(text)
    variant = folder.parent / "variant"
    variant.mkdir()
    (variant / "scenario.yaml").write_text(
        "parent: toy\ntitle: A variant\ndrop_events: [order]\nparams: {march.speed: 40}\n"
        "changes: {towns: {dam: {people: 5000}}, relations: [{a: army, b: guard, tie: -2, hostility: 0.5, "
        "source: x}]}\n"
    )
    return folder


@functools.cache
def scenario():
    """The made-up country, read."""
    return load_scenario(country())


@functools.cache
def results():
    """Results of one world and of a design, as folders; and their tables."""
    one, grid = place() / "one", place() / "grid"
    request = {"days": DAYS, "detail": "full", "progress": False}
    sim.run_ensemble(country(), runs=6, out=one, **request)
    design = make_design("grid", {"march.speed": [30, 45], "plans.pursuit": [0, 1]})
    sim.run_design(design, country(), runs_per_point=3, shards=3, out=grid, **request)
    return {folder: tables_of(folder) for folder in (one, grid)}


def tables_of(folder):
    """Every table of results."""
    ensemble = sim.load_results(folder)
    return {name: ensemble.tables[name] for name in ensemble.tables}


@functools.cache
def world():
    """A stepped world of the made-up country, some days on; and its file."""
    model = RebelConflict(scenario(), seed=1, days=60).run(DAYS)
    return model, model.save(place() / "world")


@functools.cache
def ensemble():
    """A few runs, in memory."""
    return sim.run_ensemble(scenario(), runs=3, days=DAYS, detail="full", progress=False)


# --- what must hold --------------------------------------------------------------------------------------


def outcome(work, *clear):
    """PLAYED or REFUSED; AssertionError for words without end, and for errors but ours and ``clear``."""
    try:
        with warnings.catch_warnings(), within(PATIENCE):
            warnings.simplefilter("ignore", UserWarning)
            work()
    except (InfightingError, *clear) as error:
        told(str(error))
        frames = traceback.extract_tb(error.__traceback__)
        if not isinstance(error, InfightingError):
            last = frames[-1]
            if not (Path(last.filename).is_relative_to(PACKAGE) and (last.line or "").startswith("raise ")):
                where = f"{last.filename}:{last.lineno}"
                raise AssertionError(
                    f"no words of ours: {type(error).__name__}: {error} ({where})"
                ) from error
        return REFUSED
    except Exception as error:
        where = " <- ".join(
            f"{Path(f.filename).name}:{f.lineno}"
            for f in reversed(traceback.extract_tb(error.__traceback__)[-4:])
        )
        raise AssertionError(f"{type(error).__name__}: {str(error)[:300]} ({where})") from error
    return PLAYED


@contextlib.contextmanager
def within(seconds):
    """AssertionError for what takes longer: somebody waits for it."""

    def late(*_):
        raise AssertionError(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def told(text):
    """AssertionError unless a message is some lines of sensible length."""
    lines = text.splitlines()
    assert lines, "refused without a word"
    assert len(lines) <= MOST_LINES, f"{len(lines)} lines"
    assert max(map(len, lines)) <= LONGEST_LINE, f"a line of {max(map(len, lines))} letters"
    assert "Traceback" not in text, text[:300]


@contextlib.contextmanager
def copy_of(folder):
    """A copy of a folder to damage."""
    with tempfile.TemporaryDirectory(dir=place()) as home:
        yield Path(shutil.copytree(folder, Path(home) / folder.name, symlinks=True))


# --- what is done to files -------------------------------------------------------------------------------


def rows_of(file):
    """Rows of a CSV file; none if it is no text."""
    try:
        return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        return []


def edit_table(file, choose):
    """Do one thing to a table that people and spreadsheets do."""
    rows = rows_of(file)
    if not rows or not rows[0]:
        return
    row, column = choose.randrange(len(rows)), choose.randrange(len(rows[0]))
    how, delimiter = (
        choose.choice(
            [
                "cell",
                "cell",
                "cell",
                "cell",
                "swap",
                "again",
                "gone",
                "column",
                "header",
                "short",
                "save",
                "shuffle",
            ]
        ),
        ",",
    )
    if how == "cell" and column < len(rows[row]):
        rows[row][column] = choose.choice(CELLS)
    elif how == "swap":
        other = choose.choice(rows)
        if column < min(len(other), len(rows[row])):
            rows[row][column], other[column] = other[column], rows[row][column]
    elif how == "again":
        rows += [list(rows[row])] * choose.choice([1, 2, 3_000])
    elif how == "gone":
        del rows[row]
    elif how == "column":
        rows = [line[:column] + line[column + 1 :] for line in rows]
    elif how == "header" and column < len(rows[0]):
        rows[0][column] = choose.choice([*CELLS, rows[0][0]])
    elif how == "short":
        rows[row] = rows[row][:column]
    elif how == "save":
        delimiter = choose.choice([";", "\t", "|"])
        rows = [[*line, "", ""] for line in rows] + [[""] * len(rows[0])]
    elif how == "shuffle":
        rows[1:] = choose.sample(rows[1:], len(rows) - 1)
    text = io.StringIO()
    csv.writer(text, lineterminator=choose.choice(["\n", "\r\n"]), delimiter=delimiter).writerows(rows)
    file.write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))


def edit_bytes(file, choose):
    """Do one thing to a file that disks, networks and editors do."""
    content = file.read_bytes()
    at = choose.randrange(len(content) + 1)
    how = choose.choice(
        ["cut", "flip", "insert", "empty", "zeros", "utf-16", "latin", "folder", "pipe", "huge"]
    )
    if how in ("folder", "pipe", "huge"):
        file.unlink()
        {"folder": os.mkdir, "pipe": os.mkfifo, "huge": Path.touch}[how](file)
        if how == "huge":
            os.truncate(file, 10**12)  # of nothing: it takes no room
        return
    file.write_bytes(
        {
            "cut": content[:at],
            "flip": content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]
            if at < len(content)
            else b"",
            "insert": content[:at]
            + choose.choice([b"\x00", b"\xff\xfe", b'"', b"\n\n", b"{", b"\r"])
            + content[at:],
            "empty": b"",
            "zeros": b"\x00" * 100,
            "utf-16": content.decode("utf-8", "replace").encode("utf-16"),
            "latin": content + "\u00fc".encode("latin-1"),
        }[how]
    )


def edit_yaml(file, choose):
    """Do one thing to a scenario.yaml or design.yaml."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    at = choose.randrange(len(lines)) if lines else 0
    how = choose.choice(["value", "value", "value", "gone", "again", "key", "deep", "bomb", "line"])
    key = lines[at].partition(":")[0] if lines else "title"
    if how == "value" and lines:
        odd = [
            *CELLS,
            "[]",
            "{}",
            "[1]",
            "{a: 1}",
            "[[x]]",
            "1e3",
            "2014-01-03",
            "~",
            "!!python/name:os.system x",
        ]
        lines[at] = f"{key}: {choose.choice(odd)}"
    elif how == "gone" and lines:
        del lines[at]
    elif how == "again" and lines:
        lines.append(lines[at])
    elif how == "key":
        lines.append(f"{choose.choice(CELLS)}: 1")
    elif how == "deep":
        lines.append(f"about: {'[' * choose.choice([5, 50, 5_000])}")
    elif how == "bomb":
        lines += ["a0: &a0 [x, x]", *(f"a{k}: &a{k} [*a{k - 1}, *a{k - 1}]" for k in range(1, 60))]
    elif how == "line":
        lines.insert(at, choose.choice(CELLS))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogatepass")


def edit_json(value, choose):
    """One entry of nested JSON changed, or gone."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = choose.choice(keys)
        inside = value[key]
        if isinstance(inside, dict | list) and inside and choose.random() < 0.6:
            value = inside
            continue
        if choose.random() < 0.2:
            del value[key]
        else:
            value[key] = choose.choice(JSON)
        return


def edit_file(file, choose):
    """Do one thing to a file, by its kind."""
    if not file.is_file() or file.stat().st_size > 10**8:
        return None
    if choose.random() < 0.15:
        return edit_bytes(file, choose)
    if file.suffix == ".csv":
        return edit_table(file, choose)
    if file.suffix == ".yaml":
        return edit_yaml(file, choose)
    if file.suffix in (".json", ".geojson"):
        with contextlib.suppress(ValueError):
            content = json.loads(file.read_text())
            edit_json(content, choose)
            file.write_text(json.dumps(content))
        return None
    return edit_bytes(file, choose)


# --- classes of faults -----------------------------------------------------------------------------------


def mutated_scenario(choose):
    """One to three edits in the files of a scenario or its variant.

    What is taken is built, its record is read and, at the size for which rules are compiled, it is played.
    """
    with copy_of(country().parent) as home:
        which = choose.choice(["toy", "toy", "variant"])
        files = sorted(f for f in (home / which).rglob("*") if f.is_file() and "record" not in f.parts)
        for _ in range(choose.choice([1, 1, 2, 3])):
            edit_file(choose.choice(files), choose)

        def work():
            read = load_scenario(home / which)
            static, _ = build(read)
            record_classes(read, sim.Params(), DAYS)
            if static.dtype == build(scenario())[0].dtype and choose.random() < 0.2:
                played = sim.run_ensemble(read, runs=1, days=2, progress=False)
                assert played.runs["end_towns"].between(0, len(read.towns)).all(), "no such towns"

        return outcome(work)


def mutated_record(choose):
    """One to three edits in the files of a record; what is taken answers every question and is scored."""
    with copy_of(country()) as folder:
        files = sorted((folder / "record").iterdir())
        for _ in range(choose.choice([1, 1, 2, 3])):
            edit_file(choose.choice([*files, folder / "aliases.csv"]), choose)

        def work():
            record = read_record(folder / "record", scenario())
            record.classes(sim.Params(), 40)
            for answer in (
                record.pairs,
                record.joined,
                record.deaths,
                record.shares_of_clashes,
                record.towns,
            ):
                answer()
            assert any(note.startswith("control.csv: ") for note in record.notes)
            if record.targets:
                score(ensemble(), record)

        return outcome(work)


EVENTS = {
    "ucdp": [
        ("2014-01-06 00:00:00.000", "1", "IS", "Syrian insurgents", "East", "2", "5", "3", "2", "0", "0"),
        ("2014-01-07", "1", "guard", "IS", "West province", "2", "4", "1", "2", "1", "0"),
        ("2014-01-08", "2", "IS, league", "army", "Elsewhere", "1", "9", "4", "4", "1", "0"),
    ],
    "acled": [
        ("06 January 2014", "1", "IS", "guard", "East", "Battles", "3"),
        ("2014-01-08", "1", "league", "IS", "West", "Explosions/Remote violence", "1"),
        ("2014-01-09", "1", "Protesters", "", "West", "Protests", "0"),
    ],
}


def mutated_events(choose):
    """One to three edits in an event file of UCDP or ACLED."""
    name = choose.choice(sorted(EVENTS))
    with tempfile.TemporaryDirectory(dir=place()) as home:
        file = Path(home) / "events.csv"
        with file.open("w", newline="") as stream:
            csv.writer(stream).writerows([PROGRAMMES[name].columns, *EVENTS[name]])
        for _ in range(choose.choice([1, 1, 2, 3])):
            edit_file(file, choose)
        leave_out = choose.random() < 0.5

        def work():
            content, notes = import_events(file, name, scenario(), [country() / "aliases.csv"], leave_out)
            assert notes
            assert content.startswith("week_starting,dyad,province,events,deaths")

        return outcome(work)


def damaged_results(choose):
    """Files of results damaged, edited, exchanged or gone: refused by name, or numbers as written."""
    folder, written = choose.choice(list(results().items()))
    with copy_of(folder) as copy:
        files = sorted(file for file in copy.rglob("*") if file.is_file())
        how = choose.choice(["edit", "edit", "gone", "exchange", "seal"])
        file, other = choose.choice(files), choose.choice(files)
        if how == "edit":
            edit_file(file, choose)
        elif how == "gone":
            file.unlink()
        elif how == "exchange":
            one, two = file.read_bytes(), other.read_bytes()
            file.write_bytes(two)
            other.write_bytes(one)
        else:
            about = json.loads((copy / "manifest.json").read_text())
            reseal(copy, **{choose.choice(sorted(about)): choose.choice(JSON)})

        def work():
            ensemble = sim.load_results(copy)
            assert set(ensemble.tables) <= set(written)
            for name in ensemble.tables:
                there = ensemble.tables[name]
                whole = written[name]
                if not ensemble.tables.manifest["complete"]:  # which is said; what is there is right
                    whole = whole.merge(there[[c for c in ("point", "run") if c in there]].drop_duplicates())
                    there = there.astype(object).where(there.notna(), None)
                    whole = whole.astype(object).where(whole.notna(), None)
                    there, whole = there.reset_index(drop=True), whole.reset_index(drop=True)
                pd.testing.assert_frame_equal(there, whole)

        return outcome(work)


NUMBERS = [float("nan"), float("inf"), -1, -7, 10**9, 2**31 - 1, -(2**31), 1e300, 99, 2, 0]


def crafted_world(choose):
    """One to three numbers of a saved world changed: refused by name, or it goes on."""
    model, file = world()
    about, arrays = checkpoint.read(file)
    for _ in range(choose.choice([1, 1, 2, 3])):
        if choose.random() < 0.25:
            edit_json(about, choose)
            continue
        name = choose.choice(sorted(arrays))
        array = arrays[name] = arrays[name].copy()
        if array.dtype.names:
            array = array[choose.choice(sorted(array.dtype.names))]
        if not array.size:
            continue
        if choose.random() < 0.1:
            arrays[name] = arrays[name].ravel()[:-1]
            continue
        with contextlib.suppress(ValueError, OverflowError, TypeError):  # no such number in such a table
            array[np.unravel_index(choose.randrange(array.size), array.shape)] = choose.choice(NUMBERS)
    with tempfile.TemporaryDirectory(dir=place()) as home:
        about = {name: about[name] for name in about if name not in ("format", "version", "code")}
        crafted = checkpoint.write(Path(home) / "world", about, arrays)

        def work():
            loaded = RebelConflict.load(crafted)
            if loaded.state.dtype == model.state.dtype and loaded.day < 400:
                loaded.run(2)
                assert loaded.strengths().min() >= 0
                loaded._repr_html_()
                loaded.explain(day=(0, loaded.day))._repr_html_()

        return outcome(work)


ARGUMENTS = {  # a call with a hole for something odd
    "RebelConflict(scenario=)": lambda odd: RebelConflict(odd, seed=1),
    "RebelConflict(seed=)": lambda odd: RebelConflict(scenario(), seed=odd),
    "RebelConflict(rng=)": lambda odd: RebelConflict(scenario(), rng=odd),
    "RebelConflict(run=)": lambda odd: RebelConflict(scenario(), seed=1, run=odd),
    "RebelConflict(days=)": lambda odd: RebelConflict(scenario(), seed=1, days=odd),
    "RebelConflict(params=)": lambda odd: RebelConflict(scenario(), seed=1, params=odd),
    "RebelConflict(men=)": lambda odd: RebelConflict(scenario(), seed=1, men=odd),
    "RebelConflict(march.speed=)": lambda odd: RebelConflict(scenario(), seed=1, **{"march.speed": odd}),
    "town": lambda odd: world()[0].town(odd),
    "faction": lambda odd: world()[0].faction(odd),
    "history": lambda odd: world()[0].history("factions", odd, "caliph"),
    "history of": lambda odd: world()[0].history("towns", "men", odd),
    "explain(day=)": lambda odd: world()[0].explain(day=odd),
    "explain(town=)": lambda odd: world()[0].explain(town=odd),
    "run": lambda odd: world()[0].fork().run(odd) if not isinstance(odd, int) or odd < 9 else None,
    "fork(seed=)": lambda odd: world()[0].fork(seed=odd),
    "fork(days=)": lambda odd: world()[0].fork(days=odd),
    "fighters": lambda odd: world()[0].fork().faction("caliph").fighters.__setitem__("dam", odd),
    "fighters of": lambda odd: world()[0].fork().faction("caliph").fighters.__setitem__(odd, 3),
    "grievance": lambda odd: world()[0].fork().town("dam").grievance.__setitem__("caliph", odd),
    "support": lambda odd: world()[0].fork().town("dam").support.__setitem__("caliph", odd),
    "holder": lambda odd: setattr(world()[0].fork().town("dam"), "holder", odd),
    "people": lambda odd: setattr(world()[0].fork().town("dam"), "people", odd),
    "treasury": lambda odd: setattr(world()[0].fork().faction("caliph"), "treasury", odd),
    "hostility": lambda odd: world()[0].fork().faction("caliph").hostility.__setitem__("guard", odd),
    "load": lambda odd: RebelConflict.load(odd),
    "load_scenario": lambda odd: load_scenario(odd),
    "load_results": lambda odd: sim.load_results(odd),
    "load_results(points=)": lambda odd: sim.load_results(next(iter(results())), points=odd),
    "run_ensemble(runs=)": lambda odd: few(runs=odd) if not isinstance(odd, int) or odd < 9 else None,
    "run_ensemble(seed=)": lambda odd: few(seed=odd),
    "run_ensemble(days=)": lambda odd: few(days=odd),
    "run_ensemble(params=)": lambda odd: few(params=odd),
    "run_ensemble(detail=)": lambda odd: few(detail=odd),
    "run_ensemble(draw=)": lambda odd: few(draw=odd),
    "run_ensemble(start=)": lambda odd: few(start=odd),
    "make_design(over=)": lambda odd: make_design("grid", odd),
    "make_design(kind)": lambda odd: make_design(odd, {"march.speed": [30, 40]}),
    "make_design(levels)": lambda odd: make_design("grid", {"march.speed": odd}),
    "make_design(points=)": lambda odd: (
        make_design("lhs", {"march.speed": None}, points=odd)
        if not isinstance(odd, int) or odd < 99
        else None
    ),
    "control_on": lambda odd: ensemble().control_on(odd),
    "replay": lambda odd: ensemble().replay(odd),
    "compare": lambda odd: sim.compare(ensemble(), odd),
    "score": lambda odd: sim.record.score(ensemble(), odd),
    "read_record": lambda odd: read_record(odd, scenario()),
    "date": lambda odd: scenario().date(odd),
}


def few(**odd):
    """Two short runs."""
    return sim.run_ensemble(**{"scenario": scenario(), "runs": 2, "days": 2, "progress": False, **odd})


def odd_argument(choose):
    """One call with something odd: an error of our own that says so, or an answer."""
    name, odd = choose.choice(sorted(ARGUMENTS)), choose.choice(VALUES)
    results(), world(), ensemble()
    try:
        return outcome(lambda: ARGUMENTS[name](odd), ValueError, TypeError, AttributeError, KeyError)
    except AssertionError as error:
        raise AssertionError(f"{name} {odd!r}: {error}") from error.__cause__


COMMANDS = [
    "",
    "run",
    "sweep",
    "report",
    "compare",
    "score",
    "verify",
    "record",
    "params",
    "garrisons",
    "docs",
]
WORDS = [
    *("runs=1", "runs=0", "runs=-1", "runs=many", "runs=", "runs", "=3", "days=2", "days=10**9", "seed=1,2"),
    *("seed=18446744073709551616", "seed=range(0,0)", "-m", "--multirun", "--help", "--show", "--cfg", "job"),
    *(
        "scenario=truce",
        "scenario=nowhere",
        "scenario=[truce,pursuit]",
        "scenario=null",
        "scenario=../..",
        "a b",
    ),
    *(
        "params.march.speed=40",
        "params.march.speed=1e9",
        "params.march.sped=1",
        "params=5",
        "+params.x=1",
        "~runs",
    ),
    *(
        "design.kind=grid",
        "design.over={march.speed:[30,45]}",
        "design.over=3",
        "design.shard=9",
        "detail=ful",
    ),
    *(
        "experiment=12_screening",
        "experiment=nowhere",
        "draw=posterior",
        "name=\u00fc",
        "name=../x",
        "overwrite=x",
    ),
    *(
        "results/nowhere",
        "one",
        "grid",
        "--out",
        "nowhere/x",
        "--overwrite",
        "--runs",
        "0",
        "--all",
        "--record",
    ),
    *(
        "toy/record",
        "import",
        "check",
        "--from",
        "ucdp",
        "acled",
        "--scenario",
        "toy",
        "grievance",
        "--check",
    ),
    *(
        "january_2014",
        "hydra.run.dir=/proc/x",
        "hydra/launcher=nowhere",
        "'",
        '"',
        "{",
        "[",
        "\x00",
        "-",
        "--",
        "\u00fc",
    ),
]


def odd_command(choose):
    """Some words of a command line, nothing played: exit code 0, 1 or 2, and no traceback."""
    command = choose.choice(COMMANDS)
    words = [command] * bool(command) + [choose.choice(WORDS) for _ in range(choose.choice([0, 1, 1, 2, 3]))]
    if command in ("", "run", "sweep") and not {"--help", "--show"} & set(words):
        words.append("--show")  # checks all and plays nothing: January's rules need not be compiled here
    if command == "docs":
        words.append("--help")
    results()
    out, err, before = io.StringIO(), io.StringIO(), (Path.cwd(), sys.argv)
    os.environ["HYDRA_FULL_ERROR"] = "0"  # a run in this process may have set it
    with tempfile.TemporaryDirectory(dir=place()) as home, contextlib.ExitStack() as stack:
        os.chdir(home)
        sys.argv = ["infighting"]
        for name, target in (("one", place() / "one"), ("grid", place() / "grid"), ("toy", country())):
            os.symlink(target, name)
        stack.callback(lambda: (os.chdir(before[0]), setattr(sys, "argv", before[1])))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        try:
            with within(PATIENCE):
                main(words)
            code = 0
        except SystemExit as left:
            code = left.code or 0
        except Exception as error:
            raise AssertionError(f"{words}: {type(error).__name__}: {str(error)[:300]}") from error
    said = err.getvalue()
    assert code in (0, 1, 2), f"{words}: exit code {code}"
    assert "Traceback" not in said + out.getvalue(), f"{words}: {said[-300:]}"
    if code == 2:
        told(said)
        assert all(line.startswith(("infighting: ", "note: ")) for line in said.splitlines()), (
            f"{words}: {said}"
        )
    return PLAYED if code == 0 else REFUSED


CHILD = """
import sys, sim
from sim.ensemble import plan
from sim.ensemble.design import make_design
plan.RUNS_A_SHARD["daily"] = 2  # shards of two runs, so that there are many
kind, scenario, out = sys.argv[1:]
request = dict(days=8, detail="daily", progress=False)
sim.run_ensemble(scenario, runs=1, **request)  # what is compiled is loaded
print("ready", flush=True)
if kind == "plain":
    sim.run_ensemble(scenario, runs=200, out=out, **request)
else:
    over = {"seed": [1, 2, 3], "days": [6, 8]} if kind == "grid" else {"plans.pursuit": [0, 0.5, 1]}
    more = {"runs_per_point": 40, "out": out, "detail": "daily", "progress": False}
    sim.run_design(make_design("grid", over), scenario, **more)
"""


def sweep(kind, folder, kills=0, choose=None):
    """Runs of the made-up country into a folder, killed so often at random moments and resumed to their end.

    Returns the name and content of every table file.
    """
    for kill in range(kills + 1):
        command = [sys.executable, "-c", CHILD, kind, str(country()), str(folder)]
        with subprocess.Popen(
            command, env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)}, **PIPES
        ) as child:
            if kill < kills:
                child.stdout.readline()
                time.sleep(choose.uniform(0.0, 0.6))
                child.kill()
            said = child.communicate()[1]
        assert child.returncode in ((0, -9) if kill < kills else (0,)), said[-500:]
    return {file.relative_to(folder): file.read_bytes() for file in sorted(folder.glob("*/*.parquet"))}


CLASSES = {  # name: (function, cases of the quick and of the full table)
    "mutated scenarios": (mutated_scenario, 150, 1_400),
    "mutated records": (mutated_record, 80, 300),
    "event files of UCDP and ACLED": (mutated_events, 60, 200),
    "damaged results": (damaged_results, 50, 150),
    "crafted worlds": (crafted_world, 60, 150),
    "odd arguments": (odd_argument, 150, 400),
    "odd command lines": (odd_command, 40, 130),
}


def case(kind, seed):
    """One case of a class, by its seed: "played" or "refused", or AssertionError."""
    return CLASSES[kind][0](random.Random(f"{kind} {seed}"))
