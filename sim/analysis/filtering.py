"""Worlds that agree with a record so far: a particle filter over whole worlds, and what it does not reach.

Week by week worlds are weighed by how well their map tells the record's, and drawn anew in proportion (a
bootstrap filter; Gordon, Salmond and Smith 1993). Weights are tempered so that enough worlds stay different.
What the record knows on the last day and a world still has otherwise is set, and every such edit is counted.
"""

from typing import NamedTuple

import numpy as np

from sim._util.errors import InfightingError
from sim.core.batch import Output, empty_output, run_batch
from sim.core.initial import thresholds
from sim.core.measures import NONE, SOLE
from sim.core.rng import run_key
from sim.core.state import lacks_columns, with_more_columns
from sim.core.static import REBEL
from sim.ensemble.engine import BLOCK, Start
from sim.params import rows
from sim.record.observe import UNKNOWN

WEEK = 7  # days between two looks at the record
LEAST = 0.5  # part of the worlds that a look leaves effective: weights are tempered until it is (assumed)
# all assumed: chance that a reported role is another one, and that of a row of low confidence
WRONG, WRONG_LOW = 0.15, 0.4
# least men of a garrison that sends some to a town that is set, and the part: of the focal faction, of rebels
GARRISON, OWN_PART, REBELS_PART = 60, 0.5, 0.25
DRAWN = 2**40  # numbers of runs from which keys of the filter are taken, far from those of plain runs


class Look(NamedTuple):
    """One look at the record."""

    day: int
    towns: int  # whose role the record knows
    told: float  # share of them that the worlds have right, before
    exponent: float  # of the weights: 1 is the whole likelihood
    effective: float  # worlds that the weights are worth


class Edit(NamedTuple):
    """What was set in one town on the last day."""

    town: int
    role: int  # of the focal faction, by the record
    worlds: int  # in which it was otherwise


def likelihood(presence, reported, low):
    """Log likelihood of what is reported of some towns, for each world.

    Parameters
    ----------
    presence : ndarray (R, T)
        Role of the focal faction: NONE, SHARED, SOLE.
    reported : ndarray (T,)
        The same by the record; UNKNOWN counts nothing.
    low : ndarray of bool (T,)
        Whether the report is of low confidence.

    Returns
    -------
    ndarray (R,)

    Examples
    --------
    >>> likelihood(np.array([[0, 2], [1, 2]]), np.array([0, -1]), np.zeros(2, bool)).round(2).tolist()
    [-0.16, -2.59]
    """
    wrong = np.where(low, WRONG_LOW, WRONG)
    each = np.where(presence == reported, np.log(1.0 - wrong), np.log(wrong / 2.0))
    return (each * (reported != UNKNOWN)).sum(axis=1)


def effective(log_weights):
    """How many worlds of equal weight these are worth (Kish): squared sum over sum of squares."""
    weights = np.exp(log_weights - log_weights.max())
    return weights.sum() ** 2 / (weights**2).sum()


def tempered(log_weights, least):
    """The greatest exponent, at most 1, at which weights are worth at least ``least`` worlds.

    >>> tempered(np.zeros(4), 2.0)
    1.0
    >>> round(tempered(np.array([0.0, -10.0]), 1.5), 3)
    0.132
    """
    if effective(log_weights) >= least:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if effective(middle * log_weights) >= least else (low, middle)
    return low


def resampled(log_weights, u):
    """Rows drawn in proportion to their weights, evenly: systematic resampling by one uniform.

    >>> resampled(np.log([0.5, 0.25, 0.25]), 0.1).tolist()
    [0, 0, 1]
    """
    weights = np.exp(log_weights - log_weights.max())
    share = np.cumsum(weights) / weights.sum()
    count = len(weights)
    return np.searchsorted(share, (np.arange(count) + u) / count, side="right").clip(0, count - 1)


