"""Dry run: everything checked, the plan and what it will need told, nothing written."""

import io
import os
import sys
import time

import numpy as np
from rich.console import Console

from sim._util.tables import table
from sim.core.kernel import is_warm
from sim.ensemble.engine import Start, run_keys
from sim.ensemble.run import store_of
from sim.ensemble.store.layout import MANIFEST, existing
from sim.params import rows as param_rows

TRIED = (4, 8)  # runs played to see what a run costs; the difference is what more of them cost


def cost_of_a_run(point, detail):
    """Seconds a run on all cores, bytes a run, bytes a file set, by playing a few; None before compiling."""
    if not is_warm():
        return None
    start = Start(point.scenario, point.params, point.days)
    key = run_keys(0, range(TRIED[1]))
    params = np.repeat(param_rows([point.params]), TRIED[1]).view(np.recarray)
    size = {}
    for count in (1, *TRIED):  # the first loads what is compiled
        started = time.perf_counter()
        output = start.play(params[:count], key[:count], detail)
        seconds = time.perf_counter() - started
        size[count] = sum(map(_bytes, start.tables(output, point.params.outcomes, detail).values()))
    each = (size[TRIED[1]] - size[TRIED[0]]) / (TRIED[1] - TRIED[0])
    return seconds / TRIED[1], each, max(0.0, size[TRIED[1]] - each * TRIED[1])


def _bytes(frame):
    """Size of a table as a file."""
    file = io.BytesIO()
    frame.to_parquet(file, index=False, compression="zstd")
    return file.tell()


def show(plan, folder, options):
    """Print a plan; exit code 1 if some of its points cannot be played."""
    design, scenario, rows = plan.design, plan.setting.scenario, []
    for factor in design.factors if design else ():
        values = ", ".join(map(str, dict.fromkeys(factor.values)))
        span = values if factor.values else f"{factor.low:g} to {factor.high:g} {factor.unit}"
        rows.append((factor.name, f"{factor.kind}: {span}"))
    each = f"{plan.runs_per_point:,} a point, {plan.runs:,} in all," if design else f"{plan.runs:,}"
    if design:
        rows.append(("points", f"{len(plan):,}"))
    rows.append(("runs", f"{each} of {plan.days} days, seed {plan.seed}, detail {plan.detail}"))
    wrong, done = plan.impossible(), 0
    if not options.overwrite and (folder / MANIFEST).exists():
        store = store_of(plan, folder)
        store.check()
        done = plan.shards - len(store.missing())
    left = plan.shards - done
    state = f"; {done} are complete, {left} are left" if done else ""
    rows.append(("shards", f"{plan.shards} of up to {-(-plan.runs // plan.shards):,} runs{state}"))
    possible = next((point for point in range(len(plan)) if point not in wrong), None)
    if possible is not None:
        rows += _costs(cost_of_a_run(plan.at(possible), plan.detail), plan.runs * left // plan.shards, left)
    replaced = "it holds results, which would be replaced" if existing(folder) else "new"
    rows.append(("results", f"{folder} ({f'{done} shards are there' if done else replaced})"))
    rows.append(("written now", "nothing: this is a dry run"))
    title = f"Plan: {design.kind} over {len(design.factors)} factors" if design else f"Plan: {scenario.name}"
    Console().print(table(("", " "), rows, title=title).terminal(wrap=True, show_header=False))
    if wrong:
        first = next(iter(wrong))
        print(
            f"infighting: {len(wrong)} of {len(plan)} points cannot be played; the first is point {first}: "
            f"{wrong[first]}",
            file=sys.stderr,
        )
        sys.exit(1)


def _costs(cost, runs, files):
    """Time and disk of so many runs in so many sets of files, as rows."""
    if cost is None:
        return [("time", "not known before the rules are compiled, which takes a minute or two")]
    seconds, each, fixed = cost
    time_of = f"about {duration(seconds * runs)} on {os.cpu_count()} cores ({1000 * seconds:.1f} ms a run)"
    return [("time", time_of), ("disk", f"about {size(each * runs + fixed * files)}")]


def duration(seconds):
    """Seconds in words.

    >>> duration(12.3), duration(700), duration(9000)
    ('12 s', '12 min', '2.5 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def size(count):
    """Bytes in words.

    >>> size(2_500_000), size(12_345), size(3.2e9)
    ('2.5 MB', '12 kB', '3.2 GB')
    """
    for unit, step in (("GB", 1e9), ("MB", 1e6)):
        if count >= step:
            return f"{count / step:.1f} {unit}"
    return f"{count / 1e3:.0f} kB"
