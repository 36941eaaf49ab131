"""Which mechanisms explain an outcome: Shapley values over switches, with paired runs."""

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd


def subsets(players):
    """All subsets, from none to all, each in the order of ``players``.

    >>> subsets(["a", "b"])
    [(), ('a',), ('b',), ('a', 'b')]
    """
    return [part for size in range(len(players) + 1) for part in combinations(players, size)]


def weights(players):
    """Shapley's weights times n!, as whole numbers: rows are players, columns `subsets`.

    A value is the row times the worth of every subset, over n!. Each row sums to nil; the column of all
    players sums to n!, that of none to -n!, every other to nil: so the values sum exactly to the
    difference between all and none.

    Examples
    --------
    >>> weights(["a", "b"]).tolist()
    [[-1, 1, -1, 1], [-1, -1, 1, 1]]
    """
    n, parts = len(players), subsets(players)
    out = np.zeros((n, len(parts)), np.int64)
    for column, part in enumerate(parts):
        size = len(part)
        for row, player in enumerate(players):
            if player in part:
                out[row, column] = factorial(size - 1) * factorial(n - size)
            else:
                out[row, column] = -factorial(size) * factorial(n - size - 1)
    return out


def shapley(worth, players, *, resamples=2000, seed=1, level=0.95):
    """Share out the difference between all switches on and all off.

    Parameters
    ----------
    worth : array_like, shape (2 ** n,) or (2 ** n, runs)
        What every one of `subsets` is worth; with runs, column k is run k under each of them (paired).
    players : sequence of str
        Names of the mechanisms.
    resamples : int, default 2000
        Of the bootstrap over runs; whole runs are drawn, so that pairs stay together.
    seed : int, default 1
        Of the bootstrap.
    level : float, default 0.95
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``mechanism``, ``share``, ``low``, ``high`` (percentiles; NaN where there is but one run), ``alone``
        (it alone on, against none), ``last`` (all on, against all but it), and in ``attrs`` ``all``,
        ``none`` and ``runs``.

    Notes
    -----
    Shapley (1953). Whole numbers (counts, yes and no) are summed as whole numbers, so that the values add
    up to the difference without rounding before the one division.

    Examples
    --------
    >>> shapley([0, 1, 0, 3], ["a", "b"])["share"].tolist()
    [2.0, 1.0]
    """
    worth = np.asarray(worth)
    worth = worth.astype(np.int64) if worth.dtype.kind in "biu" else worth.astype(float)
    table = worth[:, None] if worth.ndim == 1 else worth
    parts = subsets(players)
    if len(set(players)) < len(players) or table.shape[0] != len(parts):
        raise ValueError(
            f"{len(players)} mechanisms have {len(parts)} subsets, and {table.shape[0]} were given"
        )
    runs, whole = table.shape[1], factorial(len(players))
    by_run = weights(players) @ table
    frame = pd.DataFrame({"mechanism": list(players), "share": by_run.sum(axis=1) / (whole * runs)})
    frame["low"] = frame["high"] = np.nan
    if runs > 1:
        drawn = resampled(table, players, resamples=resamples, seed=seed)
        frame["low"], frame["high"] = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=1)
    mean = table.mean(axis=1)
    row = {part: k for k, part in enumerate(parts)}
    frame["alone"] = [mean[row[(p,)]] - mean[0] for p in players]
    frame["last"] = [mean[-1] - mean[row[tuple(q for q in players if q != p)]] for p in players]
    frame.attrs |= {"all": float(mean[-1]), "none": float(mean[0]), "runs": runs}
    return frame


def resampled(worth, players, *, resamples=2000, seed=1):
    """Shapley values of bootstrap samples, (n, resamples): what their order and other comparisons rest on.

    Whole runs are drawn, so that pairs stay together; the arguments are those of `shapley`.

    >>> drawn = resampled([[0, 0], [1, 1], [0, 0], [3, 2]], ["a", "b"])
    >>> drawn.shape, bool((drawn[0] > drawn[1]).all())
    ((2, 2000), True)
    """
    by_run = weights(players) @ np.asarray(worth) / factorial(len(players))
    runs = by_run.shape[1]
    drawn = np.random.default_rng(seed).multinomial(runs, np.full(runs, 1 / runs), resamples)
    return by_run @ drawn.T / runs
