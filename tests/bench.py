"""How fast and how big: ``make bench``, or ``python tests/bench.py --quick``.

Everything is measured in processes of its own, one after the other, with one fresh cache of compiled
rules between them, so that neither what is in memory nor what was compiled before counts. This process
imports nothing heavy: a child's peak of memory is never below its parent's.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
DAYS = 271
AIMS = {
    "summary": "aim 8 ms, 25 ms at most",
    "uncompiled": "aim: 100 times or more",
    "cold": "aim: compiling under 60 s",
    "warm": "aim: under 5 s",
    "flat": "aim: the same at both numbers of runs",
    "figures": "aim: under 20 s",
    "sweep": "aim: overhead under 10 %, under 1 GB",
}
OVER = (
    "+design.over.march.speed=null",
    "+design.over.plans.pursuit=null",
)  # what the benchmarked design varies
EACH = 20  # runs of a point


# --- measured in children: each function runs in a process of its own and returns plain numbers ---------


def timed(job):
    """Wall and CPU seconds of a call; CPU over all threads of the process."""
    wall, cpu = time.perf_counter(), time.process_time()
    job()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def sweep(runs, days, detail):
    """`run_ensemble`, once it is compiled; reading the scenario counts."""
    from sim import run_ensemble

    if os.environ.get("NUMBA_DISABLE_JIT") != "1":
        run_ensemble(runs=2, days=2, detail=detail, progress=False)
    return timed(lambda: run_ensemble(runs=runs, days=days, detail=detail, progress=False))


def step(runs, days, explain):
    """The same worlds, each stepped by Mesa; making the model counts."""
    from sim import RebelConflict

    RebelConflict(seed=1).run(2)

    def job():
        for run in range(runs):
            RebelConflict(seed=1, run=run, days=days, explain=explain).run()

    return timed(job)


def stream(runs, days, detail, out):
    """`run_ensemble` into files; what counts is the memory of the process."""
    from sim import run_ensemble

    return timed(lambda: run_ensemble(runs=runs, days=days, detail=detail, out=out, progress=False))


def figures(folder, kept):
    """Every figure of a result; as files and in a report where they are kept. Reading the tables counts."""
    from sim import load_results, plots
    from sim.report import figures, writing

    def job():
        ensemble = load_results(folder)
        drawn = list(figures.draw(ensemble))
        if not kept:
            for _, axes in drawn:
                plots.saving.figure_of(axes).canvas.draw()
            return
        writing.write_result(ensemble, folder, drawn=drawn)
        for kind, axes in drawn:
            plots.save(axes, Path(folder) / f"{kind.name}.png", ensemble.tables.manifest, dpi=200)

    return timed(job)


def bare(points, each, days):
    """The rules and nothing else, for the runs of a design: no tables, no files."""
    import numpy as np

    from sim.ensemble.engine import BLOCK, Start, run_keys
    from sim.params import Params, rows, with_values

    begin = Start("january_2014", None, days)
    speeds = np.linspace(25.0, 90.0, points)
    table = np.repeat(rows([with_values(Params(), {"march.speed": speed}) for speed in speeds]), each)
    key = np.tile(run_keys(1, range(each)), points)
    begin.play(table[:2].view(np.recarray), key[:2], "summary")

    def job():
        for first in range(0, len(key), BLOCK):
            part = slice(first, first + BLOCK)
            begin.play(table[part].view(np.recarray), key[part], "summary")

    return timed(job)


def batch_run(runs, days, processes):
    """The same world by Mesa's own sweep; making the processes does not count."""
    import inspect
    import resource
    import warnings

    import mesa

    from sim import RebelConflict

    warnings.simplefilter("ignore")  # each Mesa warns of what another one wants
    RebelConflict(seed=0).run(2)

    def job(seeds):
        given, quiet = {"days": [days], "explain": [False]}, {"display_progress": False}
        if "rng" in inspect.signature(mesa.batch_run).parameters:  # mesa 3.5 would drop seeds among the given
            quiet["rng"] = list(seeds)
        else:
            given["seed"] = list(seeds)
        last = {"data_collection_period": -1, "max_steps": days - 1}
        mesa.batch_run(RebelConflict, given, number_processes=processes, **last, **quiet)

    def spent():
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return time.perf_counter(), sum(one.ru_utime + one.ru_stime for one in used)

    start = spent()
    job(range(processes))  # what the processes cost before they play
    begun = spent()
    job(range(runs + processes))
    end = spent()
    first, second = ([b - a for a, b in zip(*pair, strict=True)] for pair in ((start, begun), (begun, end)))
    return {"wall": second[0] - first[0], "cpu": second[1] - first[1]}


