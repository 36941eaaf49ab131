"""Campaigns: an attack is chosen, prepared, pressed, given up or followed by a pause (ODD 7).

A faction leads at most one campaign in a province. Men of its room gather at its side's town nearest to the
target, in the enemy's sight: also men from afar, of what exceeds the threat where they stand. When the odds
are good enough with those who stand near, they strike together. Who has struck rests and refits before it
strikes in that province again; others go on at once where the town is won.
"""

import numpy as np

from sim.core.bitset import contains, drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.ledger import ATTACKED, GAVE_UP, PREPARED, record_flow
from sim.core.processes.plans.orders import ANY, ANYWHERE, MARGIN, Order, best_proposal, dispatch, offer
from sim.core.processes.plans.rooms import (
    defence,
    km_of_help,
    partners,
    room_brings,
    room_gathers,
    room_there,
)
from sim.core.processes.plans.threat import DECISIVENESS, chance_of_holding, odds, value_to
from sim.core.roads import can_reach
from sim.core.snapshot import strength_with_distance
from sim.core.state import ATTACK, STAGE

EVEN = 1.0  # odds below which a campaign is not gone on with


@kernel
def list_resting(state, now, resting):
    """Those who rest in each province after striking there, as bits."""
    for r in range(len(resting)):
        resting[r] = 0
        for f in range(len(state.factions)):
            if state.fronts[r, f].refit > now:
                resting[r] |= 1 << f


@kernel
def staging_town(state, static, v, f, room, p):
    """Town of the room nearest to the target from which a road leads there; -1 if none is near enough."""
    for n in range(1, len(static.near)):
        u = static.near[v, n]
        if static.km[v, u] > km_of_help(p):
            return -1
        holder = state.towns[u].holder
        is_ours = holder >= 0 and contains(room, holder) and state.followers[f, holder].ready > 0.0
        if is_ours and can_reach(state, static, f, u, v):
            return u
    return -1


@kernel
def reach_of_blow(static, v, stage, p):
    """Km from the target within which men strike at once: a day's march, or as far as they gather."""
    if stage < 0:
        return km_of_help(p)
    return max(p.march.speed, static.km[v, stage])


@kernel
def gathered(state, static, v, f, room, reach, p):
    """Strength that a room can bring to the target from within reach of a blow."""
    total = 0.0
    for n in range(1, len(static.near)):
        u = static.near[v, n]
        if static.km[v, u] > reach:
            break
        asked = room & state.town_index[u].armed
        while asked != 0:
            k, asked = lowest(asked), drop_lowest(asked)
            fading = strength_with_distance(static.km[v, u], p.march.distance * static.kinds[k].reach)
            total += fading * offer(state, static, u, v, k, f, p)
    return total


@kernel
def on_the_way(state, static, v, f, room, stage, p):
    """Strength of a room on the road to its staging town, as it would arrive at the target."""
    total = 0.0
    if stage < 0:
        return total
    while room != 0:
        k, room = lowest(room), drop_lowest(room)
        fading = strength_with_distance(static.km[v, stage], p.march.distance * static.kinds[k].reach)
        total += state.followers[f, k].ready * state.rooms[stage, k].bound * fading
    return total


@kernel
def weigh_target(state, static, v, f, able, resting, on_way, can_gather, p):
    """Odds, enemy strength, strength there and worth of an attack on a town led by a faction.

    A room's odds are those of all its men there, on the road and to come against the men who defend it.
    Worth is 0 where nobody could come. on_way : strength of the room that is gathering. can_gather : whether
    there is a town where men from afar can.
    """
    r, armed = static.places[v].province, state.town_index[v].mighty & able
    foes = state.relations_index[r, f].foes & armed
    if foes == 0:
        return 0.0, 0.0, 0.0, 0.0
    enemy = defence(state, static, v, foes, p.battle.defence_multiplier)
    room = partners(state, r, f, able, armed)
    there = room_there(state, v, f, room)
    coming = on_way + room_brings(state, f, room & ~resting[r], v)
    if can_gather:
        coming += room_gathers(state, static, f, room & ~resting[r], v, p)
    worth = 0.0
    if coming > 0.0:
        chance = chance_of_holding(there + coming, enemy, DECISIVENESS)
        worth = value_to(state, static, v, f, p) * chance
    return odds(there + coming, enemy), enemy, there, worth


@kernel
def end_campaign(state, now, r, f, pause):
    """The campaign is over; its leader rests."""
    state.fronts[r, f].target = -1
    state.fronts[r, f].refit = max(state.fronts[r, f].refit, now + int(pause))


