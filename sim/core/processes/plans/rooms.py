"""Operations rooms: what all who fight one enemy could bring to a town together (ODD 7).

Factions at war with the same enemies in a province plan together, each as readily as it is like the one that
leads: joint operations of 2012 to 2015 were those of the like-minded (Gade, Hafez and Gabbay 2019). What
threatens a town is what its enemies' room could bring to it, by the very function with which that room plans
its attack, and by the chance that this town and not another is its aim.
"""

import math
from typing import NamedTuple

import numpy as np

from sim.core.bitset import contains, drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.processes.plans.threat import chance_of_holding, stores_left, value_to
from sim.core.roads import can_reach
from sim.core.snapshot import strength_with_distance, worth
from sim.core.static import FOCAL, REBEL, REGIME


class Picture(NamedTuple):
    """What all who plan know of a day: one reckoning for threat, help and attack (T towns, F factions)."""

    able: int  # bits of those who plan and have an enemy near
    zones: np.ndarray  # (F, T) parts of the road net that each can move in, see sim.core.roads.zones
    ready: np.ndarray  # (F, F) part of its men with which the second follows the first
    bound: np.ndarray  # (T, F) strength on the road to each town
    spare: np.ndarray  # (T, F) strength that can be sent from each town
    brings: np.ndarray  # (T, F) strength that can be brought to each town within the days allowed
    aims: np.ndarray  # (T, F) strength that each leader aims at each town
    threats: np.ndarray  # (F, T) threat to each of its towns
    reserve: np.ndarray  # (T, F) strength beyond what threatens each town: it can be sent from afar
    pool: np.ndarray  # (F, T) all reserves of each, by the parts of the road net numbered in zones
    close: np.ndarray  # (T, F) reserves from where help comes in time: they count in brings already


@kernel
def readiness(distance, cost):
    """Part of its men with which a faction follows another's lead: ``exp(-cost * distance)``."""
    return math.exp(-cost * distance)


@kernel
def surplus(mobile, might, enemy, enough):
    """Mobile strength a town can send and still outnumber the enemy there ``enough`` times; standard men."""
    return min(mobile, max(0.0, might - enough * enemy))


@kernel
def km_of_help(p):
    """Km within which men come within the days allowed."""
    return p.plans.days_to_help * p.march.speed


@kernel
def beyond_threat(spare, might, threat):
    """Strength to spare beyond what threatens a town; standard men."""
    return min(spare, max(0.0, might - threat))


@kernel
def weigh_readiness(static, cost, ready):
    """How readily each faction follows each other one: fully within a bloc, not at all one of another side.

    Rebels, ISIS and the Kurdish forces may have an enemy in common; they do not plan together.
    """
    for f in range(len(static.kinds)):
        for k in range(len(static.kinds)):
            one_bloc = static.kinds[f].bloc == static.kinds[k].bloc
            ready[f, k] = 1.0 if one_bloc else readiness(static.distance[f, k], cost)
            if static.kinds[f].side != static.kinds[k].side:
                ready[f, k] = 0.0


@kernel
def planners(static):
    """Factions that plan campaigns, as bits: all but the regime."""
    found = 0
    for f in range(len(static.kinds)):
        if static.kinds[f].side != REGIME:
            found |= 1 << f
    return found


@kernel
def strength_bound(state, static, bound):
    """Strength of each faction on the road to each town."""
    bound[:] = 0.0
    for c in range(state.columns_in_use[0].rows):
        column = state.columns[c]
        men = column.local + column.mobile
        if men > 0:
            each = worth(state, static.places[column.goal].province, column.faction)
            bound[column.goal, column.faction] += men * each


@kernel
def strength_of(state, bound, t, factions):
    """Strength of some factions in a town and on the road to it."""
    total = 0.0
    while factions != 0:
        j, factions = lowest(factions), drop_lowest(factions)
        total += state.snapshot[t, j].might + bound[t, j]
    return total


@kernel
def willingness(static, f, town, p):
    """How far men go beyond their own provinces: ISIS all the way, rebels by ``pursuit``, others never."""
    if static.kinds[f].side == FOCAL or static.homes[town, f].native == 1:
        return 1.0
    return p.plans.pursuit if static.kinds[f].side == REBEL else 0.0


