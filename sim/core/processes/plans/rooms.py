"""Operations rooms: what all who fight one enemy could bring to a town together (ODD 7).

Factions at war with the same enemies in a province plan together, each as readily as it is like the one that
leads: joint operations of 2012 to 2015 were those of the like-minded (Gade, Hafez and Gabbay 2019). What
threatens a town is what its enemies' room could bring to it, by the very function with which that room plans
its attack, and by the chance that this town and not another is its aim.
"""

import math

import numpy as np

from sim.core.bitset import contains, drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.processes.plans.threat import DECISIVENESS, chance_of_holding, stores_left, value_to
from sim.core.roads import can_reach
from sim.core.snapshot import strength_with_distance, worth
from sim.core.static import FOCAL, REBEL, REGIME


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
def weigh_readiness(state, static, cost):
    """How readily each faction follows each other one: fully within a bloc, not at all one of another side.

    Rebels, ISIS and the Kurdish forces may have an enemy in common; they do not plan together.
    """
    for f in range(len(static.kinds)):
        for k in range(len(static.kinds)):
            one_bloc = static.kinds[f].bloc == static.kinds[k].bloc
            ready = 1.0 if one_bloc else readiness(static.distance[f, k], cost)
            state.followers[f, k].ready = ready if static.kinds[f].side == static.kinds[k].side else 0.0


@kernel
def planners(static):
    """Factions that plan campaigns, as bits: all but the regime."""
    found = 0
    for f in range(len(static.kinds)):
        if static.kinds[f].side != REGIME:
            found |= 1 << f
    return found


@kernel
def strength_bound(state, static):
    """Strength of each faction on the road to each town."""
    for c in range(state.columns_in_use[0].rows):
        column = state.columns[c]
        men = column.local + column.mobile
        if men > 0:
            each = worth(state, static.places[column.goal].province, column.faction)
            state.rooms[column.goal, column.faction].bound += men * each


@kernel
def strength_of(state, t, factions):
    """Strength of some factions in a town and on the road to it."""
    total = 0.0
    while factions != 0:
        j, factions = lowest(factions), drop_lowest(factions)
        total += state.snapshot[t, j].might + state.rooms[t, j].bound
    return total


@kernel
def willingness(static, f, town, p):
    """How far men go beyond their own provinces: ISIS all the way, rebels by ``pursuit``, others never."""
    if static.kinds[f].side == FOCAL or static.homes[town, f].native == 1:
        return 1.0
    return p.plans.pursuit if static.kinds[f].side == REBEL else 0.0


@kernel
def forget_rooms(state, static, p):
    """Nothing is known yet of this morning's rooms but who would go where."""
    for t in range(len(state.towns)):
        for f in range(len(state.factions)):
            one = state.rooms[t, f]
            one.willing = willingness(static, f, t, p)
            one.bound = 0.0
            one.spare = 0.0
            one.brings = 0.0
            one.aims = 0.0
            one.threat = 0.0
            one.reserve = 0.0
            one.close = 0.0
            state.location_lists[f, t].pool = 0.0


@kernel
def strength_watched(state, r, t, f, able):
    """Strength of others in a town who may turn on a garrison, by their hostility: it keeps watch on them.

    Who is at war with one of its enemies is not watched, if that is not the regime.
    """
    foes = state.relations_index[r, f].foes
    others, common, total = state.town_index[t].mighty & ~foes, foes & able, 0.0
    while common != 0:
        j, common = lowest(common), drop_lowest(common)
        others &= ~state.relations_index[r, j].foes
    while others != 0:
        k, others = lowest(others), drop_lowest(others)
        total += state.dyads[r, k, f].hostility * state.snapshot[t, k].might
    return total


@kernel
def weigh_surplus(state, static, able, enough):
    """What each garrison can send and still outnumber enemies there and on their way ``enough`` times.

    Who is in its town under arms and not at war with it, or in a truce, counts by hostility.
    """
    for t in range(len(state.towns)):
        province = static.places[t].province
        for n in range(state.town_index[t].count):
            f = state.snapshot[t, n].present
            seen = state.snapshot[t, f]
            if seen.mobile > 0.0 and state.garrisons[t, f].columns_left == 0:
                foes = state.relations_index[province, f].foes & able
                enemy = strength_of(state, t, foes) + strength_watched(state, province, t, f, able)
                state.rooms[t, f].spare = surplus(seen.mobile, seen.might, enemy, enough)


@kernel
def add_reach(state, static, f, u, strength, p):
    """Add what strength of a faction in a town can be brought to every town within the days allowed."""
    scale = p.march.distance * static.kinds[f].reach
    for n in range(1, len(static.near)):
        v = static.near[u, n]
        km = static.km[u, v]
        if km > km_of_help(p):
            break
        there = state.rooms[v, f]
        if there.willing > 0.0 and can_reach(state, static, f, u, v):
            there.brings += strength * strength_with_distance(km, scale) * there.willing


@kernel
def add_all_reach(state, static, f, p):
    """Add what all garrisons of a faction can bring to every town."""
    for n in range(state.location_counts[f].towns):
        u = state.location_lists[f, n].town
        if state.rooms[u, f].spare > 0.0:
            add_reach(state, static, f, u, state.rooms[u, f].spare, p)


@kernel
def add_reserve(state, static, f, u, strength, p):
    """Add strength to the reserve of a faction in a town."""
    if strength == 0.0:
        return
    state.rooms[u, f].reserve += strength
    state.location_lists[f, state.rooms[u, f].zone].pool += strength
    for n in range(len(static.near)):
        v = static.near[u, n]
        if static.km[u, v] > km_of_help(p):
            break
        if n == 0 or can_reach(state, static, f, u, v):
            state.rooms[v, f].close += strength


