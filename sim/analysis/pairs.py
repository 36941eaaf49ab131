"""Differences within pairs of runs: means, shares, their intervals, and what pairing them was worth."""

import math

import numpy as np
from scipy.special import stdtr, stdtrit
from scipy.stats import norm
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from sim._util import validation

CONTROLS = {"holm": "holm", "benjamini-hochberg": "fdr_bh", "none": None}  # our name: statsmodels'


def paired_mean(a, b, level=0.95):
    """Mean difference b - a over pairs.

    Parameters
    ----------
    a, b : array_like, shape (n,)
        Values of the runs of each pair, n at least 2.
    level : float, default 0.95
        Of the interval.

    Returns
    -------
    dict
        ``a``, ``b`` (means), ``difference``, ``low``, ``high`` (Student's t over the differences), ``effect``
        (difference over the root of the mean of the two variances: d_av, Lakens 2013), ``gain`` (see
        `variance_ratio`), ``p`` (paired t test), ``pairs``.

    Examples
    --------
    >>> found = paired_mean([1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
    >>> found["difference"], round(found["low"], 3), round(found["gain"], 3)
    (2.0, -0.484, 5.0)
    """
    a, b = _paired(a, b)
    n, change = len(a), b - a
    mean, error = float(change.mean()), float(change.std(ddof=1)) / math.sqrt(n)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * error
    spread = math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    certain = 1.0 if mean == 0 else 0.0  # all differences alike: a test has nothing to say
    p = 2 * float(stdtr(n - 1, -abs(mean) / error)) if error > 0 else certain
    effect = mean / spread if spread > 0 else 0.0 if mean == 0 else math.nan
    return _row(a, b, mean, mean - half, mean + half, effect, p)


def _row(a, b, difference, low, high, effect, p):
    """One row of a comparison."""
    means = {"a": float(a.mean()), "b": float(b.mean()), "difference": difference, "low": low, "high": high}
    return means | {"effect": effect, "gain": variance_ratio(a, b), "p": p, "pairs": len(a)}


def paired_share(a, b, level=0.95):
    """Difference of two shares over pairs.

    Parameters
    ----------
    a, b : array_like of bool, shape (n,)
        Whether it happened to each run of a pair.
    level : float, default 0.95
        Of the interval.

    Returns
    -------
    dict
        As `paired_mean`; the interval is Wald's with the correction of Bonett and Price (2012), which
        Fagerland, Lydersen and Laake (2014) recommend; ``effect`` is Cohen's h; ``p`` McNemar's exact test.

    Examples
    --------
    >>> found = paired_share([1, 0, 0, 0], [1, 1, 1, 0])
    >>> found["difference"], found["p"]
    (0.5, 0.5)
    """
    a, b = (values.astype(bool) for values in _paired(a, b))
    n, gained, lost = len(a), int((b & ~a).sum()), int((a & ~b).sum())
    more, less = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
    half = float(norm.ppf(0.5 + level / 2)) * math.sqrt((more + less - (more - less) ** 2) / (n + 2))
    table = [[int((a & b).sum()), lost], [gained, int((~a & ~b).sum())]]
    p = float(mcnemar(table, exact=True).pvalue) if gained + lost else 1.0
    share_a, share_b = float(a.mean()), float(b.mean())
    low, high = max(-1.0, more - less - half), min(1.0, more - less + half)
    effect = 2 * (math.asin(math.sqrt(share_b)) - math.asin(math.sqrt(share_a)))
    return _row(a, b, share_b - share_a, low, high, effect, min(p, 1.0))