def about():
    """What was measured, on what."""
    import numba

    import sim
    from sim.core.kernel import source_hash

    return {
        "version": sim.__version__,
        "rules": source_hash(),
        "python": platform.python_version(),
        "numba": numba.__version__,
        "threads": numba.config.NUMBA_NUM_THREADS,
    }


CHILDREN = {f.__name__: f for f in (sweep, step, stream, figures, bare, batch_run, about)}


# --- this process: starts children, waits, reads what they used -----------------------------------------


class Bench:
    """Children with one cache of their own, in a folder that is removed afterwards."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.env = os.environ | {"PYTHONPATH": str(REPO), "XDG_CACHE_HOME": str(self.folder / "cache")}

    def run(self, command, **environment):
        """Run a command to its end; its output, wall and CPU seconds, and peak of memory in MB."""
        env, started = self.env | environment, time.perf_counter()
        with open(self.folder / "output", "w+") as output:
            child = subprocess.Popen(command, cwd=self.folder, env=env, stdout=output, stderr=output)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            wall = time.perf_counter() - started
            output.seek(0)
            said = output.read()
        if child.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}\nended with {child.returncode}:\n{said}")
        scale = 2**20 if sys.platform == "darwin" else 2**10  # macOS counts bytes, Linux kilobytes
        return said, {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / scale}

    def call(self, function, *arguments, **environment):
        """Call one of CHILDREN in a process of its own; what it returned, with the process's peak."""
        command = [sys.executable, __file__, "--child", function.__name__, json.dumps(arguments)]
        said, cost = self.run(command, **environment)
        return cost | json.loads(said.splitlines()[-1])

    def main_job(self, *words):
        """``python -m sim`` with these words."""
        _, cost = self.run([sys.executable, "-m", "sim", *words, "overwrite=true", "progress=false"])
        return cost


def median(costs):
    """The middle one of several costs, by CPU time."""
    middle = statistics.median_low(cost["cpu"] for cost in costs)
    return next(cost for cost in costs if cost["cpu"] == middle)


def start_up(bench, asked):
    """Cold and warm starts of the main job. The first is what compiles for all that follows."""
    cold = bench.main_job("runs=8")
    warm = median([bench.main_job("runs=8") for _ in range(asked.repeat)])
    bare = median([bench.main_job("runs=8", "figures=false", "report=false") for _ in range(asked.repeat)])
    yield "python -m sim runs=8, nothing compiled yet", cold, ratio(cold, warm, "wall"), AIMS["cold"]
    yield "the same again", warm, "1.0", AIMS["warm"]
    yield "the same, figures=false report=false", bare, ratio(bare, warm, "wall"), ""


def speed(bench, asked):
    """Worlds swept, stepped and played uncompiled; times against a swept summary."""
    base = None
    for detail in ("summary", "daily", "full"):
        cost = a_world(bench, asked.repeat, sweep, asked.runs, DAYS, detail)
        base = base or cost
        aim = AIMS["summary"] if cost is base else ""
        yield f"run_ensemble, detail={detail}, {asked.runs} runs", cost, ratio(cost, base), aim
    for explain in (False, True):
        cost = a_world(bench, asked.repeat, step, asked.stepped, DAYS, explain)
        yield f"RebelConflict stepped, explain={explain}", cost, ratio(cost, base), ""
    cost = uncompiled(bench, asked.uncompiled)
    words = f"run_ensemble uncompiled, scaled up from {asked.uncompiled} days"
    yield words, cost, ratio(cost, base), AIMS["uncompiled"]


def a_world(bench, repeat, function, runs, *arguments):
    """What one of so many runs costs: the middle one of ``repeat`` calls, divided by the runs."""
    cost = median([bench.call(function, runs, *arguments) for _ in range(repeat)])
    return cost | {"wall": cost["wall"] / runs, "cpu": cost["cpu"] / runs}


def uncompiled(bench, days):
    """One world of DAYS days from one of a few: start and the first day, and the slope of the days after."""
    one, few = (bench.call(sweep, 1, n, "summary", NUMBA_DISABLE_JIT="1") for n in (1, days))
    return {key: one[key] + (few[key] - one[key]) / (days - 1) * (DAYS - 1) for key in ("wall", "cpu")}


