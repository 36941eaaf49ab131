"""Sweeps: every point of a design played with the same seeds, results joined to the points by ``point``."""

import sys
from dataclasses import astuple

import numpy as np
import pandas as pd

from sim.design import Design, DesignError, Setting, values_of
from sim.ensemble import BLOCK, Beginning, Ensemble, check_request, luck_of
from sim.frames import tables_of
from sim.params import rows
from sim.progress import bar_over

FATAL = (KeyboardInterrupt, MemoryError, OSError)  # what is no fault of a point
FAILURE_COLUMNS = {"point": "int32", "error": "str"}


class Sweep:
    """A design with everything that decides its numbers.

    Parameters
    ----------
    design : Design
        The points.
    setting : sim.design.Setting
        What they have in common.
    runs_per_point : int
        Runs 0, 1, 2 ... of each point, with the same luck in every point.
    seed : int
        Seed of all luck, 0 to 2**64 - 1.
    days : int, optional
        Days to play; the common scenario's horizon by default.
    detail : {"summary", "daily", "full"}
        Which tables are kept.
    """

    def __init__(self, design, setting, *, runs_per_point=20, seed=1, days=None, detail="summary"):
        self.design, self.setting = design, setting
        self.days = setting.scenario.days if days is None else days
        check_request(runs_per_point, seed, self.days, detail)
        self.runs_per_point, self.seed, self.detail = int(runs_per_point), int(seed), detail
        self._luck = luck_of(self.seed, range(self.runs_per_point))
        self._begun = {}

    @property
    def runs(self):
        """Number of runs of all points together."""
        return len(self.design) * self.runs_per_point

    def play(self, points):
        """Play some points, a batch at a time.

        Parameters
        ----------
        points : iterable of int
            Which; a batch holds points of one scenario, so that they may come in another order.

        Yields
        ------
        tuple of (list of dict of pandas.DataFrame, dict)
            Tables by name, in blocks; ``{point: error}`` of those that could not be played.
        """
        groups, failed = {}, {}
        for point in points:
            try:
                name, values = values_of(self.design, point)
                scenario, params = self.setting.at(values, name)
            except FATAL:
                raise
            except Exception as error:
                failed[point] = _in_words(error)
                continue
            # tables are made for one scenario and one set of outcome thresholds at a time
            key = (name, astuple(params.outcomes))
            groups.setdefault(key, (scenario, []))[1].append((point, params))
        if failed:
            yield [], failed
        size = max(1, BLOCK // self.runs_per_point)
        for (name, _), (scenario, group) in groups.items():
            if name not in self._begun:
                self._begun[name] = Beginning(scenario, self.setting.params, self.days, None)
            for first in range(0, len(group), size):
                yield self._play_batch(self._begun[name], group[first : first + size])

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
        each = self.runs_per_point
        table, outcomes = rows([params for _, params in batch]), batch[0][1].outcomes
        point = np.repeat(np.array([point for point, _ in batch], np.int32), each)
        for first in range(0, len(point), BLOCK):
            place = np.arange(first, min(first + BLOCK, len(point)))
            kept = begin.play(table[place // each].view(np.recarray), self._luck[place % each], self.detail)
            tables = tables_of(kept, begin.scenario, begin.land, outcomes, self.detail, 0, begin.first)
            yield {name: _pointed(frame, point[place], place % each) for name, frame in tables.items()}


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
    names = list(blocks[0])
    whole = {name: pd.concat([block[name] for block in blocks], ignore_index=True) for name in names}
    return {
        name: frame.sort_values("point", kind="stable", ignore_index=True) for name, frame in whole.items()
    }


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
    progress : bool
        Show a progress bar.

    Returns
    -------
    Ensemble
        With ``points``, ``failures``, and the column ``point`` first in every table.

    Raises
    ------
    ValueError
        A request that makes no sense, or a design of which no point could be played.

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
    if not isinstance(design, Design):
        raise DesignError([f"{type(design).__name__} is no design: make one with sim.make_design"])
    sweep = Sweep(
        design, Setting(scenario, params), runs_per_point=runs_per_point, seed=seed, days=days, detail=detail
    )
    blocks, failed = [], {}
    with bar_over(sweep.runs, progress) as bar:
        for played, wrong in sweep.play(range(len(design))):
            blocks += played
            failed |= wrong
            bar.update(sum(len(block["runs"]) for block in played) + len(wrong) * sweep.runs_per_point)
    if not blocks:
        raise DesignError(["no point of the design could be played", *sorted(set(failed.values()))])
    if failed:
        print(f"{len(failed)} of {len(design)} points could not be played: see .failures", file=sys.stderr)
    return Ensemble(
        scenario=sweep.setting.scenario,
        params=sweep.setting.params,
        seed=sweep.seed,
        days=sweep.days,
        detail=detail,
        tables=joined(blocks),
        points=design.points,
        failures=failures_frame(failed),
        setting=sweep.setting,
    )
