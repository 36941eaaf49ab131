"""Proof: runs of a result played again from its manifest, and compared with what is kept, cell by cell.

``infighting verify results/NAME`` plays a sample again, ``--all`` all of them. Ends with 0 if every cell is the
same, with 1 and the first cell that is not, and with 2 if the result cannot be played again.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim._util.progress import bar_over
from sim.core.kernel import source_hash
from sim.ensemble.batches import BLOCK, Beginning, run_keys
from sim.ensemble.frames import tables_of
from sim.ensemble.store.results import START, ResultsError, load_results
from sim.ensemble.sweep import joined, sweep_of
from sim.model import RebelConflict

SAMPLE = 20  # runs, evenly spread


@dataclass(frozen=True)
class Difference:
    """The first cell that is not what it was.

    Attributes
    ----------
    table : str
        In which table.
    where : dict
        Its row: run, and as the table has them point, day, town, faction and so on.
    column : str
        Which column; empty if the row is missing or one too many.
    kept, again : object
        What the file has, and what came out now.
    """

    table: str
    where: dict
    column: str
    kept: object
    again: object

    def __str__(self):
        """One sentence."""
        place = ", ".join(f"{name} {value}" for name, value in self.where.items())
        return f"{self.table}: {place}, {self.column}: {self.kept} is kept, {self.again} came out again"


def check(folder, runs=SAMPLE, progress=True):
    """Play runs of a result again and compare them with what is kept.

    Parameters
    ----------
    folder : path
        Results of `sim.run_ensemble`, `sim.run_design` or ``python -m sim``.
    runs : int or None
        How many, spread evenly over all; None for all.
    progress : bool
        Show a progress bar.

    Returns
    -------
    tuple of (Difference or None, int)
        The first cell that differs, None if there is none; runs compared.

    Raises
    ------
    ResultsError
        The result is damaged or incomplete, or the stepped world it set out from is not there or another.

    Examples
    --------
    >>> import sim, tempfile
    >>> folder = tempfile.mkdtemp() + "/runs"
    >>> _ = sim.run_ensemble(runs=3, days=4, out=folder, progress=False)
    >>> check(folder, progress=False)
    (None, 3)
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # other scenario, not complete: told by `notes`
        ensemble = load_results(folder)
    again = _Plain(ensemble, folder) if ensemble.points is None else _Points(ensemble, folder)
    total = len(again.places)
    count = total if runs is None else min(runs, total)
    chosen = np.unique(np.linspace(0, total - 1, count).round().astype(np.int64)) if count else []
    with bar_over(len(chosen), progress) as bar:
        for first in range(0, len(chosen), BLOCK):
            part = again.places[chosen[first : first + BLOCK]]
            if found := again.compare(part):
                return found, first + len(part)
            bar.update(len(part))
    return None, len(chosen)


class _Plain:
    """Runs of one world."""

    def __init__(self, ensemble, folder):
        self.ensemble = ensemble
        start = None
        if ensemble.start is not None:
            try:
                start = RebelConflict.load(Path(folder) / START)
            except (OSError, ValueError) as error:
                raise ResultsError(f"{folder} set out from a stepped world: {error}") from None
        self.begin = Beginning(
            ensemble.scenario, ensemble.params, ensemble.days, start, ensemble.draw, ensemble.asked
        )
        self.places = ensemble.runs["run"].to_numpy(np.int64)

    def compare(self, places):
        """First difference in some runs."""
        ensemble = self.ensemble
        kept = self.begin.play_own(run_keys(ensemble.seed, places.tolist()), ensemble.detail)
        thresholds = ensemble.params.outcomes
        begin = self.begin
        tables = tables_of(kept, begin.scenario, begin.static, thresholds, ensemble.detail, 0, begin.first)
        for name, frame in tables.items():
            frame["run"] = places[frame["run"]]
            whole = ensemble.tables[name]
            there = whole[whole["run"].isin(places)]
            if found := first_difference(name, there, frame, ["run"]):
                return found
        return None


