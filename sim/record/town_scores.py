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
HORIZONS = (7, 30, 60, 90, 180)  # days after the day of issue up to which town-days are scored
MODEL = "model"
EVE, PERSISTENCE = "as on the eve", "persistence"
BASELINES = {  # what they say; {eve} and {issue} stand for the first evening and the day of issue
    EVE: "every town stays as it was on {eve}",
    PERSISTENCE: "every town stays as it was on {issue}",
    "weakly held lost": "it loses every town it did not hold alone on {issue}, and keeps the rest",
    "nearest front": "every town goes to whoever held the nearest other one by road on {issue}",
    "random same rate": "as many towns change hands as did after {issue}, but which ones is chance",
}


def forecasts(observed):
    """Share of the runs in which each town is held on each day, by meaning of "held": (D + 1, T) each."""
    return {meaning: observed.holds(meaning).mean(axis=0) for meaning in MEANINGS}


def baselines(record, meaning, km, issue=0):
    """Forecasts that need no model, from the record's own map of the day of issue.

    ``random same rate`` even knows, from the record, how many of the towns held (and of those not held) on
    that day are held on each later day; only the towns are random.

    Parameters
    ----------
    record : Record
        The record.
    meaning : {"controller", "sole", "any"}
        What "held" means.
    km : ndarray (T, T)
        Distances by road.
    issue : int, default 0
        Day of issue.

    Returns
    -------
    dict of ndarray (D + 1, T)
        Chances, by the names of `BASELINES`; issued on the eve, persistence is ``as on the eve``.
    """
    truth = record.observed.holds(meaning)[0]
    first, seen = truth[issue], known(record, meaning)
    there = seen.any(axis=0)
    far = np.where(there[None, :] & ~np.eye(len(km), dtype=bool), km, np.inf)
    sole = first & (record.observed.presence[0, issue] == SOLE)
    same = np.zeros(truth.shape)
    for group in (first, ~first):
        counted = seen & group
        n = counted.sum(axis=1)
        share = np.divide((truth & counted).sum(axis=1), n, out=np.zeros(len(n)), where=n > 0)
        same = np.where(group, share[:, None], same)
    still = {EVE: truth[0]} | ({PERSISTENCE: first} if issue else {})
    still |= {
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


def table(forecasts, record, km, careful=False, issue=0):
    """Scores of the model and of every baseline, by meaning of "held", with and without doubtful rows.

    Town-days after the day of issue are scored, up to each of `HORIZONS` that the runs and the record reach,
    and to their end. After the eve only towns count of which the record knows the day of issue.

    Parameters
    ----------
    forecasts : dict of ndarray (D + 1, T)
        Chances that each town is held on each day, by meaning of "held": of runs, as `forecasts` gives them.
    record : Record
        What they are scored against.
    km : ndarray (T, T)
        Distances by road.
    careful : bool
        Leave out days so near a change dated only to the week or month that it may have come before or after.
    issue : int, default 0
        Day of issue: the last day of the record that baselines know.

    Returns
    -------
    pandas.DataFrame
        ``held``, ``rows``, ``horizon`` (days after the day of issue), ``forecast``, ``towns``,
        ``town_days``; ``brier`` and ``log`` with ``_low`` and ``_high``; ``skill`` (of the model over this
        forecast, by Brier; NaN where that one is perfect) with the same.
    """
    last = min(len(forecasts[MEANINGS[0]]) - 1, record.observed.days)
    horizons = [h for h in HORIZONS if issue + h < last] + [last - issue]
    out = []
    for meaning in MEANINGS:
        truth = record.observed.holds(meaning)[0]
        chances = {MODEL: forecasts[meaning]} | baselines(record, meaning, km, issue)
        for rows in ROWS:
            use = known(record, meaning)
            if issue:
                use &= use[issue]
            if rows != ROWS[0]:
                use &= ~record.low
            if careful:
                use &= ~record.unsure
            for horizon in horizons:
                days = slice(issue + 1, issue + horizon + 1)
                out += scored(chances, truth, use, days, {"held": meaning, "rows": rows, "horizon": horizon})
    return pd.DataFrame(out)


def scored(chances, truth, use, days, what):
    """One row for every forecast, on the town-days in use among some days."""
    truth, use = truth[days], use[days]
    number = use.sum(axis=0)
    blocks = np.flatnonzero(number)
    if not len(blocks):
        return
    weights, number = resampled(len(blocks)), number[blocks].astype(float)
    sums, rows = {}, {}
    for name, chance in chances.items():
        row = {**what, "forecast": name, "towns": len(blocks), "town_days": int(number.sum())}
        for score, function in (("brier", brier), ("log", log_score)):
            total = (function(chance[days], truth) * use).sum(axis=0)[blocks]
            mean, low, high, means = mean_and_band(total, number, weights)
            row |= {score: mean, f"{score}_low": low, f"{score}_high": high}
            if score == "brier":
                sums[name] = (mean, means)
        rows[name] = row
    own, own_means = sums[MODEL]
    for name, row in rows.items():
        mean, means = sums[name]
        row |= dict.fromkeys(("skill", "skill_low", "skill_high"), np.nan)
        if name != MODEL and mean > 0:
            with np.errstate(
                divide="ignore", invalid="ignore"
            ):  # a resample in which a forecast makes no error
                skills = np.nan_to_num(1 - own_means / means, nan=0.0, posinf=np.inf, neginf=-np.inf)
            low, high = np.quantile(skills, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="inverted_cdf")
            row |= {"skill": 1 - own / mean, "skill_low": low, "skill_high": high}
        yield row
