"""What the model cannot say: how far out the record lies among worlds, and which statistics are in error.

Spike-and-slab errors (Ward and others 2022): every standardised statistic of the record is that of some
world and an error, which is next to nothing (the spike) or anything (the slab), one as likely as the other.
Statistics of worlds are taken as jointly normal, so that both are drawn by Gibbs sampling in a few seconds;
the slab, a Cauchy distribution, is a normal one whose variance is drawn as well.
"""

import numpy as np
from threadpoolctl import threadpool_limits

SPIKE, SLAB = 0.1, 0.25  # standard deviation; scale
SHRINK = 0.05  # of correlations between statistics: those of so many worlds are not sure


def spike(error):
    """Density of the spike, a normal distribution."""
    return np.exp(-0.5 * (error / SPIKE) ** 2) / (SPIKE * np.sqrt(2 * np.pi))


def slab_of(error):
    """Density of the slab, a Cauchy distribution."""
    return SLAB / np.pi / (SLAB**2 + error**2)


def out_of_reach(worlds, record):
    """Share of worlds as low as the record or lower, or as high or higher, whichever is less.

    Examples
    --------
    >>> out_of_reach(np.arange(4.0)[:, None], np.array([3.5])).tolist()
    [0.0]
    """
    return np.minimum((worlds <= record).mean(axis=0), (worlds >= record).mean(axis=0))


class Errors:
    """Errors of records, under a normal model of the statistics of worlds.

    Parameters
    ----------
    x : ndarray (N, statistics)
        Standardised statistics of worlds.
    """

    def __init__(self, x):
        self.mean, cov = x.mean(axis=0), np.cov(x, rowvar=False)
        self.cov = (1.0 - SHRINK) * cov + SHRINK * np.diag(np.diag(cov))
        self.root = np.linalg.cholesky(self.cov + 1e-9 * np.eye(len(cov)))

    def draw(self, record, sweeps, keep, rng):
        """What the record may have told without its errors, and the chance that each statistic has one.

        Parameters
        ----------
        record : ndarray (statistics,)
            Standardised.
        sweeps, keep : int
            Sweeps of the sampler, the first quarter thrown away; how many of the others are given back.
        rng : numpy.random.Generator

        Returns
        -------
        told : ndarray (keep, statistics)
            Statistics without their errors.
        slab : ndarray (statistics,)
            Chance that the error is of the slab.
        """
        y, size = record - self.mean, len(record)
        variance = np.full(size, SLAB**2)
        first = sweeps // 4
        wanted = set(np.linspace(first, sweeps - 1, keep).astype(int))
        kept, slab, count = [], np.zeros(size), 0
        with threadpool_limits(1):
            for sweep in range(sweeps):
                x = self.root @ rng.standard_normal(size)
                noise = np.sqrt(variance) * rng.standard_normal(size)
                x += self.cov @ np.linalg.solve(self.cov + np.diag(variance), y - x - noise)
                error = y - x
                chance = 1.0 / (1.0 + spike(error) / slab_of(error))
                wide = (SLAB**2 + error**2) / 2 / rng.standard_gamma(1.0, size)
                variance = np.where(rng.random(size) < chance, wide, SPIKE**2)
                if sweep >= first:
                    slab, count = slab + chance, count + 1
                if sweep in wanted:
                    kept.append(x + self.mean)
        return np.array(kept), slab / count
