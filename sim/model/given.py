"""What a model is given: one seed, and names that exist."""

import inspect
from numbers import Integral

import numpy as np

from sim._util.validation import UnknownNameError
from sim.params import ParameterError, Params, as_dict

NO_SEED = (
    "give a seed: RebelConflict(seed=1). Without one a run could never be played again. Under "
    "mesa.batch_run: with mesa 3.5 or newer give batch_run(..., rng=[1, 2, 3]), since it replaces "
    "a 'seed' among the parameters by None; with mesa 3.3 give parameters={'seed': [1, 2, 3]}"
)


def one_seed(seed, rng):
    """The whole number that keys all luck, from Mesa's two ways of giving it.

    Parameters
    ----------
    seed : int or None
        From 0 to 2**64 - 1.
    rng : int, numpy.random.Generator, SeedSequence or None
        A whole number is taken as it is; of anything else numpy can seed from, one number is drawn.

    Raises
    ------
    ValueError
        Neither or both are given, or the seed is no such number.
    """
    if seed is None and rng is None:
        raise ValueError(NO_SEED)
    if seed is not None and rng is not None:
        raise ValueError("give seed= or rng=, not both")
    given = rng if seed is None else seed
    if seed is None and not isinstance(rng, Integral | float | str | bool):
        given = int(np.random.default_rng(rng).integers(2**63))
    if isinstance(given, bool) or not isinstance(given, Integral) or not 0 <= given < 2**64:
        raise ValueError(f"a seed is a whole number from 0 to 2**64 - 1, not {given!r}")
    return int(given)


def check_names(cls, given):
    """ParameterError for keyword arguments that are neither parameters nor options, naming the nearest."""
    options = inspect.signature(cls).parameters
    known = [*as_dict(Params()), *(name for name in options if name != "kwargs")]
    for name in given:
        if name not in known:
            raise ParameterError([str(UnknownNameError("parameter or option", name, known))])
