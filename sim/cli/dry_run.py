"""Dry run: everything checked, the plan and what it will need told, nothing written."""

import io
import os
import sys
import time

import numpy as np
from rich.console import Console
from rich.table import Table

from sim.core.kernel import is_warm
from sim.ensemble.batches import Beginning, run_keys
from sim.ensemble.frames import tables_of
from sim.ensemble.store.folder import SweepFolder
from sim.ensemble.store.manifest import MANIFEST, ResultsError
from sim.ensemble.store.results import existing
from sim.params import rows

TRIED = (4, 8)  # runs played to see what a run costs; the difference is what more of them cost


def cost_of_a_run(scenario, params, days, detail):
    """What a run costs, by playing a few.

    Parameters
    ----------
    scenario : Scenario
        Which world.
    params : Params
        With which parameters.
    days : int
        Days to play.
    detail : str
        Which tables are kept.

    Returns
    -------
    tuple of (float, float, float) or None
        Wall seconds a run on all cores, bytes a run, bytes a file set; None while the rules are not compiled.
    """
    if not is_warm():
        return None
    begin = Beginning(scenario, params, days, None)
    key, table = run_keys(0, range(TRIED[1])), np.repeat(rows([params]), TRIED[1]).view(np.recarray)
    size = {}
    for count in (1, *TRIED):  # the first loads what is compiled
        started = time.perf_counter()
        kept = begin.play(table[:count], key[:count], detail)
        seconds = time.perf_counter() - started
        tables = tables_of(kept, begin.scenario, begin.static, params.outcomes, detail, 0, 0)
        size[count] = sum(_bytes(frame) for frame in tables.values())
    each = (size[TRIED[1]] - size[TRIED[0]]) / (TRIED[1] - TRIED[0])
    return seconds / TRIED[1], each, max(0.0, size[TRIED[1]] - each * TRIED[1])


def _bytes(frame):
    """Size of a table as a file."""
    file = io.BytesIO()
    frame.to_parquet(file, index=False, compression="zstd")
    return file.tell()


def show_runs(options, folder):
    """Print the plan of one world played many times.

    Parameters
    ----------
    options : sim.cli.options.Options
        Checked.
    folder : pathlib.Path
        Where results would go.
    """
    from sim.scenario import load_scenario

    scenario = load_scenario(options.scenario.name)
    days = options.days or scenario.days
    out = _table(f"Plan: {scenario.name}")
    out.add_row("runs", f"{options.runs:,} of {days} days, seed {options.seed}, detail {options.detail}")
    _add_costs(out, cost_of_a_run(scenario, options.params, days, options.detail), options.runs, 1)
    there = existing(folder)
    if there and not options.overwrite:
        raise ResultsError(
            f"{folder} holds results already: give this run another name (name=...), or ask for them to be "
            "replaced (overwrite=true)"
        )
    _add_folder(out, folder, "it holds results, which would be replaced" if there else "new")
    Console().print(out)


def show_design(sweep, folder, options):
    """Print the plan of a design; exit code 1 if some of its points cannot be played.

    Parameters
    ----------
    sweep : sim.ensemble.sweep.Sweep
        What would be played.
    folder : pathlib.Path
        Where results would go.
    options : sim.cli.options.Options
        Checked.
    """
    design = sweep.design
    out = _table(f"Plan: {design.kind} over {len(design.factors)} factors")
    for factor in design.factors:
        values = ", ".join(map(str, dict.fromkeys(factor.values)))
        span = values if factor.values else f"{factor.low:g} to {factor.high:g} {factor.unit}"
        out.add_row(factor.name, f"{factor.kind}: {span}")
    out.add_row("points", f"{len(design):,}")
    out.add_row("runs", f"{sweep.runs_per_point:,} a point, {sweep.runs:,} in all, of {sweep.days} days")
    out.add_row("luck", f"seed {sweep.seed}: run k has the same in every point; detail {sweep.detail}")
    wrong = sweep.impossible()
    done, told = _there(sweep, folder, options.overwrite)
    out.add_row("shards", f"{sweep.shards} of up to {-(-sweep.runs // sweep.shards):,} runs{told}")
    possible = next((point for point in range(len(design)) if point not in wrong), None)
    if possible is not None:
        _, scenario, params = sweep.at(possible)
        left = sweep.runs * (sweep.shards - done) // sweep.shards
        cost = cost_of_a_run(scenario, params, sweep.days, sweep.detail)
        _add_costs(out, cost, left, sweep.shards - done)
    _add_folder(out, folder, f"{done} shards are there" if done else "new")
    Console().print(out)
    if wrong:
        first = next(iter(wrong))
        print(
            f"infighting: {len(wrong)} of {len(design)} points cannot be played; the first is point {first}: "
            f"{wrong[first]}",
            file=sys.stderr,
        )
        sys.exit(1)


def _there(sweep, folder, overwrite):
    """Shards that are complete already, and words about it; ResultsError if the folder would be refused."""
    if overwrite or not (folder / MANIFEST).exists():
        if not overwrite and existing(folder):
            raise ResultsError(f"{folder} holds other results already: give another name (name=...)")
        return 0, ""
    kept = SweepFolder(folder, sweep.manifest(), sweep.design.points)
    kept.check()
    done = sweep.shards - len(kept.missing())
    return done, f"; {done} are complete, {sweep.shards - done} are left"


def _table(title):
    out = Table(title=title, title_justify="left", show_header=False)
    out.add_column(no_wrap=True)
    out.add_column(overflow="fold")
    return out


def _add_costs(out, cost, runs, files):
    """Time and disk of so many runs in so many sets of files."""
    if cost is None:
        out.add_row("time", "not known before the rules are compiled, which takes a minute or two")
        return
    seconds, each, fixed = cost
    cores = os.cpu_count()
    out.add_row("time", f"about {duration(seconds * runs)} on {cores} cores ({1000 * seconds:.1f} ms a run)")
    out.add_row("disk", f"about {size(each * runs + fixed * files)}")


def _add_folder(out, folder, state):
    out.add_row("results", f"{folder} ({state})")
    out.add_row("written now", "nothing: this is a dry run")


def duration(seconds):
    """Seconds in words.

    Examples
    --------
    >>> duration(12.3), duration(700), duration(9000)
    ('12 s', '12 min', '2.5 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def size(count):
    """Bytes in words.

    Examples
    --------
    >>> size(2_500_000), size(12_345), size(3.2e9)
    ('2.5 MB', '12 kB', '3.2 GB')
    """
    for unit, step in (("GB", 1e9), ("MB", 1e6)):
        if count >= step:
            return f"{count / step:.1f} {unit}"
    return f"{count / 1e3:.0f} kB"
