"""Orders: rooms send the men they can spare to attack or to reinforce, or press an assault (ODD 7)."""

from typing import NamedTuple

import numpy as np

from sim.core.bitset import contains, drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.ledger import FOLLOWED, REINFORCING, STORMED, record_flow
from sim.core.processes.plans.rooms import (
    defence,
    km_of_help,
    partners,
    room_brings,
    room_gathers,
    room_there,
    take_spare,
)
from sim.core.processes.plans.threat import DECISIVENESS, chance_of_holding, odds, value_to
from sim.core.roads import can_reach, send
from sim.core.snapshot import strength_with_distance, worth
from sim.core.state import ATTACK, REINFORCE, STAGE

ANY = -1.0  # km: men however near
ANYWHERE = np.inf  # km: men however far
MARGIN = 1.2  # men sent, for one needed: some are lost or late on the way


class Order(NamedTuple):
    """Men wanted in a town: which, led by whom, from where."""

    goal: int  # row of the town
    leader: int  # row of the faction
    room: int  # bits of those asked
    need: float  # strength wanted there
    purpose: int  # code of PURPOSE
    within: float  # km of the goal from within which men are sent
    beyond: float  # km of the aim: only men farther than that are sent
    aim: int  # row of the town that the campaign is against


@kernel
def best_proposal(state, target, worths):
    """Province and leader of the proposal worth most; (-1, -1) if none is left."""
    best_r, best_f = -1, -1
    for r in range(len(worths)):
        for f in range(len(state.factions)):
            if target[r, f] < 0:
                continue
            if best_f < 0 or worths[r, f] > worths[best_r, best_f]:
                best_r, best_f = r, f
            elif worths[r, f] == worths[best_r, best_f]:
                one = (state.towns[target[r, f]].uid, state.factions[f].uid)
                if one < (state.towns[target[best_r, best_f]].uid, state.factions[best_f].uid):
                    best_r, best_f = r, f
    return best_r, best_f


@kernel
def arrives(static, u, order, k, p):
    """Part of its strength with which a partner arrives: all at its own side's town where it gathers."""
    if order.purpose == STAGE:
        return 1.0
    return strength_with_distance(static.km[order.goal, u], p.march.distance * static.kinds[k].reach)


@kernel
def dispatch(state, static, ledger, now, order, p):
    """Send a room's men to a town from the nearest places that can spare them, until enough are on the way.

    Those who stand in one place send in proportion to what each can spare and would; who strikes rests
    afterwards. Returns how many men.
    """
    sent, need, v, f = 0, order.need, order.goal, order.leader
    for n in range(1, len(static.near)):
        u = static.near[v, n]
        if need <= 0.0 or static.km[v, u] > order.within:
            break
        if static.km[order.aim, u] <= order.beyond:
            continue
        total, asked = 0.0, order.room & state.town_index[u].armed
        while asked != 0:
            k, asked = lowest(asked), drop_lowest(asked)
            total += offer(state, static, u, v, k, f, p) * arrives(static, u, order, k, p)
        if total <= 0.0:
            continue
        part, asked = min(1.0, need / total), order.room & state.town_index[u].armed
        while asked != 0:
            k, asked = lowest(asked), drop_lowest(asked)
            one = offer(state, static, u, v, k, f, p)
            if one <= 0.0:
                continue
            each = worth(state, static.places[u].province, k)
            men = min(state.garrisons[u, k].mobile, int(part * one / each))
            gone = send(state, static, ledger, now, k, u, v, 0, men, order.purpose, p.march)
            if gone > 0:
                sent += gone
                there = gone * each * arrives(static, u, order, k, p)
                need -= there
                state.rooms[v, k].bound += there
                take_spare(state, static, k, u, gone * each, p)
                province = static.places[v].province
                if order.purpose == ATTACK:
                    state.fronts[province, k].refit = now + int(p.plans.pause)
                if k != f:
                    record_flow(
                        ledger, now, FOLLOWED, v, province, k, f, 1, state.followers[f, k].ready, np.nan
                    )
    return sent