class _Points:
    """Runs of a design; a place is a run among all of them, in the order of points."""

    def __init__(self, ensemble, folder):
        self.ensemble, self.sweep = ensemble, sweep_of(folder)
        each = self.sweep.runs_per_point
        there = ensemble.runs if "runs" in ensemble.tables else pd.DataFrame({"point": [], "run": []})
        played = there["point"].to_numpy(np.int64) * each + there["run"].to_numpy(np.int64)
        failed = ensemble.failures.index.to_numpy(np.int64) * each
        self.places = np.sort(np.concatenate([played, failed]))

    def compare(self, places):
        """First difference in some runs."""
        blocks, wrong = [], {}
        for played, failed, _ in self.sweep.play(places):
            blocks += played
            wrong |= failed
        points = sorted({int(place) // self.sweep.runs_per_point for place in places})
        for point in points:
            then = self.ensemble.failures["error"].get(point, "nothing")
            now = wrong.get(point, "nothing")
            if then != now:
                return Difference("failures", {"point": point}, "error", then, now)
        wanted = pd.DataFrame(
            {"point": places // self.sweep.runs_per_point, "run": places % self.sweep.runs_per_point}
        )
        for name, frame in (joined(blocks) if blocks else {}).items():
            some = self.ensemble.tables.of_points(name, points)
            if found := first_difference(name, some.merge(wanted), frame, ["point", "run"]):
                return found
        return None


def first_difference(name, kept, again, keys):
    """The first cell in which two tables differ, row by row.

    Parameters
    ----------
    name : str
        Of the table.
    kept, again : pandas.DataFrame
        Rows of the same runs.
    keys : sequence of str
        Columns that say which run it is.

    Returns
    -------
    Difference or None

    Examples
    --------
    >>> kept = pd.DataFrame({"run": [0, 0], "day": [1, 2], "men": [5, 7]})
    >>> print(first_difference("daily", kept, kept.assign(men=[5, 8]), ["run"]))
    daily: run 0, day 2, men: 7 is kept, 8 came out again
    """
    kept, again = kept.reset_index(drop=True), again.reset_index(drop=True)
    if list(kept.columns) != list(again.columns):
        return Difference(name, {}, "columns", ", ".join(kept.columns), ", ".join(again.columns))
    rows = min(len(kept), len(again))
    differ = np.zeros((rows, len(kept.columns)), bool)
    for k, column in enumerate(kept.columns):
        one, other = (_plain(frame[column].iloc[:rows]) for frame in (kept, again))
        differ[:, k] = (one != other) & ~(pd.isna(one) & pd.isna(other))
    if differ.any():
        row = int(differ.any(axis=1).argmax())
        column = kept.columns[int(differ[row].argmax())]
        return Difference(
            name,
            _where(kept.iloc[row], column, keys),
            column,
            kept[column].iloc[row],
            again[column].iloc[row],
        )
    if len(kept) != len(again):
        longer = kept if len(kept) > rows else again
        words = ("a row", "none") if longer is kept else ("none", "a row")
        return Difference(name, _where(longer.iloc[rows], "", keys), "row", *words)
    return None


def _plain(column):
    """Values that can be compared whatever the categories."""
    plain = column.astype(object) if isinstance(column.dtype, pd.CategoricalDtype) else column
    return plain.to_numpy()


def _where(row, column, keys):
    """What tells a row from others: its run, and its day, place and names."""
    others = ("day", "town", "province", "faction", "faction_a", "faction_b")
    return {name: row[name] for name in (*keys, *others) if name in row.index and name != column}


def notes(folder):
    """What must be known before a difference means anything: other code, another scenario, runs missing.

    Parameters
    ----------
    folder : path
        Results.

    Returns
    -------
    list of str
        Sentences; none if all is as it was.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        said = load_results(folder).tables.manifest
    found = [str(warning.message) for warning in caught if warning.category is UserWarning]
    if said["code"] != source_hash():
        found.append(f"{folder} was made by other rules ({said['code']}; these are {source_hash()})")
    return found
