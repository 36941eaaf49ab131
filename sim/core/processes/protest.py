"""Protest: the calm stay home for fear of the garrison, until enough are out (ODD 7).

Epstein (2002), in natural form without the floor: grievance times lost legitimacy, against a risk that
falls as more come out.
"""

import math

from sim.core.kernel import kernel
from sim.core.snapshot import men_in

READS = {"towns": "holder people protest", "garrisons": "local mobile support grievance"}
WRITES = {"towns": "protest"}
SPARK = 0.02  # share who would be out anywhere, so that the first are never quite alone


@kernel
def risk_of_arrest(garrison, out, k):
    """Risk that a protester runs: ``1 - exp(-k * garrison / out)``; k 2.3 gives 0.9 at one to one."""
    return 1.0 - math.exp(-k * garrison / max(out, 1.0))


@kernel
def share_protesting(grievance, legitimacy, risk, threshold):
    """Share who come out, risk aversion being uniform: those with ``G - R risk > threshold``.

    ``G = grievance * (1 - legitimacy)``; all 0 to 1.
    """
    surplus = grievance * (1.0 - legitimacy) - threshold
    if surplus <= 0.0:
        return 0.0
    return 1.0 if risk <= surplus else surplus / risk


@kernel
def protest(state, p):
    """Every held town turns out against its ruler, as many as dare on yesterday's crowd."""
    for t in range(len(state.towns)):
        town = state.towns[t]
        yesterday, target = town.protest, 0.0
        if town.holder >= 0:
            ruler = state.garrisons[t, town.holder]
            crowd = p.turnout * town.people * max(yesterday, SPARK)
            risk = risk_of_arrest(men_in(ruler), crowd, p.deterrence)
            target = share_protesting(ruler.grievance, ruler.support, risk, p.threshold)
        town.protest = yesterday + (target - yesterday) / p.days
