"""How runs are played: in blocks, on all cores, from a scenario's first evening or from a stepped world."""

import sys
import time
from dataclasses import astuple
from itertools import groupby

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from sim._util.progress import bar_over
from sim.core.batch import empty_output, run_batch
from sim.core.initial import thresholds
from sim.core.ledger import empty_ledger
from sim.core.rng import run_key
from sim.core.state import lacks_columns, with_more_columns
from sim.ensemble.factors import DesignError
from sim.ensemble.frames import tables_of
from sim.ensemble.store.receipts import shard_rows
from sim.params import Params, rows, with_values
from sim.scenario import Scenario, load_scenario
from sim.scenario.build import build

BLOCK = 64  # runs played between two looks at the keyboard; also what bounds memory
FIGHTS_A_DAY = 40  # first guess of rows; a block that needs more is played again with more room
FATAL = (KeyboardInterrupt, MemoryError, OSError)  # what is no fault of a point
WAIT = 0.2  # seconds between two looks at shards that other processes hold


def run_keys(seed, runs):
    """Keys of all random numbers of some runs, by number; the same whatever else is played."""
    return np.array([_key(seed, run) for run in runs], np.uint64)


def _key(seed, run):
    return run_key(np.uint64(seed), np.uint64(run))  # of one type, also where an int would be too big for it


class Start:
    """Where runs set out from.

    Parameters
    ----------
    scenario : str, path or Scenario
        Which world.
    params : Params or dict, optional
        A whole set, or ``{dotted name: value}`` on top of the scenario's own.
    days : int, optional
        Days to play; the scenario's horizon by default.
    world : RebelConflict, optional
        A stepped world, which goes on from its evening; the scenario's first evening by default.
    """

    def __init__(self, scenario, params=None, days=None, world=None):
        self.scenario = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        self.static, self.state = build(self.scenario) if world is None else (world.static, world.state)
        self.first, self.fresh = (0, True) if world is None else (world.day, False)
        self.ledger = empty_ledger(*self.state.garrisons.shape)
        if not isinstance(params, Params):
            params = with_values(Params(), self.scenario.params | (params or {}))
        self.params = params
        self.days = self.scenario.days if days is None else days

    def play(self, table, key, detail, room=None, station=None, threads=None):
        """Play one run for each row of parameters, with the key beside it; returns the output of the kernels.

        ``station``, if given, is called with the first states and changes who is where; ``threads`` are those
        of `sim.core.batch.run_batch`.
        """
        count = len(key)
        room = room or FIGHTS_A_DAY * self.days
        towns, factions = self.state.garrisons.shape
        output = empty_output(count, self.days, towns, factions, len(self.state.fronts), detail, room)
        states, ledgers = self.state.repeated(count), self.ledger.repeated(count)
        if station is not None:
            station(states)
        levels = thresholds(key, self.state.factions.uid, table)
        static = self.static.repeated(1)
        world = (states, static, ledgers, table, key, levels, self.first, self.days, self.fresh)
        run_batch(*world, output, threads)
        if lacks_columns(states):
            self.state = with_more_columns(self.state)
            return self.play(table, key, detail, room, station, threads)
        if len(output.fights_used) and output.fights_used.max() > room:
            return self.play(table, key, detail, int(output.fights_used.max()), station, threads)
        return output

    def tables(self, output, outcomes, detail):
        """Tables of a block of runs, which are numbered from 0."""
        return tables_of(output, self.scenario, self.static, outcomes, detail, 0, self.first)


def play(plan, places=None):
    """Play some of all runs of a plan: run 0, 1, ... of point 0, then of point 1, and so on.

    Parameters
    ----------
    plan : sim.ensemble.plan.Plan
        What is to be played.
    places : range or numpy.ndarray, optional
        Places in that order, ascending; all by default.

    Yields
    ------
    tuple of (dict of pandas.DataFrame or None, dict, int)
        Tables by name of a block of runs; ``{point: error}`` of points that could not be played; runs done. A
        block holds points of one scenario, so that they may come in another order.
    """
    each, failed, groups = plan.runs_per_point, {}, {}
    for index, own in groupby(
        range(plan.runs) if places is None else places, key=lambda place: place // each
    ):
        runs = [int(place) % each for place in own]
        point = plan.try_point(int(index), failed)
        if point is None:
            yield None, {int(index): failed[int(index)]}, len(runs)
            continue
        # tables are made for one scenario, length and set of outcome thresholds at a time
        alike = (point.name, point.days, astuple(point.params.outcomes), plan.draw and point.index)
        groups.setdefault(alike, []).extend((point, run) for run in runs)
    for group in groups.values():
        for first in range(0, len(group), BLOCK):
            yield from _play_block(plan, group[first : first + BLOCK])


