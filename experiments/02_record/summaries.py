"""Posterior of any record from worlds that are kept: learned summaries, then the nearest worlds, moved along.

A regression predicts the parameters of a world from its statistics; what it predicts is the summary of a
record that loses least of the mean (Fearnhead and Prangle 2012). Of the worlds with the nearest summaries
each is moved by a local linear regression with a spread of its own (Blum and Francois 2010). Parameters are
kept as standard normal numbers (`worlds.Prior`), so that no draw leaves its bounds. A world is summarised
by a regression that has not seen it (cross-fitting), and the record, for the comparison with that world, by
the same one.
"""

import warnings

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import RidgeCV
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from threadpoolctl import threadpool_limits

COUNT = 20.0  # what reaches beyond is a count or a day, and enters as log(1 + x)
LEAST = 0.02  # spread below which a statistic of worlds says nothing
ALIKE = 0.15  # smallest spread by which it is divided
PULL = 0.05  # of the local regression towards the global one, in worlds a world
STEEP = 0.7  # largest logarithm of a ratio of spreads


class Scale:
    """Statistics made alike: counts by their logarithm, all by mean and spread over worlds.

    Parameters
    ----------
    table : pandas.DataFrame
        Statistics of worlds, one row a world.

    Examples
    --------
    >>> scale = Scale(pd.DataFrame({"dead": [0.0, 99.0], "share": [0.0, 1.0], "nil": [0.0, 0.0]}))
    >>> scale(pd.DataFrame({"dead": [9.0], "share": [1.0], "nil": [0.0]})).tolist()
    [[0.0, 1.0]]
    """

    def __init__(self, table):
        self.logged = table.max() > COUNT
        x = self._straight(table)
        self.mean, self.sd = x.mean(), x.std(ddof=0)
        self.names = list(self.sd.index[self.sd > LEAST])
        self.sd = self.sd.clip(lower=ALIKE)

    def _straight(self, table):
        with np.errstate(invalid="ignore"):
            return table.astype(float).where(~self.logged, np.log1p(table.astype(float)))

    def __call__(self, table):
        """Standardised statistics (N, kept); one that cannot be told counts as the mean of all worlds."""
        x = (self._straight(table) - self.mean) / self.sd
        return x[self.names].fillna(0.0).to_numpy()


def with_squares(x):
    """Statistics and their squares."""
    return np.hstack([x, x**2])


def estimators(seed):
    """What is compared by cross-validation: a penalised regression on squares, and a small network."""
    return {
        "ridge": make_pipeline(
            FunctionTransformer(with_squares),
            StandardScaler(),
            RidgeCV(np.geomspace(30.0, 1e5, 8), alpha_per_target=True),
        ),
        "network": MLPRegressor(
            hidden_layer_sizes=(64,),
            alpha=1.0,
            early_stopping=True,
            max_iter=60,
            n_iter_no_change=4,
            random_state=seed,
        ),
    }


class Summaries:
    """Regressions of parameters on statistics, one for each part of the worlds that it has not seen.

    Parameters
    ----------
    x, z : ndarray (N, statistics), (N, dimensions)
        Standardised statistics and parameters of worlds.
    folds : int
        Parts.
    seed : int
        Of the network.
    names : sequence of str
        Estimators that are compared; the one that explains most is kept.
    """

    def __init__(self, x, z, folds, seed, names=("ridge", "network")):
        self.fold = np.arange(len(x)) % folds
        predicted, models = {}, {}
        with threadpool_limits(1), warnings.catch_warnings():  # one thread: the same bits everywhere
            warnings.simplefilter("ignore", ConvergenceWarning)
            for name in names:
                predicted[name], models[name] = np.empty(z.shape), []
                for fold in range(folds):
                    seen = self.fold != fold
                    model = estimators(seed)[name].fit(x[seen], z[seen])
                    predicted[name][~seen] = model.predict(x[~seen]).reshape(-1, z.shape[1])
                    models[name].append(model)
        self.explained = pd.DataFrame(
            {name: 1.0 - ((z - s) ** 2).mean(axis=0) / z.var(axis=0) for name, s in predicted.items()}
        )
        self.best = self.explained.clip(lower=0.0).mean().idxmax()
        self.kept, self.models = predicted[self.best], models[self.best]

    def __call__(self, x):
        """Summaries of records by every regression: (folds, N, dimensions)."""
        with threadpool_limits(1):
            return np.stack([model.predict(x).reshape(len(x), -1) for model in self.models])


class Posterior:
    """What records leave likely, from worlds of the prior (or of a part of it).

    Parameters
    ----------
    x, z : ndarray
        Standardised statistics and parameters of worlds.
    count : int
        Nearest worlds that are used.
    folds, seed, names
        As in `Summaries`.
    least : float
        Part of a parameter that has to be explained for its summary to count.
    """

    def __init__(self, x, z, *, count, folds=4, seed=0, names=("ridge", "network"), least=0.01):
        self.z, self.count = z, min(count, len(z))
        self.summaries = Summaries(x, z, folds, seed, names)
        self.told = np.flatnonzero(self.summaries.explained[self.summaries.best] > least)

    def draws(self, summary):
        """Draws of one record, from its summaries (folds, dimensions): draws, weights, rows of the worlds."""
        told = self.told
        off = self.summaries.kept[:, told] - summary[self.summaries.fold][:, told]
        far = (off**2).sum(axis=1)
        near = np.sort(np.argpartition(far, self.count - 1)[: self.count])
        weight = 1.0 - far[near] / max(far[near].max(), 1e-12)  # Epanechnikov
        weight = np.maximum(weight, 1e-9)
        return adjusted(self.z[near], off[near], told, weight), weight / weight.sum(), near


def adjusted(z, off, told, weight):
    """Parameters of near worlds as they would be if their summaries were those of the record.

    Parameters
    ----------
    z : ndarray (N, dimensions)
        Parameters of the worlds.
    off : ndarray (N, told)
        How far their summaries are from those of the record.
    told : ndarray of int
        Dimensions whose summaries these are.
    weight : ndarray (N,)
        Of the worlds.

    Returns
    -------
    ndarray (N, dimensions)

    Examples
    --------
    >>> z = np.linspace(-1.0, 1.0, 9)[:, None]
    >>> bool(np.abs(adjusted(z, z - 0.3, np.array([0]), np.ones(9)) - 0.3).max() < 1e-9)
    True
    """
    effective = weight.sum() ** 2 / (weight**2).sum()
    straight = z.copy()
    straight[:, told] -= off  # globally a parameter goes with its own summary, one to one
    design = np.column_stack([np.ones(len(z)), off])
    gram = (design * weight[:, None]).T @ design
    pull = PULL * weight.sum() * (off.var(axis=0) + 1e-12)
    gram[np.arange(1, len(gram)), np.arange(1, len(gram))] += pull
    slope = np.linalg.solve(gram, (design * weight[:, None]).T @ straight)
    residual = straight - design @ slope
    # how much wider or narrower each residual is at its own summary than at the record's
    rough = np.log(residual[:, told] ** 2 + 1e-6)
    centre = off - np.average(off, axis=0, weights=weight)
    steep = (weight[:, None] * centre * rough).sum(axis=0) / (
        (weight[:, None] * centre**2).sum(axis=0) + 1e-12
    )
    residual[:, told] *= np.exp(np.clip(-0.5 * steep * off, -STEEP, STEEP))
    free = np.sqrt(effective / max(effective - off.shape[1] - 1, 1.0))
    return slope[0] + free * residual
