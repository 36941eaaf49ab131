"""The minimal rival: Lanchester odds in every town, and nothing else.

Nobody decides, marches, recruits or yields. From 3 January the rebels of a town fight the focal faction's men
there by the square law (Lanchester 1916), as the scenario dealt them; a town is held by whoever is left with
more strength, contested while both have a real share. One number, the rate of attrition, is fitted by the
same distance as the model.
"""

import numpy as np

from sim.core.static import REBEL
from sim.ensemble.posterior import deal_again
from sim.record.observe import Observed, with_total

REAL = 0.1  # share of the men that still contests a town, as in the model
RATES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1)  # 1/day, tried in the fit


def rival(begin, rate, runs, days, seed=1):
    """Play the rival.

    Parameters
    ----------
    begin : sim.ensemble.engine.Start
        The world it starts from.
    rate : float
        Losses a day per enemy man, 1/day.
    runs, days : int
        How many, how long.
    seed : int
        Of the dealing of garrisons and the losses.

    Returns
    -------
    Observed
        As any runs.
    """
    rng = np.random.default_rng(seed)
    own, static = begin.state.garrisons, begin.static
    focal, rebels = int(static.focal), static.kinds.side == REBEL
    towns = own.shape[0]
    held = np.zeros((runs, days + 1, towns), bool)
    presence = np.zeros((runs, days + 1, towns), np.int8)
    dead = np.zeros((runs, days + 1, 2))
    first = begin.state.towns.holder == focal
    for run in range(runs):
        same, key = np.ones(len(rebels)), int(rng.integers(2**62))
        local, mobile = deal_again(own["local"], own["mobile"], same, key)
        men = local + mobile
        mine, theirs = men[:, focal].astype(float), men[:, rebels].sum(axis=1).astype(float)
        quality = float(static.kinds.quality[focal])
        for day in range(days + 1):
            if day > 0:
                fallen = np.minimum(rng.poisson(rate * quality * mine), theirs)
                lost = np.minimum(rng.poisson(rate * theirs / quality), mine)
                both = (mine > 0) & (theirs > 0)
                theirs, mine = theirs - fallen * both, mine - lost * both
                dead[run, day] = dead[run, day - 1] + [(fallen * both).sum(), (lost * both).sum()]
            all_men = np.maximum(mine + theirs, 1e-9)
            stronger = quality * mine > theirs
            contested = np.minimum(mine, theirs) / all_men >= REAL
            held[run, day] = first if day == 0 else (mine > 0) & stronger & ~contested
            presence[run, day] = np.where(mine < 20, 0, np.where(theirs <= 0.1 * all_men, 2, 1))
    nobody = np.zeros((runs, days + 1))
    return Observed(
        held=held,
        presence=presence,
        seen=np.ones(held.shape, bool),
        dead=with_total(dead[..., 0], dead[..., 1], nobody),
        executed=np.zeros((runs, days + 1, 2)),
        bombings=nobody,
        events=np.full((runs, days + 1, len(begin.scenario.provinces)), np.nan),
        fights=None,
    )