@kernel
def offer(state, static, u, v, k, f, p):
    """Strength that a partner in one town would send to another under a leader: from afar, of its reserve."""
    spare = state.rooms[u, k].spare if static.km[v, u] <= km_of_help(p) else state.rooms[u, k].reserve
    if spare <= 0.0 or not can_reach(state, static, k, u, v):
        return 0.0
    return spare * state.followers[f, k].ready * state.rooms[v, k].willing


@kernel
def assault(state, static, ledger, now, f, able, p):
    """Where the odds inside a town are good enough, press an assault instead of a siege."""
    for n in range(state.location_counts[f].towns):
        t = state.location_lists[f, n].town
        r, armed = static.places[t].province, state.town_index[t].mighty & able
        foes = state.relations_index[r, f].foes & armed
        if foes == 0 or state.garrisons[t, f].columns_left > 0 or state.snapshot[t, f].might <= 0.0:
            continue
        enemy = defence(state, static, t, foes, p.battle.defence_multiplier)
        there, room = 0.0, partners(state, r, f, able, armed)
        while room != 0:
            k, room = lowest(room), drop_lowest(room)
            there += state.followers[f, k].ready * state.snapshot[t, k].might
        if there >= p.plans.attack_odds * enemy:
            state.towns[t].combat_intensity = 1.0
            record_flow(ledger, now, STORMED, t, r, f, -1, 1, odds(there, enemy), p.plans.attack_odds)


@kernel
def weigh_help(state, static, v, f, able, p):
    """What is there, and the worth of reinforcing an own town: value x gain in the chance of holding it."""
    r, threat = static.places[v].province, state.rooms[v, f].threat
    room = partners(state, r, f, able, state.town_index[v].mighty & able)
    there = room_there(state, v, f, room)
    coming = room_brings(state, f, room, v)
    if state.towns[v].contested == 1:  # it can hold out until men come from afar
        coming += room_gathers(state, static, f, room, v, p)
    if coming <= 0.0 or there >= threat or there + coming < p.plans.withdrawal_odds * threat:
        return there, 0.0
    gain = chance_of_holding(there + coming, threat, DECISIVENESS)
    gain -= chance_of_holding(there, threat, DECISIVENESS)
    return there, value_to(state, static, v, f, p) * gain


@kernel
def propose_help(state, static, able, p, target, worths):
    """Of every faction the own town that help would serve most, -1 if none, and its worth."""
    target[:] = -1
    worths[:] = 0.0
    for f in range(len(state.factions)):
        if not contains(able, f):
            continue
        for n in range(state.location_counts[f].towns):
            v = state.location_lists[f, n].town
            if state.rooms[v, f].threat <= 0.0 or state.garrisons[v, f].columns_left > 0:
                continue
            if value_to(state, static, v, f, p) <= worths[0, f]:
                continue
            _, worth_it = weigh_help(state, static, v, f, able, p)
            if worth_it > worths[0, f]:
                target[0, f], worths[0, f] = v, worth_it


@kernel
def help_together(state, static, ledger, now, able, p):
    """One reinforcement a day for every faction, the one worth most first."""
    target = np.empty((1, len(state.factions)), np.int64)
    worths = np.empty(target.shape)
    propose_help(state, static, able, p, target, worths)
    while True:
        _, f = best_proposal(state, target, worths)
        if f < 0:
            break
        v, target[0, f] = target[0, f], -1
        there, worth_it = weigh_help(state, static, v, f, able, p)
        if worth_it <= 0.0:
            continue
        r, need = static.places[v].province, MARGIN * state.rooms[v, f].threat - there
        room = partners(state, r, f, able, state.town_index[v].mighty & able)
        within = ANYWHERE if state.towns[v].contested == 1 else km_of_help(p)
        order = Order(v, f, room, need, REINFORCE, within, ANY, v)
        sent = dispatch(state, static, ledger, now, order, p)
        if sent > 0:
            here = odds(there, state.rooms[v, f].threat)
            record_flow(ledger, now, REINFORCING, v, r, f, -1, 1, here, 1.0)
