"""Retaliation: bombs, executions and threats, which enrage those whom they strike (ODD 7).

Here suicide attacks answer the loss of ground and men, not rivalry for applause (Findley and Young 2012
find little for outbidding). Rates from the first weeks: 16 attacks on 3 to 11 January, mean four dead.
"""

import math

from sim.core.bitset import drop_lowest, lowest
from sim.core.control import free_prisoners, take_from
from sim.core.kernel import kernel
from sim.core.ledger import (
    AT_FRONT,
    BOMBED,
    BOMBING,
    BY_BOMB,
    BY_EXECUTION,
    EXECUTED,
    SPENT,
    THREATENED,
    record_flow,
)
from sim.core.ledger import EXECUTION as PRISONERS_KILLED
from sim.core.rng import (
    BOMB_DEAD,
    BOMB_TARGET,
    BOMBS,
    CIVILIANS,
    EXECUTION,
    THREAT,
    binomial,
    poisson,
    race,
    uniform,
)
from sim.core.snapshot import may_fight, men_in
from sim.core.static import REGIME

READS = {
    "towns": "uid people holder contested taken lost_by captor",
    "garrisons": "local mobile prisoners columns_left harm sheltered",
    "factions": "uid coercion",
    "fronts": "men lost towns_lost rest",
    "dyads": "hostility",
}
WRITES = {
    "towns": "captor",
    "garrisons": "local mobile prisoners sheltered harm",
    "fronts": "lost",
    "dyads": "hostility",
}
WEEK = 7
TARGETS_WITHIN = 50.0  # km over which targets lose appeal, assumed: 20 or 150 moves nothing
MOST_DEAD = 15  # in one attack: the geometric law has a longer tail than the attacks on record


@kernel
def rate_of_attacks(usual, per_ground, ground_lost, per_death, share_dead, capability):
    """Suicide attacks expected in a day: ``capability (usual + per_ground g + per_death d)``.

    ground_lost : share of its towns lost in the last week. share_dead : share of its men killed today.
    """
    return capability * (usual + per_ground * ground_lost + per_death * share_dead)


@kernel
def dead_from(u, mean):
    """Dead of one attack from a uniform: 1 plus a geometric number with this mean, at most MOST_DEAD."""
    stop = 1.0 / mean
    return min(MOST_DEAD, 1 + int(math.log(1.0 - u) / math.log(1.0 - stop)))


@kernel
def raised(value, by):
    """A feeling from 0 to 1, raised by a part of what is missing."""
    return min(1.0, value + by * (1.0 - value))


@kernel
def freshness(days):
    """How fresh a loss still is after so many days without another: halved every WEEK."""
    return math.exp(-math.log(2.0) * days / WEEK)


@kernel
def chance_of_execution(coercion, hostility, usual, falling):
    """Chance that a prisoner is killed today: ``coercion * hostility * (usual + falling)``, at most 1."""
    return min(1.0, coercion * hostility * (usual + falling))


@kernel
def ground_lost(state, f, now):
    """Share of its towns that a faction lost in the last week."""
    held, lost = 0, 0
    for t in range(len(state.towns)):
        town = state.towns[t]
        if town.holder == f:
            held += 1
        elif town.lost_by == f and town.taken > now - WEEK:
            lost += 1
    return lost / (held + lost) if held + lost > 0 else 0.0


@kernel
def share_dead(state, f):
    """Share of its men that a faction lost today, over all provinces."""
    men, lost = 0, 0
    for r in range(len(state.fronts)):
        men += state.fronts[r, f].men
        lost += state.fronts[r, f].lost
    return lost / men if men > 0 else 0.0


@kernel
def target_weight(state, static, f, t, now):
    """How likely a town is chosen: enemies in it, near own men, more if just taken from the faction."""
    province = static.places[t].province
    enemies = 0
    for k in range(state.town_index[t].count):
        j = state.snapshot[t, k].present
        if may_fight(state, province, f, j) and static.kinds[j].side != REGIME:
            enemies += men_in(state.garrisons[t, j])
    if enemies == 0:
        return 0.0
    km = 300.0  # beyond any road on the map, for a faction with no men anywhere
    for k in range(len(static.near)):
        u = static.near[t, k]
        if men_in(state.garrisons[u, f]) > 0:
            km = static.km[t, u]
            break
    grudge = 3.0 if state.towns[t].lost_by == f and state.towns[t].taken > now - WEEK else 1.0
    return grudge * math.exp(-km / TARGETS_WITHIN)


@kernel
def choose_target(state, static, key, f, now, number):
    """Town of an attack, drawn by weight; -1 if no enemy is anywhere."""
    best, first = -1, 0.0
    for t in range(len(state.towns)):
        weight = target_weight(state, static, f, t, now)
        if weight <= 0.0:
            continue
        u = uniform(key, BOMB_TARGET, now, state.factions[f].uid, state.towns[t].uid, number)
        time = race(u, weight)
        if best < 0 or time < first:
            best, first = t, time
    return best


@kernel
def enrage(state, r, victim, culprit, anger):
    """Violence leaves hostility towards the one who struck."""
    dyad = state.dyads[r, victim, culprit]
    dyad.hostility = raised(dyad.hostility, anger)


