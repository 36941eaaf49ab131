"""Grievance: how angry a town is with each faction in it (ODD 7).

Kalyvas (2006): where a ruler lacks information its violence is indiscriminate and angers. Condra and
Shapiro (2012): the effect of harm lasts under four weeks. Lyall, Blair and Imai (2013): harm by outsiders
is forgiven less.
"""

import math

from sim.core.bitset import drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.snapshot import FORGOTTEN, LEAST_KNOWN, information, men_in

READS = {"towns": "holder", "factions": "coercion", "garrisons": "local mobile support grievance harm"}
WRITES = {"garrisons": "grievance harm"}
SELECTIVE = 0.25  # weight of selective violence, judgement: 3 to 5 to 1; 0.2 or 0.33 moves nothing


@kernel
def harshness(coercion, informed, selective):
    """Felt harshness of rule: coercion times its indiscriminate part plus ``selective`` of the rest.

    coercion, informed : 0 to 1. selective : weight of selective against indiscriminate violence, 0 to 1.
    """
    return coercion * ((1.0 - informed) + selective * informed)


@kernel
def next_grievance(grievance, harsh, harm, rise, violence, half_life):
    """Anger a day on: ``g' = g - fade g + (rise * harsh + violence * harm) (1 - g)``.

    grievance, harsh : 0 to 1. harm : civilians harmed today per 10,000. rise, violence : per day.
    half_life : days in which anger halves when nothing feeds it.
    """
    fade = 1.0 - math.exp(-math.log(2.0) / half_life)
    fed = min(1.0, rise * harsh + violence * harm)
    return min(1.0, grievance * (1.0 - fade) + fed * (1.0 - grievance))


@kernel
def forgiveness(foreign, native, outsider, insider):
    """How heavily harm is held against a faction: outsiders above 1, men of the province below.

    foreign : share of foreign fighters. native : 1 if the province is one of its own.
    """
    local = insider if native == 1 else 1.0
    return foreign * outsider + (1.0 - foreign) * local


@kernel
def exposure(state, town, faction):
    """How much of the town a faction's harshness reaches: all if it holds it, else its part of the men."""
    if state.towns[town].holder == faction:
        return 1.0
    men = state.town_index[town].men
    return men_in(state.garrisons[town, faction]) / men if men > 0 else 0.0


@kernel
def feeling(state, static, t, f, p):
    """Harshness and harm that the town holds against the faction today."""
    garrison, kind = state.garrisons[t, f], static.kinds[f]
    weight = forgiveness(kind.foreign, static.homes[t, f].native, p.outsider, p.insider)
    harsh = harshness(state.factions[f].coercion, information(garrison.support, LEAST_KNOWN), SELECTIVE)
    return weight * harsh * exposure(state, t, f), weight * garrison.harm


@kernel
def grievance(state, static, p):
    """Every town grows angrier with those who bear down on it, or forgives."""
    half_life = p.half_life  # a local, so that what follows from it is worked out once
    for t in range(len(state.towns)):
        felt = state.town_index[t].felt
        while felt != 0:
            f, felt = lowest(felt), drop_lowest(felt)
            garrison = state.garrisons[t, f]
            armed = men_in(garrison) > 0
            if not armed and garrison.grievance < FORGOTTEN and garrison.harm <= 0.0:
                continue
            harsh, harm = feeling(state, static, t, f, p)
            garrison.grievance = next_grievance(
                garrison.grievance, harsh if armed else 0.0, harm, p.rise, p.violence, half_life
            )
            garrison.harm = 0.0