@kernel
def weigh_surplus(state, static, able, bound, enough, spare):
    """What each garrison can send and still outnumber enemies there and on their way ``enough`` times."""
    spare[:] = 0.0
    for t in range(len(state.towns)):
        province = static.places[t].province
        for n in range(state.town_index[t].count):
            f = state.snapshot[t, n].present
            seen = state.snapshot[t, f]
            if seen.mobile > 0.0 and state.garrisons[t, f].columns_left == 0:
                foes = state.relations_index[province, f].foes & able
                spare[t, f] = surplus(seen.mobile, seen.might, strength_of(state, bound, t, foes), enough)


@kernel
def add_reach(static, f, u, strength, zone, p, brings):
    """Add what strength of a faction in a town can be brought to every town within the days allowed."""
    scale = p.march.distance * static.kinds[f].reach
    for n in range(1, len(static.near)):
        v = static.near[u, n]
        km = static.km[u, v]
        if km > km_of_help(p):
            break
        if can_reach(static, zone, u, v):
            brings[v, f] += strength * strength_with_distance(km, scale) * willingness(static, f, v, p)


@kernel
def add_all_reach(state, static, f, spare, zone, p, brings):
    """Add what all garrisons of a faction can bring to every town."""
    for n in range(state.location_counts[f].towns):
        u = state.location_lists[f, n].town
        if spare[u, f] > 0.0:
            add_reach(static, f, u, spare[u, f], zone, p, brings)


@kernel
def add_reserve(static, f, u, strength, p, picture):
    """Add strength to the reserve of a faction in a town."""
    if strength == 0.0:
        return
    zone = picture.zones[f]
    picture.reserve[u, f] += strength
    picture.pool[f, zone[u]] += strength
    for n in range(len(static.near)):
        v = static.near[u, n]
        if static.km[u, v] > km_of_help(p):
            break
        if n == 0 or can_reach(static, zone, u, v):
            picture.close[v, f] += strength


@kernel
def weigh_reserves(state, static, f, picture, p):
    """What each town of a faction can send farther than help comes, beyond what threatens it."""
    for n in range(state.location_counts[f].towns):
        u = state.location_lists[f, n].town
        might, threat = state.snapshot[u, f].might, picture.threats[f, u]
        if picture.zones[f, u] >= 0:
            add_reserve(static, f, u, beyond_threat(picture.spare[u, f], might, threat), p, picture)


@kernel
def take_spare(static, f, u, strength, picture, p):
    """Strength of a faction in a town is spoken for: it can be brought nowhere else."""
    add_reach(static, f, u, -strength, picture.zones[f], p, picture.brings)
    picture.spare[u, f] -= strength
    left = min(picture.reserve[u, f], max(0.0, picture.spare[u, f]))
    add_reserve(static, f, u, left - picture.reserve[u, f], p, picture)


@kernel
def gathers(static, f, v, picture, p):
    """What a faction could gather against a town from afar, a day's march from it."""
    zone, total = picture.zones[f], 0.0
    if zone[v] >= 0:
        total = picture.pool[f, zone[v]]
    else:
        for k in range(static.links.shape[1]):
            u = static.links[v, k]
            if u < 0:
                break
            first = zone[u] >= 0
            for m in range(k):  # of several roads from one part of the net
                first = first and zone[static.links[v, m]] != zone[u]
            if first:
                total += picture.pool[f, zone[u]]
    from_afar = total - picture.close[v, f]
    if from_afar <= 0.0:
        return 0.0
    fading = strength_with_distance(p.march.speed, p.march.distance * static.kinds[f].reach)
    return from_afar * fading * willingness(static, f, v, p)


@kernel
def partners(state, r, f, able, armed):
    """Those who plan with a faction in a province, itself included, as bits.

    They fight an enemy it has among the ``armed`` of the town in question, or any of its enemies where none
    of them is there; and do not fight it.
    """
    foes = state.relations_index[r, f].foes & able
    common, found = foes & armed if foes & armed != 0 else foes, 0
    while common != 0:  # war is mutual: who fights an enemy is among those it fights
        j, common = lowest(common), drop_lowest(common)
        found |= state.relations_index[r, j].foes
    return (found & able & ~foes) | (1 << f)


@kernel
def room_brings(picture, f, room, t):
    """What a room could bring to a town, led by a faction: all partners' reach by their readiness."""
    total = 0.0
    while room != 0:
        k, room = lowest(room), drop_lowest(room)
        total += picture.ready[f, k] * picture.brings[t, k]
    return total


