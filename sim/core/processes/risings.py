"""Risings: hidden men come out against a hated ruler when war is near (ODD 7).

Jarabulus rose on 5 January 2014 with no garrison of rebels on record; al-Bab and Manbij had such men too. The
crowd says who dares: protest already weighs anger against fear of the garrison.
"""

from sim.core.bitset import drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.ledger import RISEN, record_flow
from sim.core.rng import RISING, race, uniform
from sim.core.state import MOST_PEOPLE
from sim.core.static import REGIME

READS = {
    "towns": "uid people holder protest",
    "garrisons": "local risen",
    "factions": "uid",
    "fronts": "men",
}
WRITES = {"garrisons": "local risen", "towns": "combat_intensity"}


@kernel
def chance_of_rising(rate, protest, left):
    """Chance that a town rises today: ``rate * protest * left``.

    rate : per day. protest : share who protest against the ruler. left : share of the hidden men who have
    not come out yet, 0 to 1.
    """
    return rate * protest * left


@kernel
def hidden_men(people, per_thousand):
    """Hidden men of a town: ``per_thousand * people / 1,000``, of 100,000 people at most."""
    return per_thousand * min(people, MOST_PEOPLE) / 1000.0


@kernel
def enemies_at_home(state, static, t):
    """Those at war with the holder of a town who have home-bound men in its province, as bits."""
    holder, r, found = state.towns[t].holder, static.places[t].province, 0
    foes = state.relations_index[r, holder].foes
    while foes != 0:
        f, foes = lowest(foes), drop_lowest(foes)
        home_bound = static.homes[t, f].native == 1 and static.kinds[f].wholesale == 0
        if home_bound and state.fronts[r, f].men > 0 and static.kinds[f].side < REGIME:
            found |= 1 << f
    return found


@kernel
def war_is_near(state, static, t, foes):
    """True if those at war with the holder have men in the town or in one next to it by road."""
    if state.town_index[t].armed & foes != 0:
        return True
    for k in range(static.links.shape[1]):
        u = static.links[t, k]
        if u >= 0 and state.town_index[u].armed & foes != 0:
            return True
    return False


@kernel
def whose(state, static, key, now, t, able):
    """Whose men they are: drawn by the strength of those at home in the province."""
    best, first, r = -1, 0.0, static.places[t].province
    while able != 0:
        f, able = lowest(able), drop_lowest(able)
        u = uniform(key, RISING, now, state.towns[t].uid, state.factions[f].uid)
        time = race(u, float(state.fronts[r, f].men))
        if best < 0 or time < first:
            best, first = f, time
    return best


@kernel
def risings(state, static, ledger, key, now, p):
    """Every held town may rise against its holder: each time half of the hidden men who are left come out."""
    for t in range(len(state.towns)):
        town = state.towns[t]
        if town.holder < 0 or static.kinds[town.holder].side >= REGIME or town.protest <= 0.0:
            continue
        foes = state.relations_index[static.places[t].province, town.holder].foes
        if foes == 0 or not war_is_near(state, static, t, foes):
            continue
        able = enemies_at_home(state, static, t)
        pool, risen = hidden_men(town.people, p.hidden), 0
        for f in range(len(state.factions)):
            risen += state.garrisons[t, f].risen
        left = pool - risen
        if able == 0 or left < 1.0:
            continue
        chance = chance_of_rising(p.rate, town.protest, left / pool)
        if uniform(key, RISING, now, town.uid) < chance:
            f, men = whose(state, static, key, now, t, able), int(0.5 * left + 0.5)
            state.garrisons[t, f].local += men
            state.garrisons[t, f].risen += men
            town.combat_intensity = 1.0
            record_flow(ledger, now, RISEN, t, static.places[t].province, f, town.holder, men, chance)
