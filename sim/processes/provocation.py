"""Provocation: armed men of different flags in one town clash, and remember (ODD 7.7)."""

import math

import numpy as np

from sim.chance import INCIDENT, two_uniforms
from sim.kernel import kernel
from sim.land import REGIME
from sim.ledger import INCIDENT as CLASH
from sim.ledger import note
from sim.morning import may_fight

READS = ("factions.coercion", "dyads.hostility", "dyads.tie", "towns.uid", "factions.uid")
WRITES = ("dyads.hostility",)


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
def forget(state, p):
    """All hostility but that of standing wars fades."""
    keep = faded(1.0, p.half_life)
    provinces, factions = state.fronts.shape
    for r in range(provinces):
        for i in range(factions):
            for j in range(factions):
                dyad = state.dyads[r, i, j]
                if dyad.hostility > 0.0 and dyad.tie > -2:
                    dyad.hostility *= keep


@kernel
def heard(hostility, highest, spread):
    """Hostility in one province a day on, with the highest that the faction feels anywhere in mind."""
    return hostility + spread * max(0.0, highest - hostility)


@kernel
def hear(state, p):
    """What a faction went through in one province hardens it in the others, bit by bit."""
    provinces, factions = state.fronts.shape
    highest = np.zeros((factions, factions))
    for r in range(provinces):
        for i in range(factions):
            for j in range(factions):
                highest[i, j] = max(highest[i, j], state.dyads[r, i, j].hostility)
    for r in range(provinces):
        for i in range(factions):
            for j in range(factions):
                dyad = state.dyads[r, i, j]
                if highest[i, j] > dyad.hostility:
                    dyad.hostility = heard(dyad.hostility, highest[i, j], p.spread)


@kernel
def clash(state, land, ledger, luck, now, t, i, j, p):
    """Two factions in one town may clash; the harsher is likelier the culprit."""
    province = land.places[t].province
    one, two = state.factions[i], state.factions[j]
    chance = chance_of_incident(p.rate, one.coercion, two.coercion, land.distance[i, j])
    pair = one.uid ^ two.uid
    u, who = two_uniforms(luck, INCIDENT, now, state.towns[t].uid, pair)
    if u >= chance:
        return
    by_one = who * (one.coercion + two.coercion) < one.coercion
    culprit, wronged = (i, j) if by_one else (j, i)
    dyad = state.dyads[province, wronged, culprit]
    dyad.hostility = anger(dyad.hostility, p.hurt, state.factions[culprit].coercion)
    note(ledger, now, CLASH, t, province, culprit, wronged, 1, chance, u)


@kernel
def provocation(state, land, ledger, luck, now, p):
    """Every pair of factions that share a town without being at war or in one bloc."""
    forget(state, p)
    if p.spread > 0.0:
        hear(state, p)
    for t in range(len(state.towns)):
        province = land.places[t].province
        for a in range(state.sight[t].count):
            i = state.morning[t, a].present
            for b in range(a + 1, state.sight[t].count):
                j = state.morning[t, b].present
                if land.kinds[i].side >= REGIME or land.kinds[j].side >= REGIME:
                    continue
                if not may_fight(state, province, i, j) and land.kinds[i].bloc != land.kinds[j].bloc:
                    clash(state, land, ledger, luck, now, t, i, j, p)
