"""Offensive: men to spare go where they promise most, to attack, to reinforce or to assault (ODD 7)."""

import numpy as np

from sim.core.bitset import drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.ledger import ATTACKED, REINFORCING, STORMED, record_flow
from sim.core.processes.plans.threat import allied_might, chance_of_holding, odds, value_to
from sim.core.roads import can_reach, send
from sim.core.snapshot import strength_with_distance, worth
from sim.core.state import ATTACK, REINFORCE
from sim.core.static import FOCAL

MARGIN = 1.2  # men sent, for one needed: some are lost or late on the way


@kernel
def surplus(mobile, might, threat):
    """Mobile strength a town can send and still stand at even odds; all in standard men."""
    return min(mobile, max(0.0, might - threat))


@kernel
def list_surplus(state, f, towns, threat, can_send):
    """What each town of a faction can send today; nothing from one that is being left."""
    can_send[:] = 0.0
    for t in towns:
        if state.garrisons[t, f].columns_left == 0:
            can_send[t] = surplus(state.snapshot[t, f].mobile, state.snapshot[t, f].might, threat[t])


@kernel
def willingness(static, f, town, p):
    """How far men go beyond their own provinces: ISIS all the way, rebels by ``pursuit``."""
    if static.kinds[f].side == FOCAL or static.homes[town, f].native == 1:
        return 1.0
    return p.plans.pursuit


@kernel
def available(static, f, v, towns, zone, can_send, scale, p):
    """Strength that the faction could bring to a town within the days allowed, faded with distance."""
    total = 0.0
    reach = p.plans.days_to_help * p.march.speed
    for u in towns:
        if can_send[u] > 0.0 and u != v and static.km[v, u] <= reach and can_reach(static, zone, u, v):
            total += can_send[u] * strength_with_distance(static.km[v, u], scale)
    return total * willingness(static, f, v, p)


@kernel
def defence(state, static, v, f, enemies, holder_bonus):
    """Enemy strength to be overcome in a town: the holder's counts more."""
    there = enemies & state.relations_index[static.places[v].province, f].foes & state.town_index[v].mighty
    total = 0.0
    while there != 0:
        j, there = lowest(there), drop_lowest(there)
        bonus = holder_bonus if state.towns[v].holder == j else 1.0
        total += bonus * state.snapshot[v, j].might
    return total


@kernel
def under_way(state, static, f, inbound):
    """Men of the faction on the road to each town."""
    inbound[:] = 0.0
    for c in range(state.columns_in_use[0].rows):
        column = state.columns[c]
        if column.local + column.mobile > 0 and column.faction == f:
            inbound[column.goal] += column.local + column.mobile


@kernel
def core_at_stake(state, static, f):
    """True for a faction that masses in its core while a town of that core is not surely its own."""
    if static.kinds[f].wholesale == 0:
        return False
    for t in range(len(state.towns)):
        if static.homes[t, f].core == 1 and (state.towns[t].holder != f or state.towns[t].contested == 1):
            return True
    return False


@kernel
def best_target(state, static, f, towns, enemies, zone, can_send, inbound, p):
    """Enemy town with the greatest value x chance among those with good enough odds; (-1, 0, 0) if none."""
    scale = p.march.distance * static.kinds[f].reach
    best, best_worth, best_odds, best_need = -1, 0.0, 0.0, 0.0
    at_most = 0.0  # all it could send anywhere: most brigades are too small for most towns
    for u in towns:
        at_most += can_send[u]
    if at_most <= 0.0:
        return best, best_odds, best_need
    core_first = core_at_stake(state, static, f)
    for v in range(len(state.towns)):
        if core_first and static.homes[v, f].core == 0:
            continue
        enemy = defence(state, static, v, f, enemies, p.battle.defence_multiplier)
        if enemy <= 0.0:
            continue
        value = value_to(state, static, v, f)
        if value <= best_worth:  # even if it were sure
            continue
        each = worth(state, static.places[v].province, f)
        there = state.snapshot[v, f].might + p.plans.ally_weight * allied_might(state, static, v, f, enemies)
        there += inbound[v] * each
        if there >= p.plans.attack_odds * enemy or there + at_most < p.plans.attack_odds * enemy:
            continue
        coming = available(static, f, v, towns, zone, can_send, scale, p)
        chances = odds(there + coming, enemy)
        if chances < p.plans.attack_odds or coming <= 0.0:
            continue
        worth_it = value * chance_of_holding(there + coming, enemy, p.plans.decisiveness)
        if worth_it > best_worth:
            best, best_worth, best_odds = v, worth_it, chances
            best_need = MARGIN * p.plans.attack_odds * enemy - there
    return best, best_odds, best_need


