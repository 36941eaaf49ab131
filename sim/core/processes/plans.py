"""Plans: hold, reinforce, attack, withdraw or offer a truce (ODD 7.9).

Each faction weighs each of its towns by the odds of keeping it and each enemy town by its value and the
chance of taking it. Local men are home-bound; men facing the regime are held by its front. ISIS, beaten,
leaves hopeless outposts in order and masses in its core (ISW, Middle East Security Report 22, p. 12).
"""

import math

import numpy as np

from sim.core.bitset import contains, drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.ledger import (
    ADVANCED,
    ATTACKED,
    OFFERED,
    REINFORCING,
    SHELTERED,
    STORMED,
    WITHDREW,
    record_flow,
)
from sim.core.rng import PRESSURE, TRUCE, two_uniforms, uniform
from sim.core.roads import can_reach, send, zones
from sim.core.snapshot import may_fight, men_in, strength_with_distance, worth
from sim.core.state import ATTACK, BY_WITHDRAWAL, REINFORCE, WITHDRAW
from sim.core.static import FOCAL, REBEL, REGIME

READS = (
    "towns.uid", "towns.people", "towns.holder", "towns.contested", "towns.open", "garrisons.local",
    "garrisons.mobile", "garrisons.sheltered", "garrisons.hopeless", "garrisons.cut_off",
    "garrisons.columns_left", "garrisons.goal", "factions.uid", "factions.quality", "factions.arms",
    "factions.command",
    "fronts.cohesion", "fronts.attacked", "fronts.men", "dyads.hostility", "dyads.truce", "columns.faction",
    "columns.local", "columns.mobile", "columns.goal",
)  # fmt: skip
WRITES = (
    "towns.combat_intensity", "garrisons.local", "garrisons.mobile", "garrisons.sheltered", "garrisons.hopeless",
    "garrisons.cut_off", "garrisons.columns_left", "garrisons.goal", "garrisons.gave_up",
    "garrisons.odds", "dyads.truce",
    "columns.faction", "columns.local", "columns.mobile", "columns.origin", "columns.at", "columns.goal",
    "columns.left", "columns.due", "columns.next", "columns.ahead", "columns.purpose",
)  # fmt: skip
MAX_ODDS = 99.0  # odds are not counted above this
MOST_PEOPLE = 100000.0  # a city counts as this many people at most


@kernel
def odds(own, enemy):
    """Own strength over the enemy's, at most SUREST."""
    return MAX_ODDS if own >= MAX_ODDS * enemy else own / enemy


@kernel
def chance_of_holding(own, enemy, decisiveness):
    """Contest success (Tullock): ``own**m / (own**m + enemy**m)``; 0 if both are nil."""
    if own <= 0.0:
        return 0.0
    if enemy <= 0.0:
        return 1.0
    mine = math.exp(decisiveness * math.log(own))
    return mine / (mine + math.exp(decisiveness * math.log(enemy)))


@kernel
def value_of(people, toll, oil, roads, core):
    """Worth of a town: people / 100,000 + toll / 2 + oil / 2 + roads / 6 + core."""
    return min(people, MOST_PEOPLE) / 100000.0 + 0.5 * toll + 0.5 * oil + roads / 6.0 + core


@kernel
def part_leaving(columns_left):
    """Share of those still to go that leaves with today's column: 1/3, then 1/2, then all."""
    return 1.0 / columns_left


@kernel
def value_to(state, static, town, faction):
    """Worth of a town to a faction."""
    place = static.places[town]
    toll = place.toll * state.towns[town].open
    core = float(static.homes[town, faction].core)
    return value_of(state.towns[town].people, toll, place.oil, place.degree, core)


@kernel
def enemies_of(state, static, f):
    """Those whom the faction may fight somewhere it has men, the regime left out, as bits."""
    found = 0
    for r in range(len(state.fronts)):
        if state.fronts[r, f].men > 0:
            found |= state.relations_index[r, f].foes
    for j in range(len(state.factions)):
        if contains(found, j) and static.kinds[j].side == REGIME:
            found ^= 1 << j
    return found


@kernel
def see_movers(state, static, speed, movers):
    """Factions with men to spare within a day's march of each town, as bits: who can threaten it."""
    towns = len(state.towns)
    here = np.zeros(towns, np.int64)
    for t in range(towns):
        for k in range(state.town_index[t].count):
            j = state.snapshot[t, k].present
            if state.snapshot[t, j].mobile > 0.0:
                here[t] |= 1 << j
    for t in range(towns):
        movers[t] = 0
        for k in range(1, towns):
            u = static.near[t, k]
            if static.km[t, u] > speed:
                break
            movers[t] |= here[u]


