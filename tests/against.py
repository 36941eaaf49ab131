"""This checkout against an older version of it: ``make bench ARGS="--against v0.1.0"``.

The old version is checked out into a folder of its own with an environment of its own; then each thing is
done by the old and the new in turn, so that a machine that slows down slows both. Rows are ratios, new / old:
least, middle, greatest.
"""

import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import REPO, Bench, print_table, timed

DAYS = 271
AIMS = {
    "cold": ("cold compile, CPU", "at most 0.33"),
    "make_run": ("fresh clone to first result (make run), CPU", "at most 0.40"),
    "town": ("a town more, warm: time before the first run", "no compile, under 3 s"),
    "wheel": ("warm wheel, empty home: first world", "no compile, under 10 s"),
    "world": ("a world, summary detail", "at most 0.40"),
    "towns": ("a world of 240 towns over one of 60", "at most 5 times"),
    "command": ("warm python -m sim runs=8 figures=false report=false", "at most 0.50"),
    "point": ("a point of -m beyond its worlds", "at most 0.05"),
    "again": ("run_ensemble(runs=1, days=30), second call", "at most 0.20"),
    "memory": ("peak of memory at 10 and 100 times as many runs", "within 10 %"),
    "million": ("a million histories on all cores", "under two hours"),
}


# --- done in children, by both versions: only what both have --------------------------------------------


def cold(runs):
    """Import, compile, play."""

    def job():
        from sim import run_ensemble

        run_ensemble(runs=runs, days=1, progress=False)

    return timed(job)


def world(runs, folder=None):
    """A world, once compiled."""
    from sim import load_scenario, run_ensemble

    scenario = load_scenario(folder or "january_2014")
    run_ensemble(scenario, runs=2, days=2, progress=False)
    cost = timed(lambda: run_ensemble(scenario, runs=runs, days=DAYS, progress=False))
    return {key: value / runs for key, value in cost.items()}


def town(folder):
    """A scenario in a process where the shipped one has just been played: time to its first day."""
    from numba.core.event import install_recorder

    from sim import run_ensemble

    run_ensemble(runs=1, days=1, progress=False)
    with install_recorder("numba:compile") as compiled:
        cost = timed(lambda: run_ensemble(folder, runs=1, days=1, progress=False))
    return cost | {"compiled": len(compiled.buffer)}


def again(calls):
    """The same short run once more."""
    from sim import run_ensemble

    run_ensemble(runs=1, days=30, progress=False)
    costs = [timed(lambda: run_ensemble(runs=1, days=30, progress=False)) for _ in range(calls)]
    return min(costs, key=lambda cost: cost["cpu"])


def stream(runs, out):
    """Runs written to files."""
    from sim import run_ensemble

    return timed(lambda: run_ensemble(runs=runs, out=out, progress=False))


CHILDREN = {f.__name__: f for f in (cold, world, town, again, stream)}


# --- larger worlds, as folders --------------------------------------------------------------------------


def copies(folder, repo, times, only=()):
    """January 2014 with ``times`` - 1 copies of all towns, or of those in ``only``, as a folder."""
    shutil.copytree(repo / "scenarios" / "january_2014", folder)
    tables = {name: rows(folder / f"{name}.csv") for name in ("towns", "roads", "control")}
    copied = only or [town["id"] for town in tables["towns"]]
    for k in range(1, times):
        for town in [town for town in tables["towns"] if town["id"] in copied]:
            other = {"id": f"{town['id']}_{k}", "border": "", "open": "", "toll": "", "oil": ""}
            tables["towns"].append(town | other | {"latitude": round(float(town["latitude"]) + 0.02 * k, 4)})
            road = {"a": town["id"], "b": other["id"], "km": 4 * k, "class": "secondary", "via": ""}
            tables["roads"].append(tables["roads"][0] | road | {"river": ""})
        for row in [row for row in tables["control"] if row["town"] in copied]:
            tables["control"].append(row | {"town": f"{row['town']}_{k}", "focal_role": "unknown"})
    for name, table in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table[0])
            writer.writeheader()
            writer.writerows(table)
    return folder