@kernel
def most_threatened(state, static, f, towns, zone, threat, can_send, inbound, p):
    """Own town that reinforcement would most help: value x gain in the chance of holding it."""
    scale = p.march.distance * static.kinds[f].reach
    best, best_worth, best_odds, best_need = -1, 0.0, 0.0, 0.0
    core_first = core_at_stake(state, static, f)
    for v in towns:
        if threat[v] <= 0.0 or state.garrisons[v, f].columns_left > 0:
            continue
        if core_first and static.homes[v, f].core == 0:
            continue
        each = worth(state, static.places[v].province, f)
        there = state.snapshot[v, f].might + inbound[v] * each
        value = value_to(state, static, v, f)
        if there >= threat[v] or value <= best_worth:
            continue
        coming = available(static, f, v, towns, zone, can_send, scale, p)
        if coming <= 0.0 or there + coming < p.plans.withdrawal_odds * threat[v]:
            continue
        gain = chance_of_holding(there + coming, threat[v], p.plans.decisiveness)
        gain -= chance_of_holding(there, threat[v], p.plans.decisiveness)
        if value * gain > best_worth:
            best, best_worth = v, value * gain
            best_odds, best_need = odds(there, threat[v]), MARGIN * threat[v] - there
    return best, best_odds, best_need


@kernel
def dispatch(state, static, ledger, now, f, v, need, zone, can_send, purpose, p):
    """Send men to a town from the nearest places that can spare them, until enough are on the way."""
    scale = p.march.distance * static.kinds[f].reach
    sent = 0
    for k in range(1, len(static.near)):
        u = static.near[v, k]
        if need <= 0.0 or static.km[v, u] > p.plans.days_to_help * p.march.speed:
            break
        if can_send[u] <= 0.0 or not can_reach(static, zone, u, v):
            continue
        each = worth(state, static.places[u].province, f)
        fading = strength_with_distance(static.km[v, u], scale)
        willing = can_send[u] * willingness(static, f, v, p)
        men = min(state.garrisons[u, f].mobile, int(min(willing, need / fading) / each))
        gone = send(state, static, ledger, now, f, u, v, 0, men, purpose, p.march)
        sent += gone
        need -= gone * each * fading
    return sent


@kernel
def assault(state, static, ledger, now, f, towns, enemies, p):
    """Where the odds inside a town are good enough, press an assault instead of a siege."""
    for t in towns:
        enemy = defence(state, static, t, f, enemies, p.battle.defence_multiplier)
        if enemy <= 0.0 or state.garrisons[t, f].columns_left > 0 or state.snapshot[t, f].might <= 0.0:
            continue
        there = state.snapshot[t, f].might + p.plans.ally_weight * allied_might(state, static, t, f, enemies)
        if there >= p.plans.attack_odds * enemy:
            state.towns[t].combat_intensity = 1.0
            province, chances = static.places[t].province, odds(there, enemy)
            record_flow(ledger, now, STORMED, t, province, f, -1, 1, chances, p.plans.attack_odds)


@kernel
def offensive(state, static, ledger, now, f, towns, enemies, zone, threat, p):
    """One attack and one reinforcement a day, where they promise most."""
    inbound, can_send = np.zeros(len(state.towns)), np.empty(len(state.towns))
    under_way(state, static, f, inbound)
    list_surplus(state, f, towns, threat, can_send)
    v, chances, need = best_target(state, static, f, towns, enemies, zone, can_send, inbound, p)
    if v >= 0:
        sent = dispatch(state, static, ledger, now, f, v, need, zone, can_send, ATTACK, p)
        province, counted = static.places[v].province, min(sent, 1)
        record_flow(ledger, now, ATTACKED, v, province, f, -1, counted, chances, p.plans.attack_odds)
        inbound[v] += sent
    v, here, need = most_threatened(state, static, f, towns, zone, threat, can_send, inbound, p)
    if v >= 0:
        sent = dispatch(state, static, ledger, now, f, v, need, zone, can_send, REINFORCE, p)
        record_flow(ledger, now, REINFORCING, v, static.places[v].province, f, -1, min(sent, 1), here, 1.0)
