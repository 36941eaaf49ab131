"""Roads and columns: what plans, battles and marches share about moving men (ODD 7)."""

import numpy as np

from sim.core.bitset import contains
from sim.core.kernel import kernel
from sim.core.ledger import MARCHED, record_flow
from sim.core.snapshot import may_fight, men_in
from sim.core.static import REGIME

FAR = 1e9


@kernel
def blocked(state, town, faction):
    """True if the town is closed to the faction this morning: an enemy holds it and it has no men there."""
    return contains(state.town_index[town].barred, faction)


@kernel
def number_zones(state, static, faction):
    """Number the parts of the road net that the faction can move in; -1 for towns blocked to it."""
    towns, closed = len(state.towns), 0
    for t in range(towns):
        state.rooms[t, faction].zone = 0
        if blocked(state, t, faction):
            closed += 1
    if closed == 0:  # the roads connect all towns
        return
    for t in range(towns):
        state.rooms[t, faction].zone = -1 if blocked(state, t, faction) else -2
    number, stack = 0, np.empty(towns, np.int64)
    for t in range(towns):
        if state.rooms[t, faction].zone != -2:
            continue
        stack[0] = t
        state.rooms[t, faction].zone = number
        size = 1
        while size > 0:
            size -= 1
            u = stack[size]
            for k in range(static.links.shape[1]):
                v = static.links[u, k]
                if v < 0:
                    break
                if state.rooms[v, faction].zone == -2:
                    state.rooms[v, faction].zone = number
                    stack[size] = v
                    size += 1
        number += 1


@kernel
def can_reach(state, static, faction, origin, goal):
    """True if a road leads from origin to goal through no blocked town but the goal itself."""
    zone = state.rooms[origin, faction].zone
    if state.rooms[goal, faction].zone >= 0:
        return zone == state.rooms[goal, faction].zone
    if zone < 0:
        return False
    for k in range(static.links.shape[1]):
        v = static.links[goal, k]
        if v >= 0 and state.rooms[v, faction].zone == zone:
            return True
    return False


@kernel
def nearest_ahead(cost, ahead, size):
    """Place in the list ``ahead`` of the town with least cost; ties go to the first by id."""
    best = 0
    for n in range(1, size):
        one, other = ahead[n], ahead[best]
        if cost[one] < cost[other] or (cost[one] == cost[other] and one < other):
            best = n
    return best


@kernel
def costs_to(state, static, faction, goal, at, detour, cost):
    """Km of the best road from each town to ``goal``, until ``at`` is reached; FAR beyond (Dijkstra)."""
    cost[:] = FAR
    cost[goal] = 0.0
    ahead, done = np.empty(len(cost), np.int64), np.zeros(len(cost), np.int64)
    ahead[0] = goal
    size = 1
    while size > 0:
        place = nearest_ahead(cost, ahead, size)
        u = ahead[place]
        if u == at:
            break
        size -= 1
        ahead[place] = ahead[size]
        done[u] = 1
        toll = detour if u != goal and blocked(state, u, faction) else 0.0
        for k in range(static.links.shape[1]):
            v = static.links[u, k]
            if v < 0 or done[v] == 1:
                continue
            if cost[v] == FAR:
                ahead[size] = v
                size += 1
            cost[v] = min(cost[v], cost[u] + toll + static.link_km[u, k])
    for t in range(len(cost)):
        if done[t] == 0:
            cost[t] = FAR


@kernel
def is_open(state, static, faction, at, goal):
    """True if no town on the shortest road between two towns is blocked to the faction."""
    if at == goal:
        return False
    u = static.ahead[at, goal]
    while u != goal:
        if u < 0 or blocked(state, u, faction):
            return False
        u = static.ahead[u, goal]
    return True


@kernel
def next_on_road(state, static, faction, at, goal, detour):
    """Neighbour of ``at`` on the best road to ``goal`` and its km; each blocked town costs ``detour`` km.

    Ties go to the town that comes first by id. (-1, 0) if there is no road.
    """
    if is_open(state, static, faction, at, goal):
        return static.ahead[at, goal], static.ahead_km[at, goal]
    cost = np.empty(len(state.towns))
    costs_to(state, static, faction, goal, at, detour, cost)
    best, best_km, best_cost = -1, 0.0, FAR
    for k in range(static.links.shape[1]):
        v = static.links[at, k]
        if v < 0 or cost[v] == FAR:
            continue
        toll = detour if v != goal and blocked(state, v, faction) else 0.0
        if cost[v] + toll + static.link_km[at, k] < best_cost:
            best, best_km, best_cost = v, static.link_km[at, k], cost[v] + toll + static.link_km[at, k]
    return best, best_km


@kernel
def nearest_own(state, static, town, faction):
    """Nearest other town that the faction holds, else the nearest with its men; -1 if there is none."""
    fallback = -1
    for k in range(1, len(static.near)):
        u = static.near[town, k]
        if men_in(state.garrisons[u, faction]) <= 0:
            continue
        if state.towns[u].holder == faction:
            return u
        if fallback < 0:
            fallback = u
    return fallback


@kernel
def send(state, static, ledger, now, faction, origin, goal, local, mobile, purpose, road):
    """Put men on the road; returns how many set out (0 if there is no road).

    Where the table of columns is full they stay too; it is counted, and the days are played again with room.

    road : parameters of march.
    """
    if local + mobile <= 0 or origin == goal:
        return 0
    ahead, km = next_on_road(state, static, faction, origin, goal, road.detour)
    if ahead < 0:
        return 0
    for c in range(len(state.columns)):
        column = state.columns[c]
        if column.local + column.mobile > 0:
            continue
        column.faction = faction
        column.local = local
        column.mobile = mobile
        column.origin = origin
        column.at = origin
        column.goal = goal
        column.left = now
        column.due = now + int(static.km[origin, goal] / road.speed)
        column.next = ahead
        column.ahead = km
        column.purpose = purpose
        state.columns_in_use[0].rows = max(state.columns_in_use[0].rows, c + 1)
        state.garrisons[origin, faction].local -= local
        state.garrisons[origin, faction].mobile -= mobile
        province = static.places[origin].province
        record_flow(ledger, now, MARCHED, origin, province, faction, goal, local + mobile, float(purpose))
        return local + mobile
    state.columns_in_use[0].lacking += 1
    return 0


@kernel
def enemy_might(state, static, town, faction):
    """Strength in a town of those at war with the faction there, the regime left out."""
    province = static.places[town].province
    total = 0.0
    for k in range(state.town_index[town].count):
        j = state.snapshot[town, k].present
        if may_fight(state, province, faction, j) and static.kinds[j].side != REGIME:
            total += state.snapshot[town, j].might
    return total