@kernel
def weigh_threats(state, static, f, towns, enemies, movers, p, threat):
    """Enemy strength in each of the faction's towns and, in part, within one day's march of it.

    Returns how many of the towns are threatened.
    """
    pressed = 0
    threat[:] = 0.0
    for t in towns:
        dangerous = enemies & state.relations_index[static.places[t].province, f].foes
        dangerous &= state.town_index[t].mighty | movers[t]
        total = 0.0
        while dangerous != 0:
            j, dangerous = lowest(dangerous), drop_lowest(dangerous)
            total += state.snapshot[t, j].might
            if contains(movers[t], j):
                total = add_movers(state, static, t, j, total, p)
        threat[t] = total
        if total > 0.5 * state.snapshot[t, f].might:
            pressed += 1
    return pressed


@kernel
def add_movers(state, static, t, j, total, p):
    """The threat to a town with that of j's men within a day's march added, town by town."""
    for k in range(1, len(static.near)):
        u = static.near[t, k]
        if static.km[t, u] > p.march.speed:
            break
        total += p.plans.threat_weight * state.snapshot[u, j].mobile
    return total


@kernel
def allied_might(state, static, t, f, enemies):
    """Strength in a town of those who are at war with an enemy of the faction there, but not with it."""
    province = static.places[t].province
    foes = state.relations_index[province, f].foes
    common = enemies & foes & state.town_index[t].mighty
    total = 0.0
    if common == 0:
        return total
    for k in range(state.town_index[t].count):
        a = state.snapshot[t, k].present
        if a == f or contains(foes, a) or static.kinds[a].side == REGIME:
            continue
        if state.relations_index[province, a].foes & common != 0:
            total += state.snapshot[t, a].might
    return total


@kernel
def stores_left(days, endurance):
    """Part of the stores of a garrison left after so many days cut off: ``exp(-days / endurance)``."""
    return math.exp(-days / endurance)


@kernel
def is_joined_to_core(state, static, f, t, towns, zone):
    """True if a road that no enemy closes leads from a town to one of the faction's core that it holds."""
    for u in towns:
        if static.homes[u, f].core == 1 and state.towns[u].holder == f and zone[u] == zone[t]:
            return True
    return False


@kernel
def count_cut_off(state, static, f, towns, zone):
    """Count the days on which garrisons of a faction that masses in its core have no road to it."""
    for t in towns:
        garrison = state.garrisons[t, f]
        joined = static.kinds[f].wholesale == 0 or is_joined_to_core(state, static, f, t, towns, zone)
        garrison.cut_off = 0 if joined else garrison.cut_off + 1


@kernel
def weigh_own(state, static, f, towns, enemies, pressed, zone, threat, own, p):
    """Own strength for each of its towns: on the spot, allies in part, and a share of what can come.

    Men who can come within three days are counted once for every threatened town that wants them:
    this is what overextension means here.
    """
    reach = p.plans.days_to_help * p.march.speed
    own[:] = 0.0
    for t in towns:
        here = stores_left(state.garrisons[t, f].cut_off, p.plans.endurance) * state.snapshot[t, f].might
        if threat[t] <= 0.0 and here > 0.0:  # it is sure, whoever may come
            own[t] = here
            continue
        coming = 0.0
        for u in towns:
            if u != t and static.km[t, u] <= reach and zone[u] == zone[t]:
                coming += state.snapshot[u, f].mobile
        allies = p.plans.ally_weight * allied_might(state, static, t, f, enemies)
        own[t] = here + allies + coming / max(1, pressed)


@kernel
def refuge(state, static, f, t, towns, zone, own, threat, p):
    """Own town that best rewards falling back on it: value x chance of holding, fading with distance."""
    best, best_worth = -1, 0.0
    here = odds(own[t], threat[t])
    for u in towns:
        if u == t or state.garrisons[u, f].columns_left > 0 or is_given_up(state.garrisons[u, f], p):
            continue
        if odds(own[u], threat[u]) <= here:
            continue
        if value_to(state, static, u, f) <= best_worth:  # even if it were sure and near
            continue
        chance = chance_of_holding(own[u], threat[u], p.plans.decisiveness)
        fading = strength_with_distance(static.km[t, u], p.plans.days_to_help * p.march.speed)
        worth_it = value_to(state, static, u, f) * chance * fading
        if zone[u] != zone[t]:
            worth_it *= 0.5
        if worth_it > best_worth:
            best, best_worth = u, worth_it
    return best


