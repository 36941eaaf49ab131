"""Whole numbers of many runs as text that a page can hold: differences, in as few bytes as they need."""

import base64

import numpy as np


def base64_of(values):
    """The bytes of an array as text.

    >>> base64_of(np.array([1, 2, 3], np.uint8))
    'AQID'
    """
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode()


def varints(values):
    """Whole numbers from 0 as bytes, seven bits in each; the eighth says that more follow.

    >>> varints([1, 127, 128]).tolist()
    [1, 127, 128, 1]
    """
    values = np.asarray(values, np.uint64)
    long = np.ones(len(values), int)
    for bits in range(7, 64, 7):
        long += values >= np.uint64(1) << np.uint64(bits)
    starts = np.cumsum(long) - long
    out = np.zeros(long.sum(), np.uint8)
    for k in range(long.max(initial=0)):
        here = long > k
        part = values[here] >> np.uint64(7 * k) & np.uint64(127)
        out[starts[here] + k] = part | np.where(long[here] > k + 1, 128, 0).astype(np.uint64)
    return out


def signed_varints(values):
    """Whole numbers of either sign: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...

    >>> signed_varints([0, -1, 1, 64]).tolist()
    [0, 1, 2, 128, 1]
    """
    values = np.asarray(values, np.int64)
    return varints(np.where(values < 0, -2 * values - 1, 2 * values))


def rises(run, key, runs):
    """Ascending whole numbers of each run: how many each has, and the steps between them.

    Parameters
    ----------
    run, key : array_like
        Sorted by run, then key; runs are numbered from 0.
    runs : int
        How many there are.

    Returns
    -------
    dict of str
        ``count`` and ``steps``, each packed; the first step of a run is from 0.

    Examples
    --------
    >>> rises([0, 0, 2], [5, 8, 1], 3)
    {'count': 'AgAB', 'steps': 'BQMB'}
    """
    run, key = np.asarray(run, int), np.asarray(key, np.int64)
    steps = np.diff(key, prepend=0)
    first = np.diff(run, prepend=-1) != 0
    steps[first] = key[first]
    count = np.bincount(run, minlength=runs)
    return {"count": base64_of(varints(count)), "steps": base64_of(varints(steps))}


def courses(values):
    """Whole numbers by run and day: each run as its first value and the steps to the next days.

    >>> courses(np.array([[5, 5, 4]]))
    'CgAB'
    """
    values = np.asarray(values).round().astype(np.int64)
    return base64_of(signed_varints(np.diff(values, axis=1, prepend=0).ravel()))