def _play_block(plan, block):
    """Play a block of (point, run); one point by one, if that fails."""
    try:
        yield _tables(plan, block), {}, len(block)
    except FATAL:
        raise
    except Exception as error:
        points = {point.index: [one for one in block if one[0] is point] for point, _ in block}
        if plan.design is None:
            raise
        if len(points) == 1:
            yield None, dict.fromkeys(points, in_words(error)), len(block)
            return
        for own in points.values():
            yield from _play_block(plan, own)


def _tables(plan, block):
    """Tables of a block of (point, run) of one scenario."""
    point, start = block[0][0], plan.start(block[0][0])
    index = np.array([one.index for one, _ in block], np.int32)
    run = np.array([run for _, run in block], np.int32)
    key = np.array([_key(one.seed, run) for one, run in block], np.uint64)
    station = None
    if plan.draw is None:
        distinct = list({one.index: one for one, _ in block}.values())
        row = {one.index: k for k, one in enumerate(distinct)}
        table = rows([one.params for one in distinct])[[row[one] for one in index]].view(np.recarray)
    else:
        table, station = plan.drawn(point).of_runs(key)
    output = start.play(table, key, plan.detail, station=station, threads=plan.threads)
    tables = start.tables(output, point.params.outcomes, plan.detail)
    for frame in tables.values():
        place = frame["run"].to_numpy()
        frame["run"] = run[place]
        if plan.design is not None:
            frame.insert(0, "point", index[place])
    return tables


def in_words(error):
    """An error as one line."""
    text = "; ".join(str(error).splitlines())
    return text if isinstance(error, ValueError) and text else f"{type(error).__name__}: {text}"


def joined(blocks, failed=()):
    """One table of each name, in the order of points, runs and days; without points that failed."""
    blocks = [block for block in blocks if block is not None]
    return (
        {name: _one_table([block[name] for block in blocks], failed) for name in blocks[0]} if blocks else {}
    )


def _one_table(frames, failed):
    """Frames one below the other, sorted by point; ids stay categories where scenarios have other ids."""
    whole = pd.concat(frames, ignore_index=True)
    for column, kind in frames[0].dtypes.items():
        if isinstance(kind, pd.CategoricalDtype) and whole[column].dtype != kind:
            whole[column] = union_categoricals([frame[column] for frame in frames])
    if "point" not in whole:
        return whole
    if failed:
        whole = whole[~whole["point"].isin(failed)]
    return whole.sort_values("point", kind="stable", ignore_index=True)


def play_here(plan, progress=True):
    """Play all runs into memory: tables by name, and ``{point: error}``.

    Without a design, after Ctrl-C, of the runs done so far.
    """
    blocks, failed = [], {}
    with bar_over(plan.runs, progress) as bar:
        try:
            for tables, wrong, count in play(plan):
                blocks.append(tables)
                failed |= wrong
                bar.update(count)
        except KeyboardInterrupt:
            if plan.design is not None or not blocks:
                raise
            print(f"\nstopped after {bar.n} of {plan.runs} runs; they are kept", file=sys.stderr)
    tables = joined(blocks, failed)
    if not tables or not len(tables["runs"]):
        raise DesignError(["no point of the design could be played", *sorted(set(failed.values()))])
    if failed:
        print(f"{len(failed)} of {len(plan)} points could not be played: see .failures", file=sys.stderr)
    return tables, failed


def fill(plan, store, shards=None, progress=True):
    """Play the shards (all by default) that a store lacks, beside other processes that may do the same."""
    shards = list(range(plan.shards) if shards is None else shards)
    edges = {shard: shard_rows(shard, plan.shards, plan.runs) for shard in shards}
    size = {shard: end - first for shard, (first, end) in edges.items()}
    missing = [shard for shard in shards if not store.is_done(shard)]
    done = sum(size.values()) - sum(size[shard] for shard in missing)
    with bar_over(sum(size.values()), progress and bool(missing), initial=done) as bar:
        while missing:
            before, held = missing, []
            for shard in missing:
                with store.hold(shard) as mine:
                    if not mine:
                        held.append(shard)
                    elif store.is_done(shard):  # by another process, since we looked
                        bar.update(size[shard])
                    else:
                        _fill_one(plan, store, shard, range(*edges[shard]), bar)
            missing = held
            if missing == before:
                time.sleep(WAIT)


def _fill_one(plan, store, shard, places, bar):
    blocks, failed, started = [], {}, time.perf_counter()
    for tables, wrong, count in play(plan, places):
        blocks.append(tables)
        failed |= wrong
        bar.update(count)
    store.write(shard, joined(blocks, failed), failed, time.perf_counter() - started)
