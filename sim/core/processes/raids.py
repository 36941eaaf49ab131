"""Raids: small clashes along the roads between towns of enemies (ODD 7).

Most engagements of February and March 2014 (UCDP: 190 and 113) were not battles for a town: one side probed,
shelled or ambushed the other between the towns they held, with a handful of dead, and nothing changed hands.
Where strengths on both ends of a road can be compared, it is fought over (Boulding 1962). Losses follow
Lanchester's linear law, that of many small fights between parties of a size.
"""

import math

import numpy as np

from sim.core.control import take_from
from sim.core.kernel import kernel
from sim.core.ledger import IN_BATTLE, KILLED, RAIDED, record_flow
from sim.core.rng import RAID, RAID_LOSSES, binomial, race, uniform
from sim.core.snapshot import may_fight, men_in, worth
from sim.core.static import REGIME

READS = {
    "towns": "uid",
    "garrisons": "local mobile",
    "factions": "uid quality arms command",
    "fronts": "cohesion lost",
    "dyads": "hostility",
}
WRITES = {"garrisons": "local mobile", "fronts": "lost"}
FEWEST = 20  # men to spare, below which nobody raids or is raided


@kernel
def chance_of_raid(rate, hostility, km, scale):
    """Chance of a raid on a road today: ``rate * hostility * exp(-km / scale)``, at most 1.

    rate : 1/day. hostility : 0 to 1, of the raider. km : length of the road. scale : km.
    """
    return min(1.0, rate * hostility * math.exp(-km / scale))


@kernel
def chance_of_falling(toll, own, enemy):
    """Each raider's chance of being killed, by strength per man: ``2 toll enemy / (own + enemy)``."""
    return min(1.0, 2.0 * toll * enemy / (own + enemy)) if own + enemy > 0.0 else 0.0


@kernel
def party_of(share, one, other, most):
    """Men of each side in a raid: a share of the smaller force, at least one man and at most ``most``."""
    return min(int(most), max(1, int(share * min(one, other))))


@kernel
def to_spare(state, t, f):
    """Men of a faction in a town whom the regime's front does not hold; nil where they are too few."""
    men = men_in(state.garrisons[t, f]) - state.snapshot[t, f].bound
    return men if men >= FEWEST else 0


@kernel
def list_surplus(state, static, surplus, ready, hated):
    """Men to spare of every faction in every town, into ``surplus``: all raids of a day see the same.

    ready : bits of the factions with men to spare, by town. hated : bits of the foes of any of them.
    """
    for t in range(len(state.towns)):
        ready[t], hated[t] = 0, 0
        for k in range(state.town_index[t].count):
            f = state.snapshot[t, k].present
            surplus[t, f] = to_spare(state, t, f) if static.kinds[f].side != REGIME else 0
            if surplus[t, f] > 0:
                ready[t] |= 1 << f
                hated[t] |= state.relations_index[static.places[t].province, f].foes


@kernel
def raider(state, u, pair, key, now, surplus):
    """Faction in town u that goes on a raid, drawn by its men to spare; -1 if none can."""
    best, first = -1, 0.0
    for k in range(state.town_index[u].count):
        f = state.snapshot[u, k].present
        if surplus[u, f] > 0:
            time = race(uniform(key, RAID, now, pair, state.factions[f].uid, 1), surplus[u, f])
            if best < 0 or time < first:
                best, first = f, time
    return best


@kernel
def opponent(state, static, t, f, pair, key, now, surplus):
    """Faction in town t that f may raid there, drawn by its men to spare; -1 if there is none."""
    province = static.places[t].province
    best, first = -1, 0.0
    for k in range(state.town_index[t].count):
        j = state.snapshot[t, k].present
        if surplus[t, j] > 0 and may_fight(state, province, f, j):
            time = race(uniform(key, RAID, now, pair, state.factions[j].uid, 2), surplus[t, j])
            if best < 0 or time < first:
                best, first = j, time
    return best


@kernel
def clash(state, static, ledger, key, now, t, u, f, j, pair, party, chance, fallen, p):
    """Parties of f from town u and of j from town t meet before town t; some of both fall."""
    province = static.places[t].province
    mine, theirs = worth(state, province, f), worth(state, province, j)
    one, other = chance_of_falling(p.lethality, mine, theirs), chance_of_falling(p.lethality, theirs, mine)
    first = binomial(key, RAID_LOSSES, now, pair, state.factions[f].uid, party, one)
    second = binomial(key, RAID_LOSSES, now, pair, state.factions[j].uid, party, other)
    record_flow(ledger, now, RAIDED, t, province, f, j, 1, chance)
    fall(state, static, ledger, now, u, f, j, first, fallen)
    fall(state, static, ledger, now, t, j, f, second, fallen)
    if first + second > 0:
        ledger.fights[t, f] |= np.int64(1) << np.int64(j)
        ledger.fights[t, j] |= np.int64(1) << np.int64(f)


@kernel
def fall(state, static, ledger, now, t, f, killer, dead, fallen):
    """Men of a faction in a town fall on a raid, as far as there are any left; they are taken at the end."""
    dead = min(dead, men_in(state.garrisons[t, f]) - fallen[t, f])
    if dead <= 0:
        return
    province = static.places[t].province
    fallen[t, f] += dead
    state.fronts[province, f].lost += dead
    ledger.toll[IN_BATTLE, f, killer] += dead
    record_flow(ledger, now, KILLED, t, province, f, killer, dead)


@kernel
def raid(state, static, ledger, key, now, t, u, km, surplus, fallen, p):
    """A raid from town u on town t today, or not."""
    pair = state.towns[t].uid ^ (state.towns[u].uid << 1)
    decided = uniform(key, RAID, now, pair)
    if decided >= p.rate:  # no hostility would be enough: saves looking
        return
    f = raider(state, u, pair, key, now, surplus)
    j = opponent(state, static, t, f, pair, key, now, surplus) if f >= 0 else -1
    if j < 0:
        return
    chance = chance_of_raid(p.rate, state.dyads[static.places[t].province, f, j].hostility, km, p.scale)
    if decided < chance:
        party = party_of(p.share, surplus[u, f], surplus[t, j], p.most)
        clash(state, static, ledger, key, now, t, u, f, j, pair, party, chance, fallen, p)


@kernel
def raids(state, static, ledger, key, now, p):
    """On every road between enemies, from either end, a raid today or not."""
    surplus = np.zeros(state.garrisons.shape, np.int64)
    fallen = np.zeros(surplus.shape, np.int64)
    ready, hated = np.empty(len(state.towns), np.int64), np.empty(len(state.towns), np.int64)
    list_surplus(state, static, surplus, ready, hated)
    for u in range(len(state.towns)):
        for k in range(static.links.shape[1]):
            t = static.links[u, k]
            if t < 0:
                break
            if ready[u] & hated[t] != 0:  # nobody raids those at peace with all who could
                raid(state, static, ledger, key, now, t, u, static.link_km[u, k], surplus, fallen, p)
    for t in range(len(state.towns)):  # local and mobile men in proportion, whatever the order of the raids
        for k in range(state.town_index[t].count):
            f = state.snapshot[t, k].present
            if fallen[t, f] > 0:
                take_from(state.garrisons[t, f], fallen[t, f])
