"""Odds: what a town is worth, the chance of keeping it, and how long its stores last (ODD 7)."""

import math

from sim.core.bitset import drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.state import MAX_ODDS, MOST_PEOPLE

DECISIVENESS = 1.5  # of planners; Buhaug, Gates and Lujala 2009: 1 to 2, and neither moves anything


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
def value_to(state, static, town, faction, p):
    """Worth of a town to a faction; of its core by ``core_value`` more."""
    place = static.places[town]
    toll = place.toll * state.towns[town].open
    core = p.plans.core_value * static.homes[town, faction].core
    return value_of(state.towns[town].people, toll, place.oil, place.degree, core)


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
def stores_left(days, endurance):
    """Part of the stores of a garrison left after so many days cut off: ``exp(-days / endurance)``."""
    return math.exp(-days / endurance)


@kernel
def is_joined_to_core(state, static, f, t, towns):
    """True if a road that no enemy closes leads from a town to one of the faction's core that it holds."""
    zone = state.rooms[t, f].zone
    for u in towns:
        is_core = static.homes[u, f].core == 1 and state.towns[u].holder == f
        if is_core and state.rooms[u, f].zone == zone:
            return True
    return False


@kernel
def count_cut_off(state, static, f, towns):
    """Count the days on which garrisons of a faction that masses in its core have no road to it."""
    for t in towns:
        garrison = state.garrisons[t, f]
        joined = static.kinds[f].wholesale == 0 or is_joined_to_core(state, static, f, t, towns)
        garrison.cut_off = 0 if joined else garrison.cut_off + 1