@kernel
def room_gathers(static, picture, f, room, t, p):
    """What a room could gather from afar against a town, led by a faction."""
    total = 0.0
    while room != 0:
        k, room = lowest(room), drop_lowest(room)
        if picture.ready[f, k] > 0.0:
            total += picture.ready[f, k] * gathers(static, k, t, picture, p)
    return total


@kernel
def room_there(state, picture, t, f, room):
    """Strength of a room in a town and on the road to it, by the readiness to act with its leader."""
    total = 0.0
    while room != 0:
        k, room = lowest(room), drop_lowest(room)
        total += picture.ready[f, k] * (state.snapshot[t, k].might + picture.bound[t, k])
    return total


@kernel
def defence(state, static, t, foes, holder_bonus):
    """Enemy strength to be overcome in a town: the holder's counts more."""
    total = 0.0
    while foes != 0:
        j, foes = lowest(foes), drop_lowest(foes)
        total += (holder_bonus if state.towns[t].holder == j else 1.0) * state.snapshot[t, j].might
    return total


@kernel
def weigh_aims(state, static, picture, p):
    """What every room could bring to every enemy town, times the chance that this town is its aim.

    A room that leads has one aim a province: that of its campaign, for all to see, or else a town by its part
    of the value x chance of all.
    """
    provinces, factions = state.fronts.shape
    total = np.zeros((provinces, factions))
    worths = np.zeros(picture.aims.shape)
    picture.aims[:] = 0.0
    for v in range(len(state.towns)):
        r, armed = static.places[v].province, state.town_index[v].mighty & picture.able
        for f in range(factions):
            foes = state.relations_index[r, f].foes & armed
            if foes == 0 or not contains(picture.able, f):
                continue
            room = partners(state, r, f, picture.able, armed)
            coming = room_brings(picture, f, room, v)
            if coming <= 0.0:
                continue
            enemy = defence(state, static, v, foes, p.battle.defence_multiplier)
            there = room_there(state, picture, v, f, room)
            chance = chance_of_holding(there + coming, enemy, p.plans.decisiveness)
            worths[v, f] = value_to(state, static, v, f, p) * chance
            if state.fronts[r, f].target >= 0:
                worths[v, f] = 1.0 if state.fronts[r, f].target == v else 0.0
            total[r, f] += worths[v, f]
            picture.aims[v, f] = coming
    for v in range(len(state.towns)):
        r = static.places[v].province
        for f in range(factions):
            if picture.aims[v, f] > 0.0 and total[r, f] > 0.0:
                picture.aims[v, f] *= worths[v, f] / total[r, f]


@kernel
def threat_to(state, t, r, f, picture, weight):
    """Threat to a faction's town: enemies there and on their way, and the most that a room aims at it."""
    foes = state.relations_index[r, f].foes & picture.able
    total, most = strength_of(state, picture.bound, t, foes), 0.0
    while foes != 0:
        j, foes = lowest(foes), drop_lowest(foes)
        most = max(most, picture.aims[t, j])
    return total + weight * most


@kernel
def weigh_threats(state, static, f, towns, picture, p):
    """Threat to each of the faction's towns; returns how many of them are pressed."""
    pressed, threat = 0, picture.threats[f]
    for t in towns:
        r = static.places[t].province
        threat[t] = threat_to(state, t, r, f, picture, p.plans.threat_weight)
        if threat[t] > 0.5 * state.snapshot[t, f].might:  # help is divided among these
            pressed += 1
    return pressed


@kernel
def weigh_own(state, static, f, towns, picture, pressed, own, p):
    """Strength for each of the faction's towns: on the spot, its room's there, and a share of what can come.

    Men who can come are counted once for every threatened town that wants them: this is what overextension
    means here.
    """
    own[:] = 0.0
    for t in towns:
        here = stores_left(state.garrisons[t, f].cut_off, p.plans.endurance) * state.snapshot[t, f].might
        if picture.threats[f, t] <= 0.0 and here > 0.0:  # it is sure, whoever may come
            own[t] = here
            continue
        armed = state.town_index[t].mighty & picture.able
        room = partners(state, static.places[t].province, f, picture.able, armed)
        others = room_there(state, picture, t, f, room & ~(1 << f))
        coming = room_brings(picture, f, room, t) / max(1, pressed)
        own[t] = here + picture.bound[t, f] + others + coming
