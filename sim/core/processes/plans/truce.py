"""Truce: who is attacked in several towns of a province offers its enemies there one (ODD 7)."""

from sim.core.kernel import kernel
from sim.core.ledger import OFFERED, record_flow
from sim.core.rng import TRUCE, two_uniforms
from sim.core.snapshot import may_fight
from sim.core.static import REBEL

SEVERAL = 3  # towns attacked in a province, from which truces are offered (ISW MESR 22: on many sides)
TERM = 7  # days of a truce, assumed: 3 to 30 moves nothing (experiments/02_record)


@kernel
def offer_truces(state, static, ledger, key, now, f, p):
    """Attacked in enough towns of a province, the faction offers its enemies there a truce.

    Returns how many accept.
    """
    accepted_by = 0
    for r in range(len(state.fronts)):
        if state.fronts[r, f].attacked < SEVERAL:
            continue
        for j in range(len(state.factions)):
            dyad = state.dyads[r, j, f]
            if not may_fight(state, r, f, j) or static.kinds[j].side != REBEL or state.fronts[r, j].men == 0:
                continue
            offered, accepted = two_uniforms(key, TRUCE, now, state.factions[f].uid, state.factions[j].uid, r)
            if offered >= p.plans.truce_offer:
                continue
            willing = p.plans.truce_acceptance * (1.0 - dyad.hostility)
            record_flow(ledger, now, OFFERED, -1, r, f, j, 1, willing, accepted)
            if accepted < willing:
                dyad.truce = now + TERM
                state.dyads[r, f, j].truce = now + TERM
                accepted_by += 1
    return accepted_by
