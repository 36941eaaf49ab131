"""When it comes back: cumulative incidence with being beaten as a competing end, and restricted means.

Only who was broken can come back: runs that never were are not at risk, and are left out.
"""

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import CumIncidenceRight

from sim.core.outcomes import interval

NEITHER, BACK, BEATEN = 0, 1, 2
EVENTS = {BACK: "back", BEATEN: "beaten"}


def incidence_of(named, horizon):
    """Cumulative incidence of being back and of being beaten, among the broken runs of each result.

    Parameters
    ----------
    named : dict of str to Ensemble
    horizon : int
        Last day looked at; runs that are broken too late to be back by then tell nothing and are left out.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``event``, ``day``, ``share``, ``low``, ``high``; no rows of a result without broken runs.
    """
    parts = [pd.DataFrame(columns=["name", "event", "day", "share", "low", "high"])]
    for name, ensemble in named.items():
        runs = ensemble.runs[ensemble.runs["back"].notna()]
        if len(runs):
            ends = first_events(*(runs[day].to_numpy(float) for day in ("back_day", "beaten_day")), horizon)
            found = cumulative_incidence(*ends, horizon).assign(name=name)
            parts.append(found[list(parts[0])])
    return pd.concat(parts[1:] or parts, ignore_index=True)


def first_events(back, beaten, horizon):
    """Which of the two ends came first, and when; neither by the horizon is NEITHER at the horizon.

    Parameters
    ----------
    back, beaten : array_like, shape (n,)
        Days, NaN for never; on one and the same day it is beaten.
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
    ends = np.nan_to_num(np.array([beaten, back], float), nan=np.inf)
    first, when = ends.argmin(axis=0), ends.min(axis=0)
    event = np.where(when > horizon, NEITHER, np.where(first == 0, BEATEN, BACK))
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
    >>> table[table["event"] == "back"]["share"].tolist()
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
    """Days up to the horizon that each run spends not yet back: a beaten one waits to the horizon.

    Their mean is the restricted mean time to being back, the horizon less the area under its cumulative
    incidence (Andersen 2013); pairs give a paired difference of restricted means.

    Examples
    --------
    >>> waiting(np.array([3.0, 2.0, 9.0]), np.array([1, 2, 1]), 8).tolist()
    [3.0, 8.0, 8.0]
    """
    return np.where(np.asarray(event) == BACK, np.minimum(day, horizon), float(horizon))


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
    if not (event == BACK).any():
        return float(horizon)
    fitted = CumIncidenceRight(day, event)
    steps = np.diff(np.concatenate([[0.0], fitted.cinc[0]]))
    return float(horizon - (steps * np.clip(horizon - fitted.times, 0, None)).sum())