@kernel
def is_given_up(garrison, p):
    """True if a garrison has been hopeless for so long that it means to leave: nobody falls back on it."""
    return garrison.hopeless >= p.plans.days_hopeless


@kernel
def count_hopeless(state, f, towns, own, threat, p):
    """The odds of each garrison of a faction, and the days on which they have been hopeless."""
    for t in towns:
        garrison = state.garrisons[t, f]
        garrison.odds = odds(own[t], threat[t])
        if garrison.columns_left == 0:
            garrison.hopeless = garrison.hopeless + 1 if garrison.odds < p.plans.withdrawal_odds else 0


@kernel
def consider_leaving(state, static, ledger, now, f, towns, zone, own, threat, p):
    """After enough hopeless days a garrison chooses a refuge and begins to leave in columns."""
    count_hopeless(state, f, towns, own, threat, p)
    if p.plans.withdrawal == 0.0:
        return
    for t in towns:
        garrison = state.garrisons[t, f]
        if garrison.columns_left > 0 or not is_given_up(garrison, p):
            continue
        going = garrison.mobile + (garrison.local if static.kinds[f].wholesale == 1 else 0)
        goal = refuge(state, static, f, t, towns, zone, own, threat, p) if going > 0 else -1
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
    send(
        state, static, ledger, now, f, t, garrison.goal, local, mobile - rear, WITHDRAW,
        p.march.detour, p.march.speed,
    )  # fmt: skip
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


@kernel
def surplus(mobile, might, threat):
    """Mobile strength a town can send and still stand at even odds; all in standard men."""
    return min(mobile, max(0.0, might - threat))


@kernel
def list_surplus(state, f, towns, threat, can_send):
    """What each town of a faction can send today; nothing from one that is being left."""
    can_send[:] = 0.0
    for t in towns:
        if state.garrisons[t, f].columns_left == 0:
            can_send[t] = surplus(state.snapshot[t, f].mobile, state.snapshot[t, f].might, threat[t])


@kernel
def willingness(static, f, town, p):
    """How far men go beyond their own provinces: ISIS all the way, rebels by ``pursuit``."""
    if static.kinds[f].side == FOCAL or static.homes[town, f].native == 1:
        return 1.0
    return p.plans.pursuit


@kernel
def available(static, f, v, towns, zone, can_send, scale, p):
    """Strength that the faction could bring to a town within the days allowed, faded with distance."""
    total = 0.0
    reach = p.plans.days_to_help * p.march.speed
    for u in towns:
        if can_send[u] > 0.0 and u != v and static.km[v, u] <= reach and can_reach(static, zone, u, v):
            total += can_send[u] * strength_with_distance(static.km[v, u], scale)
    return total * willingness(static, f, v, p)


@kernel
def defence(state, static, v, f, enemies, holder_bonus):
    """Enemy strength to be overcome in a town: the holder's counts more."""
    there = enemies & state.relations_index[static.places[v].province, f].foes & state.town_index[v].mighty
    total = 0.0
    while there != 0:
        j, there = lowest(there), drop_lowest(there)
        bonus = holder_bonus if state.towns[v].holder == j else 1.0
        total += bonus * state.snapshot[v, j].might
    return total


@kernel
def under_way(state, static, f, inbound):
    """Men of the faction on the road to each town."""
    inbound[:] = 0.0
    for c in range(state.columns_in_use[0].rows):
        column = state.columns[c]
        if column.local + column.mobile > 0 and column.faction == f:
            inbound[column.goal] += column.local + column.mobile


@kernel
def core_at_stake(state, static, f):
    """True for a faction that masses in its core while a town of that core is not surely its own."""
    if static.kinds[f].wholesale == 0:
        return False
    for t in range(len(state.towns)):
        if static.homes[t, f].core == 1 and (state.towns[t].holder != f or state.towns[t].contested == 1):
            return True
    return False


