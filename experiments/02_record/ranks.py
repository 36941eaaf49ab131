"""Ranks of the truth among draws: uniform if the intervals are honest (Talts and others 2018)."""

import numpy as np
from scipy import stats
from scipy.cluster.hierarchy import fcluster, linkage

from sim.plots import style

NEAR = 0.4  # of the distance of two independent draws from the prior: such draws are of one clump


def rank_of(draws, truth, rng):
    """Part of the draws below the truth, 0 to 1; spread evenly over the gap in which the truth lies.

    Parameters
    ----------
    draws : ndarray (N, dimensions)
        Of the posterior.
    truth : ndarray (dimensions,)
        What the record was made with.
    rng : numpy.random.Generator
        For the place within the gap: so that ranks are uniform, whatever N, if the draws are right.

    Returns
    -------
    ndarray (dimensions,)

    Examples
    --------
    >>> rank = rank_of(np.arange(9.0)[:, None], np.array([3.5]), np.random.default_rng(0))
    >>> bool(0.4 <= rank[0] < 0.5)
    True
    """
    return ((draws < truth).sum(axis=0) + rng.random(len(truth))) / (len(draws) + 1)


def clumps(z):
    """How many clumps draws fall into, and how many of equal size would be as good: (int, float).

    Particles that descend from one another stay near one another; draws of one clump count as one.

    Parameters
    ----------
    z : ndarray (N, dimensions)
        Draws, in spreads of the prior.

    Examples
    --------
    >>> clumps(np.repeat([[0.0, 0.0], [3.0, 3.0]], [2, 2], axis=0))
    (2, 2.0)
    """
    tree = linkage(z, "average")
    sizes = np.bincount(fcluster(tree, NEAR * np.sqrt(2 * z.shape[1]), "distance"))[1:]
    return len(sizes), float(len(z) ** 2 / (sizes**2).sum())


def row_of(table, **named):
    """What the ranks of some dimensions say, as one row of calibration.csv.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns record, truth, mean, sd and rank, where known exact_sd; means and spreads as ``z``, of which
        the prior is standard normal.
    **named
        Further cells.
    """
    inside = table["rank"].between(0.05, 0.95)
    by_record = inside.groupby(table["record"]).mean()
    gone = 1.0 - table["sd"] ** 2
    return named | {
        "records": len(by_record),
        "correlation": np.corrcoef(table["mean"], table["truth"])[0, 1],
        "sd": table["sd"].mean(),
        "sd_over_exact": (table["sd"] / table["exact_sd"]).median() if "exact_sd" in table else np.nan,
        "covered_50": table["rank"].between(0.25, 0.75).mean(),
        "covered_90": inside.mean(),
        "covered_90_error": by_record.std() / np.sqrt(len(by_record)),
        "contraction_5": gone.quantile(0.05),
        "contraction_95": gone.quantile(0.95),
        "uniform_p": stats.kstest(table["rank"], "uniform").pvalue,
    }


def panel(ax, rank, bins, title):
    """Histogram of ranks, and the band in which 95 % of its bars lie if they are uniform."""
    style.dress(ax)
    low, high = stats.binom.interval(0.95, len(rank), 1.0 / bins)
    ax.axhspan(low, high, color=style.FAINT, lw=0, alpha=0.7)
    ax.axhline(len(rank) / bins, color=style.SOFT, lw=0.6)
    ax.hist(rank, np.linspace(0.0, 1.0, bins + 1), histtype="step", color=style.RECORD, lw=1.2)
    ax.set_title(title, size=style.SMALL + 0.5)
    ax.set_xlim(0.0, 1.0)
    ax.set_xticks([0.0, 0.5, 1.0])
    ax.set_ylim(bottom=0.0)
    ax.tick_params(labelsize=style.SMALL)


@style.styled
def picture(panels, note):
    """Histograms of ranks, four in a row.

    Parameters
    ----------
    panels : dict of str
        Title: (ranks, number of bars).
    note : str
        The caption.

    Returns
    -------
    ndarray of matplotlib.axes.Axes
    """
    rows = -(-len(panels) // 4)
    figure = style.new_figure(style.PAGE, 1.35 * rows + 0.7)
    axes = figure.subplots(rows, 4, squeeze=False).ravel()
    for ax, (title, (rank, bins)) in zip(axes, panels.items(), strict=False):
        panel(ax, rank, bins, title)
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    for ax in axes[::4]:
        ax.set_ylabel("truths")
    style.put_caption(axes[0], note, True)
    return axes[: len(panels)]
