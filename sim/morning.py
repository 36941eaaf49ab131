"""What everyone sees in the morning: who is where, how strong, who is held by the regime's front.

Decisions of one day are simultaneous: they read this picture, not each other's orders.
"""

import math

import numpy as np

from sim.kernel import kernel
from sim.land import REBEL, REGIME


@kernel
def men_in(garrison):
    """Armed men of one faction in one town."""
    return garrison.local + garrison.mobile


@kernel
def strength_per_man(quality, arms, cohesion, command):
    """Worth of one man in standard men: ``quality * arms * cohesion * command``."""
    return quality * arms * cohesion * command


@kernel
def men_bound(men, facing, share, kappa):
    """Men that the regime's front holds: ``min(men, kappa * facing * share)``.

    facing : regime men within reach, weighted by distance. share : own part of the rebels there.
    """
    return min(men, int(kappa * facing * share))


@kernel
def worth(state, province, faction):
    """Strength per man of a faction in a province."""
    f = state.factions[faction]
    front = state.fronts[province, faction]
    return strength_per_man(f.quality, f.arms, front.cohesion, f.command)


@kernel
def list_present(state):
    """Note which factions have men in each town: most towns hold few, so loops run over these."""
    factions = len(state.factions)
    for t in range(len(state.towns)):
        n = 0
        for f in range(factions):
            if state.garrisons[t, f].local + state.garrisons[t, f].mobile > 0:
                state.morning[t, n].present = f
                n += 1
        state.sight[t].count = n


@kernel
def list_wars(state, now):
    """Note who may fight whom today, province by province: at war and no truce."""
    provinces, factions = state.fronts.shape
    for p in range(provinces):
        for i in range(factions):
            for j in range(factions):
                dyad = state.dyads[p, i, j]
                state.dyads[p, i, j].hot = 1 if dyad.war == 1 and dyad.truce < now else 0


@kernel
def wipe(state):
    """Forget yesterday's picture."""
    towns, factions = state.garrisons.shape
    for t in range(towns):
        state.sight[t].facing = 0.0
        for f in range(factions):
            cell = state.morning[t, f]
            cell.bound = 0
            cell.free = 0
            cell.might = 0.0
            cell.mobile = 0.0


@kernel
def regime_men(state, land, town):
    """Regime men in one town."""
    men = 0
    for k in range(state.sight[town].count):
        f = state.morning[town, k].present
        if land.kinds[f].side == REGIME:
            men += men_in(state.garrisons[town, f])
    return men


@kernel
def feel_regime(state, land, regime, reach):
    """Regime strength felt in each town: its men nearby, fading over ``reach`` km, times the pressure."""
    pressure = state.theatre[0].pressure
    for u in range(len(state.towns)):
        if regime[u] == 0:
            continue
        for k in range(len(state.towns)):
            t = land.near[u, k]
            if land.km[u, t] > 2.5 * reach:
                break
            state.sight[t].facing += pressure * regime[u] * math.exp(-land.km[u, t] / reach)


@kernel
def bind(state, land, p, scale):
    """Split each garrison into men held by the regime's front and men who are free, and weigh them.

    scale : km, over which strength falls with the distance from base.
    """
    for t in range(len(state.towns)):
        province = land.places[t].province
        rebels = 0
        for k in range(state.sight[t].count):
            f = state.morning[t, k].present
            if land.kinds[f].side == REBEL:
                rebels += men_in(state.garrisons[t, f])
        for k in range(state.sight[t].count):
            f = state.morning[t, k].present
            garrison = state.garrisons[t, f]
            men = men_in(garrison)
            held = 0
            holder = state.towns[t].holder
            under_enemy = holder >= 0 and state.dyads[province, f, holder].hot == 1
            if land.kinds[f].side == REBEL and not under_enemy:  # nobody mans a front from an enemy's town
                held = men_bound(men, state.sight[t].facing, men / rebels, p.pinning)
            state.morning[t, f].bound = held
            state.morning[t, f].free = min(garrison.mobile, men - held)
            far = strength_with_distance(supply_km(state, land, t, f), scale * land.kinds[f].reach)
            each = worth(state, province, f) * far
            state.morning[t, f].might = (men - held) * each
            state.morning[t, f].mobile = state.morning[t, f].free * each


@kernel
def count_fronts(state, land):
    """Men of each faction in each province, and how many of its towns there are under attack."""
    provinces, factions = state.fronts.shape
    for province in range(provinces):
        for f in range(factions):
            front = state.fronts[province, f]
            front.men = 0
            front.lost = 0
            front.towns_lost = 0
            front.attacked = 0
    for t in range(len(state.towns)):
        province = land.places[t].province
        for k in range(state.sight[t].count):
            i = state.morning[t, k].present
            front = state.fronts[province, i]
            front.men += men_in(state.garrisons[t, i])
            for m in range(state.sight[t].count):
                j = state.morning[t, m].present
                if state.dyads[province, i, j].hot == 1 and land.kinds[j].side < REGIME:
                    front.attacked += 1
                    break


@kernel
def look(state, land, now, p, scale):
    """Fill this morning's picture and count the fronts.

    p : parameters of plans. scale : km, loss of strength with distance.
    """
    wipe(state)
    list_present(state)
    list_wars(state, now)
    regime = np.zeros(len(state.towns), np.int64)
    for t in range(len(state.towns)):
        regime[t] = regime_men(state, land, t)
    if p.pinning > 0.0:
        feel_regime(state, land, regime, p.pinning_reach)
    bind(state, land, p, scale)
    count_fronts(state, land)


@kernel
def supply_km(state, land, town, faction):
    """Road km to the nearest town that the faction holds or has a manned base in; 200 if none."""
    for k in range(len(state.towns)):
        u = land.near[town, k]
        if state.towns[u].holder == faction:
            return land.km[town, u]
        if land.homes[u, faction].stronghold == 1 and men_in(state.garrisons[u, faction]) > 0:
            return land.km[town, u]
    return 200.0


@kernel
def strength_with_distance(km, scale):
    """Boulding's loss of strength with distance from base: ``exp(-km / scale)``."""
    return math.exp(-km / scale)