@kernel
def review_campaigns(state, static, ledger, now, able, p):
    """End campaigns whose town has no enemy any more, whose time is out or whose odds are worse than even.

    Those who rest are counted: they can come later.
    """
    nobody = np.zeros(len(state.fronts), np.int64)
    for r in range(len(state.fronts)):
        for f in range(len(state.factions)):
            front = state.fronts[r, f]
            v = front.target
            if v < 0:
                continue
            armed = state.town_index[v].mighty & able
            if not contains(able, f) or state.relations_index[r, f].foes & armed == 0:
                end_campaign(
                    state, now, r, f, 0.0
                )  # who has won may go on at once with those who did not strike
                continue
            room = partners(state, r, f, able, armed)
            stage = staging_town(state, static, v, f, room, p)
            on_way = on_the_way(state, static, v, f, room, stage, p)
            chances, _, _, _ = weigh_target(state, static, v, f, able, nobody, on_way, stage >= 0, p)
            if chances < EVEN or now - front.begun >= p.plans.patience:
                record_flow(ledger, now, GAVE_UP, v, r, f, -1, 1, chances, EVEN)
                end_campaign(state, now, r, f, p.plans.pause)


@kernel
def propose_attacks(state, static, able, resting, p, target, worths):
    """What every faction would attack in every province as leader of its room, -1 if nothing, and its worth.

    Who has a campaign there goes on with it, before any that is new.
    """
    target[:] = -1
    worths[:] = 0.0
    for f in range(len(state.factions)):
        if not contains(able, f):
            continue
        for v in range(len(state.towns)):
            r = static.places[v].province
            front = state.fronts[r, f]
            if (
                front.target >= 0
                or contains(resting[r], f)
                or (front.men == 0 and state.rooms[v, f].brings <= 0.0)
            ):
                continue
            if value_to(state, static, v, f, p) <= worths[r, f]:  # even if it were sure
                continue
            chances, enemy, there, worth_it = weigh_target(state, static, v, f, able, resting, 0.0, True, p)
            enough = p.plans.attack_odds * enemy
            if chances >= p.plans.attack_odds and there < enough and worth_it > worths[r, f]:
                target[r, f], worths[r, f] = v, worth_it
        for r in range(len(state.fronts)):
            v = state.fronts[r, f].target
            if v >= 0:
                target[r, f], worths[r, f] = v, np.inf


@kernel
def carry_on(state, static, ledger, now, r, f, v, able, resting, p):
    """A day of a campaign: begin it if its odds are still good enough, gather, or strike."""
    front = state.fronts[r, f]
    room = partners(state, r, f, able, state.town_index[v].mighty & able)
    stage = staging_town(state, static, v, f, room, p)
    on_way = on_the_way(state, static, v, f, room, stage, p) if front.target >= 0 else 0.0
    chances, enemy, there, worth_it = weigh_target(state, static, v, f, able, resting, on_way, stage >= 0, p)
    enough = p.plans.attack_odds * enemy
    if front.target < 0:
        if chances < p.plans.attack_odds or worth_it <= 0.0 or there >= enough:
            return
        front.target = v
        front.begun = now
        record_flow(ledger, now, PREPARED, v, r, f, -1, 1, chances, p.plans.attack_odds)
    if there >= enough:
        return
    room &= ~resting[r]
    reach = reach_of_blow(static, v, stage, p)
    near = gathered(state, static, v, f, room, reach, p)
    if there + near >= enough:
        order = Order(v, f, room, MARGIN * enough - there, ATTACK, km_of_help(p), ANY, v)
    elif stage >= 0:
        fading = strength_with_distance(static.km[v, stage], p.march.distance * static.kinds[f].reach)
        need = (MARGIN * enough - there - near - on_way) / fading
        order = Order(stage, f, room, need, STAGE, ANYWHERE, reach, v)
    else:
        return
    sent = dispatch(state, static, ledger, now, order, p)
    if sent > 0 and order.purpose == ATTACK:
        record_flow(ledger, now, ATTACKED, v, r, f, -1, 1, odds(there + near, enemy), p.plans.attack_odds)


@kernel
def attack_together(state, static, ledger, now, able, p):
    """Rooms carry on their campaigns and begin new ones: that worth most first, others with what is left."""
    resting = np.empty(len(state.fronts), np.int64)
    list_resting(state, now, resting)
    review_campaigns(state, static, ledger, now, able, p)
    target = np.empty((len(state.fronts), len(state.factions)), np.int64)
    worths = np.empty(target.shape)
    propose_attacks(state, static, able, resting, p, target, worths)
    while True:
        r, f = best_proposal(state, target, worths)
        if f < 0:
            break
        v, target[r, f] = target[r, f], -1
        carry_on(state, static, ledger, now, r, f, v, able, resting, p)