class Worlds:
    """Many worlds that are played on together, weighed, drawn anew and edited.

    Parameters
    ----------
    plan : sim.ensemble.plan.Plan
        Of one world; what its runs are drawn from, and how many.
    bar : tqdm.tqdm, optional
        Told of the days of worlds that are done.
    """

    def __init__(self, plan, bar=None):
        self.plan, self.point, self.bar = plan, plan.at(0), bar
        self.start = Start(self.point.scenario, self.point.params)
        self.static = self.start.static
        count = plan.runs
        self.keys = np.array([run_key(np.uint64(plan.seed), np.uint64(k)) for k in range(count)], np.uint64)
        self.table, station = plan.drawn(self.point).of_runs(self.keys) if plan.draw else (None, None)
        if self.table is None:
            self.table = np.repeat(rows([self.point.params]), count).view(np.recarray)
        state = with_more_columns(self.start.state)
        self.states, self.ledgers = state.repeated(count), self.start.ledger.repeated(count)
        if station is not None:
            station(self.states)
        self.levels = thresholds(self.keys, state.factions.uid, self.table)
        self.day, self.drawn, self.fresh = 0, 0, True

    def play(self, days, detail="daily"):
        """Play all worlds on; the output of the kernels, from this evening on."""
        towns, factions = self.start.state.garrisons.shape
        provinces = len(self.start.state.fronts)
        output = empty_output(len(self.keys), days, towns, factions, provinces, detail)
        static = self.static.repeated(1)
        for first in range(0, len(self.keys), BLOCK):
            part = slice(first, first + BLOCK)
            own = (each[part] for each in (self.ledgers, self.table, self.keys, self.levels))
            rest = self.day, days, self.fresh, Output(*(each[part] for each in output)), self.plan.threads
            run_batch(self.states[part], static, *own, *rest)
            if self.bar is not None:
                self.bar.update(days * len(self.keys[part]))
        if lacks_columns(self.states):
            raise InfightingError("more columns are on the road than a forecast has room for")
        self.day, self.fresh = self.day + days, False
        return output

    def look(self, presence, reported, low):
        """Weigh the worlds by a map, draw them anew, and give each luck of its own from here on."""
        weights = likelihood(presence, reported, low)
        exponent = tempered(weights, LEAST * len(weights))
        weights = exponent * weights
        self.drawn += 1
        rng = np.random.Generator(np.random.Philox(key=[self.plan.seed & (2**64 - 1), self.drawn]))
        row = resampled(weights, rng.random())
        self.states, self.ledgers = self.states[row], self.ledgers[row]
        self.table, self.levels = self.table[row].view(np.recarray), self.levels[row]
        first = DRAWN + self.drawn * len(row)
        seed = np.uint64(self.plan.seed)
        self.keys = np.array([run_key(seed, np.uint64(first + k)) for k in range(len(row))], np.uint64)
        known = reported != UNKNOWN
        told = (presence[:, known] == reported[known]).mean() if known.any() else np.nan
        return Look(self.day, int(known.sum()), float(told), exponent, effective(weights))


def set_map(worlds, presence, reported, low):
    """Bring every world to what the record knows with more than low confidence; the edits.

    Where the focal faction is to hold a town alone, its enemies' men there go to the nearest town of their
    own, and half of its next garrison comes if it has nobody there. Where it is to have nobody, its men go
    to its nearest town; what it held goes to the rebels who have most men there or, if nobody has, in the
    nearest town in which somebody has, a quarter of whom come. No man is made or lost.
    """
    known, edits = (reported != UNKNOWN) & ~low, []
    closed = {SOLE: known & (reported == SOLE), NONE: known & (reported == NONE)}
    for town in np.flatnonzero(closed[SOLE] | closed[NONE]):
        wrong = np.flatnonzero(presence[:, town] != reported[town])
        for run in wrong:
            one = worlds.states[run]
            if reported[town] == SOLE:
                _hold(one, worlds.static, int(town), closed)
            else:
                _leave(one, worlds.static, int(town), closed[NONE])
        if len(wrong):
            edits.append(Edit(int(town), int(reported[town]), len(wrong)))
    return edits


def _men(state, town):
    """Men under arms of every faction in a town, or in every town."""
    return state["garrisons"]["local"][town] + state["garrisons"]["mobile"][town]


def _nearest(state, static, town, faction, closed, men=0):
    """Nearest other town that a faction holds with so many men and that is not closed to it, or -1."""
    for other in static["near"][town][1:]:
        held = state["towns"]["holder"][other] == faction and not closed[other]
        if held and _men(state, other)[faction] >= men:
            return int(other)
    return -1


def _send(state, town, goal, faction, part=1.0):
    """Move a part of a faction's men from a town to another; into hiding where that is -1."""
    garrisons = state["garrisons"]
    for kind in ("local", "mobile"):
        men = int(part * garrisons[kind][town, faction])
        garrisons[kind][town, faction] -= men
        if goal >= 0:
            garrisons[kind][goal, faction] += men
        else:
            garrisons["sheltered"][town, faction] += men


def _take(state, town, holder):
    """The town is a holder's, and nobody contests it."""
    row = state["towns"]
    row["holder"][town], row["contested"][town] = holder, 0
    row["captor"][town] = holder if holder >= 0 else row["captor"][town]


def _hold(state, static, town, closed):
    """The focal faction holds a town alone."""
    focal = int(static["focal"])
    for faction in np.flatnonzero(_men(state, town)):
        if faction != focal:
            _send(state, town, _nearest(state, static, town, faction, closed[SOLE]), faction)
    if not _men(state, town)[focal]:
        source = _nearest(state, static, town, focal, closed[NONE], GARRISON)
        if source >= 0:
            _send(state, source, town, focal, OWN_PART)
    _take(state, town, focal)


def _leave(state, static, town, closed):
    """The focal faction has nobody in a town."""
    focal = int(static["focal"])
    _send(state, town, _nearest(state, static, town, focal, closed), focal)
    rebels = static["kinds"]["side"] == REBEL
    if state["towns"]["holder"][town] not in (focal, -1):
        state["towns"]["contested"][town] = 0
        return
    for other in static["near"][town]:
        men = np.where(rebels, _men(state, other), 0)
        if other == town and men.max() > 0:
            _take(state, town, int(men.argmax()))
            return
        if men.max() >= GARRISON:
            _send(state, int(other), town, int(men.argmax()), REBELS_PART)
            _take(state, town, int(men.argmax()))
            return
    _take(state, town, -1)
