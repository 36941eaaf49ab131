"""Support: whom a town leans to, with "no one" always a choice (ODD 7).

A logit of utilities, approached slowly: additive laws drift into corners. Governance and services after
Mampilly (2011) and Arjona (2016); "no one" at 40 per cent: Caerus survey of Aleppo, 2013-14.
"""

import math

import numpy as np

from sim.core.bitset import drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.snapshot import men_in

READS = {
    "towns": "holder contested combat_intensity apathy no_one weariness",
    "factions": "services legitimacy",
    "garrisons": "local mobile support grievance",
}
WRITES = {"towns": "no_one weariness", "garrisons": "support"}


@kernel
def appeal(holds, services, distance, grievance, security, legitimacy, p):
    """Utility of backing a faction: services where it governs, likeness, grievance, security, endorsement.

    holds : 1 if it holds the town. services, distance, grievance, security : 0 to 1.
    """
    return (
        p.governing * holds * services
        - p.distance * distance
        - p.grievance * grievance
        + p.security * security
        + legitimacy
    )


@kernel
def next_share(share, target, moved):
    """A share a day on: ``share + moved (target - share)``; moved is 1 - exp(-1 / time constant in days)."""
    return share + (target - share) * moved


@kernel
def next_weariness(weariness, fighting, tire, rest):
    """Weariness a day on: ``w' = w + tire * fighting * (1 - w) - rest * w``; all 0 to 1, rates per day."""
    return weariness + tire * fighting * (1.0 - weariness) - rest * weariness


@kernel
def security(state, town, faction):
    """Safety a faction gives: its part of the men in the town, less while the town is fought over."""
    men = state.town_index[town].men
    part = men_in(state.garrisons[town, faction]) / men if men > 0 else 0.0
    return part * (1.0 - 0.5 * state.towns[town].contested)


@kernel
def appeal_in(state, static, t, f, p):
    """Utility of a faction in one town."""
    garrison, faction = state.garrisons[t, f], state.factions[f]
    holds = 1.0 if state.towns[t].holder == f else 0.0
    return appeal(
        holds,
        faction.services,
        static.leaning[t, f],
        garrison.grievance,
        security(state, t, f),
        faction.legitimacy,
        p,
    )


@kernel
def choose(state, static, t, weight, p):
    """Weights of a town's choices into ``weight`` (factions in their order, "no one" last); their sum."""
    town = state.towns[t]
    nobody = math.exp(town.apathy + p.weary * town.weariness)
    total = nobody
    for k in range(state.town_index[t].count):
        f = state.snapshot[t, k].present
        weight[f] = math.exp(appeal_in(state, static, t, f, p))
        total += weight[f]
    weight[len(weight) - 1] = nobody
    return total


@kernel
def drift(state, t, weight, total, moved):
    """Shares move towards the choices; those of absent factions fade; rounding is spread over all."""
    town, factions = state.towns[t], len(state.factions)
    town.no_one = next_share(town.no_one, weight[factions] / total, moved)
    backed = town.no_one
    felt = state.town_index[t].felt
    while felt != 0:
        f, felt = lowest(felt), drop_lowest(felt)
        garrison = state.garrisons[t, f]
        if men_in(garrison) > 0:
            garrison.support = next_share(garrison.support, weight[f] / total, moved)
        elif garrison.support > 0.0:
            garrison.support = next_share(garrison.support, 0.0, moved)
        backed += garrison.support
    town.no_one /= backed
    felt = state.town_index[t].felt
    while felt != 0:
        f, felt = lowest(felt), drop_lowest(felt)
        if state.garrisons[t, f].support > 0.0:
            state.garrisons[t, f].support /= backed


@kernel
def support(state, static, p):
    """Every town moves slowly towards those its people would now choose."""
    weight = np.zeros(len(state.factions) + 1)
    moved = 1.0 - math.exp(-1.0 / p.days)
    for t in range(len(state.towns)):
        town = state.towns[t]
        town.weariness = next_weariness(
            town.weariness, town.combat_intensity * town.contested, p.tire, p.recover
        )
        total = choose(state, static, t, weight, p)
        drift(state, t, weight, total, moved)