@kernel
def best_target(state, static, f, towns, enemies, zone, can_send, inbound, p):
    """Enemy town with the greatest value x chance among those with good enough odds; (-1, 0, 0) if none."""
    scale = p.march.distance * static.kinds[f].reach
    best, best_worth, best_odds, best_need = -1, 0.0, 0.0, 0.0
    at_most = 0.0  # all it could send anywhere: most brigades are too small for most towns
    for u in towns:
        at_most += can_send[u]
    if at_most <= 0.0:
        return best, best_odds, best_need
    core_first = core_at_stake(state, static, f)
    for v in range(len(state.towns)):
        if core_first and static.homes[v, f].core == 0:
            continue
        enemy = defence(state, static, v, f, enemies, p.battle.defence_multiplier)
        if enemy <= 0.0:
            continue
        value = value_to(state, static, v, f)
        if value <= best_worth:  # even if it were sure
            continue
        each = worth(state, static.places[v].province, f)
        there = state.snapshot[v, f].might + p.plans.ally_weight * allied_might(state, static, v, f, enemies)
        there += inbound[v] * each
        if there >= p.plans.attack_odds * enemy or there + at_most < p.plans.attack_odds * enemy:
            continue
        coming = available(static, f, v, towns, zone, can_send, scale, p)
        chances = odds(there + coming, enemy)
        if chances < p.plans.attack_odds or coming <= 0.0:
            continue
        worth_it = value * chance_of_holding(there + coming, enemy, p.plans.decisiveness)
        if worth_it > best_worth:
            best, best_worth, best_odds = v, worth_it, chances
            best_need = 1.2 * p.plans.attack_odds * enemy - there
    return best, best_odds, best_need


@kernel
def most_threatened(state, static, f, towns, zone, threat, can_send, inbound, p):
    """Own town that reinforcement would most help: value x gain in the chance of holding it."""
    scale = p.march.distance * static.kinds[f].reach
    best, best_worth, best_odds, best_need = -1, 0.0, 0.0, 0.0
    core_first = core_at_stake(state, static, f)
    for v in towns:
        if threat[v] <= 0.0 or state.garrisons[v, f].columns_left > 0:
            continue
        if core_first and static.homes[v, f].core == 0:
            continue
        each = worth(state, static.places[v].province, f)
        there = state.snapshot[v, f].might + inbound[v] * each
        value = value_to(state, static, v, f)
        if there >= threat[v] or value <= best_worth:
            continue
        coming = available(static, f, v, towns, zone, can_send, scale, p)
        if coming <= 0.0 or there + coming < p.plans.withdrawal_odds * threat[v]:
            continue
        gain = chance_of_holding(there + coming, threat[v], p.plans.decisiveness)
        gain -= chance_of_holding(there, threat[v], p.plans.decisiveness)
        if value * gain > best_worth:
            best, best_worth = v, value * gain
            best_odds, best_need = odds(there, threat[v]), 1.2 * threat[v] - there
    return best, best_odds, best_need


@kernel
def dispatch(state, static, ledger, now, f, v, need, zone, can_send, purpose, p):
    """Send men to a town from the nearest places that can spare them, until enough are on the way."""
    scale = p.march.distance * static.kinds[f].reach
    sent = 0
    for k in range(1, len(static.near)):
        u = static.near[v, k]
        if need <= 0.0 or static.km[v, u] > p.plans.days_to_help * p.march.speed:
            break
        if can_send[u] <= 0.0 or not can_reach(static, zone, u, v):
            continue
        each = worth(state, static.places[u].province, f)
        fading = strength_with_distance(static.km[v, u], scale)
        willing = can_send[u] * willingness(static, f, v, p)
        men = min(state.garrisons[u, f].mobile, int(min(willing, need / fading) / each))
        gone = send(state, static, ledger, now, f, u, v, 0, men, purpose, p.march.detour, p.march.speed)
        sent += gone
        need -= gone * each * fading
    return sent


