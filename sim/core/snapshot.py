"""The snapshot of the morning: who is where, how strong, who is held by the regime's front (ODD 7).

Decisions of one day are simultaneous: they read this snapshot, not each other's orders. Most towns hold a few
of all factions and most pairs are at peace; what is listed here once, the rules need not look for again.
"""

import math

from sim.core.bitset import contains
from sim.core.kernel import kernel
from sim.core.static import REBEL, REGIME

FORGOTTEN = 1e-6  # grievance below this is none
LEAST_KNOWN = 0.2  # information without support, judgement: 0.1 or 0.3 moves nothing
NO_SUPPLY = 200.0  # km, for men of a faction that holds no town and mans no base


@kernel
def men_in(garrison):
    """Armed men of one faction in one town."""
    return garrison.local + garrison.mobile


@kernel
def strength_per_man(quality, arms, cohesion, command):
    """Worth of one man in standard men: ``quality * arms * cohesion * command``."""
    return quality * arms * cohesion * command


@kernel
def information(support, least):
    """Part of its targets a faction can tell apart: ``least + (1 - least) * support``, 0 to 1."""
    return least + (1.0 - least) * support


@kernel
def men_bound(men, facing, share, kappa):
    """Men that the regime's front holds: ``min(men, kappa * facing * share)``.

    facing : regime men within reach, weighted by distance. share : own part of the rebels there.
    """
    return min(men, int(kappa * facing * share))


@kernel
def strength_with_distance(km, scale):
    """Boulding's loss of strength with distance from base: ``exp(-km / scale)``."""
    return math.exp(-km / scale) if km > 0.0 else 1.0


@kernel
def worth(state, province, faction):
    """Strength per man of a faction in a province."""
    f = state.factions[faction]
    front = state.fronts[province, faction]
    return strength_per_man(f.quality, f.arms, front.cohesion, f.command)


@kernel
def may_fight(state, province, i, j):
    """True if i and j may fight in the province today: at war and no truce."""
    return contains(state.relations_index[province, i].foes, j)


@kernel
def list_in(state, t):
    """Note which factions have men in one town, under arms, in hiding or in prison."""
    n, men, armed, hidden, jailed = 0, 0, 0, 0, 0
    for f in range(len(state.factions)):
        garrison = state.garrisons[t, f]
        here = men_in(garrison)
        if here > 0:
            state.snapshot[t, n].present = f
            n += 1
            men += here
            armed |= 1 << f
        if garrison.sheltered > 0:
            hidden |= 1 << f
        if garrison.prisoners > 0:
            jailed |= 1 << f
    index = state.town_index[t]
    index.count = n
    index.men = men
    index.armed = armed
    index.hidden = hidden
    index.jailed = jailed


@kernel
def list_present(state):
    """Note which factions have men in each town, under arms, in hiding or in prison."""
    for t in range(len(state.towns)):
        list_in(state, t)


@kernel
def list_felt(state):
    """Note whom the people of each town know: men among them, support or a grudge."""
    for t in range(len(state.towns)):
        felt = state.town_index[t].armed
        for f in range(len(state.factions)):
            garrison = state.garrisons[t, f]
            if garrison.support > 0.0 or garrison.grievance >= FORGOTTEN or garrison.harm > 0.0:
                felt |= 1 << f
        state.town_index[t].felt = felt


@kernel
def list_wars(state, static, now):
    """Note who is at war with whom, province by province, who may fight today, and who may not pass where.

    War is mutual.
    """
    provinces, factions = state.fronts.shape
    for p in range(provinces):
        for i in range(factions):
            state.relations_index[p, i].wars = 0
            state.relations_index[p, i].foes = 0
        for i in range(factions):
            for j in range(i + 1, factions):
                dyad = state.dyads[p, i, j]
                if dyad.war == 1:
                    state.relations_index[p, i].wars |= 1 << j
                    state.relations_index[p, j].wars |= 1 << i
                    if dyad.truce < now:
                        state.relations_index[p, i].foes |= 1 << j
                        state.relations_index[p, j].foes |= 1 << i
    list_barred(state, static)


@kernel
def list_barred(state, static):
    """Note to whom each town is closed: enemies of a holder who mans it, unless they have men there too."""
    for t in range(len(state.towns)):
        index, holder = state.town_index[t], state.towns[t].holder
        index.barred = 0
        if holder >= 0 and contains(index.armed, holder):
            foes = state.relations_index[static.places[t].province, holder].foes
            index.barred = foes & ~index.armed


@kernel
def list_locations(state):
    """List the towns where each faction has men."""
    for f in range(len(state.factions)):
        state.location_counts[f].towns = 0
    for t in range(len(state.towns)):
        for k in range(state.town_index[t].count):
            count = state.location_counts[state.snapshot[t, k].present]
            state.location_lists[state.snapshot[t, k].present, count.towns].town = t
            count.towns += 1


@kernel
def list_bases(state, static):
    """List the towns that supply each faction: those it holds, and its bases with its men in them."""
    for f in range(len(state.factions)):
        state.location_counts[f].bases = 0
    for t in range(len(state.towns)):
        holder = state.towns[t].holder
        if holder >= 0:
            add_base(state, t, holder)
        for k in range(state.town_index[t].count):
            f = state.snapshot[t, k].present
            if f != holder and static.homes[t, f].stronghold == 1:
                add_base(state, t, f)


