"""States and classes of a run, by declared thresholds, and the interval of a share (ODD 4, observation)."""

from typing import NamedTuple

import numpy as np

CLASSES = ("collapse", "resurgent", "regrouped", "unbroken", "contained")
MEANINGS = {"holder": "", "sole": "_sole", "any": "_any"}
STATES = ("unbroken", "broken", "back", "beaten", "unknown")
UNBROKEN, BROKEN, BACK, BEATEN, UNKNOWN = range(5)
WEEK = 7
BLOW_TOWNS, BLOW_PEOPLE = 3, 0.1  # won net in a week: what makes it a counter-offensive


class Passages(NamedTuple):
    """Where runs end in the multi-state model, and when each state was first entered (NaN: never)."""

    state: np.ndarray  # rows of STATES, at the end
    broken_day: np.ndarray
    back_day: np.ndarray
    beaten_day: np.ndarray
    broken: np.ndarray  # 1 or 0; NaN where the horizon is too short to tell
    back: np.ndarray  # of broken runs 1 or 0; NaN of others, and where too few days are left to tell


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


def spell_begins(true, days):
    """First days of the spells of at least so many days on which a condition holds.

    Examples
    --------
    >>> spell_begins(np.array([[True, True, False, True, True, True]]), 2).astype(int).tolist()
    [[1, 0, 0, 1, 0, 0]]
    """
    kept = held_for(true, days)
    first = kept & ~np.pad(kept, ((0, 0), (1, 0)))[:, :-1]
    return np.pad(first[:, days - 1 :], ((0, 0), (0, min(days - 1, true.shape[1]))))


def _counted(men):
    """Men as shares of their first day, NaN where nobody counted, and whether anybody did."""
    known = ~np.isnan(men).all(axis=1, keepdims=True)
    return np.where(known, shares(np.where(known, men, 1.0)), np.nan), known


def passages(people, men, towns, thresholds):
    """Pass each run through the states unbroken, broken, back and beaten.

    Broken: at or below ``trough`` of its first people for ``broken_days``. Back, once broken: at
    ``regained_people`` or more for ``kept`` days. Beaten: at most ``collapse_towns`` of its first towns and
    ``collapse_men`` of its first men for ``kept`` days; who is beaten was broken, then at the latest. Each
    passage is dated to the first day of its spell. Who is back can be broken again; who is beaten can only
    come back.

    Parameters
    ----------
    people, men, towns, thresholds
        As for `classify`.

    Returns
    -------
    Passages

    Examples
    --------
    >>> from sim.params import Outcomes
    >>> people = np.array([[1.0] * 5 + [0.2] * 10 + [0.9] * 40])
    >>> found = passages(people, people, people, Outcomes())
    >>> STATES[found.state[0]], found.broken_day.tolist(), found.back_day.tolist()
    ('back', [5.0], [15.0])
    """
    people, towns, days = shares(people), shares(towns), people.shape[1]
    men, counted = _counted(men)
    needed, kept = int(thresholds.broken_days), int(thresholds.kept)
    few_men = np.where(counted, men <= thresholds.collapse_men, True)
    enters = {
        BROKEN: spell_begins(people <= thresholds.trough, needed),
        BACK: spell_begins(people >= thresholds.regained_people, kept),
        BEATEN: spell_begins((towns <= thresholds.collapse_towns) & few_men, kept),
    }
    before = {BROKEN: (UNBROKEN, BACK), BACK: (BROKEN, BEATEN), BEATEN: (UNBROKEN, BROKEN, BACK)}
    state = np.full(len(people), UNBROKEN)
    first = {each: np.full(len(people), np.nan) for each in enters}
    for day in range(days):
        for to, begins in enters.items():
            passes = begins[:, day] & np.isin(state, before[to])
            state = np.where(passes, to, state)
            first[to] = np.where(passes & np.isnan(first[to]), day, first[to])
    first[BROKEN] = np.fmin(first[BROKEN], first[BEATEN])
    broken = np.where(days > needed, ~np.isnan(first[BROKEN]), np.nan)
    in_time = first[BROKEN] + needed + kept <= days  # False for the unbroken
    back = np.where(in_time, ~np.isnan(first[BACK]), np.nan)
    state = np.where(days > needed, state, UNKNOWN)
    return Passages(state, first[BROKEN], first[BACK], first[BEATEN], broken, back)


def counter_offensive(people, towns, trough_day):
    """First counter-offensive after the trough: the day on which it has won enough, and what it had won then.

    Enough are three towns, or a tenth of the people of the first day, won net within a week.

    Returns
    -------
    tuple of arrays, shape (runs,)
        (day, towns, people as a share of the start), NaN where there is none.

    Examples
    --------
    >>> towns = np.array([[8.0] * 3 + [2.0] * 3 + [6.0] * 9])
    >>> [found.tolist() for found in counter_offensive(towns, towns, np.array([3]))]
    [[6.0], [4.0], [0.5]]
    """
    people, day = shares(people), np.arange(people.shape[1])
    before = np.minimum(np.maximum(day - WEEK, trough_day[:, None]), day)
    won, gained = (values - np.take_along_axis(values, before, axis=1) for values in (towns, people))
    blow = (won >= BLOW_TOWNS) | (gained >= BLOW_PEOPLE)
    found, first, run = blow.any(axis=1), blow.argmax(axis=1), np.arange(len(people))
    return tuple(np.where(found, values, np.nan) for values in (first, won[run, first], gained[run, first]))


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
    men, counted = _counted(men)
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
