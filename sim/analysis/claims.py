"""Predictions tested by intervals: they held, they failed, or so many runs cannot tell."""

import numpy as np

from sim.analysis.pairs import paired_mean

HELD, FAILED, UNDECIDED = "held", "failed", "undecided"


def at_most(low, high, limit):
    """Whether a quantity is at most a limit, by its interval.

    >>> at_most(-0.3, -0.2, -0.1), at_most(0.0, 0.1, -0.1), at_most(-0.3, 0.1, -0.1)
    ('held', 'failed', 'undecided')
    """
    return HELD if high <= limit else FAILED if low > limit else UNDECIDED


def at_least(low, high, limit):
    """Whether a quantity is at least a limit, by its interval.

    >>> at_least(0.2, 0.3, 0.1), at_least(-0.2, 0.0, 0.1)
    ('held', 'failed')
    """
    return at_most(-high, -low, -limit)


def within(low, high, limit):
    """Whether a quantity is smaller than a limit in size, by its interval.

    >>> within(-0.02, 0.04, 0.05), within(0.06, 0.09, 0.05), within(0.0, 0.09, 0.05)
    ('held', 'failed', 'undecided')
    """
    if -limit < low and high < limit:
        return HELD
    return FAILED if low >= limit or high <= -limit else UNDECIDED


def beyond(low, high, limit):
    """Whether a quantity is a limit or more in size, by its interval: `within` turned round.

    >>> beyond(-0.09, -0.06, 0.05), beyond(-0.02, 0.04, 0.05)
    ('held', 'failed')
    """
    verdict = within(low, high, limit)
    return {HELD: FAILED, FAILED: HELD}.get(verdict, verdict)


def stronger(one, other, times=1.0):
    """Whether one effect is larger in size than some times another, by intervals over pairs of runs.

    ``|x| > t |y|`` where ``x - t y`` and ``x + t y`` have one sign. Both must differ from nil, so that nobody
    has to guess the sign of an effect that chance may have made.

    >>> stronger([-5.0, -6.0, -5.5], [1.0, 0.5, 1.5]), stronger([0.1, -0.1, 0.2], [4.0, 5.0, 6.0])
    ('held', 'failed')
    >>> stronger([1.0, -1.0, 2.0], [1.0, 2.0, -1.0])
    'undecided'
    """
    other = times * np.asarray(other, float)
    less, more = paired_mean(other, one), paired_mean(-other, one)
    if min(less["high"], more["high"]) < 0 < max(less["low"], more["low"]):
        return FAILED
    if min(less["low"], more["low"]) > 0 or max(less["high"], more["high"]) < 0:
        return HELD
    return UNDECIDED


def resampled(true):
    """What holds in so many bootstrap samples: held from 97.5 % of them on, failed up to 2.5 %.

    >>> resampled([True] * 40), resampled([True] * 10 + [False] * 30), resampled([False] * 40)
    ('held', 'undecided', 'failed')
    """
    share = float(np.mean(true))
    return HELD if share >= 0.975 else FAILED if share <= 0.025 else UNDECIDED


def every(verdicts):
    """One verdict of several that must all hold.

    >>> every(["held", "undecided"]), every(["held", "failed", "undecided"])
    ('undecided', 'failed')
    """
    verdicts = list(verdicts)
    return FAILED if FAILED in verdicts else UNDECIDED if UNDECIDED in verdicts else HELD


def plain(true):
    """The verdict of what is known without an interval: of what is exact, or of what has none."""
    return HELD if true else FAILED


def delta(row, unit="", digits=1):
    """A difference with its ``low`` and ``high`` as text; ``points`` makes percentage points of shares.

    >>> delta({"difference": -0.1, "low": -0.2, "high": 0.0}, "points")
    '-10.0 points (-20.0 to +0.0)'
    """
    scale = 100 if unit == "points" else 1
    values = (f"{scale * row[key] + 0.0:+,.{digits}f}" for key in ("difference", "low", "high"))
    return "{0}{3} ({1} to {2})".format(*values, f" {unit}" if unit else "")