@kernel
def offer_truces(state, static, ledger, key, now, f, p):
    """Attacked in enough towns of a province, the faction offers its enemies there a truce.

    Returns how many accept.
    """
    accepted_by = 0
    for r in range(len(state.fronts)):
        if state.fronts[r, f].attacked < p.plans.fronts_for_truce:
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
                dyad.truce = now + int(p.plans.truce_days)
                state.dyads[r, f, j].truce = now + int(p.plans.truce_days)
                accepted_by += 1
    return accepted_by


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
            if (
                n >= 0
                and state.towns[n].holder == f
                and (u < 0 or state.snapshot[n, f].free > state.snapshot[u, f].free)
            ):
                u = n
        if u < 0 or uniform(key, PRESSURE, now, state.towns[v].uid) >= chance:
            continue
        men = min(state.snapshot[u, f].free // 2, state.garrisons[u, f].mobile)
        if send(state, static, ledger, now, f, u, v, 0, men, ATTACK, p.march.detour, p.march.speed) > 0:
            record_flow(
                ledger, now, ADVANCED, v, static.places[v].province, f, holder, 1, chance, p.plans.advance
            )


@kernel
def any_enemy_near(state, f, enemies):
    """True if an enemy has men in a province where the faction has men."""
    for r in range(len(state.fronts)):
        if state.fronts[r, f].men > 0:
            near = enemies & state.relations_index[r, f].foes
            while near != 0:
                if state.fronts[r, lowest(near)].men > 0:
                    return True
                near = drop_lowest(near)
    return False


@kernel
def assault(state, static, ledger, now, f, towns, enemies, p):
    """Where the odds inside a town are good enough, press an assault instead of a siege."""
    for t in towns:
        enemy = defence(state, static, t, f, enemies, p.battle.defence_multiplier)
        if enemy <= 0.0 or state.garrisons[t, f].columns_left > 0 or state.snapshot[t, f].might <= 0.0:
            continue
        there = state.snapshot[t, f].might + p.plans.ally_weight * allied_might(state, static, t, f, enemies)
        if there >= p.plans.attack_odds * enemy:
            state.towns[t].combat_intensity = 1.0
            record_flow(
                ledger,
                now,
                STORMED,
                t,
                static.places[t].province,
                f,
                -1,
                1,
                odds(there, enemy),
                p.plans.attack_odds,
            )


@kernel
def offensive(state, static, ledger, now, f, towns, enemies, zone, threat, p):
    """One attack and one reinforcement a day, where they promise most."""
    inbound, can_send = np.zeros(len(state.towns)), np.empty(len(state.towns))
    under_way(state, static, f, inbound)
    list_surplus(state, f, towns, threat, can_send)
    v, chances, need = best_target(state, static, f, towns, enemies, zone, can_send, inbound, p)
    if v >= 0:
        sent = dispatch(state, static, ledger, now, f, v, need, zone, can_send, ATTACK, p)
        record_flow(
            ledger,
            now,
            ATTACKED,
            v,
            static.places[v].province,
            f,
            -1,
            min(sent, 1),
            chances,
            p.plans.attack_odds,
        )
        inbound[v] += sent
    v, here, need = most_threatened(state, static, f, towns, zone, threat, can_send, inbound, p)
    if v >= 0:
        sent = dispatch(state, static, ledger, now, f, v, need, zone, can_send, REINFORCE, p)
        record_flow(ledger, now, REINFORCING, v, static.places[v].province, f, -1, min(sent, 1), here, 1.0)


@kernel
def forget_odds(state):
    """Where nothing threatens, the odds are sure."""
    for t in range(len(state.towns)):
        for k in range(state.town_index[t].count):
            state.garrisons[t, state.snapshot[t, k].present].odds = MAX_ODDS


@kernel
def plans(state, static, ledger, key, now, p):
    """Every faction at war plans on the same morning; the regime presses by its own rule.

    p : all groups of parameters. Returns how many truces were made.
    """
    truces = 0
    forget_odds(state)
    room = len(state.towns)
    zone, scratch, movers = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    threat, own = np.zeros(room), np.zeros(room)
    see_movers(state, static, p.march.speed, movers)
    for f in range(len(state.factions)):
        if static.kinds[f].side == REGIME:
            regime_advance(state, static, ledger, key, now, f, p)
            continue
        enemies = enemies_of(state, static, f)
        if not any_enemy_near(state, f, enemies):
            continue
        zones(state, static, f, zone, scratch)
        towns = state.location_lists[f].town[: state.location_counts[f].towns]
        pressed = weigh_threats(state, static, f, towns, enemies, movers, p, threat)
        count_cut_off(state, static, f, towns, zone)
        weigh_own(state, static, f, towns, enemies, pressed, zone, threat, own, p)
        consider_leaving(state, static, ledger, now, f, towns, zone, own, threat, p)
        for t in towns:
            if state.garrisons[t, f].columns_left > 0:
                withdraw_column(state, static, ledger, now, f, t, p)
        assault(state, static, ledger, now, f, towns, enemies, p)
        offensive(state, static, ledger, now, f, towns, enemies, zone, threat, p)
        if static.kinds[f].offers_truce == 1:
            truces += offer_truces(state, static, ledger, key, now, f, p)
    return truces
