"""Plans: hold, reinforce, attack, withdraw or offer a truce (ODD 7).

Each faction weighs each of its towns by the odds of keeping it and, with all who fight the same enemy, each
enemy town by its value and the chance of taking it. Local men are home-bound; men facing the regime are held
by its front. ISIS, beaten, leaves hopeless outposts in order and masses in its core (Middle East Security
Report 22 of the ISW, p. 12).
"""

import numpy as np

from sim.core.bitset import contains
from sim.core.kernel import kernel
from sim.core.processes.plans.campaigns import attack_together
from sim.core.processes.plans.orders import assault, help_together
from sim.core.processes.plans.regime import regime_attacks
from sim.core.processes.plans.rooms import (
    Picture,
    add_all_reach,
    add_reach,
    planners,
    strength_bound,
    weigh_aims,
    weigh_own,
    weigh_readiness,
    weigh_reserves,
    weigh_surplus,
    weigh_threats,
)
from sim.core.processes.plans.threat import any_enemy_near, count_cut_off, forget_odds
from sim.core.processes.plans.truce import offer_truces
from sim.core.processes.plans.withdrawal import consider_leaving, withdraw_column
from sim.core.roads import zones

READS = {
    "towns": "people holder contested open",  # and uid, by which ties go
    "garrisons": "local mobile sheltered hopeless cut_off columns_left goal",
    "factions": "uid quality arms command",
    "fronts": "cohesion attacked men target begun refit",
    "dyads": "hostility truce",
    "columns": "faction local mobile goal",
    "theatre": "pressure",
}
WRITES = {
    "towns": "combat_intensity",
    "garrisons": "local mobile sheltered hopeless cut_off columns_left goal gave_up odds",
    "dyads": "truce",
    "fronts": "target begun refit",
    "columns": "faction local mobile origin at goal left due next ahead purpose",
}


@kernel
def plans(state, static, ledger, key, now, p):
    """Every faction at war plans on the same morning; the regime only attacks.

    p : all groups of parameters. Returns how many truces were made.
    """
    towns, factions = state.garrisons.shape
    forget_odds(state)
    able = planners(static)
    ready, bound = np.empty((factions, factions)), np.empty((towns, factions))
    spare, brings = np.empty(bound.shape), np.zeros(bound.shape)
    zone, scratch = np.empty((factions, towns), np.int64), np.empty(towns, np.int64)
    weigh_readiness(static, p.plans.ideological_cost, ready)
    strength_bound(state, static, bound)
    weigh_surplus(state, static, able, bound, p.plans.attack_odds, spare)
    at_war = 0
    for f in range(factions):
        if any_enemy_near(state, f, able):
            at_war |= 1 << f
            zones(state, static, f, zone[f], scratch)
            add_all_reach(state, static, f, spare, zone[f], p, brings)
    picture = Picture(
        at_war & able,
        zone,
        ready,
        bound,
        spare,
        brings,
        np.empty(bound.shape),
        np.zeros(zone.shape),
        np.zeros(bound.shape),
        np.zeros(zone.shape),
        np.zeros(bound.shape),
    )
    weigh_aims(state, static, picture, p)
    for f in range(factions):
        if contains(at_war & ~able, f):
            regime_attacks(state, static, ledger, key, now, f, picture, p)
    for f in range(factions):
        if contains(picture.able, f):
            weigh_and_leave(state, static, ledger, now, f, picture, p)
    truces = 0
    for f in range(factions):
        if contains(picture.able, f):
            leave_in_columns(state, static, ledger, now, f, picture, p)
            assault(state, static, ledger, now, f, picture, p)
            if static.kinds[f].offers_truce == 1:
                truces += offer_truces(state, static, ledger, key, now, f, p)
    for f in range(factions):
        if contains(picture.able, f):
            weigh_reserves(state, static, f, picture, p)
    attack_together(state, static, ledger, now, picture, p)
    help_together(state, static, ledger, now, picture, p)
    return truces


@kernel
def weigh_and_leave(state, static, ledger, now, f, picture, p):
    """A faction weighs its towns, and decides which hopeless ones it will leave."""
    held, own = state.location_lists[f].town[: state.location_counts[f].towns], np.zeros(len(state.towns))
    pressed = weigh_threats(state, static, f, held, picture, p)
    count_cut_off(state, static, f, held, picture.zones[f])
    weigh_own(state, static, f, held, picture, pressed, own, p)
    consider_leaving(state, static, ledger, now, f, held, picture.zones[f], own, picture.threats[f], p)


@kernel
def leave_in_columns(state, static, ledger, now, f, picture, p):
    """Today's columns of a faction's withdrawals set out; nothing else can be sent from there."""
    for n in range(state.location_counts[f].towns):
        t = state.location_lists[f, n].town
        if state.garrisons[t, f].columns_left > 0:
            add_reach(static, f, t, -picture.spare[t, f], picture.zones[f], p, picture.brings)
            picture.spare[t, f] = 0.0
            withdraw_column(state, static, ledger, now, f, t, p)