@kernel
def bomb(state, static, ledger, key, now, f, t, number, p):
    """One suicide attack on the strongest enemy in a town; people near it die too."""
    province, town = static.places[t].province, state.towns[t]
    victim, most = -1, 0
    for k in range(state.town_index[t].count):
        j = state.snapshot[t, k].present
        men = men_in(state.garrisons[t, j])
        if may_fight(state, province, f, j) and men > most and static.kinds[j].side != REGIME:
            victim, most = j, men
    if victim < 0:
        return
    uid = state.factions[f].uid
    dead = min(most, dead_from(uniform(key, BOMB_DEAD, now, uid, number), p.dead))
    take_from(state.garrisons[t, victim], dead)
    state.fronts[province, victim].lost += dead
    ledger.toll[BY_BOMB, victim, f] += dead
    record_flow(ledger, now, BOMBING, t, province, f, victim, 1)
    record_flow(ledger, now, BOMBED, t, province, victim, f, dead)
    killed = poisson(key, CIVILIANS, now, uid, number + 1000, p.civilians)  # not a battle's draw
    ledger.toll[BY_BOMB, len(state.factions), f] += killed
    state.garrisons[t, f].harm += 10000.0 * killed / town.people
    enrage(state, province, victim, f, p.anger)
    own = -1  # the attacker comes from the nearest own men
    for k in range(len(static.near)):
        u = static.near[t, k]
        if men_in(state.garrisons[u, f]) > 0:
            own = u
            break
    if own >= 0:
        take_from(state.garrisons[own, f], 1)
        record_flow(ledger, now, SPENT, own, static.places[own].province, f, victim, 1)


@kernel
def strike(state, static, ledger, key, now, f, p):
    """A faction's suicide attacks of the day."""
    capability = static.kinds[f].bombs
    if capability <= 0.0:
        return
    lost, dead = ground_lost(state, f, now), share_dead(state, f)
    mean = rate_of_attacks(p.baseline_rate, p.per_ground, lost, p.per_death, dead, capability)
    uid = state.factions[f].uid
    for number in range(poisson(key, BOMBS, now, uid, 0, mean)):
        t = choose_target(state, static, key, f, now, number)
        if t >= 0:
            bomb(state, static, ledger, key, now, f, t, number, p)


@kernel
def threaten(state, static, ledger, key, now, f, p):
    """A harsh faction that loses men threatens its enemies in the province."""
    for r in range(len(state.fronts)):
        front = state.fronts[r, f]
        if front.lost == 0 and front.towns_lost == 0:
            continue
        chance = p.threats * state.factions[f].coercion * state.factions[f].coercion
        if uniform(key, THREAT, now, state.factions[f].uid, r) >= chance:
            continue
        for j in range(len(state.factions)):
            if may_fight(state, r, f, j) and state.fronts[r, j].men > 0 and static.kinds[j].side != REGIME:
                enrage(state, r, j, f, p.anger)
                record_flow(ledger, now, THREATENED, -1, r, f, j, 1, chance)


@kernel
def prison_falls(state, static, t, captor):
    """True if the captor is leaving the town or its enemies are in it."""
    if state.garrisons[t, captor].columns_left > 0:
        return True
    province = static.places[t].province
    for k in range(state.town_index[t].count):
        if may_fight(state, province, captor, state.snapshot[t, k].present):
            return True
    return False


@kernel
def kill_prisoners(state, static, ledger, key, now, t, p):
    """Prisoners of one town: freed if their captor is gone, else some killed.

    They are killed while the captor's losses in the province are fresh, and most when the prison falls.
    """
    town, province = state.towns[t], static.places[t].province
    captor = town.captor
    if captor < 0:
        return
    if men_in(state.garrisons[t, captor]) == 0:
        free_prisoners(state, static, ledger, now, t)
        town.captor = town.holder
        return
    jailed = state.town_index[t].jailed
    if jailed == 0:
        return
    usual = p.executions * freshness(state.fronts[province, captor].rest)
    falling = p.falling if prison_falls(state, static, t, captor) else 0.0
    while jailed != 0:
        f, jailed = lowest(jailed), drop_lowest(jailed)
        garrison = state.garrisons[t, f]
        if garrison.prisoners == 0:
            continue
        hostility = state.dyads[province, captor, f].hostility
        chance = chance_of_execution(state.factions[captor].coercion, hostility, usual, falling)
        uid = state.factions[f].uid
        dead = binomial(key, EXECUTION, now, town.uid, uid, garrison.prisoners, chance)
        if dead > 0:
            garrison.prisoners -= dead
            at_front = static.kinds[captor].side == REGIME or static.kinds[f].side == REGIME
            ledger.toll[AT_FRONT if at_front else BY_EXECUTION, f, captor] += dead
            record_flow(ledger, now, EXECUTED, t, province, f, captor, dead, chance)
            record_flow(ledger, now, PRISONERS_KILLED, t, province, captor, f, 1, chance)
            enrage(state, province, f, captor, p.anger)


@kernel
def kill_captive_civilians(state, static, ledger, key, now, t, p):
    """A harsh captor whose prison is falling kills townspeople it holds there."""
    town = state.towns[t]
    if town.captor < 0 or town.contested == 0:
        return
    f = town.captor
    harsh = state.factions[f].coercion
    killed = poisson(key, EXECUTION, now, town.uid, 0, p.townspeople * harsh * harsh)
    if killed > 0:
        ledger.toll[BY_EXECUTION, len(state.factions), f] += killed
        state.garrisons[t, f].harm += 10000.0 * killed / town.people


@kernel
def retaliation(state, static, ledger, key, now, p):
    """Suicide attacks, threats and executions of the day."""
    for f in range(len(state.factions)):
        if static.kinds[f].side != REGIME:
            strike(state, static, ledger, key, now, f, p)
    for f in range(len(state.factions)):
        if static.kinds[f].side != REGIME:
            threaten(state, static, ledger, key, now, f, p)
    for t in range(len(state.towns)):
        kill_captive_civilians(state, static, ledger, key, now, t, p)
        kill_prisoners(state, static, ledger, key, now, t, p)