def paired_conditional(a, of_a, b, of_b, *, share, level=0.95, draws=2000):
    """Difference of two means, each over the runs that have a value, by a bootstrap over pairs.

    Who has a value differs between twins (who is broken, of those that come back), so that pairs are drawn
    anew as a whole (Efron and Tibshirani 1993).

    Parameters
    ----------
    a, b : array_like, shape (n,)
        Sum of the values in each pair.
    of_a, of_b : array_like, shape (n,)
        Number of runs of the pair that have one.
    share : bool
        Values are shares: the effect is Cohen's h.
    level : float, default 0.95
        Of the interval.
    draws : int
        Of the bootstrap, by numbers that are always the same.

    Returns
    -------
    dict
        As `paired_mean`; ``gain`` is NaN.

    Examples
    --------
    >>> found = paired_conditional([1, 0, 0, 1], [1, 1, 0, 1], [1, 1, 0, 0], [1, 1, 1, 1], share=True)
    >>> round(found["a"], 3), found["b"], found["pairs"]
    (0.667, 0.5, 4)
    """
    parts = np.array([a, of_a, b, of_b], float)
    n = parts.shape[1]
    chosen = np.random.default_rng(n).multinomial(n, np.full(n, 1 / n), size=draws)
    drawn = chosen @ parts.T
    with np.errstate(divide="ignore", invalid="ignore"):
        change = drawn[:, 2] / drawn[:, 3] - drawn[:, 0] / drawn[:, 1]
        one, two = float(parts[0].sum() / parts[1].sum()), float(parts[2].sum() / parts[3].sum())
    change = np.sort(change[np.isfinite(change)])
    low, high = np.quantile(change, [(1 - level) / 2, (1 + level) / 2]) if len(change) else (math.nan,) * 2
    beyond = min((change <= 0).sum(), (change >= 0).sum())
    p = min(1.0, 2 * (beyond + 1) / (len(change) + 1))
    effect = 2 * (math.asin(math.sqrt(two)) - math.asin(math.sqrt(one))) if share else math.nan
    means = {"a": one, "b": two, "difference": two - one, "low": float(low), "high": float(high)}
    return means | {"effect": effect, "gain": math.nan, "p": p, "pairs": n}


def variance_ratio(a, b):
    """How many times fewer runs pairing needs: variance of b - a if unpaired, over that of the pairs.

    Above 1 pairing helps; at 1 the runs might as well be unpaired. NaN where nothing varies.

    Examples
    --------
    >>> variance_ratio([0, 1, 2, 3], [0, 1, 2, 5]).__round__(2)
    6.33
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    apart, together = a.var(ddof=1) + b.var(ddof=1), (b - a).var(ddof=1)
    if together > 0:
        return float(apart / together)
    return math.inf if apart > 0 else math.nan


def along(points, by_run, name):
    """An outcome at the lowest and at the highest value of one factor, the others averaged, run by run.

    ``by_run`` has a row a point, as ``points``, and a column a run. Runs of a design have the same
    random numbers at every point, so what a factor changes is ``paired_mean(*along(...))``.

    >>> import pandas as pd
    >>> points = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    >>> [values.tolist() for values in along(points, pd.DataFrame([[0, 1], [2, 3], [4, 5], [6, 7]]), "a")]
    [[1.0, 2.0], [5.0, 6.0]]
    """
    values, level = np.asarray(by_run, float), points[name].to_numpy()
    return tuple(values[level == end].mean(axis=0) for end in (level.min(), level.max()))


def adjusted(p, control="holm"):
    """P values of a family of comparisons, adjusted for their number; NaN stays NaN and is not counted.

    Holm (1979) controls the chance of one false alarm, Benjamini and Hochberg (1995) the share of false
    alarms among alarms.

    >>> adjusted([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    validation.one_of("control", control, CONTROLS)
    out = np.array(p, float)
    known = ~np.isnan(out)
    if CONTROLS[control] and known.any():
        out[known] = multipletests(out[known], method=CONTROLS[control])[1]
    return out


def _paired(a, b):
    """Two arrays of equal length, at least two, without gaps."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape or a.ndim != 1 or len(a) < 2:
        raise ValueError(f"pairs need two rows of equal length, 2 or more, not {a.shape} and {b.shape}")
    if np.isnan(a).any() or np.isnan(b).any():
        raise ValueError("pairs with a missing value: leave out both runs, or give the value a meaning")
    return a, b