def memory(bench, asked):
    """Peaks of memory when results are streamed to files."""
    for detail, sizes in (("summary", asked.memory), ("full", [size // 5 for size in asked.memory])):
        first = None
        for runs in sizes:
            out = str(bench.folder / f"{detail}_{runs}")
            cost = bench.call(stream, runs, DAYS, detail, out)
            first = first or cost
            words = f"run_ensemble(out=...), detail={detail}, {runs:,} runs"
            yield words, cost, ratio(cost, first, "peak"), AIMS["flat"] if cost is first else ""


def pictures(bench, asked):
    """All figures of one result, as the main job draws them."""
    folder = str(bench.folder / "drawn")
    bench.call(stream, asked.drawn, DAYS, "full", folder)
    bare = bench.call(figures, folder, False)
    kept = bench.call(figures, folder, True)
    words = f"every figure of {asked.drawn:,} runs, read and drawn"
    yield words, bare, "1.0", AIMS["figures"]
    yield "the same, as files and in a report", kept, ratio(kept, bare), ""


def design(bench, points, days, name):
    """A design from the command line, into files, with everything that belongs to it."""
    words = ("design.kind=latin_hypercube", f"design.points={points}", f"design.runs_per_point={EACH}", *OVER)
    return bench.main_job(*words, f"days={days}", f"name={name}")


def sweeps(bench, asked):
    """Many runs as a design, against the bare rules, plain multirun and Mesa's batch_run."""
    bench.main_job("runs=1", "days=1", "name=compiled")  # a peak of memory is not to be the compiler's
    points, runs = asked.points, asked.points * EACH
    base = bench.call(bare, points, EACH, DAYS)
    yield f"the rules alone, {runs:,} runs", base, "1.00", "times: of CPU, the rules alone"
    cost = design(bench, points, DAYS, "design")
    words = f"design of {points} points x {EACH} seeds"
    yield words, cost, f"{cost['cpu'] / base['cpu']:.2f}", AIMS["sweep"]
    one = bench.main_job(
        "design.kind=latin_hypercube", "design.points=1", "design.runs_per_point=1", *OVER, "days=1"
    )
    less = {key: cost[key] - one[key] for key in ("wall", "cpu")} | {"peak": cost["peak"]}
    yield "the same without its start-up", less, f"{less['cpu'] / base['cpu']:.2f}", "below: times the design"
    swept = cost
    jobs = asked.jobs
    words = ("-m", f"seed=range({jobs})", "runs=1", "detail=summary", "figures=false", "report=false")
    cost = bench.main_job(*words)
    cost = scaled(cost | {key: cost[key] - one[key] for key in ("wall", "cpu")}, runs / jobs)
    yield (
        f"plain Hydra multirun, a job a run, scaled from {jobs}",
        cost,
        ratio(cost, swept),
        in_wall(cost, swept),
    )
    mesa = scaled(bench.call(batch_run, asked.batch, DAYS, 2), runs / asked.batch)
    yield (
        f"mesa.batch_run, 2 processes, scaled from {asked.batch}",
        mesa,
        ratio(mesa, swept),
        in_wall(mesa, swept),
    )
    small = None
    for size in (points, 5 * points):
        cost = design(bench, size, asked.short, f"short_{size}")
        small = small or cost
        words = f"design of {size * EACH:,} runs of {asked.short} days"
        yield words, cost, ratio(cost, small, "peak"), AIMS["flat"] if cost is small else "times: of memory"


def scaled(cost, times):
    """Time of so many times as many runs; the peak of memory as it was measured."""
    return cost | {"wall": cost["wall"] * times, "cpu": cost["cpu"] * times}


def ratio(cost, base, key="cpu"):
    """How many times the base a cost is."""
    times = cost[key] / base[key]
    return f"{times:,.0f}" if times >= 100 else f"{times:.1f}"


def in_wall(cost, base):
    """How many times as long a cost takes on the clock, as text."""
    return f"{ratio(cost, base, 'wall')} on the clock"


def seconds(cost):
    """Wall and CPU seconds, as text."""
    return f"{cost['wall']:.1f}", f"{cost['cpu']:.1f}"


def print_table(title, head, rows):
    """Words to the left, numbers to the right; every row as soon as it is measured."""
    widths = [max(10, len(name)) for name in head]
    print(f"\n{title}")
    for words, *numbers, aim in chain([("", *head, "")], rows):
        cells = [number.rjust(width) for number, width in zip(numbers, widths, strict=True)]
        print("  ".join([words.ljust(52), *cells, aim]).rstrip(), flush=True)


def machine():
    """Name of the processor, how many of them, and how busy."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"


def report(bench, asked):
    """Measure and print, table by table."""
    where = machine()
    what = bench.call(about)
    print(f"infighting {what['version']}, rules {what['rules']}, january_2014, {DAYS} days a world")
    print(f"{where}; Python {what['python']}, numba {what['numba']}, {what['threads']} threads")
    if asked.only is None:
        report_worlds(bench, asked)
    if asked.only in (None, "figures"):
        print_table(
            "Figures of one result, detail=full",
            ("wall, s", "CPU, s", "times"),
            ((words, *seconds(cost), times, aim) for words, cost, times, aim in pictures(bench, asked)),
        )
    if asked.only in (None, "sweeps"):
        report_sweeps(bench, asked)


def report_sweeps(bench, asked):
    """The table of sweeps."""
    print_table(
        "Sweeps, from start to table; MB of the largest process",
        ("wall, s", "CPU, s", "MB", "times"),
        (
            (words, *seconds(cost), f"{cost['peak']:,.0f}", times, aim)
            for words, cost, times, aim in sweeps(bench, asked)
        ),
    )


def report_worlds(bench, asked):
    """The tables of single worlds and of ensembles."""
    print_table(
        "Start-up of the main job",
        ("wall, s", "CPU, s", "times"),
        ((words, *seconds(cost), times, aim) for words, cost, times, aim in start_up(bench, asked)),
    )
    print_table(
        "Speed, once compiled",
        ("worlds/s", "ms of one core a world", "times"),
        (
            (words, f"{1 / cost['wall']:.3g}", f"{1000 * cost['cpu']:,.1f}", times, aim)
            for words, cost, times, aim in speed(bench, asked)
        ),
    )
    print_table(
        "Peak of memory, results streamed to files",
        ("wall, s", "CPU, s", "MB", "times"),
        (
            (words, *seconds(cost), f"{cost['peak']:,.0f}", times, aim)
            for words, cost, times, aim in memory(bench, asked)
        ),
    )


def options():
    """What can be asked for."""
    parser = argparse.ArgumentParser(
        prog="make bench ARGS=...", description="Speed and memory of this checkout, as a table."
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work: for trying it out")
    for name, default, words in (
        ("--runs", 256, "runs of a timed ensemble"),
        ("--stepped", 4, "worlds stepped by Mesa"),
        ("--uncompiled", 10, "days played uncompiled, 2 or more"),
        ("--repeat", 3, "times each is measured; the middle counts"),
        ("--drawn", 1000, "runs of the result whose figures are drawn"),
        ("--points", 500, "points of the benchmarked design, 20 runs each"),
        ("--jobs", 200, "jobs of a plain multirun that are measured"),
        ("--batch", 100, "runs of mesa.batch_run that are measured"),
        ("--short", 20, "days of the runs whose memory is compared at five times their number"),
    ):
        parser.add_argument(name, type=int, default=default, help=f"{words} (%(default)s)")
    parser.add_argument(
        "--memory",
        type=int,
        nargs=2,
        default=[1000, 10000],
        metavar="RUNS",
        help="two numbers of runs whose peaks of memory are compared %(default)s; a fifth at detail=full",
    )
    parser.add_argument(
        "--against", metavar="VERSION", help="a tag or commit: both versions in turn, as ratios"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="with --against: also clone, install and make run"
    )
    words = "with --against: numbers of runs whose peaks of memory are compared %(default)s"
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1000, 10000, 100000], metavar="RUNS", help=words
    )
    words = "with --against: runs that a million is reckoned from (%(default)s)"
    parser.add_argument("--of-million", type=int, default=50000, metavar="RUNS", help=words)
    parser.add_argument("--only", choices=("figures", "sweeps"), help="this table alone")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    return parser


def main():
    """Read the options, then measure."""
    import against  # here: it begins where this file ends

    asked = options().parse_args()
    if asked.child:
        function, arguments = asked.child
        print(json.dumps(CHILDREN[function](*json.loads(arguments))))
        return
    if asked.quick:
        asked.runs, asked.stepped, asked.uncompiled, asked.repeat, asked.memory = 64, 1, 3, 1, [640, 1280]
        asked.points, asked.jobs, asked.batch, asked.short, asked.drawn = 50, 20, 10, 5, 100
        asked.sizes, asked.of_million = [100, 1000], 200
    if asked.against:
        against.report(asked)
        return
    with tempfile.TemporaryDirectory(prefix="infighting-bench-") as folder:
        report(Bench(folder), asked)


if __name__ == "__main__":
    main()
