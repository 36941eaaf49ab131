"""Events: what the scenario dates for today happens (ODD 7). Data, never code."""

import numpy as np

from sim.core.kernel import kernel
from sim.core.ledger import (
    EVENT_HAPPENED,
    GIVEN,
    REINFORCED,
    SEIZED,
    SEIZED_WEAPONS,
    book_money,
    book_weapons,
    record_entry,
    record_flow,
)
from sim.core.rng import TRUCE, uniform
from sim.core.static import (
    BORDER,
    DEPOT_SEIZED,
    ENDORSEMENT,
    EQUIPMENT,
    HOSTILITY_SHOCK,
    IRAQ_FLOW,
    LEADER_KILLED,
    PRESSURE_CHANGE,
    REINFORCEMENT,
    SPONSOR_CHANGE,
    TRUCE_MADE,
    WAR_ORDER,
)

READS = {
    "garrisons": "mobile",
    "dyads": "hostility",
    "factions": "weapons command treasury legitimacy",
    "theatre": "pressure_until",
}
WRITES = {
    "dyads": "hostility ordered truce",
    "sponsors": "flow",
    "patronage": "open",
    "factions": "weapons treasury legitimacy command",
    "garrisons": "mobile",
    "theatre": "iraq_flow pressure pressure_until",
    "towns": "open",
}


@kernel
def share(value):
    """The value, limited to 0 to 1."""
    return min(1.0, max(0.0, value))


@kernel
def concerns(named, row):
    """True if the event names this row, or names none and so concerns all."""
    return named < 0 or named == row


@kernel
def between_factions(state, key, now, e, scale):
    """Hostility, war orders and truces: between two factions, in one province or all."""
    provinces, factions = state.fronts.shape
    for p in range(provinces):
        if not concerns(e.province, p):
            continue
        holds = e.kind == TRUCE_MADE and uniform(key, TRUCE, now, p) < e.amount
        for i in range(factions):
            for j in range(factions):
                if i == j or not concerns(e.who, i) or not concerns(e.whom, j):
                    continue
                dyad = state.dyads[p, i, j]
                if e.kind == HOSTILITY_SHOCK:
                    dyad.hostility = share(dyad.hostility + scale * e.amount)
                elif e.kind == WAR_ORDER:
                    dyad.ordered = e.amount
                elif holds:
                    dyad.truce = now + e.days
                    state.dyads[p, j, i].truce = now + e.days


@kernel
def to_sponsors(state, e):
    """A sponsor's whole flow, or one channel of it, becomes ``amount``."""
    for s in range(len(state.sponsors)):
        if concerns(e.who, s):
            if e.whom < 0:
                state.sponsors[s].flow = e.amount
            else:
                state.patronage[s, e.whom].open = e.amount


@kernel
def seize(state, ledger, e):
    """One faction takes a share of another's weapons and money."""
    weapons, money = e.amount * state.factions[e.whom].weapons, e.amount * state.factions[e.whom].treasury
    book_weapons(ledger, state, e.who, SEIZED_WEAPONS, weapons)
    book_weapons(ledger, state, e.whom, SEIZED_WEAPONS, -weapons)
    book_money(ledger, state, e.who, SEIZED, money)
    book_money(ledger, state, e.whom, SEIZED, -money)


@kernel
def to_one(state, ledger, now, e):
    """Everything that befalls one faction, one town or the theatre."""
    if e.kind == ENDORSEMENT:
        state.factions[e.whom].legitimacy += e.amount
    elif e.kind == EQUIPMENT:
        book_weapons(ledger, state, e.whom, GIVEN, max(e.amount, -state.factions[e.whom].weapons))
    elif e.kind == LEADER_KILLED:
        state.factions[e.whom].command = max(0.1, state.factions[e.whom].command - e.amount)
    elif e.kind == REINFORCEMENT:
        state.garrisons[e.town, e.whom].mobile += int(e.amount)
        record_flow(ledger, now, REINFORCED, e.town, -1, e.whom, -1, int(e.amount))
    elif e.kind == IRAQ_FLOW:
        state.theatre[0].iraq_flow = e.amount
    elif e.kind == BORDER:
        state.towns[e.town].open = int(e.amount)
    elif e.kind == PRESSURE_CHANGE:
        state.theatre[0].pressure = e.amount
        state.theatre[0].pressure_until = now + e.days - 1 if e.days > 0 else 0


@kernel
def happen(state, ledger, key, now, e, scale):
    """One event of the scenario."""
    if e.kind == HOSTILITY_SHOCK or e.kind == WAR_ORDER or e.kind == TRUCE_MADE:
        between_factions(state, key, now, e, scale)
    elif e.kind == SPONSOR_CHANGE:
        to_sponsors(state, e)
    elif e.kind == DEPOT_SEIZED:
        seize(state, ledger, e)
    else:
        to_one(state, ledger, now, e)
    record_entry(ledger, now, EVENT_HAPPENED, e.town, e.province, e.whom, e.kind, 1, e.amount, np.nan)


@kernel
def events(state, static, ledger, key, now, p):
    """Today's dated events; on day 0 the older causes, their hostility scaled by ``p.prior_hostility``."""
    theatre = state.theatre[0]
    if 0 < theatre.pressure_until < now:
        theatre.pressure = 1.0
        theatre.pressure_until = 0
    for k in range(len(static.events)):
        e = static.events[k]
        if e.day < 0:
            break
        if e.day == now and now <= p.last_day:
            happen(state, ledger, key, now, e, p.prior_hostility if now <= 0 else 1.0)
