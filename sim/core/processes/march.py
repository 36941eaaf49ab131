"""March: columns move at road speed, pass, bargain or break through, and arrive days later (ODD 7)."""

from sim.core.kernel import kernel
from sim.core.ledger import ARRIVED, LOST_ON_MARCH, ON_MARCH, record_flow
from sim.core.rng import BREAKTHROUGH, PASSAGE, binomial, uniform
from sim.core.roads import blocked, enemy_might, nearest_own, next_on_road
from sim.core.snapshot import men_in, worth
from sim.core.state import ATTACK, EXIT

READS = {
    "towns": "uid holder combat_intensity",
    "garrisons": "local mobile",
    "factions": "uid quality arms command",
    "fronts": "cohesion lost",
    "columns": "faction local mobile origin at goal left next ahead purpose",
}
WRITES = {
    "towns": "combat_intensity",
    "garrisons": "local mobile gave_up hopeless columns_left",
    "fronts": "lost",
    "columns": "local mobile at goal due next ahead",
}


@kernel
def share_lost_breaking_through(enemy, own, toll):
    """Share of a column lost on hostile ground: ``toll * enemy / (enemy + own)``."""
    return toll * enemy / (enemy + own) if enemy > 0.0 else 0.0


@kernel
def split_losses(lost, local, mobile):
    """Losses fall on mobile and local men in proportion; returns (local lost, mobile lost)."""
    from_local = lost * local // (local + mobile)
    return from_local, lost - from_local


@kernel
def lose(state, static, ledger, now, column, town, lost):
    """Men of a column die breaking through a town; its holder is the killer."""
    from_local, from_mobile = split_losses(lost, column.local, column.mobile)
    column.local -= from_local
    column.mobile -= from_mobile
    province = static.places[town].province
    state.fronts[province, column.faction].lost += lost
    killer = state.towns[town].holder
    ledger.toll[ON_MARCH, column.faction, killer] += lost
    record_flow(ledger, now, LOST_ON_MARCH, town, province, column.faction, killer, lost)


@kernel
def pass_town(state, static, ledger, key, now, c, p):
    """A column passes a town on its way: free ground, a bargain, or a fight."""
    column = state.columns[c]
    f, town = column.faction, column.at
    if not blocked(state, town, f) or column.purpose == EXIT:
        return
    pair = state.towns[column.origin].uid ^ state.factions[f].uid
    if uniform(key, PASSAGE, now, pair, state.towns[town].uid, column.left) < p.passage:
        return
    men = column.local + column.mobile
    own = men * worth(state, static.places[town].province, f)
    share = share_lost_breaking_through(enemy_might(state, static, town, f), own, p.breakthrough)
    decision = pair + column.left
    lost = binomial(key, BREAKTHROUGH, now, decision, state.towns[town].uid, men, share)
    if lost > 0:
        lose(state, static, ledger, now, column, town, lost)


@kernel
def arrive(state, static, ledger, now, c):
    """A column reaches its goal and becomes part of the garrison; attackers bring an assault."""
    column = state.columns[c]
    garrison = state.garrisons[column.goal, column.faction]
    if men_in(garrison) == 0:  # what their predecessors had in mind is over
        garrison.gave_up = 0
        garrison.hopeless = 0
        garrison.columns_left = 0
    garrison.local += column.local
    garrison.mobile += column.mobile
    if column.purpose == ATTACK:
        state.towns[column.goal].combat_intensity = 1.0
    province = static.places[column.goal].province
    men = column.local + column.mobile
    record_flow(
        ledger, now, ARRIVED, column.goal, province, column.faction, column.origin, men, float(column.purpose)
    )
    column.local = 0
    column.mobile = 0
    column.due = now


@kernel
def aim_again(state, static, c):
    """Men who meant to join a friendly town turn to the nearest other one if the enemy has taken it."""
    column = state.columns[c]
    if column.purpose != ATTACK and blocked(state, column.goal, column.faction):
        other = nearest_own(state, static, column.at, column.faction)
        if other >= 0:
            column.goal = other


@kernel
def advance(state, static, ledger, key, now, c, p):
    """One column's day on the road."""
    column = state.columns[c]
    km = p.speed
    while column.local + column.mobile > 0 and km > 0.0:  # a day can pass several towns
        if column.ahead > km:
            column.ahead -= km
            return
        km -= column.ahead
        column.ahead = 0.0
        column.at = column.next
        if column.at == column.goal:
            arrive(state, static, ledger, now, c)
            return
        pass_town(state, static, ledger, key, now, c, p)
        if column.local + column.mobile <= 0:
            return
        aim_again(state, static, c)
        if column.at == column.goal:
            arrive(state, static, ledger, now, c)
            return
        ahead, road = next_on_road(state, static, column.faction, column.at, column.goal, p.detour)
        column.next = ahead
        column.ahead = road


@kernel
def march(state, static, ledger, key, now, p):
    """Every column on the road moves."""
    still = 0
    for c in range(state.columns_in_use[0].rows):
        column = state.columns[c]
        if column.local + column.mobile > 0:
            advance(state, static, ledger, key, now, c, p)
        if column.local + column.mobile > 0:
            still = c + 1
    state.columns_in_use[0].rows = still
