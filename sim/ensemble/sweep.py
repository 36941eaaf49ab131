"""Sweeps: every point of a design played with the same seeds, results joined to the points by ``point``."""

import hashlib
import json
import sys
import time
import warnings
from dataclasses import astuple
from itertools import groupby

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from sim._util import validation
from sim._util.progress import bar_over
from sim.core.kernel import PACKAGE, source_hash
from sim.ensemble.batches import BLOCK, Beginning, run_keys
from sim.ensemble.design import (
    MOST_RUNS_PER_POINT,
    Design,
    DesignError,
    Setting,
    make_design,
    values_of,
    wrong_count,
)
from sim.ensemble.ensemble import Ensemble
from sim.ensemble.frames import tables_of
from sim.ensemble.run import check_request
from sim.ensemble.store.folder import SweepFolder
from sim.ensemble.store.manifest import SCHEMA, manifest
from sim.ensemble.store.numbering import MOST_SHARDS, shard_rows
from sim.ensemble.store.tables import ShardTables, warn_if_incomplete
from sim.params import as_dict, rows

FATAL = (KeyboardInterrupt, MemoryError, OSError)  # what is no fault of a point
FAILURE_COLUMNS = {"point": "int32", "error": "str"}
RUNS_A_SHARD = {
    "summary": 1000,
    "daily": 200,
    "full": 200,
}  # some ten seconds of two cores, and little memory
TABLE_FILES = ("ensemble/frames.py", "core/outcomes.py")  # what makes tables of runs, beside the rules
WAIT = 0.2  # seconds between two looks at shards that other processes hold


