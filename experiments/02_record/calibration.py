"""Is the posterior honest, on records of known truth; and do the checks find what is planted.

Simulation-based calibration (Talts and others 2018): worlds that nothing was learned from are taken for
records. If the posterior is right, the truth's rank among the draws is uniform, and 50 and 90 % intervals
hold it as often as they say. Planted errors have to be found by the same code.
"""

import numpy as np
import pandas as pd
from scipy import stats
from tqdm import tqdm

CERTAIN = 0.01  # chance, over all parameters, at which ranks count as not uniform
VERDICTS = {"identified": 0.5, "weakly": 0.2, "not": -1.0}  # least correlation of estimate and truth


def of_record(posterior, summaries, truth):
    """Rank of the truth among the draws, their mean and variance, per dimension, in standard normal numbers.

    Parameters
    ----------
    posterior : summaries.Posterior
    summaries : list of ndarray (folds, dimensions)
        Of the record, or of what it may have been without its errors: draws of all are taken together.
    truth : ndarray (dimensions,)
    """
    parts = [posterior.draws(summary)[:2] for summary in summaries]
    draws = np.concatenate([draws for draws, _ in parts])
    weight = np.concatenate([weight for _, weight in parts]) / len(parts)
    mean = weight @ draws
    return weight @ (draws < truth), mean, weight @ (draws - mean) ** 2


def ranks(posterior, summaries, z, what):
    """Of many records: ranks, means and variances, (records, dimensions) each."""
    rows = [
        of_record(posterior, told, truth)
        for told, truth in zip(tqdm(summaries, desc=what, unit="record", mininterval=10), z, strict=True)
    ]
    return tuple(np.array(part) for part in zip(*rows, strict=True))


def row_of(rank, told, **named):
    """What ranks say, as a row of calibration.csv; ``told`` are the dimensions that records tell of."""
    inside = (rank > 0.05) & (rank < 0.95)
    by_record = inside.mean(axis=1)
    uniform = min(1.0, rank.shape[1] * min(stats.kstest(r, "uniform").pvalue for r in rank.T))
    error = by_record.std(ddof=1) / np.sqrt(len(rank))
    off = abs(by_record.mean() - 0.9) > max(4 * error, 0.02)
    return named | {
        "records": len(rank),
        "covered_50": ((rank > 0.25) & (rank < 0.75)).mean(),
        "covered_90": by_record.mean(),
        "error": error,
        "covered_90_told": inside[:, told].mean(),
        "uniform_p": uniform,
        "faulty": bool(uniform < CERTAIN or off),
    }


def recovery(names, truth, found, explained, before):
    """Per parameter: how well it is recovered from synthetic records, and whether it is identified.

    Parameters
    ----------
    names : list of str
    truth : ndarray (records, dimensions)
    found : tuple of ndarray
        As `ranks` gives.
    explained : pandas.DataFrame
        Part of each parameter that each estimator explains, by cross-validation.
    before : dict
        Contraction in version 0.1.0, by name.
    """
    rank, mean, variance = found
    table = pd.DataFrame({"name": names, **{f"explained_{name}": v for name, v in explained.items()}})
    table["correlation"] = [np.corrcoef(m, t)[0, 1] for m, t in zip(mean.T, truth.T, strict=True)]
    table["contraction"] = 1.0 - variance.mean(axis=0) / truth.var(axis=0)
    table["contraction_0.1.0"] = [before.get(name, np.nan) for name in names]
    table["covered_50"] = ((rank > 0.25) & (rank < 0.75)).mean(axis=0)
    table["covered_90"] = ((rank > 0.05) & (rank < 0.95)).mean(axis=0)
    table["uniform_p"] = [stats.kstest(r, "uniform").pvalue for r in rank.T]
    table["verdict"] = [next(v for v, least in VERDICTS.items() if c >= least) for c in table["correlation"]]
    return table.sort_values("correlation", ascending=False, ignore_index=True)


def planted(posterior, summaries, truth, found, told):
    """What the checks say of three planted errors: one row each.

    The best told parameter works the other way round in what made the records (a wrong sign in its law); each
    record is that of another world; the posterior is that of half the spread.
    """
    best = told[np.argmax(posterior.summaries.explained.max(axis=1).to_numpy()[told])]
    turned, other = truth.copy(), np.roll(truth, 1, axis=0)
    turned[:, best] *= -1.0
    rows = [
        row_of(ranks(posterior, summaries, z, what)[0], told, what=what)
        for what, z in (
            ("planted: a law of the wrong sign", turned),
            ("planted: records of other worlds", other),
        )
    ]
    _, mean, variance = found
    narrow = stats.norm.cdf((truth - mean) / np.sqrt(variance) * 2.0)
    return [*rows, row_of(narrow, told, what="planted: half the spread")]


def mirrored(errors, x, column, sweeps, rng, least=1.0, most=40):
    """How often the slab is found likely for a statistic that has the wrong sign, and for the same as it was.

    Parameters
    ----------
    errors : misfit.Errors
    x : ndarray (N, statistics)
        Synthetic records; those that lie at least ``least`` spreads from the mean in that statistic are used.
    column : int
    """
    far = np.flatnonzero(np.abs(x[:, column] - errors.mean[column]) > least)[:most]
    found = {"wrong": 0, "right": 0}
    for k in far:
        for how in found:
            record = x[k].copy()
            if how == "wrong":
                record[column] = 2 * errors.mean[column] - record[column]
            found[how] += errors.draw(record, sweeps, 1, rng)[1][column] > 0.5
    return {how: count / max(1, len(far)) for how, count in found.items()}
