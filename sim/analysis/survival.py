"""When it regroups: cumulative incidence with collapse as a competing end, and restricted means."""

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import CumIncidenceRight

from sim.core.outcomes import interval, shares

NEITHER, REGROUPED, COLLAPSED = 0, 1, 2
EVENTS = {REGROUPED: "regrouped", COLLAPSED: "collapsed"}


def first_days(ensemble):
    """Day of regrouping and day of collapse of each run, NaN where it never comes.

    A collapse begins on the first day from which towns and men stay at or below its thresholds to the end;
    without daily detail it is dated to the last day.
    """
    runs = ensemble.runs
    regroup = runs["regroup_day"].to_numpy(float)
    fallen = (runs["outcome"].astype(str) == "collapse").to_numpy()
    last = np.full(len(regroup), float(ensemble.days))
    if ensemble.detail != "summary":
        limits, focal = ensemble.params.outcomes, ensemble.focal
        run = [name for name in ("point", "run") if name in focal]  # of a design, runs have points
        values = focal.sort_values([*run, "day"], kind="stable")
        low = np.ones((len(runs), ensemble.days + 1), bool)
        for name, limit in (("towns", limits.collapse_towns), ("men", limits.collapse_men)):
            low &= shares(values[name].to_numpy(float).reshape(len(runs), -1)) <= limit
        stays = np.flip(np.logical_and.accumulate(np.flip(low, axis=1), axis=1), axis=1)
        last = np.where(stays.any(axis=1), stays.argmax(axis=1), last)
    return regroup, np.where(fallen, last, np.nan)


def first_events(regroup, collapse, horizon):
    """Which of the two ends came first, and when; neither by the horizon is NEITHER at the horizon.

    Parameters
    ----------
    regroup, collapse : array_like, shape (n,)
        Days, NaN for never; on one and the same day it has collapsed.
    horizon : float
        Last day looked at.

    Returns
    -------
    tuple of numpy.ndarray
        (day, event), events as in ``EVENTS``.

    Examples
    --------
    >>> [x.tolist() for x in first_events([5, np.nan, 9], [np.nan, 7, 2], 8)]
    [[5.0, 7.0, 2.0], [1, 2, 2]]
    """
    ends = np.nan_to_num(np.array([collapse, regroup], float), nan=np.inf)
    first, when = ends.argmin(axis=0), ends.min(axis=0)
    event = np.where(when > horizon, NEITHER, np.where(first == 0, COLLAPSED, REGROUPED))
    return np.minimum(when, horizon), event


def cumulative_incidence(day, event, horizon):
    """Chance that each end has come by each day, the other one competing (Aalen and Johansen).

    Parameters
    ----------
    day, event : array_like, shape (n,)
        First event of each run and its day; event 0: lost from sight on that day.
    horizon : int
        Last day of the table.

    Returns
    -------
    pandas.DataFrame
        ``event``, ``day`` (0 to horizon), ``share``, ``low``, ``high``: pointwise 95 % intervals, Wilson's
        with as many runs as the estimator's variance is worth (all of them when none is lost from sight).

    Examples
    --------
    >>> table = cumulative_incidence([1, 2, 4, 4], [1, 2, 1, 0], 4)
    >>> table[table["event"] == "regrouped"]["share"].tolist()
    [0.0, 0.25, 0.25, 0.25, 0.5]
    """
    day, event = np.asarray(day, float), np.asarray(event, int)
    with np.errstate(divide="ignore", invalid="ignore"):  # on a day on which the last runs meet their end
        fitted = CumIncidenceRight(day, event) if event.any() else None
    days = np.arange(int(horizon) + 1)
    parts = []
    for code, name in EVENTS.items():
        share, error = np.zeros(len(days)), np.zeros(len(days))
        if fitted is not None and code <= len(fitted.cinc):
            at = np.searchsorted(fitted.times, days, side="right") - 1
            share = np.where(at >= 0, fitted.cinc[code - 1][at], 0.0).clip(0, 1)
            error = np.where(at >= 0, fitted.cinc_se[code - 1][at], 0.0)
        open_ = np.isfinite(error) & (error > 0) & (share < 1)
        worth = np.where(open_, share * (1 - share) / np.where(open_, error, 1.0) ** 2, len(day))
        low, high = interval(share * worth, worth)
        parts.append(pd.DataFrame({"event": name, "day": days, "share": share, "low": low, "high": high}))
    return pd.concat(parts, ignore_index=True)


def waiting(day, event, horizon):
    """Days up to the horizon that each run spends not regrouped: a collapsed one waits to the horizon.

    Their mean is the restricted mean time to regrouping, the horizon less the area under its cumulative
    incidence (Andersen 2013); pairs give a paired difference of restricted means.

    Examples
    --------
    >>> waiting(np.array([3.0, 2.0, 9.0]), np.array([1, 2, 1]), 8).tolist()
    [3.0, 8.0, 8.0]
    """
    return np.where(np.asarray(event) == REGROUPED, np.minimum(day, horizon), float(horizon))


def restricted_mean(day, event, horizon):
    """Restricted mean time to the first kind of event, runs lost from sight allowed for.

    Parameters
    ----------
    day, event, horizon
        As in `cumulative_incidence`.

    Returns
    -------
    float
        The horizon less the area under the cumulative incidence up to it.
    """
    day, event = np.asarray(day, float), np.asarray(event, int)
    if not (event == REGROUPED).any():
        return float(horizon)
    fitted = CumIncidenceRight(day, event)
    steps = np.diff(np.concatenate([[0.0], fitted.cinc[0]]))
    return float(horizon - (steps * np.clip(horizon - fitted.times, 0, None)).sum())
