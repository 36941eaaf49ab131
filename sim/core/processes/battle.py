"""Battle: sides at war in a town wear each other down; the hopeless yield; control passes (ODD 7).

Helmbold (1965) between Lanchester's square law (w = 1) and the log law (w = 0). Fire is split over enemies
by their numbers, so that allies who fire together are worth more than enemies who fire at all, and nothing
changes when an ally is split in two. Information from supporters: Kress and Szechtman (2009). Yielding
without a fight at long odds: Boulding (1962), and Maarrat al-Numan on 3 January 2014.
"""

import math

import numpy as np

from sim.core.control import hand_over, lose_weapons, take_from, take_up
from sim.core.kernel import kernel
from sim.core.ledger import (
    AT_FRONT,
    BY_EXECUTION,
    CAPTURED,
    EXECUTED,
    IN_BATTLE,
    KILLED,
    LEADER,
    MADE_DEAL,
    RELEASED,
    SHELTERED,
    SLIPPED_AWAY,
    SURRENDERED,
    record_flow,
)
from sim.core.rng import (
    CAPTIVES,
    CIVILIANS,
    COMMANDER,
    LOSSES,
    REPRISAL,
    YIELD,
    binomial,
    poisson,
    two_uniforms,
    uniform,
)
from sim.core.roads import nearest_own, send
from sim.core.snapshot import (
    LEAST_KNOWN,
    information,
    list_bases,
    list_in,
    list_present,
    may_fight,
    men_in,
    strength_with_distance,
    supply_km,
    worth,
)
from sim.core.state import BY_DEAL, BY_STORM, BY_SURRENDER, EXIT, MAX_ODDS
from sim.core.static import REGIME

READS = {
    "towns": "uid people holder contested combat_intensity protest captor taken lost_by",
    "garrisons": "local mobile sheltered prisoners support gave_up harm",
    "factions": "uid quality weapons armed arms command coercion",
    "fronts": "cohesion lost towns_lost",
    "dyads": "hostility war",
    "columns": "local mobile",
}
WRITES = {
    "towns": "holder contested combat_intensity captor taken lost_by how_lost",
    "garrisons": "local mobile sheltered prisoners gave_up harm",
    "factions": "weapons command",
    "fronts": "lost towns_lost",
    "columns": "faction local mobile origin at goal left due next ahead purpose",
}


@kernel
def expected_losses(own, fire, attrition, w):
    """Expected dead in a day: ``attrition * own**(1 - w) * fire**w`` (Helmbold).

    own : men. fire : standard men firing on them. attrition : per day. w : 0.4 to 1; 1 is the square law.
    """
    if own <= 0.0 or fire <= 0.0:
        return 0.0
    return attrition * math.exp((1.0 - w) * math.log(own) + w * math.log(fire))


@kernel
def chance_of_death(expected, men):
    """Each man's chance of being killed today: ``1 - exp(-expected / men)``."""
    return 1.0 - math.exp(-expected / men) if men > 0 else 0.0


@kernel
def next_combat_intensity(combat_intensity, siege, half_life):
    """Intensity of fighting a day on: an assault fades to a siege."""
    return siege + (combat_intensity - siege) * math.exp(-math.log(2.0) / half_life)


@kernel
def strength_here(each, informed, tips, distance, holder):
    """Strength of one man in a town: worth x (0.5 + information) x tips x distance x defence."""
    return each * (0.5 + informed) * tips * distance * holder


@kernel
def is_hopeless(own, enemy, yield_odds):
    """True when the enemy is stronger by more than ``yield_odds`` to one."""
    return enemy > yield_odds * own


@kernel
def at_war(state, static, town, i, j):
    """True if two factions may fight in the town today."""
    return may_fight(state, static.places[town].province, i, j)


@kernel
def has_fight(state, static, t):
    """True if two factions with men in the town are at war."""
    province = static.places[t].province
    for a in range(state.town_index[t].count):
        if (
            state.relations_index[province, state.snapshot[t, a].present].foes & state.town_index[t].armed
            != 0
        ):
            return True
    return False


@kernel
def men_fighting(state, static, t, f):
    """Men who can fight here: all against the regime, else those its front does not hold."""
    men = men_in(state.garrisons[t, f])
    for k in range(state.town_index[t].count):
        j = state.snapshot[t, k].present
        if static.kinds[j].side == REGIME and at_war(state, static, t, f, j):
            return men
    return max(0, men - state.snapshot[t, f].bound)


