"""Outcome classes of a run, by declared thresholds, and the interval of a share (ODD 4, observation)."""

import numpy as np

CLASSES = ("collapse", "resurgent", "regrouped", "unbroken", "contained")
MEANINGS = {"holder": "", "sole": "_sole", "any": "_any"}


def held_for(true, days):
    """Where a condition has just held for this many days running.

    Parameters
    ----------
    true : array of bool, shape (runs, days)
    days : int

    Returns
    -------
    array of bool, shape (runs, days)
        True on the last of ``days`` days on all of which the condition held.

    Examples
    --------
    >>> held_for(np.array([[True, True, False, True]]), 2).tolist()
    [[False, True, False, False]]
    """
    total = np.cumsum(np.pad(true, ((0, 0), (1, 0))), axis=1)
    out = np.zeros(true.shape, bool)
    if true.shape[1] >= days:
        out[:, days - 1 :] = total[:, days:] - total[:, :-days] == days
    return out


def regrouping(people, thresholds):
    """Day of the trough, its depth, and day from which the people were regained and held.

    Parameters
    ----------
    people : array, shape (runs, days + 1)
        People held, as a share of those of day 0.
    thresholds : sim.params.Outcomes

    Returns
    -------
    tuple of arrays, shape (runs,)
        (trough day, trough share, first day of the regained spell or NaN).
    """
    trough_day = people.argmin(axis=1)
    needed = int(thresholds.kept)
    fallen = np.maximum.accumulate(people <= thresholds.trough, axis=1)
    done = held_for((people >= thresholds.regained_people) & fallen, needed)
    day = np.where(done.any(axis=1), done.argmax(axis=1) - needed + 1.0, np.nan)
    return trough_day, people.min(axis=1), day


def shares(values):
    """A series as shares of its first day; where that is nil, 1 while still nil and infinity beyond."""
    first = values[:, :1]
    with np.errstate(divide="ignore", invalid="ignore"):
        out = values / first
    return np.where(first > 0, out, np.where(values > 0, np.inf, 1.0))


def classify(people, men, towns, thresholds):
    """Outcome class of each run, in the order collapse, resurgent, regrouped, unbroken, contained.

    Parameters
    ----------
    people, men, towns : arrays, shape (runs, days + 1)
        Of the focal faction; day 0 is the start. ``men`` may be all NaN where nobody counted (the record):
        then the conditions on men are left out.
    thresholds : sim.params.Outcomes

    Returns
    -------
    array of str, shape (runs,)

    Examples
    --------
    >>> from sim.params import Outcomes
    >>> people = np.array([[1.0] * 5 + [0.2] * 10 + [0.9] * 40])
    >>> classify(people, people, people, Outcomes()).tolist()
    ['regrouped']
    """
    people, towns = shares(people), shares(towns)
    counted = ~np.isnan(men).all(axis=1, keepdims=True)
    men = np.where(counted, shares(np.where(counted, men, 1.0)), np.nan)
    few_men = np.where(counted[:, 0], men[:, -1] <= thresholds.collapse_men, True)
    many_men = np.where(counted, men >= thresholds.resurgent_men, True)
    collapse = (towns[:, -1] <= thresholds.collapse_towns) & few_men
    strong = (people >= thresholds.resurgent_people) & many_men
    resurgent = held_for(strong, int(thresholds.kept)).any(axis=1)
    _, depth, day = regrouping(people, thresholds)
    tests = [collapse, resurgent, ~np.isnan(day), depth > thresholds.trough]
    return np.select(tests, CLASSES[:4], CLASSES[4])


def interval(count, n, z=1.959964):
    """Wilson's 95 % interval of a share.

    Parameters
    ----------
    count, n : int or array
        Successes and trials, ``n`` at least 1.

    Returns
    -------
    tuple
        (low, high), between 0 and 1.

    Examples
    --------
    >>> [round(float(x), 3) for x in interval(8, 10)]
    [0.49, 0.943]
    """
    share = np.asarray(count) / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half
