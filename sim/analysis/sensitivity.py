"""What moves an outcome: Morris screening and Sobol indices, by SALib, as tables a figure draws."""

import numpy as np
import pandas as pd
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol

ROUNDING = 1e-10  # of the largest outcome: less is how sums of numbers round, and no variance


def morris(problem, design, outcome, *, levels=4, seed=1):
    """Elementary effects of every parameter (Morris 1991; mean of sizes by Campolongo et al. 2007).

    Parameters
    ----------
    problem : dict
        ``names``, ``bounds``, ``num_vars``, as from `sim.params.problem`.
    design : array_like, shape (points, num_vars)
        Points in the order SALib's Morris sampler gave.
    outcome : array_like, shape (points,)
        Mean outcome at each point.
    levels : int, default 4
        Of the grid the design was drawn on.
    seed : int, default 1
        Of the resampling behind the intervals.

    Returns
    -------
    pandas.DataFrame
        One row a parameter, the strongest first: ``parameter``, ``effect`` (mean size of an effect over the
        whole range of the parameter, in units of the outcome), ``low``, ``high``, ``mean`` (with sign),
        ``spread`` (of the effects: curvature and interaction).
    """
    design, outcome = np.asarray(design, float), _complete(outcome)
    found = salib_morris.analyze(problem, design, outcome, num_levels=levels, seed=_seed(seed))
    size, half = np.asarray(found["mu_star"], float), np.asarray(found["mu_star_conf"], float)
    mean, spread = np.asarray(found["mu"], float), np.asarray(found["sigma"], float)
    effects = {"effect": size, "low": np.maximum(size - half, 0), "high": size + half}
    return _strongest({"parameter": list(problem["names"]), **effects, "mean": mean, "spread": spread})


def sobol(problem, outcome, *, second_order=False, resamples=200, seed=1):
    """Shares of variance: first-order and total Sobol indices with bootstrap intervals.

    Parameters
    ----------
    problem : dict
        As for `morris`.
    outcome : array_like, shape (N * (num_vars + 2),) or (N * (2 * num_vars + 2),)
        Mean outcome at each point, in the order of SALib's Sobol sampler (the longer with second order).
    second_order : bool, default False
        Whether the design was drawn for second-order indices.
    resamples : int, default 200
        Of the bootstrap.
    seed : int, default 1
        Of the bootstrap; 0 is a seed like any other.

    Returns
    -------
    pandas.DataFrame
        One row a parameter, the strongest first: ``parameter``, ``effect`` (total index), ``low``, ``high``,
        ``first``, ``first_low``, ``first_high``. NaN where the outcome does not vary, or by rounding only.
    """
    outcome = _complete(outcome)
    names = list(problem["names"])
    if np.ptp(outcome) <= ROUNDING * np.abs(outcome).max():
        return pd.DataFrame({"parameter": names}).assign(
            **dict.fromkeys(("effect", "low", "high", "first", "first_low", "first_high"), np.nan)
        )
    found = salib_sobol.analyze(
        problem, outcome, calc_second_order=second_order, num_resamples=resamples, seed=_seed(seed)
    )
    total, first = np.asarray(found["ST"], float), np.asarray(found["S1"], float)
    half, first_half = np.asarray(found["ST_conf"], float), np.asarray(found["S1_conf"], float)
    effects = {"effect": total, "low": total - half, "high": total + half}
    alone = {"first": first, "first_low": first - first_half, "first_high": first + first_half}
    return _strongest({"parameter": names, **effects, **alone})


def _strongest(columns):
    """A table, the largest effect first."""
    table = pd.DataFrame(columns).sort_values("effect", ascending=False, kind="stable")
    return table.reset_index(drop=True)


def _seed(seed):
    """A seed SALib takes for one: its analyzers read 0 as none, and draw from numpy's own generator."""
    return int(seed) + 1


def _complete(outcome):
    """Refuse gaps: an index over a design with holes means nothing."""
    outcome = np.asarray(outcome, float)
    missing = int((~np.isfinite(outcome)).sum())
    if missing:
        raise ValueError(f"{missing} of {len(outcome)} points have no outcome: a design needs all of them")
    return outcome
