"""Plans: hold, reinforce, attack, withdraw or offer a truce (ODD 7).

Each faction weighs each of its towns by the odds of keeping it and, with all who fight the same enemy, each
enemy town by its value and the chance of taking it. Local men are home-bound; men facing the regime are held
by its front. ISIS, beaten, leaves hopeless outposts in order and masses in its core (Middle East Security
Report 22 of the ISW, p. 12).
"""

from sim.core.bitset import contains
from sim.core.kernel import kernel
from sim.core.processes.plans.campaigns import attack_together
from sim.core.processes.plans.orders import assault, help_together
from sim.core.processes.plans.regime import regime_attacks
from sim.core.processes.plans.rooms import (
    add_all_reach,
    add_reach,
    forget_rooms,
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
from sim.core.roads import number_zones

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
    forget_odds(state)
    forget_rooms(state, static, p)
    able, at_war = planners(static), 0
    weigh_readiness(state, static, p.plans.ideological_cost)
    strength_bound(state, static)
    weigh_surplus(state, static, able, p.plans.attack_odds)
    for f in range(len(state.factions)):
        if any_enemy_near(state, f, able):
            at_war |= 1 << f
            number_zones(state, static, f)
            add_all_reach(state, static, f, p)
    able, others = able & at_war, at_war & ~able
    weigh_aims(state, static, able, p)
    for f in range(len(state.factions)):
        if contains(others, f):
            regime_attacks(state, static, ledger, key, now, f, p)
    for f in range(len(state.factions)):
        if contains(able, f):
            weigh_and_leave(state, static, ledger, now, f, able, p)
    truces = 0
    for f in range(len(state.factions)):
        if contains(able, f):
            leave_in_columns(state, static, ledger, now, f, p)
            assault(state, static, ledger, now, f, able, p)
            if static.kinds[f].offers_truce == 1:
                truces += offer_truces(state, static, ledger, key, now, f, p)
    for f in range(len(state.factions)):
        if contains(able, f):
            weigh_reserves(state, static, f, p)
    attack_together(state, static, ledger, now, able, p)
    help_together(state, static, ledger, now, able, p)
    return truces


@kernel
def weigh_and_leave(state, static, ledger, now, f, able, p):
    """A faction weighs its towns, and decides which hopeless ones it will leave."""
    held = state.location_lists[f].town[: state.location_counts[f].towns]
    pressed = weigh_threats(state, static, f, held, able, p)
    count_cut_off(state, static, f, held)
    weigh_own(state, static, f, held, able, pressed, p)
    consider_leaving(state, static, ledger, now, f, held, p)


@kernel
def leave_in_columns(state, static, ledger, now, f, p):
    """Today's columns of a faction's withdrawals set out; nothing else can be sent from there."""
    for n in range(state.location_counts[f].towns):
        t = state.location_lists[f, n].town
        if state.garrisons[t, f].columns_left > 0:
            add_reach(state, static, f, t, -state.rooms[t, f].spare, p)
            state.rooms[t, f].spare = 0.0
            withdraw_column(state, static, ledger, now, f, t, p)
