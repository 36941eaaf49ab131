"""Provocation: armed men of different flags in one town clash, and remember (ODD 7)."""

import math

from sim.core.bitset import drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.ledger import INCIDENT as CLASH
from sim.core.ledger import record_flow
from sim.core.rng import INCIDENT, two_uniforms
from sim.core.static import REGIME

READS = {"factions": "coercion uid", "dyads": "hostility tie", "towns": "uid"}
WRITES = {"dyads": "hostility"}


@kernel
def chance_of_incident(rate, coercion, other_coercion, distance):
    """Chance of an incident today: ``rate * mean coercion * (0.5 + distance)``.

    coercion, distance : 0 to 1. rate : per day.
    """
    return rate * 0.5 * (coercion + other_coercion) * (0.5 + distance)


@kernel
def anger(hostility, hurt, culprit_coercion):
    """Hostility of the wronged after an incident: ``h + hurt * coercion * (1 - h)``."""
    return hostility + hurt * culprit_coercion * (1.0 - hostility)


@kernel
def faded(hostility, half_life):
    """Hostility a day on when nothing happens."""
    return hostility * math.exp(-math.log(2.0) / half_life)


@kernel
def forget(state, i, j, remaining):
    """Hostility of i to j fades, but in a standing war; returns the highest of any province."""
    highest = 0.0
    for r in range(len(state.fronts)):
        dyad = state.dyads[r, i, j]
        if dyad.hostility > 0.0 and dyad.tie > -2:
            dyad.hostility *= remaining
        highest = max(highest, dyad.hostility)
    return highest


@kernel
def heard(hostility, highest, spread):
    """Hostility in one province a day on, with the highest that the faction feels anywhere in mind."""
    return hostility + spread * max(0.0, highest - hostility)


@kernel
def hear(state, i, j, highest, spread):
    """What a faction went through in one province hardens it in the others, bit by bit."""
    for r in range(len(state.fronts)):
        dyad = state.dyads[r, i, j]
        if highest > dyad.hostility:
            dyad.hostility = heard(dyad.hostility, highest, spread)


@kernel
def fade_and_spread(state, p):
    """All hostility fades, and spreads from where it is highest."""
    remaining = faded(1.0, p.half_life)
    for i in range(len(state.factions)):
        for j in range(len(state.factions)):
            highest = forget(state, i, j, remaining)
            if p.spread > 0.0 and highest > 0.0:
                hear(state, i, j, highest, p.spread)


@kernel
def clash(state, static, ledger, key, now, t, i, j, p):
    """Two factions in one town may clash; the harsher is likelier the culprit."""
    province = static.places[t].province
    if state.factions[i].uid > state.factions[j].uid:
        i, j = j, i
    one, two = state.factions[i], state.factions[j]
    chance = chance_of_incident(p.rate, one.coercion, two.coercion, static.distance[i, j])
    pair = one.uid ^ two.uid
    u, who = two_uniforms(key, INCIDENT, now, state.towns[t].uid, pair)
    if u >= chance:
        return
    by_one = who * (one.coercion + two.coercion) < one.coercion
    culprit, wronged = (i, j) if by_one else (j, i)
    dyad = state.dyads[province, wronged, culprit]
    dyad.hostility = anger(dyad.hostility, p.hurt, state.factions[culprit].coercion)
    record_flow(ledger, now, CLASH, t, province, culprit, wronged, 1, chance, u)


@kernel
def provocation(state, static, ledger, key, now, p):
    """Every pair of factions that share a town without being at war or in one bloc."""
    fade_and_spread(state, p)
    for t in range(len(state.towns)):
        province = static.places[t].province
        for a in range(state.town_index[t].count):
            i = state.snapshot[t, a].present
            if static.kinds[i].side >= REGIME:
                continue
            higher = -2 << i  # each pair once
            others = state.town_index[t].armed & ~state.relations_index[province, i].foes & higher
            while others != 0:
                j, others = lowest(others), drop_lowest(others)
                if static.kinds[j].side < REGIME and static.kinds[j].bloc != static.kinds[i].bloc:
                    clash(state, static, ledger, key, now, t, i, j, p)
