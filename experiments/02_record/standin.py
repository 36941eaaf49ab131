"""A stand-in for the model whose posterior is known: what the sampler finds can be held against it.

A record tells one number for each of some dimensions: where the parameter stands between its bounds, with
normal noise. Of the other dimensions it tells nothing. Parameters have the prior of the fit, so that the
posterior of each is its prior times a normal density, cut off at the bounds: one integral over a line.
"""

import numpy as np
from fit import schedule
from sampler import sample

LINE = np.linspace(-5.0, 5.0, 1001)  # of the standard normal number that a dimension is kept as


class Location:
    """Numbers told with noise about the first dimensions of a prior.

    Parameters
    ----------
    prior : worlds.Prior
        Of all dimensions.
    noise : ndarray (told,)
        Spread of what is told, in spans of the prior; as many dimensions are told.

    Examples
    --------
    >>> import sim
    >>> from worlds import Prior
    >>> location = Location(Prior(sim.load_scenario("january_2014"), ["march.speed"]), np.array([0.1]))
    >>> mean, spread = location.exact(np.array([0.7]))
    >>> print(f"{mean[0]:.2f} {spread[0]:.2f}")
    0.55 0.32
    """

    def __init__(self, prior, noise):
        self.prior, self.noise, self.told = prior, np.asarray(noise), len(noise)

    def shares(self, z):
        """Where points stand between the bounds, 0 to 1: (N, dimensions)."""
        return (self.prior.values(z) - self.prior.low) / (self.prior.high - self.prior.low)

    def record(self, z, rng):
        """What is told of one point: (told,)."""
        return self.shares(z[None])[0, : self.told] + self.noise * rng.standard_normal(self.told)

    def player(self, record, each, rng):
        """Play for `sampler.sample`: how far the mean of ``each`` records of a point is from this one."""

        def play(z, keys):
            chance = rng.standard_normal((len(z), self.told)) / np.sqrt(each)
            off = (self.shares(z)[:, : self.told] - record) / self.noise + chance
            return np.sqrt((off**2).mean(axis=1))

        return play

    def nearest(self, record, elsewhere):
        """The best point: nearest in what is told, and anywhere in what is not."""
        shares = self.shares(np.repeat(LINE[:, None], len(elsewhere), axis=1))[:, : self.told]
        return np.append(LINE[np.abs(shares - record).argmin(axis=0)].clip(-2.3, 2.3), elsewhere[self.told :])

    def exact(self, record):
        """Mean and spread of the posterior in every dimension, as ``z``: (dimensions,), (dimensions,)."""
        dimensions = len(self.prior.names)
        chance = np.repeat(np.exp(-0.5 * LINE**2)[:, None], dimensions, axis=1)
        off = (
            self.shares(np.repeat(LINE[:, None], dimensions, axis=1))[:, : self.told] - record
        ) / self.noise
        chance[:, : self.told] *= np.exp(-0.5 * off**2 + 0.5 * (off**2).min(axis=0))
        chance /= chance.sum(axis=0)
        mean = LINE @ chance
        return mean, np.sqrt(((LINE[:, None] - mean) ** 2 * chance).sum(axis=0))


def fitted(play, start, scheme, rng, told=None):
    """A population as `fit.py` makes it: tolerances are what the best point itself keeps."""
    trials = np.repeat(start[None], scheme["trials"], axis=0)
    at_best = play(trials, rng.integers(0, 2**62, len(trials)))
    lasts = [float(np.quantile(at_best, share)) for share in scheme["as_good"]]
    return sample(play, start, schedule(lasts, scheme), size=scheme["particles"], rng=rng, told=told)


def trial(location, scheme, rng):
    """One synthetic record, fitted: its truth, the draws, and the exact mean and spread."""
    truth, elsewhere = rng.standard_normal((2, len(location.prior.names)))
    record = location.record(truth, rng)
    play = location.player(record, scheme["each"], rng)
    people = fitted(play, location.nearest(record, elsewhere), scheme, rng)
    return truth, people.z, *location.exact(record)
