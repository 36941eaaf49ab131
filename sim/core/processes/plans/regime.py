"""The regime plans nothing: it advances where too few rebels face it (ODD 7)."""

from sim.core.kernel import kernel
from sim.core.ledger import ADVANCED, record_flow
from sim.core.rng import PRESSURE, uniform
from sim.core.roads import send
from sim.core.state import ATTACK
from sim.core.static import REBEL


@kernel
def shortfall(bound, wanted):
    """How far the men facing the regime fall short of what it faces them with, 0 to 1."""
    return max(0.0, 1.0 - bound / wanted) if wanted > 0.0 else 0.0


@kernel
def regime_advance(state, static, ledger, key, now, f, p):
    """The regime advances on a rebel town next door where too few men face it."""
    for v in range(len(state.towns)):
        holder = state.towns[v].holder
        if holder < 0 or static.kinds[holder].side != REBEL:
            continue
        bound = 0
        for k in range(state.town_index[v].count):
            bound += state.snapshot[v, state.snapshot[v, k].present].bound
        chance = p.plans.advance * shortfall(bound, p.plans.pinning * state.town_index[v].facing)
        u = -1
        for k in range(static.links.shape[1]):
            n = static.links[v, k]
            if n < 0 or state.towns[n].holder != f:
                continue
            if u < 0 or state.snapshot[n, f].free > state.snapshot[u, f].free:
                u = n
        if u < 0 or uniform(key, PRESSURE, now, state.towns[v].uid) >= chance:
            continue
        men = min(state.snapshot[u, f].free // 2, state.garrisons[u, f].mobile)
        if send(state, static, ledger, now, f, u, v, 0, men, ATTACK, p.march) > 0:
            province = static.places[v].province
            record_flow(ledger, now, ADVANCED, v, province, f, holder, 1, chance, p.plans.advance)
