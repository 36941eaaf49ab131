"""Bargains: who is losing fights on, leaves by agreement, or goes over to the stronger side (ODD 7).

Brigades and local branches change sides where they are losing, to a winner who is like them and has done the
town no harm (Staniland 2012; Seymour 2014; Otto 2018); ideological distance is a price, not a wall. Local men
pledge and keep their town, and bring their weapons; the others march off. Or a garrison agrees to leave:
it keeps its weapons, and does not strike in that province for some days. Everybody may, the focal
faction's local men as well, but nobody gives up its core.
"""

import math

import numpy as np

from sim.core.kernel import kernel
from sim.core.ledger import AGREED, BROUGHT, DEFECTED, JOINED, book_weapons, record_flow
from sim.core.rng import DEFECTION, two_uniforms
from sim.core.roads import nearest_own, send
from sim.core.snapshot import list_present, may_fight, men_in
from sim.core.state import BY_DEAL, BY_PLEDGE, EXIT, MAX_ODDS
from sim.core.static import REGIME

READS = {
    "towns": "uid holder",
    "garrisons": "local mobile odds grievance columns_left",
    "factions": "uid weapons armed standing",
    "fronts": "refit",
    "columns": "local mobile",
}
WRITES = {
    "garrisons": "local mobile gave_up",
    "factions": "weapons",
    "fronts": "refit",
    "columns": "faction local mobile origin at goal left due next ahead purpose",
}
NOTHING, LEAVE, PLEDGE = range(3)


@kernel
def chance_of_bargain(rate, odds):
    """Chance a day that a garrison bargains: ``rate * (1 - odds / 2)``, none from two to one on."""
    return rate * max(0.0, 1.0 - 0.5 * odds)


@kernel
def terms(distance, ideology_scale, standing, grievance):
    """How good a pledge looks beside leaving: ``exp(-distance / scale) * (1 + standing) * (1 - grievance)``.

    distance : ideological, 0 to 1. standing : of the other side, -1 to 1. grievance : of the town at it, 0
    to 1.
    """
    return math.exp(-distance / ideology_scale) * (1.0 + standing) * (1.0 - grievance)


@kernel
def largest_enemy(state, static, t, f):
    """Enemy with most men in a garrison's town or, if there is none, in the next towns it holds; -1 if none.

    Ties go to the first by uid.
    """
    best, most, province = -1, 0, static.places[t].province
    for k in range(state.town_index[t].count):
        j = state.snapshot[t, k].present
        if may_fight(state, province, f, j) and static.kinds[j].side < REGIME:
            best, most = larger(state, best, most, j, men_in(state.garrisons[t, j]))
    if best >= 0:
        return best
    for k in range(static.links.shape[1]):
        u = static.links[t, k]
        if u < 0:
            break
        j = state.towns[u].holder
        if j >= 0 and may_fight(state, province, f, j) and static.kinds[j].side < REGIME:
            best, most = larger(state, best, most, j, men_in(state.garrisons[u, j]))
    return best


@kernel
def larger(state, best, most, j, men):
    """The larger of the best so far and another, and its men."""
    tie = men == most and best >= 0 and state.factions[j].uid < state.factions[best].uid
    if men > most or tie:
        return j, men
    return best, most


@kernel
def decide(state, static, key, now, t, f, p):
    """What a garrison does today, with whom, and its chance of bargaining."""
    garrison = state.garrisons[t, f]
    sure = garrison.odds >= MAX_ODDS or static.homes[t, f].core == 1 or garrison.columns_left > 0
    if static.kinds[f].side >= REGIME or sure:
        return NOTHING, -1, 0.0
    chance = chance_of_bargain(p.rate, garrison.odds)
    decided, how = two_uniforms(key, DEFECTION, now, state.towns[t].uid, state.factions[f].uid)
    if decided >= chance:
        return NOTHING, -1, chance
    j = largest_enemy(state, static, t, f)
    if j < 0:
        return NOTHING, -1, chance
    faction, anger = state.factions[j], state.garrisons[t, j].grievance
    pledge = terms(static.distance[f, j], p.ideology_scale, faction.standing, anger)
    leave = 1.0 if men_in(state.garrisons[t, j]) > 0 and nearest_own(state, static, t, f) >= 0 else 0.0
    if how * (1.0 + pledge) < 1.0 - leave:  # nowhere to go, and no terms: it fights on
        return NOTHING, -1, chance
    return (PLEDGE if how * (1.0 + pledge) >= 1.0 else LEAVE), j, chance


@kernel
def leave(state, static, ledger, now, t, f, j, chance, p, road):
    """A garrison leaves by agreement, and does not strike in the province for a while."""
    garrison, province = state.garrisons[t, f], static.places[t].province
    goal = nearest_own(state, static, t, f)
    if (
        goal < 0
        or send(state, static, ledger, now, f, t, goal, garrison.local, garrison.mobile, EXIT, road) == 0
    ):
        return
    garrison.gave_up = BY_DEAL
    front = state.fronts[province, f]
    front.refit = max(front.refit, now + int(p.stays_away))
    record_flow(ledger, now, AGREED, t, province, f, j, 1, garrison.odds, chance)


@kernel
def pledge(state, static, ledger, now, t, f, j, chance, road):
    """Local men go over with their weapons; the others march off, if there is somewhere to go."""
    garrison, province, men = state.garrisons[t, f], static.places[t].province, state.garrisons[t, f].local
    if garrison.mobile > 0:
        goal = nearest_own(state, static, t, f)
        if goal >= 0:
            send(state, static, ledger, now, f, t, goal, 0, garrison.mobile, EXIT, road)
    weapons = min(state.factions[f].weapons, men * state.factions[f].armed)
    book_weapons(ledger, state, f, BROUGHT, -weapons)
    book_weapons(ledger, state, j, BROUGHT, weapons)
    garrison.local -= men
    state.garrisons[t, j].local += men
    garrison.gave_up = BY_PLEDGE
    record_flow(ledger, now, DEFECTED, t, province, f, j, men, garrison.odds, chance)
    record_flow(ledger, now, JOINED, t, province, j, f, men)


@kernel
def bargains(state, static, ledger, key, now, p, road):
    """Every garrison that may lose its town decides; all see the same evening, and then they act.

    road : parameters of march.
    """
    towns, factions = state.garrisons.shape
    what, whom = np.zeros((towns, factions), np.int64), np.empty((towns, factions), np.int64)
    chance = np.empty((towns, factions))
    list_present(state)
    for t in range(towns):
        for k in range(state.town_index[t].count):
            f = state.snapshot[t, k].present
            what[t, f], whom[t, f], chance[t, f] = decide(state, static, key, now, t, f, p)
    for t in range(towns):
        for f in range(factions):
            j = whom[t, f]
            if what[t, f] == NOTHING or what[t, j] != NOTHING:  # nobody makes terms with who is leaving
                continue
            if what[t, f] == LEAVE:
                leave(state, static, ledger, now, t, f, j, chance[t, f], p, road)
            elif state.garrisons[t, f].local > 0:
                pledge(state, static, ledger, now, t, f, j, chance[t, f], road)
