"""The regime attacks where rebels are thin or busy, and ISIS where they meet (ODD 7).

It plans like the others, by value and by the odds with all it can bring, but attacks seldom: its front ties
it down as it ties down those it faces. All men in a town defend it, those held by that front among them.
Nobody else's plans count with the regime, so that what it takes comes back only by those still in the town.
"""

from sim.core.bitset import drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.ledger import ADVANCED, record_flow
from sim.core.processes.plans.orders import ANY, MARGIN, Order, dispatch
from sim.core.processes.plans.rooms import km_of_help
from sim.core.processes.plans.threat import DECISIVENESS, chance_of_holding, odds, value_to
from sim.core.rng import PRESSURE, uniform
from sim.core.snapshot import men_in, worth
from sim.core.state import ATTACK


@kernel
def all_who_defend(state, static, t, foes, holder_bonus):
    """Strength of all men of some factions in a town, those held by the regime's front included."""
    total = 0.0
    while foes != 0:
        j, foes = lowest(foes), drop_lowest(foes)
        bonus = holder_bonus if state.towns[t].holder == j else 1.0
        total += bonus * men_in(state.garrisons[t, j]) * worth(state, static.places[t].province, j)
    return total


@kernel
def weakest_spot(state, static, f, r, p):
    """Town of a province that is best worth attacking, -1 if none is weak enough; and what its defence is."""
    best, most, against, pressure = -1, 0.0, 0.0, state.theatre[0].pressure
    for v in range(len(state.towns)):
        foes = state.relations_index[r, f].foes & state.town_index[v].armed
        if static.places[v].province != r or foes == 0:
            continue
        enemy = all_who_defend(state, static, v, foes, p.battle.defence_multiplier)
        there = state.snapshot[v, f].might + state.rooms[v, f].bound
        coming = pressure * state.rooms[v, f].brings
        enough = p.plans.attack_odds * enemy
        if there >= enough or there + coming < enough:
            continue
        worth_it = value_to(state, static, v, f, p)
        worth_it *= chance_of_holding(there + coming, enemy, DECISIVENESS)
        first = worth_it == most and best >= 0 and state.towns[v].uid < state.towns[best].uid
        if worth_it > most or first:
            best, most, against = v, worth_it, enemy
    return best, against


@kernel
def regime_attacks(state, static, ledger, key, now, f, p):
    """In every province the regime may attack the town best worth it today."""
    for r in range(len(state.fronts)):
        if uniform(key, PRESSURE, now, r) >= p.plans.advance:
            continue
        v, enemy = weakest_spot(state, static, f, r, p)
        if v < 0:
            continue
        there = state.snapshot[v, f].might + state.rooms[v, f].bound
        need = MARGIN * p.plans.attack_odds * enemy - there
        order = Order(v, f, 1 << f, need, ATTACK, km_of_help(p), ANY, v)
        sent = dispatch(state, static, ledger, now, order, p)
        if sent > 0:
            could = odds(there + state.theatre[0].pressure * state.rooms[v, f].brings, enemy)
            record_flow(ledger, now, ADVANCED, v, r, f, state.towns[v].holder, 1, could, p.plans.attack_odds)
