"""Manpower: who joins, comes from abroad, deserts or comes back (ODD 7).

Recruits where support and pay are (Weinstein 2007); foreign fighters through open crossings (Schmid, ICCT:
some 26 a day to all groups in 2014). Men follow fortune: who wins people is joined, who loses them is left;
those at home in a town that nothing threatens hardly go.
"""

import math

import numpy as np

from sim.core.bitset import drop_lowest, lowest
from sim.core.control import take_from
from sim.core.kernel import kernel
from sim.core.ledger import (
    DESERTED,
    FROM_IRAQ,
    MELTED,
    REAPPEARED,
    RECRUITED,
    REINFORCED,
    RELEASED,
    record_flow,
)
from sim.core.rng import (
    DESERTERS,
    FOREIGNERS,
    IRAQ,
    MOST_PER_DRAW,
    REAPPEAR,
    RECRUITS,
    RELEASE,
    binomial,
    binomial_from,
    poisson,
    poisson_from,
    two_uniforms,
)
from sim.core.snapshot import list_present, may_fight, men_in
from sim.core.state import MAX_ODDS, MOST_PEOPLE

READS = {
    "towns": "uid people holder protest weariness open",
    "garrisons": "local mobile sheltered prisoners support odds",
    "factions": "uid paid remembered standing",
    "fronts": "cohesion men lost",
    "theatre": "iraq_men iraq_flow",
}
WRITES = {
    "garrisons": "local mobile sheltered prisoners",
    "factions": "remembered standing",
    "theatre": "iraq_men",
}


@kernel
def next_remembered(remembered, ruled, half_life):
    """People a faction is known to rule: yesterday's memory, moved to those it rules; days of half-life."""
    if half_life <= 0.0:
        return ruled
    return ruled + (remembered - ruled) * math.exp(-math.log(2.0) / half_life)


@kernel
def standing(ruled, remembered):
    """How a faction has fared: ``(ruled - remembered) / (ruled + remembered + a city)``, -1 to 1.

    A city's people (MOST_PEOPLE) steady it, so that no village makes a faction's name.
    """
    return (ruled - remembered) / (ruled + remembered + MOST_PEOPLE)


@kernel
def by_fortune(standing, fortune):
    """Factor on those who come, its inverse on those who go: ``exp(fortune * standing)``."""
    return math.exp(fortune * standing)


@kernel
def remember_rule(state, half_life):
    """Set every faction's standing by the people it rules and remembers; all of them with no half-life."""
    ruled = np.zeros(len(state.factions))
    for t in range(len(state.towns)):
        if state.towns[t].holder >= 0:
            ruled[state.towns[t].holder] += min(state.towns[t].people, MOST_PEOPLE)
    for f in range(len(state.factions)):
        faction = state.factions[f]
        faction.remembered = next_remembered(faction.remembered, ruled[f], half_life)
        faction.standing = standing(ruled[f], faction.remembered)


@kernel
def expected_recruits(people, support, paid, weariness, rate):
    """Recruits expected in a day: ``rate * people / 10,000 * support * paid * (1 - weariness)``."""
    return rate * people / 10000.0 * support * paid * (1.0 - weariness)


@kernel
def expected_joiners(people, protest, rate):
    """Joiners that protest gives the armed rivals of the holder: ``rate * people / 10,000 * protest``."""
    return rate * people / 10000.0 * protest


@kernel
def hazard_of_leaving(usual, loss, unpaid, cohesion, per_loss, per_unpaid, per_cohesion):
    """A man's chance of leaving today: ``usual exp(b1 loss + b2 unpaid + b3 (1 - cohesion))``, at most 1.

    loss : share of the men lost in the province today, 0 to 1. unpaid, cohesion : 0 to 1.
    """
    return min(1.0, usual * math.exp(per_loss * loss + per_unpaid * unpaid + per_cohesion * (1.0 - cohesion)))


@kernel
def loss_rate(front):
    """Share of the men of a front lost today."""
    return min(1.0, front.lost / front.men) if front.men > 0 else 0.0


@kernel
def rival_of_holder(state, static, t, f):
    """True if the faction is at war with the town's holder."""
    holder = state.towns[t].holder
    return holder >= 0 and holder != f and may_fight(state, static.places[t].province, f, holder)


