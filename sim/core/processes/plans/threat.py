"""Threat: what a town is worth, who threatens it, and the odds of keeping it (ODD 7)."""

import math

import numpy as np

from sim.core.bitset import contains, drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.state import MAX_ODDS, MOST_PEOPLE
from sim.core.static import REGIME


@kernel
def odds(own, enemy):
    """Own strength over the enemy's, at most MAX_ODDS."""
    return MAX_ODDS if own >= MAX_ODDS * enemy else own / enemy


@kernel
def chance_of_holding(own, enemy, decisiveness):
    """Contest success (Tullock): ``own**m / (own**m + enemy**m)``; 0 if both are nil."""
    if own <= 0.0:
        return 0.0
    if enemy <= 0.0:
        return 1.0
    mine = math.exp(decisiveness * math.log(own))
    return mine / (mine + math.exp(decisiveness * math.log(enemy)))


@kernel
def value_of(people, toll, oil, roads, core):
    """Worth of a town: people / 100,000 + toll / 2 + oil / 2 + roads / 6 + core."""
    return min(people, MOST_PEOPLE) / 100000.0 + 0.5 * toll + 0.5 * oil + roads / 6.0 + core


@kernel
def value_to(state, static, town, faction):
    """Worth of a town to a faction."""
    place = static.places[town]
    toll = place.toll * state.towns[town].open
    core = float(static.homes[town, faction].core)
    return value_of(state.towns[town].people, toll, place.oil, place.degree, core)


@kernel
def enemies_of(state, static, f):
    """Those whom the faction may fight somewhere it has men, the regime left out, as bits."""
    found = 0
    for r in range(len(state.fronts)):
        if state.fronts[r, f].men > 0:
            found |= state.relations_index[r, f].foes
    for j in range(len(state.factions)):
        if contains(found, j) and static.kinds[j].side == REGIME:
            found ^= 1 << j
    return found


@kernel
def any_enemy_near(state, f, enemies):
    """True if an enemy has men in a province where the faction has men."""
    for r in range(len(state.fronts)):
        if state.fronts[r, f].men > 0:
            near = enemies & state.relations_index[r, f].foes
            while near != 0:
                if state.fronts[r, lowest(near)].men > 0:
                    return True
                near = drop_lowest(near)
    return False


@kernel
def forget_odds(state):
    """Where nothing threatens, the odds are sure."""
    for t in range(len(state.towns)):
        for k in range(state.town_index[t].count):
            state.garrisons[t, state.snapshot[t, k].present].odds = MAX_ODDS


@kernel
def see_movers(state, static, speed, movers):
    """Factions with men to spare within a day's march of each town, as bits: who can threaten it."""
    towns = len(state.towns)
    here = np.zeros(towns, np.int64)
    for t in range(towns):
        for k in range(state.town_index[t].count):
            j = state.snapshot[t, k].present
            if state.snapshot[t, j].mobile > 0.0:
                here[t] |= 1 << j
    for t in range(towns):
        movers[t] = 0
        for k in range(1, towns):
            u = static.near[t, k]
            if static.km[t, u] > speed:
                break
            movers[t] |= here[u]


@kernel
def weigh_threats(state, static, f, towns, enemies, movers, p, threat):
    """Enemy strength in each of the faction's towns and, in part, within one day's march of it.

    Returns how many of the towns are threatened.
    """
    pressed = 0
    threat[:] = 0.0
    for t in towns:
        dangerous = enemies & state.relations_index[static.places[t].province, f].foes
        dangerous &= state.town_index[t].mighty | movers[t]
        total = 0.0
        while dangerous != 0:
            j, dangerous = lowest(dangerous), drop_lowest(dangerous)
            total += state.snapshot[t, j].might
            if contains(movers[t], j):
                total = add_movers(state, static, t, j, total, p)
        threat[t] = total
        if total > 0.5 * state.snapshot[t, f].might:  # threatened: help is divided among these
            pressed += 1
    return pressed


@kernel
def add_movers(state, static, t, j, total, p):
    """The threat to a town with that of j's men within a day's march added, town by town."""
    for k in range(1, len(static.near)):
        u = static.near[t, k]
        if static.km[t, u] > p.march.speed:
            break
        total += p.plans.threat_weight * state.snapshot[u, j].mobile
    return total


@kernel
def allied_might(state, static, t, f, enemies):
    """Strength in a town of those who are at war with an enemy of the faction there, but not with it."""
    province = static.places[t].province
    foes = state.relations_index[province, f].foes
    common = enemies & foes & state.town_index[t].mighty
    total = 0.0
    if common == 0:
        return total
    for k in range(state.town_index[t].count):
        a = state.snapshot[t, k].present
        if a == f or contains(foes, a) or static.kinds[a].side == REGIME:
            continue
        if state.relations_index[province, a].foes & common != 0:
            total += state.snapshot[t, a].might
    return total


@kernel
def stores_left(days, endurance):
    """Part of the stores of a garrison left after so many days cut off: ``exp(-days / endurance)``."""
    return math.exp(-days / endurance)


@kernel
def is_joined_to_core(state, static, f, t, towns, zone):
    """True if a road that no enemy closes leads from a town to one of the faction's core that it holds."""
    for u in towns:
        if static.homes[u, f].core == 1 and state.towns[u].holder == f and zone[u] == zone[t]:
            return True
    return False


@kernel
def count_cut_off(state, static, f, towns, zone):
    """Count the days on which garrisons of a faction that masses in its core have no road to it."""
    for t in towns:
        garrison = state.garrisons[t, f]
        joined = static.kinds[f].wholesale == 0 or is_joined_to_core(state, static, f, t, towns, zone)
        garrison.cut_off = 0 if joined else garrison.cut_off + 1


@kernel
def weigh_own(state, static, f, towns, enemies, pressed, zone, threat, own, p):
    """Own strength for each of its towns: on the spot, allies in part, and a share of what can come.

    Men who can come within three days are counted once for every threatened town that wants them:
    this is what overextension means here.
    """
    reach = p.plans.days_to_help * p.march.speed
    own[:] = 0.0
    for t in towns:
        here = stores_left(state.garrisons[t, f].cut_off, p.plans.endurance) * state.snapshot[t, f].might
        if threat[t] <= 0.0 and here > 0.0:  # it is sure, whoever may come
            own[t] = here
            continue
        coming = 0.0
        for u in towns:
            if u != t and static.km[t, u] <= reach and zone[u] == zone[t]:
                coming += state.snapshot[u, f].mobile
        allies = p.plans.ally_weight * allied_might(state, static, t, f, enemies)
        own[t] = here + allies + coming / max(1, pressed)
