"""Sequential Monte Carlo ABC after Del Moral, Doucet and Jasra (2012), with steps that keep the prior.

Particles set out from one point, drift apart under a wide tolerance and are then held to narrower ones: those
beyond are replaced by copies of others, and each moves by one step of a Markov chain that leaves the prior as
it is (preconditioned Crank-Nicolson; Cotter, Roberts, Stuart and White 2013). A step is taken if what is
played at the new point is within the tolerance (Marjoram and others 2003). No weights are needed, so that
dimensions about which the record says nothing cost nothing. pyabc does the same with kernels whose weights
collapse in so many dimensions, and adds 6 to 9 ms to a world, as much as a world takes.
"""

from dataclasses import dataclass, field

import numpy as np

GOAL = 0.25  # part of the steps that should be taken
MOVED = 0.5  # part of the dimensions, and of the dealings, moved in one step


@dataclass
class Population:
    """Particles: points, keys of their dealings, distances; and how they came about."""

    z: np.ndarray
    keys: np.ndarray
    off: np.ndarray
    history: list = field(default_factory=list)


def step(z, keys, width, rng):
    """A step that leaves the prior as it is: half of the dimensions turn a little, some dealings are new."""
    moved = rng.random(z.shape) < MOVED
    new = np.sqrt(1.0 - width**2) * z + width * rng.standard_normal(z.shape)
    again = rng.random(len(z)) < MOVED
    return np.where(moved, new, z), np.where(again, rng.integers(0, 2**62, len(z)), keys)


def sample(play, start, tolerances, *, size, rng, told=None):
    """Particles after one generation for each tolerance.

    Parameters
    ----------
    play : callable
        ``play(z, keys)`` gives the distance of what is played at each point.
    start : ndarray (dimensions,)
        Where all set out.
    tolerances : sequence of float
        One a generation.
    size : int
        Particles.
    rng : numpy.random.Generator
        Random numbers of the sampler; that of the worlds is ``play``'s.
    told : callable, optional
        Called with each entry of the history and the population.

    Returns
    -------
    Population
    """
    z, keys = np.repeat(start[None], size, axis=0), rng.integers(0, 2**62, size)
    people = Population(z, keys, play(z, keys))
    off, width = people.off, 0.3
    for tolerance in tolerances:
        alive, dead = np.flatnonzero(off <= tolerance), np.flatnonzero(off > tolerance)
        if len(alive):
            heirs = rng.choice(alive, len(dead))
            for column in (z, keys, off):
                column[dead] = column[heirs]
        new_z, new_keys = step(z, keys, width, rng)
        new_off = play(new_z, new_keys)
        taken = new_off <= tolerance
        z[taken], keys[taken], off[taken] = new_z[taken], new_keys[taken], new_off[taken]
        rate = float(taken.mean())
        width = float(np.clip(width * np.exp(0.8 * (rate - GOAL)), 0.05, 0.9))
        entry = {
            "tolerance": float(tolerance),
            "alive": len(alive),
            "taken": rate,
            "width": width,
            "distinct": len(np.unique(z, axis=0)),
            "median": float(np.median(off)),
            "spread": float(z.std(axis=0).mean()),
        }
        people.history.append(entry)
        if told is not None:
            told(entry, people)
    return people