@kernel
def chance_of_leaving(state, r, f, chances, p):
    """Each man's chance of leaving today in a province; noted in ``chances``, where -1 is not known yet.

    Men at home in a town that nothing threatens leave less often; see `is_safe_at_home`.
    """
    if chances[r, f] < 0.0:
        front = state.fronts[r, f]
        loss, unpaid = loss_rate(front), 1.0 - state.factions[f].paid
        chances[r, f] = hazard_of_leaving(
            p.desertion / by_fortune(state.factions[f].standing, p.fortune),
            loss,
            unpaid,
            front.cohesion,
            p.loss_drives,
            p.unpaid_drives,
            p.cohesion_holds,
        )
    return chances[r, f]


@kernel
def is_safe_at_home(state, static, t, f):
    """True in a town of the faction's own provinces that nothing threatens."""
    return static.homes[t, f].native == 1 and state.garrisons[t, f].odds >= MAX_ODDS


@kernel
def recruit_and_desert(state, static, ledger, key, now, t, f, chances, p):
    """Men who join and men who go home, in one town and faction."""
    garrison, town, faction = state.garrisons[t, f], state.towns[t], state.factions[f]
    province = static.places[t].province
    u, v = two_uniforms(key, RECRUITS, now, town.uid, faction.uid)
    mean = expected_recruits(town.people, garrison.support, faction.paid, town.weariness, p.recruits)
    if rival_of_holder(state, static, t, f):
        mean += expected_joiners(town.people, town.protest, p.joiners)
    mean *= by_fortune(faction.standing, p.fortune)
    new = poisson_from(u, min(mean, MOST_PER_DRAW))
    if new > 0:
        mobile = int(new * static.kinds[f].mobile + 0.5)
        garrison.mobile += mobile
        garrison.local += new - mobile
        record_flow(ledger, now, RECRUITED, t, province, f, -1, new, mean)
    chance = chance_of_leaving(state, province, f, chances, p)
    if is_safe_at_home(state, static, t, f):
        chance *= p.at_home
    men = men_in(garrison)
    if men * chance < MOST_PER_DRAW:  # one draw for joining and leaving: the common case
        gone = binomial_from(v, men, chance)
    else:
        gone = binomial(key, DESERTERS, now, town.uid, faction.uid, men, chance)
    if gone > 0:
        take_from(garrison, gone)
        record_flow(ledger, now, DESERTED, t, province, f, -1, gone, chance)


@kernel
def list_gates(state, static, gates):
    """List the towns with an open way in from abroad; returns how many."""
    n = 0
    for t in range(len(state.towns)):
        if static.places[t].border > 0 and state.towns[t].open == 1:
            gates[n] = t
            n += 1
    return n


@kernel
def is_fuller(state, t, men, best, most):
    """True if a town has more of a faction's men than the best so far; of two alike the first by uid."""
    return men > most or (best >= 0 and men == most and state.towns[t].uid < state.towns[best].uid)


@kernel
def way_in(state, static, gates, faction, border):
    """Town by which men from abroad reach a faction: an open way in where it has men; -1 if none."""
    best, most = -1, 0
    for t in gates:
        if static.places[t].border == border:
            men = men_in(state.garrisons[t, faction])
            if is_fuller(state, t, men, best, most):
                best, most = t, men
    return best


@kernel
def is_open(static, gates, border):
    """True if some way in over this border is open."""
    found = False
    for t in gates:
        found = found or static.places[t].border == border
    return found


@kernel
def smuggled_to(state, static, faction):
    """Where men smuggled past the posts reach a faction: the town with most of its men; -1 if none."""
    best, most = -1, 0
    for t in range(len(state.towns)):
        men = men_in(state.garrisons[t, faction])
        if is_fuller(state, t, men, best, most):
            best, most = t, men
    return best


@kernel
def come_from_abroad(state, static, ledger, key, now, f, gates, p):
    """Foreign fighters: all by an open crossing of its own, a part smuggled in where it has none."""
    share = static.kinds[f].foreigners
    if share <= 0.0:
        return
    mean = p.foreigners * share if is_open(static, gates, 1) else 0.0
    mean *= by_fortune(state.factions[f].standing, p.fortune)
    town = way_in(state, static, gates, f, 1)
    if town < 0:
        mean *= p.smuggled
    new = poisson(key, FOREIGNERS, now, state.factions[f].uid, 0, mean)
    if town < 0 and new > 0:
        town = smuggled_to(state, static, f)
    if town >= 0 and new > 0:
        state.garrisons[town, f].mobile += new
        record_flow(ledger, now, REINFORCED, town, static.places[town].province, f, -1, new, mean)


