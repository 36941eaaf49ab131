"""Withdrawal: a hopeless garrison leaves in columns for a refuge, in order (ODD 7)."""

from sim.core.kernel import kernel
from sim.core.ledger import SHELTERED, WITHDREW, record_flow
from sim.core.processes.plans.threat import DECISIVENESS, chance_of_holding, odds, value_to
from sim.core.roads import send
from sim.core.snapshot import men_in, strength_with_distance
from sim.core.state import BY_WITHDRAWAL, WITHDRAW


@kernel
def part_leaving(columns_left):
    """Share of those still to go that leaves with today's column: 1/3, then 1/2, then all."""
    return 1.0 / columns_left


@kernel
def refuge(state, static, f, t, towns, p):
    """Own town that best rewards falling back on it: value x chance of holding, fading with distance."""
    best, best_worth = -1, 0.0
    here = state.rooms[t, f]
    for u in towns:
        there = state.rooms[u, f]
        if u == t or state.garrisons[u, f].columns_left > 0 or is_given_up(state.garrisons[u, f], p):
            continue
        if odds(there.own, there.threat) <= odds(here.own, here.threat):
            continue
        if value_to(state, static, u, f, p) <= best_worth:  # even if it were sure and near
            continue
        chance = chance_of_holding(there.own, there.threat, DECISIVENESS)
        fading = strength_with_distance(static.km[t, u], p.plans.days_to_help * p.march.speed)
        worth_it = value_to(state, static, u, f, p) * chance * fading
        if there.zone != here.zone:
            worth_it *= 0.5  # an enemy closes the road: columns must pass or break through
        if worth_it > best_worth:
            best, best_worth = u, worth_it
    return best


@kernel
def is_given_up(garrison, p):
    """True if a garrison has been hopeless for so long that it means to leave: nobody falls back on it."""
    return garrison.hopeless >= p.plans.days_hopeless


@kernel
def count_hopeless(state, f, towns, p):
    """The odds of each garrison of a faction, and the days on which they have been hopeless."""
    for t in towns:
        garrison, here = state.garrisons[t, f], state.rooms[t, f]
        garrison.odds = odds(here.own, here.threat)
        if garrison.columns_left == 0:
            garrison.hopeless = garrison.hopeless + 1 if garrison.odds < p.plans.withdrawal_odds else 0


@kernel
def consider_leaving(state, static, ledger, now, f, towns, p):
    """After enough hopeless days a garrison chooses a refuge and begins to leave in columns."""
    count_hopeless(state, f, towns, p)
    if p.plans.withdrawal == 0.0:
        return
    for t in towns:
        garrison = state.garrisons[t, f]
        if garrison.columns_left > 0 or not is_given_up(garrison, p):
            continue
        going = garrison.mobile + (garrison.local if static.kinds[f].wholesale == 1 else 0)
        goal = refuge(state, static, f, t, towns, p) if going > 0 else -1
        if goal >= 0:
            garrison.goal = goal
            garrison.columns_left = int(p.plans.columns)
            province = static.places[t].province
            record_flow(
                ledger, now, WITHDREW, t, province, f, goal, 1, garrison.odds, p.plans.withdrawal_odds
            )


@kernel
def withdraw_column(state, static, ledger, now, f, t, p):
    """Today's column of an ordered withdrawal; with the last, the rearguard slips away."""
    garrison = state.garrisons[t, f]
    wholesale = static.kinds[f].wholesale == 1
    part = part_leaving(garrison.columns_left)
    if garrison.columns_left > 1:
        part *= p.plans.share_leaving
    mobile = int(part * garrison.mobile)
    local = int(part * garrison.local) if wholesale else 0
    last = garrison.columns_left <= 1
    rear = int((1.0 - p.plans.share_leaving) * mobile) if last else 0
    send(state, static, ledger, now, f, t, garrison.goal, local, mobile - rear, WITHDRAW, p.march)
    garrison.columns_left -= 1
    if last:
        stay = 0 if wholesale else garrison.local
        hidden = men_in(garrison) - stay
        garrison.sheltered += hidden
        garrison.mobile = 0
        garrison.local = stay
        garrison.gave_up = BY_WITHDRAWAL
        garrison.hopeless = 0
        record_flow(ledger, now, SHELTERED, t, static.places[t].province, f, -1, hidden)