@kernel
def strength_of(state, static, t, f, p, scale):
    """Strength per man of a faction in a town it fights for."""
    town, province = state.towns[t], static.places[t].province
    each = worth(state, province, f)
    informed, tips = information(state.garrisons[t, f].support, LEAST_KNOWN), 1.0
    for k in range(state.town_index[t].count):
        j = state.snapshot[t, k].present
        if town.holder == j and at_war(state, static, t, f, j):
            tips = 1.0 + p.civilian_tips * town.protest
    distance = strength_with_distance(supply_km(state, static, t, f), scale * static.kinds[f].reach)
    holder = p.defence_multiplier if town.holder == f else 1.0
    return strength_here(each, informed, tips, distance, holder)


@kernel
def spread_fire(state, static, t, men, strength, fire, strongest):
    """Fire on each side, every enemy's split over its own enemies by their numbers, and whose is greatest."""
    n = state.town_index[t].count
    for a in range(n):
        fire[a] = 0.0
        strongest[a] = -1
    most = np.zeros(n)
    for b in range(n):
        j = state.snapshot[t, b].present
        enemies = 0.0
        for a in range(n):
            if at_war(state, static, t, state.snapshot[t, a].present, j):
                enemies += men[a]
        if enemies <= 0.0:
            continue
        for a in range(n):
            if at_war(state, static, t, state.snapshot[t, a].present, j):
                on_a = strength[b] * men[b] * men[a] / enemies
                fire[a] += on_a
                if on_a > most[a]:
                    most[a] = on_a
                    strongest[a] = b


@kernel
def chance_of_reprisal(reprisal, foreign, hostility):
    """Chance that a captured man is killed at once: ``reprisal * foreign * hostility``."""
    return reprisal * foreign * hostility


@kernel
def kill_captured(state, static, ledger, key, now, t, f, captor, men, p):
    """Captured foreigners are shot at once, more by those who hate them; returns how many men."""
    province = static.places[t].province
    hostility = state.dyads[province, captor, f].hostility
    chance = chance_of_reprisal(p.reprisal, static.kinds[f].foreign, hostility)
    uid = state.factions[f].uid ^ (state.factions[captor].uid << 1)
    dead = binomial(key, REPRISAL, now, state.towns[t].uid, uid, men, chance)
    if dead > 0:
        at_front = static.kinds[captor].side == REGIME
        ledger.toll[AT_FRONT if at_front else BY_EXECUTION, f, captor] += dead
        record_flow(ledger, now, EXECUTED, t, province, f, captor, dead, chance)
    return dead


@kernel
def prison_of(state, static, t, captor):
    """Nearest town whose prison the captor keeps or, as its holder, can open; -1 if there is none."""
    for k in range(len(static.near)):
        town = state.towns[static.near[t, k]]
        if town.captor == captor or (town.captor < 0 and town.holder == captor):
            return static.near[t, k]
    return -1


@kernel
def imprison(state, static, ledger, key, now, t, f, captor, men, p, won):
    """Men of f become prisoners in the captor's nearest prison; some are shot at once.

    Who has no town to keep them in disarms them and lets them go.
    """
    if men <= 0:
        return
    province, prison = static.places[t].province, prison_of(state, static, t, captor)
    take_from(state.garrisons[t, f], men)
    lose_weapons(state, ledger, f, men, captor, p.spoils, won)
    record_flow(ledger, now, CAPTURED, t, province, f, captor, men)
    kept = men - kill_captured(state, static, ledger, key, now, t, f, captor, men, p)
    if prison < 0:
        state.garrisons[t, f].sheltered += kept
        record_flow(ledger, now, RELEASED, t, province, f, captor, kept)
        return
    state.towns[prison].captor = captor
    state.garrisons[prison, f].prisoners += kept
    state.town_index[prison].jailed |= 1 << f


