"""Proof: runs of a result played again from its manifest, and compared with what is kept, cell by cell.

``infighting verify results/NAME`` runs a sample again, ``--all`` all of them. Ends with 0 if
every cell is the same, with 1 and the first cell that is not, with 2 if it cannot be played again.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim._util.progress import bar_over
from sim.core.kernel import source_hash
from sim.ensemble.engine import BLOCK, joined, play
from sim.ensemble.load import load_results, setting_of
from sim.ensemble.plan import plan_of
from sim.ensemble.store.layout import ResultsError

SAMPLE = 20  # runs, evenly spread


@dataclass(frozen=True)
class Difference:
    """The first cell that is not what it was."""

    table: str
    where: dict  # its row: run, and as the table has them point, day, town, faction and so on
    column: str  # empty if the row is missing or one too many
    kept: object
    again: object

    def __str__(self):
        """One sentence."""
        place = ", ".join(f"{name} {value}" for name, value in self.where.items())
        return f"{self.table}: {place}, {self.column}: {self.kept} is kept, {self.again} came out again"


def check(folder, runs=SAMPLE, progress=True):
    """Play runs of a result again (None: all) and compare; the first `Difference` or None, and runs compared.

    >>> import sim, tempfile
    >>> folder = tempfile.mkdtemp() + "/runs"
    >>> _ = sim.run_ensemble(runs=3, days=4, out=folder, progress=False)
    >>> check(folder, progress=False)
    (None, 3)
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # other scenario, not complete: told by `notes`
        ensemble = load_results(folder)
    about = ensemble.tables.manifest
    try:
        plan = plan_of(about, setting_of(about, ensemble.world))
    except (OSError, ValueError) as error:
        raise ResultsError(f"{folder} cannot be played again: {error}") from None
    places = _places(ensemble, plan)
    count = len(places) if runs is None else min(runs, len(places))
    chosen = places[np.unique(np.linspace(0, len(places) - 1, count).round().astype(np.int64))]
    with bar_over(len(chosen), progress) as bar:
        for first in range(0, len(chosen), BLOCK):
            part = chosen[first : first + BLOCK]
            if found := _compare(ensemble, plan, part):
                return found, first + len(part)
            bar.update(len(part))
    return None, len(chosen)


def _places(ensemble, plan):
    """Places of all runs that are there, and the first of every point that failed."""
    each, failed = plan.runs_per_point, ensemble.tables.failed
    there = ensemble.runs if "runs" in ensemble.tables else pd.DataFrame({"run": []})
    point = there.get("point", 0)
    place = (point * each + there["run"].astype(np.int64)).to_numpy(np.int64)
    return np.sort(np.concatenate([place, np.array(sorted(failed), np.int64) * each]))


def _compare(ensemble, plan, places):
    """First difference in the runs at some places."""
    blocks, wrong, each = [], {}, plan.runs_per_point
    for tables, failed, _ in play(plan, places):
        blocks.append(tables)
        wrong |= failed
    for point in sorted({int(place) // each for place in places}):
        then, now = (errors.get(point, "nothing") for errors in (ensemble.tables.failed, wrong))
        if then != now:
            return Difference("failures", {"point": point}, "error", then, now)
    keys = ["run"] if plan.design is None else ["point", "run"]
    requested = pd.DataFrame({"point": places // each, "run": places % each})[keys]
    for name, frame in joined(blocks, wrong).items():
        there = ensemble.tables.of_places(name, places).merge(requested)
        if found := first_difference(name, there, frame, keys):
            return found
    return None


def first_difference(name, kept, again, keys):
    """The first `Difference` of two tables of the same runs, row by row; None if there is none.

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
        both = (frame[column].iloc[row] for frame in (kept, again))
        return Difference(name, _where(kept.iloc[row], column, keys), column, *both)
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
    """What to know before a difference means anything: other code, another scenario, runs missing."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        about = load_results(folder).tables.manifest
    found = [str(warning.message) for warning in caught if warning.category is UserWarning]
    if about["code"] != source_hash():
        found.append(f"{folder} was made by other rules ({about['code']}; these are {source_hash()})")
    return found