@kernel
def come_from_iraq(state, static, ledger, key, now, f, gates, p):
    """Men from Iraq, while the reservoir lasts and a way across the eastern border is the faction's."""
    theatre = state.theatre[0]
    if static.kinds[f].iraq <= 0.0 or theatre.iraq_men < 1.0:
        return
    town = way_in(state, static, gates, f, 2)
    if town < 0:
        return
    mean = theatre.iraq_flow * p.iraq * static.kinds[f].iraq
    new = min(int(theatre.iraq_men), poisson(key, IRAQ, now, state.factions[f].uid, 0, mean))
    if new > 0:
        theatre.iraq_men -= new
        state.garrisons[town, f].mobile += new
        record_flow(ledger, now, FROM_IRAQ, town, static.places[town].province, f, -1, new, mean)


@kernel
def safe_town(state, static, t, f, reach):
    """Nearest town within reach km that the faction holds, for men coming out of hiding; -1 if none."""
    for k in range(len(static.near)):
        u = static.near[t, k]
        if static.km[t, u] > reach:
            return -1
        if state.towns[u].holder == f:
            return u
    return -1


@kernel
def come_out(state, static, ledger, key, now, t, f, p):
    """Men in hiding reappear in an own town nearby, or melt away."""
    garrison, province = state.garrisons[t, f], static.places[t].province
    uid, town_uid = state.factions[f].uid, state.towns[t].uid
    goal = safe_town(state, static, t, f, p.shelter_reach)
    back = 0
    if goal >= 0:
        back = binomial(key, REAPPEAR, now, town_uid, uid, garrison.sheltered, p.reappear)
    if back > 0:
        mobile = int(back * static.kinds[f].mobile + 0.5)
        state.garrisons[goal, f].mobile += mobile
        state.garrisons[goal, f].local += back - mobile
        state.town_index[goal].armed |= 1 << f
        garrison.sheltered -= back
        record_flow(ledger, now, REAPPEARED, goal, static.places[goal].province, f, t, back)
    # town_uid ^ 1: another draw than for those who desert from this town
    gone = binomial(key, DESERTERS, now, town_uid ^ 1, uid, garrison.sheltered, p.melt)
    garrison.sheltered -= gone
    record_flow(ledger, now, MELTED, t, province, f, -1, gone, p.melt)


@kernel
def come_back(state, static, ledger, key, now, t, f, p):
    """Prisoners exchanged or escaped."""
    garrison, town = state.garrisons[t, f], state.towns[t]
    free = binomial(key, RELEASE, now, town.uid, state.factions[f].uid, garrison.prisoners, p.release)
    if free > 0:
        garrison.prisoners -= free
        garrison.sheltered += free
        record_flow(ledger, now, RELEASED, t, static.places[t].province, f, town.captor, free)


@kernel
def return_or_melt(state, static, ledger, key, now, t, f, p):
    """What becomes today of a faction's prisoners and men in hiding in one town."""
    if state.garrisons[t, f].prisoners > 0:
        come_back(state, static, ledger, key, now, t, f, p)
    if state.garrisons[t, f].sheltered > 0:
        come_out(state, static, ledger, key, now, t, f, p)


@kernel
def manpower(state, static, ledger, key, now, p):
    """Everyone who comes and goes today."""
    list_present(state)
    remember_rule(state, p.memory)
    chances = np.full(state.fronts.shape, -1.0)
    for t in range(len(state.towns)):
        away = state.town_index[t].hidden | state.town_index[t].jailed
        while away != 0:
            return_or_melt(state, static, ledger, key, now, t, lowest(away), p)
            away = drop_lowest(away)
    for t in range(len(state.towns)):
        armed = state.town_index[t].armed
        while armed != 0:
            recruit_and_desert(state, static, ledger, key, now, t, lowest(armed), chances, p)
            armed = drop_lowest(armed)
    scratch = np.empty(len(state.towns), np.int64)
    gates = scratch[: list_gates(state, static, scratch)]
    for f in range(len(state.factions)):
        come_from_abroad(state, static, ledger, key, now, f, gates, p)
        come_from_iraq(state, static, ledger, key, now, f, gates, p)