class Sweep:
    """A design with everything that decides its numbers.

    Parameters
    ----------
    design : Design
        The points.
    setting : sim.ensemble.design.Setting
        What they have in common.
    runs_per_point : int
        Runs 0, 1, 2 ... of each point, 1 to 1,000,000, with the same luck in every point.
    seed : int
        Seed of all luck, 0 to 2**64 - 1.
    days : int, optional
        Days to play; the common scenario's horizon by default.
    detail : {"summary", "daily", "full"}
        Which tables are kept.
    shards : int, optional
        Parts that are played and written one by one; by default as many as give some 1,000 runs each, or
        200 where more than a summary is kept.
    """

    def __init__(
        self, design, setting, *, runs_per_point=20, seed=1, days=None, detail="summary", shards=None
    ):
        if not isinstance(design, Design):
            raise DesignError([f"{type(design).__name__} is no design: make one with sim.make_design"])
        self.design, self.setting = design, setting
        self.days = setting.scenario.days if days is None else days
        if wrong := list(wrong_count("runs_per_point", runs_per_point, MOST_RUNS_PER_POINT)):
            raise DesignError(wrong)
        check_request(runs_per_point, seed, self.days, detail)
        self.runs_per_point, self.seed, self.detail = int(runs_per_point), int(seed), detail
        self.runs = len(design) * self.runs_per_point
        most = min(self.runs, MOST_SHARDS)
        if shards is None:
            shards = min(most, -(-self.runs // RUNS_A_SHARD[detail]))
        if wrong := list(wrong_count("shards", shards, most)):
            raise DesignError(wrong)
        self.shards = int(shards)
        self._luck = run_keys(self.seed, range(self.runs_per_point))
        self._begun = {}

    def at(self, point):
        """Name of the scenario (None: the common one), scenario and parameters of a point."""
        name, values = values_of(self.design, point)
        return name, *self.setting.at(values, name)

    def impossible(self):
        """Points that cannot be played, as ``{point: error}``, as far as can be told without playing."""
        failed = {}
        for point in range(len(self.design)):
            self._tried(point, failed)
        return failed

    def _tried(self, point, failed):
        """A point's setting, or None and a note of why there is none."""
        try:
            return self.at(point)
        except FATAL:
            raise
        except Exception as error:
            failed[point] = _in_words(error)
            return None

    def identity(self):
        """Everything that decides the numbers, and a hash of it."""
        tables = hashlib.sha256(b"".join((PACKAGE / name).read_bytes() for name in TABLE_FILES))
        points = hashlib.sha256(self.design.points.to_csv().encode())
        content = {
            "schema": SCHEMA,
            "code": source_hash(),
            "tables": tables.hexdigest()[:16],
            "scenarios": self.setting.hashes(self.design),
            "design": points.hexdigest()[:16],
            "params": dict(sorted(as_dict(self.setting.params).items())),
            "seed": self.seed,
            "runs_per_point": self.runs_per_point,
            "days": self.days,
            "detail": self.detail,
            "shards": self.shards,
        }
        # a change of parameters is told by its hash: a hundred numbers would hide what else differs
        content["params"] = hashlib.sha256(json.dumps(content["params"]).encode()).hexdigest()[:16]
        text = json.dumps(content, sort_keys=True)
        return content | {"hash": hashlib.sha256(text.encode()).hexdigest()[:16]}

    def manifest(self):
        """Everything needed to make the same sweep again, as plain values."""
        about = manifest(
            self.setting.scenario,
            self.setting.params,
            seed=self.seed,
            runs=self.runs,
            days=self.days,
            detail=self.detail,
        )
        request = self.design.request
        return about | {
            "design": request | {"over": {name: _plain(given) for name, given in request["over"].items()}},
            "points": len(self.design),
            "runs_per_point": self.runs_per_point,
            "shards": self.shards,
            "given": self.setting.overrides,
            "identity": self.identity(),
        }

    def play(self, places=None):
        """Play some of all runs: run 0, 1, ... of point 0, then of point 1, and so on.

        Parameters
        ----------
        places : range or numpy.ndarray, optional
            Places in that order, ascending; all by default.

        Yields
        ------
        tuple of (list of dict of pandas.DataFrame, dict, int)
            Tables by name, in blocks; ``{point: error}`` of points that could not be played; runs done. A
            batch holds points of one scenario, so that they may come in another order.
        """
        each = self.runs_per_point
        groups, failed, lost = {}, {}, 0
        places = range(self.runs) if places is None else places
        for point, own in groupby(map(int, places), key=lambda place: place // each):
            runs = [place - point * each for place in own]
            if (tried := self._tried(point, failed)) is None:
                lost += len(runs)
                continue
            name, scenario, params = tried
            # tables are made for one scenario and one set of outcome thresholds at a time
            key = (name, astuple(params.outcomes))
            groups.setdefault(key, (scenario, []))[1].append((point, runs, params))
        if failed:
            yield [], failed, lost
        size = max(1, BLOCK // each)
        for (name, _), (scenario, group) in groups.items():
            if name not in self._begun:
                self._begun[name] = Beginning(scenario, self.setting.params, self.days, None)
            for k in range(0, len(group), size):
                batch = group[k : k + size]
                yield *self._play_batch(self._begun[name], batch), sum(len(runs) for _, runs, _ in batch)

    def _play_batch(self, begin, batch):
        """Play points of one scenario and one set of thresholds; one by one, if that fails."""
        try:
            return list(self._blocks(begin, batch)), {}
        except FATAL:
            raise
        except Exception as error:
            if len(batch) == 1:
                return [], {batch[0][0]: _in_words(error)}
        blocks, failed = [], {}
        for one in batch:
            played, wrong = self._play_batch(begin, [one])
            blocks += played
            failed |= wrong
        return blocks, failed

    def _blocks(self, begin, batch):
        """Tables of a batch, in blocks of a bounded number of runs."""
        table, outcomes = rows([params for *_, params in batch]), batch[0][2].outcomes
        place = np.repeat(np.arange(len(batch)), [len(runs) for _, runs, _ in batch])
        point = np.array([point for point, *_ in batch], np.int32)[place]
        run = np.concatenate([np.asarray(runs, np.int32) for _, runs, _ in batch])
        for first in range(0, len(run), BLOCK):
            part = slice(first, first + BLOCK)
            kept = begin.play(table[place[part]].view(np.recarray), self._luck[run[part]], self.detail)
            tables = tables_of(kept, begin.scenario, begin.static, outcomes, self.detail, 0, begin.first)
            yield {name: _pointed(frame, point[part], run[part]) for name, frame in tables.items()}

    # -- into a folder

    def open(self, out, overwrite=False, **more):
        """Begin this sweep in a folder, or go on with it; ``more`` goes into a new manifest.

        Parameters
        ----------
        out : path
            The folder.
        overwrite : bool
            Remove what it holds.

        Returns
        -------
        SweepFolder

        Raises
        ------
        ResultsError
            The folder holds something else, or cannot be written.
        """
        folder = SweepFolder(out, self.manifest() | more, self.design.points)
        folder.open(overwrite)
        return folder

    def fill(self, folder, shards=None, progress=True):
        """Play what is missing, beside other processes that may do the same.

        Parameters
        ----------
        folder : sim.ensemble.store.folder.SweepFolder
            As from `open`.
        shards : sequence of int, optional
            Which; all by default.
        progress : bool
            Show one bar over all of them.
        """
        wanted = list(range(self.shards) if shards is None else shards)
        size = {k: end - first for k in wanted for first, end in [shard_rows(k, self.shards, self.runs)]}
        missing = [k for k in wanted if not folder.is_done(k)]
        done = sum(size[k] for k in wanted) - sum(size[k] for k in missing)
        with bar_over(sum(size.values()), progress and bool(missing), initial=done) as bar:
            while missing:
                before, missing = missing, self._fill_some(folder, missing, size, bar)
                if missing == before:
                    time.sleep(WAIT)

    def _fill_some(self, folder, missing, size, bar):
        """Play the shards that nobody else holds; the others are returned."""
        held = []
        for shard in missing:
            with folder.hold(shard) as mine:
                if not mine:
                    held.append(shard)
                elif folder.is_done(shard):  # by another process, since we looked
                    bar.update(size[shard])
                else:
                    self._fill_one(folder, shard, bar)
        return held

    def _fill_one(self, folder, shard, bar):
        blocks, failed, started = [], {}, time.perf_counter()
        for played, wrong, count in self.play(range(*shard_rows(shard, self.shards, self.runs))):
            blocks += played
            failed |= wrong
            bar.update(count)
        tables = joined(blocks) if blocks else {}
        folder.write(shard, tables, failed, time.perf_counter() - started)


def _plain(given):
    """What a factor ranges over, as JSON can hold it."""
    if isinstance(given, dict):
        return {key: _plain(value) for key, value in given.items()}
    return [v.item() if isinstance(v, np.generic) else v for v in given] if given is not None else None


def _pointed(frame, point, run):
    """A table of runs numbered from 0 through a block, with their points, and their numbers in these."""
    row = frame["run"].to_numpy()
    frame["run"] = run[row].astype(np.int32)
    frame.insert(0, "point", point[row])
    return frame


def _in_words(error):
    """An error as one line."""
    told = "; ".join(str(error).splitlines())
    return told if isinstance(error, ValueError) and told else f"{type(error).__name__}: {told}"


def joined(blocks):
    """One table of each name from blocks, in the order of points, runs and days."""
    return {name: _one_table([block[name] for block in blocks]) for name in blocks[0]}


def _one_table(frames):
    """Frames one below the other, sorted by point; ids stay categories where scenarios have other ids."""
    whole = pd.concat(frames, ignore_index=True)
    for column, kind in frames[0].dtypes.items():
        if isinstance(kind, pd.CategoricalDtype) and whole[column].dtype != kind:
            whole[column] = union_categoricals([frame[column] for frame in frames])
    return whole.sort_values("point", kind="stable", ignore_index=True)


def failures_frame(failed):
    """Points that could not be played, one row each."""
    frame = pd.DataFrame({"point": list(failed), "error": list(failed.values())}).astype(FAILURE_COLUMNS)
    return frame.sort_values("point").set_index("point")


def run_design(
    design,
    scenario="january_2014",
    *,
    runs_per_point=20,
    seed=1,
    params=None,
    days=None,
    detail="summary",
    out=None,
    shards=None,
    overwrite=False,
    progress=True,
):
    """Play every point of a design with the same seeds.

    Parameters
    ----------
    design : Design
        As from `sim.make_design`.
    scenario : str, path or Scenario
        Played where scenario is no factor of the design.
    runs_per_point : int
        Runs of each point. Run k has the same luck in every point, so compare points run by run.
    seed : int
        Seed of all luck, 0 to 2**64 - 1.
    params : dict, optional
        ``{dotted name: value}`` of all points, on top of the scenario's own parameters.
    days : int, optional
        Days to play; the scenario's horizon (271) by default.
    detail : {"summary", "daily", "full"}
        Which tables are kept.
    out : path, optional
        A folder to write into, shard by shard. If it holds part of the same sweep, only the rest is played;
        several processes may fill one folder. Memory then does not grow with the number of runs.
    shards : int, optional
        Parts that are written one by one; see `Sweep`.
    overwrite : bool
        Remove what ``out`` holds, and begin anew.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Ensemble
        With ``points``, ``failures``, and the column ``point`` first in every table.

    Raises
    ------
    ValueError
        A request that makes no sense, a design of which no point could be played, or a folder that holds
        something else or cannot be written (ResultsError).

    Examples
    --------
    >>> import sim
    >>> design = sim.make_design("grid", {"plans.pursuit": [0, 0.5]})
    >>> swept = sim.run_design(design, runs_per_point=3, days=5, progress=False)
    >>> swept.runs[["point", "run"]].values.tolist()
    [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
    >>> swept.points["plans.pursuit"].tolist()
    [0.0, 0.5]
    """
    if out is not None:
        validation.path("out", out)
    setting = Setting(scenario, params)
    asked = {"runs_per_point": runs_per_point, "seed": seed, "days": days, "detail": detail, "shards": shards}
    sweep = Sweep(design, setting, **asked)
    if out is not None:
        sweep.fill(sweep.open(out, overwrite), progress=progress)
        return load_sweep(out)
    blocks, failed = [], {}
    with bar_over(sweep.runs, progress) as bar:
        for played, wrong, count in sweep.play():
            blocks += played
            failed |= wrong
            bar.update(count)
    if not blocks:
        raise DesignError(["no point of the design could be played", *sorted(set(failed.values()))])
    if failed:
        print(f"{len(failed)} of {len(design)} points could not be played: see .failures", file=sys.stderr)
    return Ensemble(
        scenario=setting.scenario,
        params=setting.params,
        seed=sweep.seed,
        days=sweep.days,
        detail=detail,
        tables=joined(blocks),
        points=design.points,
        failures=failures_frame(failed),
        setting=setting,
    )


def load_sweep(folder):
    """Open a folder that a sweep was written into; see `sim.load_results`.

    Parameters
    ----------
    folder : path
        As given to `run_design`.

    Returns
    -------
    Ensemble
        Its tables are read when they are first asked for.
    """
    tables = ShardTables(folder)
    warn_if_incomplete(tables)
    said = tables.manifest
    setting = Setting(said["scenario"]["name"], said["given"])
    now = setting.hashes(tables.points)
    if now != said["identity"]["scenarios"]:
        other = [name for name, content in said["identity"]["scenarios"].items() if now.get(name) != content]
        warnings.warn(
            f"{folder} was made from another version of scenario {', '.join(other)}: "
            "its numbers stand, but a replay will differ",
            stacklevel=4,
        )
    return Ensemble(
        scenario=setting.scenario,
        params=setting.params,
        seed=said["seed"],
        days=said["days"],
        detail=said["detail"],
        tables=tables,
        points=tables.points,
        failures=failures_frame(tables.failed),
        setting=setting,
    )


def sweep_of(folder):
    """The sweep that a folder's manifest describes, ready to be played again.

    Parameters
    ----------
    folder : path
        As given to `run_design`.

    Returns
    -------
    Sweep
    """
    said = ShardTables(folder).manifest
    names = ("runs_per_point", "seed", "days", "detail", "shards")
    setting = Setting(said["scenario"]["name"], said["given"])
    return Sweep(make_design(**said["design"]), setting, **{name: said[name] for name in names})
