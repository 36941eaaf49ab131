"""Mean of every outcome measure, with its error and interval, for each group of runs."""

import numpy as np
import pandas as pd

from sim.core.outcomes import CLASSES, MEANINGS, interval
from sim.ensemble.frames import RUNS

Z = 1.959964  # of a 95 % interval


def measures(runs, by):
    """Mean of every outcome measure with its error, for each group of runs.

    Parameters
    ----------
    runs : pandas.DataFrame
        As ``Ensemble.runs``, with a column to group by.
    by : str
        That column, such as ``point``.

    Returns
    -------
    pandas.DataFrame
        One row a group and measure: the group, ``measure``, ``unit``, ``mean``, ``error`` (standard error of
        the mean), ``low`` and ``high`` (95 % interval: Wilson's for shares), ``runs`` (in which it is
        defined).

    Examples
    --------
    >>> runs = pd.DataFrame({"job": [0, 0, 1, 1], "run": [0, 1, 0, 1], "trough_day": [3, 5, 4, 4]})
    >>> measures(runs, "job")[["job", "measure", "mean", "error"]].values.tolist()
    [[0, 'trough_day', 4.0, 1.0], [1, 'trough_day', 4.0, 0.0]]
    """
    meanings = [held for held in MEANINGS.values() if f"outcome{held}" in runs]
    shares = {f"share_{name}{held}": runs[f"outcome{held}"] == name for held in meanings for name in CLASSES}
    shares |= {name: runs[name] for name in RUNS if RUNS[name][0] == "share" and name in runs}
    numbers = [name for name in RUNS if name in runs and name not in ("run", by, *shares)]
    numbers = [name for name in numbers if pd.api.types.is_numeric_dtype(runs[name])]
    parts = [_share(name, true.groupby(runs[by])) for name, true in shares.items()]
    parts += [_mean(name, runs.groupby(by)[name]) for name in numbers]
    whole = pd.concat(parts)  # measure by measure; sorted by group they keep that order
    return whole.sort_index(kind="stable").reset_index()


def _share(name, groups):
    """Share of the runs of each group in one class, or for which something is true, of those that tell."""
    share, count, runs = groups.mean(), groups.sum(), groups.count()
    low, high = interval(count.to_numpy(float), np.where(runs > 0, runs, np.nan))
    return _rows(name, "1", share, np.sqrt(share * (1 - share) / runs), low, high, runs)


def _mean(name, groups):
    """Mean of one column in each group, of the runs in which it is defined."""
    mean, error, runs = groups.mean(), groups.std() / np.sqrt(groups.count()), groups.count()
    return _rows(name, RUNS[name][0], mean, error, mean - Z * error, mean + Z * error, runs)


def _rows(measure, unit, mean, error, low, high, runs):
    columns = {"mean": mean, "error": error, "low": low, "high": high}
    frame = pd.DataFrame({key: np.asarray(value, float) for key, value in columns.items()}, index=mean.index)
    frame.insert(0, "measure", measure)
    frame.insert(1, "unit", unit)
    frame["runs"] = runs.to_numpy(np.int64)
    return frame
