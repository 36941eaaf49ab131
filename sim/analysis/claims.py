"""Predictions held against intervals: they held, they failed, or so many runs cannot tell."""

HELD, FAILED, UNDECIDED = "held", "failed", "undecided"


def at_most(low, high, limit):
    """Whether a quantity is at most a limit, by its interval.

    Examples
    --------
    >>> at_most(-0.3, -0.2, -0.1), at_most(0.0, 0.1, -0.1), at_most(-0.3, 0.1, -0.1)
    ('held', 'failed', 'undecided')
    """
    return HELD if high <= limit else FAILED if low > limit else UNDECIDED


def at_least(low, high, limit):
    """Whether a quantity is at least a limit, by its interval.

    Examples
    --------
    >>> at_least(0.2, 0.3, 0.1), at_least(-0.2, 0.0, 0.1)
    ('held', 'failed')
    """
    return at_most(-high, -low, -limit)


def within(low, high, limit):
    """Whether a quantity is smaller than a limit in size, by its interval.

    Examples
    --------
    >>> within(-0.02, 0.04, 0.05), within(0.06, 0.09, 0.05), within(0.0, 0.09, 0.05)
    ('held', 'failed', 'undecided')
    """
    if -limit < low and high < limit:
        return HELD
    return FAILED if low >= limit or high <= -limit else UNDECIDED


def every(verdicts):
    """One verdict of several that must all hold.

    Examples
    --------
    >>> every(["held", "undecided"]), every(["held", "failed", "undecided"])
    ('undecided', 'failed')
    """
    verdicts = list(verdicts)
    return FAILED if FAILED in verdicts else UNDECIDED if UNDECIDED in verdicts else HELD


def plain(true):
    """The verdict of what is known without an interval."""
    return HELD if true else FAILED


def told(row, unit="", digits=1):
    """A difference with its interval as text.

    Parameters
    ----------
    row : mapping
        With ``difference``, ``low`` and ``high``.
    unit : str
        ``"points"`` makes percentage points of shares; anything else is written behind.
    digits : int, default 1
        Decimals.

    Examples
    --------
    >>> told({"difference": -0.1, "low": -0.2, "high": 0.0}, "points")
    '-10.0 points (-20.0 to +0.0)'
    """
    scale = 100 if unit == "points" else 1
    values = (f"{scale * row[key] + 0.0:+,.{digits}f}" for key in ("difference", "low", "high"))
    return "{0}{3} ({1} to {2})".format(*values, f" {unit}" if unit else "")
