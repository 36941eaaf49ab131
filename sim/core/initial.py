"""The evening of day 0: thresholds drawn, older causes applied, moods settled (ODD 5)."""

import math

import numpy as np
from scipy.special import betaincinv

from sim.core.kernel import kernel
from sim.core.ledger import empty_ledger
from sim.core.processes.events import events
from sim.core.processes.finance import men_to_pay, take_stock
from sim.core.processes.grievance import feeling
from sim.core.processes.manpower import remember_rule
from sim.core.processes.protest import protest
from sim.core.processes.support import appeal_in
from sim.core.rng import THRESHOLD, uniform
from sim.core.snapshot import list_present, men_in

ROUNDS = 30  # of crowds seeing crowds, until they are steady


@kernel
def threshold_uniforms(key, uids):
    """Uniforms behind the thresholds: one row a run, one column a faction."""
    out = np.empty((len(key), len(uids)))
    for r in range(len(key)):
        for f in range(len(uids)):
            out[r, f] = uniform(key[r], THRESHOLD, 0, uids[f])
    return out


def thresholds(key, uids, params):
    """Joining thresholds: Beta with the mean and standard deviation of ``params.alignment``.

    Parameters
    ----------
    key : array of uint64, shape (runs,)
    uids : array of int64, shape (factions,)
    params : record array, shape (runs,)
        Rows of sim.params.rows.

    Returns
    -------
    array, shape (runs, factions)
        Between 0 and 1.
    """
    mean, sd = params.alignment.threshold_mean[:, None], params.alignment.threshold_sd[:, None]
    spread = mean * (1.0 - mean) / (sd * sd) - 1.0
    return betaincinv(mean * spread, (1.0 - mean) * spread, threshold_uniforms(key, uids))


@kernel
def settle_grievance(state, static, p):
    """Anger where a steady rule would have brought it: ``rise * harsh / (rise * harsh + fade)``."""
    fade = 1.0 - math.exp(-math.log(2.0) / p.half_life)
    for t in range(len(state.towns)):
        for k in range(state.town_index[t].count):
            f = state.snapshot[t, k].present
            harsh, _ = feeling(state, static, t, f, p)
            fed = p.rise * harsh
            state.garrisons[t, f].grievance = fed / (fed + fade * (1.0 - fed))


@kernel
def settle_support(state, static, p):
    """Support at its choice probabilities, with "no one" at its measured share in every town."""
    for t in range(len(state.towns)):
        total = 0.0
        for k in range(state.town_index[t].count):
            total += math.exp(appeal_in(state, static, t, state.snapshot[t, k].present, p))
        town = state.towns[t]
        if total <= 0.0:
            town.no_one = 1.0
            continue
        town.apathy = math.log(total * p.no_one / (1.0 - p.no_one))
        town.no_one = p.no_one
        for k in range(state.town_index[t].count):
            f = state.snapshot[t, k].present
            share = math.exp(appeal_in(state, static, t, f, p)) / total
            state.garrisons[t, f].support = (1.0 - p.no_one) * share


@kernel
def hand_out_weapons(state, men):
    """Weapons of every faction, as many per man as the scenario says."""
    for f in range(len(state.factions)):
        state.factions[f].weapons = men[f] * state.factions[f].armed


@kernel
def take_all_stock(state, men, p):
    """Weapons per man of every faction, and what they are worth."""
    for f in range(len(state.factions)):
        take_stock(state.factions[f], max(1, men[f]), p)


@kernel
def initialize(state, static, ledger, p, key, threshold):
    """Bring a fresh state, in place, to the evening of day 0 for one run.

    A process that is switched off has left nothing behind either: no grievance, nobody's support, no crowd.
    """
    towns, factions = state.garrisons.shape
    for f in range(factions):
        state.factions[f].threshold = threshold[f]
        quality = p.battle.quality if f == static.focal else 1.0
        state.factions[f].quality = quality * static.kinds[f].quality
    list_present(state)
    men = np.empty(factions, np.int64)
    men_to_pay(state, men)
    hand_out_weapons(state, men)
    if p.events.on:
        events(state, static, ledger, key, 0, p.events)
    take_all_stock(state, men, p.finance)
    if p.grievance.on:
        settle_grievance(state, static, p.grievance)
    for t in range(towns):
        state.towns[t].no_one = 1.0  # where support is switched off, nobody has any
    if p.support.on:
        settle_support(state, static, p.support)
    if p.manpower.on:
        remember_rule(state, 0.0)
    for _ in range(ROUNDS if p.protest.on else 0):
        protest(state, p.protest)
    for r in range(len(state.fronts)):
        for f in range(factions):
            state.fronts[r, f].men = 0
    for t in range(towns):
        for k in range(state.town_index[t].count):
            f = state.snapshot[t, k].present
            state.fronts[static.places[t].province, f].men += men_in(state.garrisons[t, f])


def initialize_run(static, state, params, key, ledger=None):
    """A copy of the world's first state, ready for day 1 of one run.

    Parameters
    ----------
    static, state : sim.core.records.Tables
        From sim.scenario.build.build; left alone.
    params : numpy.record
        One row of sim.params.rows.
    key : int
        The run's key, sim.core.rng.run_key(seed, run).
    ledger : sim.core.records.Tables, optional
        Where the older causes are booked; a throw-away one by default.

    Returns
    -------
    sim.core.records.Tables
    """
    fresh = state.copy()
    if ledger is None:
        ledger = empty_ledger(*state.garrisons.shape)
    one = np.array([key], np.uint64)
    drawn = thresholds(one, state.factions.uid, np.recarray(1, params.dtype, buf=params.tobytes()))
    initialize(fresh, static, ledger, params, one[0], drawn[0])
    return fresh
