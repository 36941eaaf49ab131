"""Plans: hold, reinforce, attack, withdraw or offer a truce (ODD 7).

Each faction weighs each of its towns by the odds of keeping it and each enemy town by its value and the
chance of taking it. Local men are home-bound; men facing the regime are held by its front. ISIS, beaten,
leaves hopeless outposts in order and masses in its core (ISW, Middle East Security Report 22, p. 12).
"""

import numpy as np

from sim.core.kernel import kernel
from sim.core.processes.plans.offensive import assault, offensive
from sim.core.processes.plans.regime import regime_advance
from sim.core.processes.plans.threat import (
    any_enemy_near,
    count_cut_off,
    enemies_of,
    forget_odds,
    see_movers,
    weigh_own,
    weigh_threats,
)
from sim.core.processes.plans.truce import offer_truces
from sim.core.processes.plans.withdrawal import consider_leaving, withdraw_column
from sim.core.roads import zones
from sim.core.static import REGIME

READS = {
    "towns": "uid people holder contested open",
    "garrisons": "local mobile sheltered hopeless cut_off columns_left goal",
    "factions": "uid quality arms command",
    "fronts": "cohesion attacked men",
    "dyads": "hostility truce",
    "columns": "faction local mobile goal",
}
WRITES = {
    "towns": "combat_intensity",
    "garrisons": "local mobile sheltered hopeless cut_off columns_left goal gave_up odds",
    "dyads": "truce",
    "columns": "faction local mobile origin at goal left due next ahead purpose",
}


@kernel
def plans(state, static, ledger, key, now, p):
    """Every faction at war plans on the same morning; the regime presses by its own rule.

    p : all groups of parameters. Returns how many truces were made.
    """
    truces = 0
    forget_odds(state)
    room = len(state.towns)
    zone, scratch, movers = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    threat, own = np.zeros(room), np.zeros(room)
    see_movers(state, static, p.march.speed, movers)
    for f in range(len(state.factions)):
        if static.kinds[f].side == REGIME:
            regime_advance(state, static, ledger, key, now, f, p)
            continue
        enemies = enemies_of(state, static, f)
        if not any_enemy_near(state, f, enemies):
            continue
        zones(state, static, f, zone, scratch)
        towns = state.location_lists[f].town[: state.location_counts[f].towns]
        pressed = weigh_threats(state, static, f, towns, enemies, movers, p, threat)
        count_cut_off(state, static, f, towns, zone)
        weigh_own(state, static, f, towns, enemies, pressed, zone, threat, own, p)
        consider_leaving(state, static, ledger, now, f, towns, zone, own, threat, p)
        for t in towns:
            if state.garrisons[t, f].columns_left > 0:
                withdraw_column(state, static, ledger, now, f, t, p)
        assault(state, static, ledger, now, f, towns, enemies, p)
        offensive(state, static, ledger, now, f, towns, enemies, zone, threat, p)
        if static.kinds[f].offers_truce == 1:
            truces += offer_truces(state, static, ledger, key, now, f, p)
    return truces