@kernel
def find_columns(state):
    """Note up to which row there are columns on the road."""
    state.columns_in_use[0].rows = 0
    for c in range(len(state.columns)):
        if state.columns[c].local + state.columns[c].mobile > 0:
            state.columns_in_use[0].rows = c + 1


@kernel
def add_base(state, t, f):
    """Put a town on a faction's list of bases."""
    state.location_lists[f, state.location_counts[f].bases].supply = t
    state.location_counts[f].bases += 1


@kernel
def supply_km(state, static, town, faction):
    """Road km to the nearest town that the faction holds or has a manned base in; NO_SUPPLY if none."""
    if state.towns[town].holder == faction:
        return 0.0
    least, found = 0.0, False
    for k in range(state.location_counts[faction].bases):
        u = state.location_lists[faction, k].supply
        if state.towns[u].holder != faction and men_in(state.garrisons[u, faction]) <= 0:
            continue  # lost since it was listed
        if not found or static.km[town, u] < least:
            least, found = static.km[town, u], True
    return least if found else NO_SUPPLY


@kernel
def regime_men(state, static, town):
    """Regime men in one town."""
    men = 0
    for k in range(state.town_index[town].count):
        f = state.snapshot[town, k].present
        if static.kinds[f].side == REGIME:
            men += men_in(state.garrisons[town, f])
    return men


@kernel
def feel_regime(state, static, reach):
    """Regime strength felt in each town: its men nearby, fading over ``reach`` km, times the pressure."""
    pressure = state.theatre[0].pressure
    for t in range(len(state.towns)):
        state.town_index[t].facing = 0.0
    if reach <= 0.0:
        return
    for u in range(len(state.towns)):
        men = regime_men(state, static, u)
        if men == 0:
            continue
        for k in range(len(state.towns)):
            t = static.near[u, k]
            if static.km[u, t] > 2.5 * reach:  # under a tenth is left, and towns come by distance
                break
            state.town_index[t].facing += pressure * men * math.exp(-static.km[u, t] / reach)


@kernel
def rebels_in(state, static, t):
    """Rebel men in one town."""
    men = 0
    for k in range(state.town_index[t].count):
        f = state.snapshot[t, k].present
        if static.kinds[f].side == REBEL:
            men += men_in(state.garrisons[t, f])
    return men


@kernel
def bind(state, static, p, scale):
    """Split each garrison into men held by the regime's front and men who are free, and weigh them.

    scale : km, over which strength falls with the distance from base.
    """
    for t in range(len(state.towns)):
        province, holder = static.places[t].province, state.towns[t].holder
        rebels, mighty = rebels_in(state, static, t), 0
        for k in range(state.town_index[t].count):
            f = state.snapshot[t, k].present
            garrison, seen = state.garrisons[t, f], state.snapshot[t, f]
            men = men_in(garrison)
            held = 0
            under_enemy = holder >= 0 and may_fight(state, province, f, holder)
            if static.kinds[f].side == REBEL and not under_enemy:  # nobody mans a front from an enemy's town
                held = men_bound(men, state.town_index[t].facing, men / rebels, p.pinning)
            seen.bound = held
            seen.free = min(garrison.mobile, men - held)
            far = strength_with_distance(supply_km(state, static, t, f), scale * static.kinds[f].reach)
            each = worth(state, province, f) * far
            seen.might = (men - held) * each
            seen.mobile = seen.free * each
            if seen.might > 0.0:
                mighty |= 1 << f
        state.town_index[t].mighty = mighty


@kernel
def is_larger(state, f, t, u):
    """True if a faction has more men in town t than in town u; ties go by the towns' own numbers."""
    here, there = men_in(state.garrisons[t, f]), men_in(state.garrisons[u, f])
    return here > there or (here == there and state.towns[t].uid < state.towns[u].uid)


@kernel
def count_fronts(state, static):
    """Men of each faction in each province, where most of them are, and its towns under attack."""
    provinces, factions = state.fronts.shape
    for province in range(provinces):
        for f in range(factions):
            front = state.fronts[province, f]
            front.men = 0
            front.lost = 0
            front.towns_lost = 0
            front.attacked = 0
            state.relations_index[province, f].centre = -1
    for t in range(len(state.towns)):
        province = static.places[t].province
        for k in range(state.town_index[t].count):
            i = state.snapshot[t, k].present
            front, relations = state.fronts[province, i], state.relations_index[province, i]
            men = men_in(state.garrisons[t, i])
            front.men += men
            if relations.centre < 0 or is_larger(state, i, t, relations.centre):
                relations.centre = t
            for m in range(state.town_index[t].count):
                j = state.snapshot[t, m].present
                if contains(relations.foes, j) and static.kinds[j].side < REGIME:
                    front.attacked += 1
                    break


@kernel
def wipe(state):
    """Forget yesterday's snapshot."""
    towns, factions = state.garrisons.shape
    for t in range(towns):
        for f in range(factions):
            cell = state.snapshot[t, f]
            cell.bound = 0
            cell.free = 0
            cell.might = 0.0
            cell.mobile = 0.0


@kernel
def take_snapshot(state, static, now, p, scale):
    """Take this morning's snapshot and count the fronts.

    p : parameters of plans. scale : km, loss of strength with distance.
    """
    wipe(state)
    list_present(state)
    list_felt(state)
    list_wars(state, static, now)
    list_locations(state)
    list_bases(state, static)
    find_columns(state)
    feel_regime(state, static, p.pinning_reach if p.pinning > 0.0 else 0.0)
    bind(state, static, p, scale)
    count_fronts(state, static)