@kernel
def bury(state, static, ledger, key, now, t, f, killer, men, expected, p, won):
    """Deaths and captures of one side today; returns the dead."""
    garrison, town = state.garrisons[t, f], state.towns[t]
    chance = chance_of_death(expected, men)
    uid = state.factions[f].uid
    dead = binomial(key, LOSSES, now, town.uid, uid, men, chance)
    taken = binomial(key, CAPTIVES, now, town.uid, uid, men - dead, p.captives * chance)
    province = static.places[t].province
    at_front = static.kinds[killer].side == REGIME or static.kinds[f].side == REGIME
    ledger.toll[AT_FRONT if at_front else IN_BATTLE, f, killer] += dead
    take_from(garrison, dead)
    lose_weapons(state, ledger, f, dead, killer, p.spoils, won)
    state.fronts[province, f].lost += dead
    record_flow(ledger, now, KILLED, t, province, f, killer, dead)
    imprison(state, static, ledger, key, now, t, f, killer, taken, p, won)
    if dead > 0 and uniform(key, COMMANDER, now, town.uid, uid) < p.commander * dead:
        state.factions[f].command *= 1.0 - p.decapitation
        record_flow(ledger, now, LEADER, t, province, f, killer, 1, p.commander * dead)
    return dead


@kernel
def harm_civilians(state, static, ledger, key, now, t, men, dead, p):
    """Civilians die with the fighters, by the hand of the many, the harsh and the ill-informed."""
    n, town = state.town_index[t].count, state.towns[t]
    weight, total = np.zeros(n), 0.0
    front = False
    for a in range(n):
        f = state.snapshot[t, a].present
        front = front or static.kinds[f].side == REGIME
        if men[a] > 0:
            blind = 1.0 - information(state.garrisons[t, f].support, LEAST_KNOWN)
            weight[a] = men[a] * state.factions[f].coercion * blind
            total += weight[a]
    if total <= 0.0:
        return
    for a in range(n):
        if weight[a] <= 0.0:
            continue
        f = state.snapshot[t, a].present
        uid = state.factions[f].uid
        killed = poisson(key, CIVILIANS, now, town.uid, uid, p.civilians * dead * weight[a] / total)
        if killed > 0:
            ledger.toll[AT_FRONT if front else IN_BATTLE, len(state.factions), f] += killed
            state.garrisons[t, f].harm += 10000.0 * killed / town.people


@kernel
def record_fights(ledger, state, static, t, men, dead):
    """Note who fought whom: pairs at war of whom one lost men today."""
    for a in range(state.town_index[t].count):
        i = state.snapshot[t, a].present
        for b in range(state.town_index[t].count):
            j = state.snapshot[t, b].present
            if men[a] > 0 and men[b] > 0 and dead[a] + dead[b] > 0 and at_war(state, static, t, i, j):
                ledger.fights[t, i] |= np.int64(1) << np.int64(j)


@kernel
def give_way(state, static, ledger, key, now, t, f, winner, ratio, p, road, won):
    """A hopeless side slips away in small groups, makes a deal or surrenders; a quiet siege breaks few."""
    garrison, town = state.garrisons[t, f], state.towns[t]
    u, how = two_uniforms(key, YIELD, now, town.uid, state.factions[f].uid)
    if u >= p.yielding * town.combat_intensity:
        return
    province, men = static.places[t].province, men_in(garrison)  # those the front holds give way too
    goal = nearest_own(state, static, t, f)
    if how < p.slip_away or (goal < 0 and how < p.slip_away + 0.5 * (1.0 - p.slip_away)):
        garrison.sheltered += men
        lose_weapons(state, ledger, f, men, winner, p.spoils, won)
        garrison.local = 0
        garrison.mobile = 0
        garrison.gave_up = BY_STORM
        record_flow(ledger, now, SHELTERED, t, province, f, winner, men)
        record_flow(ledger, now, SLIPPED_AWAY, t, province, f, winner, 1, ratio, p.yield_odds)
    elif how < p.slip_away + 0.5 * (1.0 - p.slip_away):
        send(state, static, ledger, now, f, t, goal, garrison.local, garrison.mobile, EXIT, road)
        garrison.gave_up = BY_DEAL
        record_flow(ledger, now, MADE_DEAL, t, province, f, winner, 1, ratio, p.yield_odds)
    else:
        imprison(state, static, ledger, key, now, t, f, winner, men, p, won)
        garrison.gave_up = BY_SURRENDER
        record_flow(ledger, now, SURRENDERED, t, province, f, winner, 1, ratio, p.yield_odds)


