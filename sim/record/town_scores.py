"""Town by day: how well a chance forecast says which towns the focal faction holds, and what is simpler.

Town-days of one town are anything but independent, so the blocks of the bootstrap are whole towns: what is
resampled is the towns, each with all its days.
"""

import numpy as np
import pandas as pd

from sim.core.measures import SOLE
from sim.record.observe import MEANINGS, UNKNOWN

LEAST_CHANCE = 0.01  # a chance counts as at least this and at most 1 less this, where logarithms are taken
REPLICATES = 2000
LEVEL = 0.95
ROWS = ("all", "without low confidence")
MODEL = "model"
BASELINES = {
    "persistence": "every town stays as it was on day 0",
    "weakly held lost": "it loses every town it did not hold alone on day 0, and keeps the rest",
    "nearest front": "every town goes to whoever held the nearest other one by road on day 0",
    "random same rate": "as many towns change hands as did, but which ones is chance",
}


def forecast(observed, meaning):
    """Share of the runs in which each town is held on each day: (D + 1, T)."""
    return observed.holds(meaning).mean(axis=0)


def baselines(record, meaning, km):
    """Forecasts that need no model, from the record's own day 0.

    ``random same rate`` even knows, from the record, how many of the towns held (and of those not held) on
    day 0 are held on each later day; only the towns are random.

    Parameters
    ----------
    record : Record
        The record.
    meaning : {"controller", "sole", "any"}
        What "held" means.
    km : ndarray (T, T)
        Distances by road.

    Returns
    -------
    dict of ndarray (D + 1, T)
        Chances, by the names of `BASELINES`.
    """
    truth = record.observed.holds(meaning)[0]
    first, seen = truth[0], known(record, meaning)
    there = seen.any(axis=0)
    far = np.where(there[None, :] & ~np.eye(len(km), dtype=bool), km, np.inf)
    sole = first & (record.observed.presence[0, 0] == SOLE)
    same = np.zeros(truth.shape)
    for group in (first, ~first):
        counted = seen & group
        n = counted.sum(axis=1)
        share = np.divide((truth & counted).sum(axis=1), n, out=np.zeros(len(n)), where=n > 0)
        same = np.where(group, share[:, None], same)
    still = {
        "persistence": first,
        "weakly held lost": sole,
        "nearest front": first[np.argmin(far, axis=1)],
    }
    return {name: np.broadcast_to(v, truth.shape).astype(float) for name, v in still.items()} | {
        "random same rate": same
    }


def known(record, meaning):
    """Town-days on which the record says whether the town was held."""
    seen = record.observed.seen[0].copy()
    if meaning != "controller":
        seen &= record.observed.presence[0] != UNKNOWN
    return seen


def brier(chance, truth):
    """Brier score of each forecast: ``(chance - truth)**2``; 0 is best."""
    return (chance - truth) ** 2


def log_score(chance, truth):
    """Log score in nats: ``-log`` of the chance given to what happened, kept off 0 and 1; 0 is best."""
    chance = np.clip(chance, LEAST_CHANCE, 1.0 - LEAST_CHANCE)
    return -np.log(np.where(truth, chance, 1.0 - chance))


def resampled(count, replicates=REPLICATES, seed=0):
    """How often each block is drawn in each replicate of a bootstrap: (replicates, count)."""
    rng = np.random.Generator(np.random.Philox(key=seed))
    return rng.multinomial(count, np.full(count, 1.0 / count), size=replicates)


def mean_and_band(total, number, weights):
    """Mean over blocks and its bootstrap interval, from sums and numbers of the blocks."""
    means = (weights @ total) / np.maximum(weights @ number, 1e-12)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return total.sum() / number.sum(), low, high, means


def table(observed, record, km, careful=False):
    """Scores of the model and of every baseline, by meaning of "held", with and without doubtful rows.

    Parameters
    ----------
    observed : Observed
        The runs.
    record : Record
        What they are scored against.
    km : ndarray (T, T)
        Distances by road.
    careful : bool
        Leave out days so near a change dated only to the week or month that it may have come before or after.

    Returns
    -------
    pandas.DataFrame
        ``held``, ``rows``, ``forecast``, ``towns``, ``town_days``; ``brier`` and ``log`` with ``_low`` and
        ``_high``; ``skill`` (of the model over this forecast, by Brier; NaN where that one is perfect) with
        the same.
    """
    days = min(observed.days, record.observed.days)
    out = []
    for meaning in MEANINGS:
        truth = record.observed.holds(meaning)[0][1 : days + 1]
        chances = {MODEL: forecast(observed, meaning)} | baselines(record, meaning, km)
        for rows in ROWS:
            use = known(record, meaning)
            if rows != ROWS[0]:
                use &= ~record.low
            if careful:
                use &= ~record.unsure
            out += scored(chances, truth, use[1 : days + 1], days, {"held": meaning, "rows": rows})
    return pd.DataFrame(out)


def scored(chances, truth, use, days, what):
    """One row for every forecast, on the town-days in use."""
    number = use.sum(axis=0)
    blocks = np.flatnonzero(number)
    if not len(blocks):
        return
    weights, number = resampled(len(blocks)), number[blocks].astype(float)
    sums, rows = {}, {}
    for name, chance in chances.items():
        row = {**what, "forecast": name, "towns": len(blocks), "town_days": int(number.sum())}
        for score, function in (("brier", brier), ("log", log_score)):
            total = (function(chance[1 : days + 1], truth) * use).sum(axis=0)[blocks]
            mean, low, high, means = mean_and_band(total, number, weights)
            row |= {score: mean, f"{score}_low": low, f"{score}_high": high}
            if score == "brier":
                sums[name] = (mean, means)
        rows[name] = row
    own, own_means = sums[MODEL]
    for name, row in rows.items():
        mean, means = sums[name]
        row |= dict.fromkeys(("skill", "skill_low", "skill_high"), np.nan)
        if name != MODEL and mean > 0 and (means > 0).all():
            low, high = np.quantile(1 - own_means / means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            row |= {"skill": 1 - own / mean, "skill_low": low, "skill_high": high}
        yield row