def rows(file):
    """Rows of a CSV."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# --- the two versions -----------------------------------------------------------------------------------


class Side(Bench):
    """A version: its files, the Python of its environment, a home with its compiled rules."""

    def __init__(self, folder, repo, python):
        super().__init__(folder)
        self.repo, self.python = repo, python
        self.folder.mkdir(parents=True, exist_ok=True)
        self.env |= {"PYTHONPATH": f"{repo}{os.pathsep}{REPO / 'tests'}"}

    def call(self, function, *arguments, **environment):
        """Call one of CHILDREN with this version."""
        command = [self.python, __file__, "--child", function.__name__, json.dumps(arguments)]
        said, cost = self.run(command, **environment)
        return cost | json.loads(said.splitlines()[-1])

    def command(self, *words):
        """``python -m sim`` with these words, without figures and report."""
        quiet = ("figures=false", "report=false", "overwrite=true", "progress=false")
        return self.run([self.python, "-m", "sim", *words, *quiet])[1]

    def fresh_home(self):
        """An environment without compiled rules."""
        return {"XDG_CACHE_HOME": tempfile.mkdtemp(dir=self.folder)}


def old_side(folder, version):
    """Check a version out and install it."""
    repo = folder / "old"
    git = ["git", "-C", str(REPO), "worktree", "add", "--detach", "--force", str(repo), version]
    subprocess.run(git, check=True, capture_output=True)
    subprocess.run(["make", "-C", str(repo), ".venv/ready"], check=True, stdout=subprocess.DEVNULL)
    return Side(folder / "of_old", repo, str(repo / ".venv" / "bin" / "python"))


def in_turn(old, new, measure, repeat):
    """A measure of both, again and again: [(old, new)]."""
    return [(measure(old), measure(new)) for _ in range(repeat)]


def ratios(pairs, key="cpu"):
    """Least, middle and greatest of new / old, and the middle of each side, as text."""
    found = sorted(new[key] / before[key] for before, new in pairs)
    middles = (statistics.median(side[key] for side in sides) for sides in zip(*pairs, strict=True))
    least, middle, greatest = found[0], statistics.median(found), found[-1]
    return (*(f"{value:.3g}" for value in middles), f"{least:.2f} {middle:.2f} {greatest:.2f}")


def measured(old, new, asked):
    """Rows: name of an aim, the old, the new, ratios or a remark."""
    repeat, folder = asked.repeat, new.folder

    def one(key, measure, unit="cpu"):
        return (key, *ratios(in_turn(old, new, measure, repeat), unit))

    yield one("cold", lambda side: side.call(cold, 1, **side.fresh_home()))
    for side in (old, new):
        side.command("runs=1", "days=1", "name=warm")
    yield one("world", lambda side: side.call(world, asked.runs))
    yield one("again", lambda side: side.call(again, 5))
    yield one("command", lambda side: side.command("runs=8"))
    yield one("point", lambda side: of_a_point(side, asked.jobs))
    more = copies(folder / "one_more", new.repo, 2, ["azaz"])
    runs = [new.call(town, str(more)) for _ in range(repeat)]
    compiled = max(run["compiled"] for run in runs)
    wall = statistics.median(run["wall"] for run in runs)
    yield "town", "", f"{wall:.3g}", f"{compiled} functions compiled"
    larger = copies(folder / "larger", new.repo, 4)
    subprocess.run([new.python, "-m", "sim", "garrisons", str(larger)], env=new.env, cwd=folder, check=True)
    pairs = [(new.call(world, asked.runs), new.call(world, asked.runs, str(larger))) for _ in range(repeat)]
    yield ("towns", *ratios(pairs))
    yield wheel(new)
    yield memory(new, asked)
    yield million(new, asked)
    if asked.fresh:
        yield one("make_run", make_run)


def of_a_point(side, jobs):
    """CPU of a point of a plain multirun: so many points and one, without their days."""
    many, one = (side.command("-m", f"seed=range({n})", "runs=1", "days=1") for n in (jobs, 1))
    return {"cpu": (many["cpu"] - one["cpu"]) / (jobs - 1)}


def wheel(new):
    """The warm wheel, installed, with an empty home."""
    out = new.folder / "dist"
    tool = [new.python, str(new.repo / "tools" / "wheel.py"), str(out)]
    subprocess.run(tool, check=True, stdout=subprocess.DEVNULL)
    (file,) = out.glob("*.whl")
    site = out / "site"
    install = [new.python, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(file)]
    subprocess.run(install, check=True)
    place = {"PYTHONPATH": f"{site}{os.pathsep}{REPO / 'tests'}"}
    cost = new.call(cold, 1, **new.fresh_home(), **place)
    return "wheel", "", f"{cost['wall']:.3g}", "s from the first import"


def memory(new, asked):
    """Peaks at growing numbers of runs, written to files."""
    peaks = []
    for runs in asked.sizes:
        peaks.append(new.call(stream, runs, str(new.folder / f"stream_{runs}"))["peak"])
    shown = " ".join(f"{peak / peaks[0]:.2f}" for peak in peaks)
    return "memory", "", f"{peaks[0]:.0f} MB", f"{shown} at {' '.join(map(str, asked.sizes))} runs"


def million(new, asked):
    """A million histories, from some."""
    cost = new.call(stream, asked.of_million, str(new.folder / "of_a_million"))
    hours = cost["wall"] / asked.of_million * 1e6 / 3600
    return "million", "", f"{hours:.2f} h", f"from {asked.of_million:,} played"


def make_run(side):
    """Clone, then ``make run``, in an empty home but for what pip has fetched before."""
    with tempfile.TemporaryDirectory(dir=side.folder) as place:
        clone = Path(place) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(side.repo), str(clone)], check=True)
        return side.run(["make", "-C", str(clone), "run", "ARGS=progress=false"], **side.fresh_home())[1]


def report(asked):
    """Measure and print."""
    folder = Path(tempfile.mkdtemp(prefix="infighting-against-"))
    try:
        old = old_side(folder, asked.against)
        new = Side(folder / "of_new", REPO, sys.executable)
        started = time.perf_counter()
        print_table(
            f"This checkout (new) against {asked.against} (old), {asked.repeat} times each in turn",
            ("old", "new", "new / old: least, middle, greatest"),
            ((AIMS[key][0], *cells, f"aim: {AIMS[key][1]}") for key, *cells in measured(old, new, asked)),
        )
        print(f"\n{time.perf_counter() - started:.0f} s")
    finally:
        subprocess.run(
            ["git", "-C", str(REPO), "worktree", "remove", "--force", str(folder / "old")], check=False
        )
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _, _, name, arguments = sys.argv
    print(json.dumps(CHILDREN[name](*json.loads(arguments))))