@kernel
def weigh_reserves(state, static, f, p):
    """What each town of a faction can send farther than help comes, beyond what threatens it."""
    for n in range(state.location_counts[f].towns):
        u = state.location_lists[f, n].town
        here, might = state.rooms[u, f], state.snapshot[u, f].might
        if here.zone >= 0:
            add_reserve(state, static, f, u, beyond_threat(here.spare, might, here.threat), p)


@kernel
def take_spare(state, static, f, u, strength, p):
    """Strength of a faction in a town is spoken for: it can be brought nowhere else."""
    here = state.rooms[u, f]
    add_reach(state, static, f, u, -strength, p)
    here.spare -= strength
    left = min(here.reserve, max(0.0, here.spare))
    add_reserve(state, static, f, u, left - here.reserve, p)


@kernel
def gathers(state, static, f, v, p):
    """What a faction could gather against a town from afar, a day's march from it."""
    there, total = state.rooms[v, f], 0.0
    if there.willing <= 0.0:
        return 0.0
    if there.zone >= 0:
        total = state.location_lists[f, there.zone].pool
    else:
        for k in range(static.links.shape[1]):
            u = static.links[v, k]
            if u < 0:
                break
            zone = state.rooms[u, f].zone
            first = zone >= 0
            for m in range(k):  # of several roads from one part of the net
                first = first and state.rooms[static.links[v, m], f].zone != zone
            if first:
                total += state.location_lists[f, zone].pool
    from_afar = total - there.close
    if from_afar <= 0.0:
        return 0.0
    fading = strength_with_distance(p.march.speed, p.march.distance * static.kinds[f].reach)
    return from_afar * fading * there.willing


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
def room_brings(state, f, room, t):
    """What a room could bring to a town, led by a faction: all partners' reach by their readiness."""
    total = 0.0
    while room != 0:
        k, room = lowest(room), drop_lowest(room)
        total += state.followers[f, k].ready * state.rooms[t, k].brings
    return total


@kernel
def room_gathers(state, static, f, room, t, p):
    """What a room could gather from afar against a town, led by a faction."""
    total = 0.0
    while room != 0:
        k, room = lowest(room), drop_lowest(room)
        if state.followers[f, k].ready > 0.0:
            total += state.followers[f, k].ready * gathers(state, static, k, t, p)
    return total


@kernel
def room_there(state, t, f, room):
    """Strength of a room in a town and on the road to it, by the readiness to act with its leader."""
    total = 0.0
    while room != 0:
        k, room = lowest(room), drop_lowest(room)
        total += state.followers[f, k].ready * (state.snapshot[t, k].might + state.rooms[t, k].bound)
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
def weigh_aims(state, static, able, p):
    """What every room could bring to every enemy town, times the chance that this town is its aim.

    A room that leads has one aim a province: that of its campaign, for all to see, or else a town by its part
    of the value x chance of all.
    """
    provinces, factions = state.fronts.shape
    total = np.zeros((provinces, factions))
    worths = np.zeros(state.garrisons.shape)
    for v in range(len(state.towns)):
        r, armed = static.places[v].province, state.town_index[v].mighty & able
        for f in range(factions):
            foes = state.relations_index[r, f].foes & armed
            if foes == 0 or not contains(able, f):
                continue
            room = partners(state, r, f, able, armed)
            coming = room_brings(state, f, room, v)
            if coming <= 0.0:
                continue
            enemy = defence(state, static, v, foes, p.battle.defence_multiplier)
            there = room_there(state, v, f, room)
            chance = chance_of_holding(there + coming, enemy, DECISIVENESS)
            worths[v, f] = value_to(state, static, v, f, p) * chance
            if state.fronts[r, f].target >= 0:
                worths[v, f] = 1.0 if state.fronts[r, f].target == v else 0.0
            total[r, f] += worths[v, f]
            state.rooms[v, f].aims = coming
    for v in range(len(state.towns)):
        r = static.places[v].province
        for f in range(factions):
            if state.rooms[v, f].aims > 0.0 and total[r, f] > 0.0:
                state.rooms[v, f].aims *= worths[v, f] / total[r, f]


@kernel
def threat_to(state, t, r, f, able, weight):
    """Threat to a faction's town: enemies there and on their way, and the most that a room aims at it."""
    foes = state.relations_index[r, f].foes & able
    total, most = strength_of(state, t, foes), 0.0
    while foes != 0:
        j, foes = lowest(foes), drop_lowest(foes)
        most = max(most, state.rooms[t, j].aims)
    return total + weight * most


@kernel
def weigh_threats(state, static, f, towns, able, p):
    """Threat to each of the faction's towns; returns how many of them are pressed."""
    pressed = 0
    for t in towns:
        threat = threat_to(state, t, static.places[t].province, f, able, p.plans.threat_weight)
        state.rooms[t, f].threat = threat
        if threat > 0.5 * state.snapshot[t, f].might:  # help is divided among these
            pressed += 1
    return pressed


@kernel
def weigh_own(state, static, f, towns, able, pressed, p):
    """Strength for each of the faction's towns: on the spot, its room's there, and a share of what can come.

    Men who can come are counted once for every threatened town that wants them: this is what overextension
    means here.
    """
    for t in towns:
        here = stores_left(state.garrisons[t, f].cut_off, p.plans.endurance) * state.snapshot[t, f].might
        if state.rooms[t, f].threat <= 0.0 and here > 0.0:  # it is sure, whoever may come
            state.rooms[t, f].own = here
            continue
        armed = state.town_index[t].mighty & able
        room = partners(state, static.places[t].province, f, able, armed)
        others = room_there(state, t, f, room & ~(1 << f))
        coming = room_brings(state, f, room, t) / max(1, pressed)
        state.rooms[t, f].own = here + state.rooms[t, f].bound + others + coming