@kernel
def fight(state, static, ledger, key, now, t, p, road, scratch):
    """One day of battle in one town, all sides at once.

    scratch : six lists to write on, so that no day of battle asks for memory.
    """
    n, town = state.town_index[t].count, state.towns[t]
    men, dead, strongest, strength, fire, won = scratch
    for a in range(n):
        f = state.snapshot[t, a].present
        dead[a] = 0
        men[a] = men_fighting(state, static, t, f)
        strength[a] = strength_of(state, static, t, f, p, road.distance) if men[a] > 0 else 0.0
    spread_fire(state, static, t, men, strength, fire, strongest)
    total = 0
    for a in range(n):
        if fire[a] > 0.0:
            f, killer = state.snapshot[t, a].present, state.snapshot[t, strongest[a]].present
            expected = town.combat_intensity * expected_losses(
                float(men[a]), fire[a], p.attrition, p.lanchester_exponent
            )
            dead[a] = bury(state, static, ledger, key, now, t, f, killer, men[a], expected, p, won)
            total += dead[a]
    if total > 0:
        harm_civilians(state, static, ledger, key, now, t, men, total, p)
    record_fights(ledger, state, static, t, men, dead)
    for a in range(n):
        f = state.snapshot[t, a].present
        if fire[a] > 0.0 and men_in(state.garrisons[t, f]) > 0:
            own = strength[a] * men[a]  # as the day began: no side sees another's losses before its own
            if is_hopeless(own, fire[a], p.yield_odds):
                winner = state.snapshot[t, strongest[a]].present
                ratio = min(MAX_ODDS, fire[a] / max(own, 1e-9))
                give_way(state, static, ledger, key, now, t, f, winner, ratio, p, road, won)
    take_up(state, ledger, won)


@kernel
def strongest_here(state, static, t):
    """Faction with most strength in a town, -1 if it is empty; ties go to the first by id."""
    best, most = -1, 0.0
    for k in range(state.town_index[t].count):
        f = state.snapshot[t, k].present
        might = men_in(state.garrisons[t, f]) * worth(state, static.places[t].province, f)
        if might > most:
            best, most = f, might
    return best


@kernel
def still_contested(state, static, t, real):
    """True if two sides at war each have at least the share ``real`` of the men who can fight in town."""
    total = 0
    for k in range(state.town_index[t].count):
        total += men_fighting(state, static, t, state.snapshot[t, k].present)
    if total == 0:  # nobody here is free to fight
        return False
    for a in range(state.town_index[t].count):
        i = state.snapshot[t, a].present
        against = 0
        for b in range(state.town_index[t].count):
            j = state.snapshot[t, b].present
            if at_war(state, static, t, i, j):
                against += men_fighting(state, static, t, j)
        with_it = men_fighting(state, static, t, i)
        if with_it >= real * total and against >= real * total:
            return True
    return False


@kernel
def settle(state, static, ledger, now, t, p):
    """Decide who controls a town tonight."""
    town = state.towns[t]
    was_contested = town.contested
    town.contested = (
        1 if has_fight(state, static, t) and still_contested(state, static, t, p.contested_share) else 0
    )
    best = strongest_here(state, static, t)
    holder = town.holder
    if best == holder:
        return
    if best < 0:
        hand_over(state, static, ledger, now, t, -1)
        return
    if holder < 0:
        unshared = state.town_index[t].count == 1 or men_in(state.garrisons[t, static.focal]) == 0
        if town.contested == 0 and (was_contested == 1 or unshared):
            hand_over(state, static, ledger, now, t, best)
        return
    gone = men_in(state.garrisons[t, holder]) == 0
    beaten = at_war(state, static, t, holder, best) and town.contested == 0
    if gone or beaten:
        hand_over(state, static, ledger, now, t, best)


@kernel
def battle(state, static, ledger, key, now, p, road):
    """Every town with sides at war in it; then control of every town. ``road``: parameters of march."""
    list_present(state)
    list_bases(state, static)
    room, siege, half_life = len(state.factions), p.siege, p.combat_intensity_half_life
    men, dead, strongest = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    scratch = men, dead, strongest, np.empty(room), np.empty(room), np.zeros(room)
    for t in range(len(state.towns)):
        state.towns[t].combat_intensity = next_combat_intensity(
            state.towns[t].combat_intensity, siege, half_life
        )
        if state.town_index[t].count > 1 and has_fight(state, static, t):
            fight(state, static, ledger, key, now, t, p, road, scratch)
            list_in(state, t)
    for t in range(len(state.towns)):
        settle(state, static, ledger, now, t, p)
