"""One bar for all that takes long: in a terminal, in a notebook, and in a log file line by line."""

import sys

from tqdm.auto import tqdm
from tqdm.std import tqdm as plain

from sim.kernel import is_warm

SECONDS_A_LINE = 30  # between two lines of a log


class Lines(plain):
    """A progress bar for files: a whole line now and then, and no carriage return."""

    def __init__(self, *args, **settings):
        settings |= {"mininterval": SECONDS_A_LINE, "maxinterval": SECONDS_A_LINE, "miniters": 1, "ncols": 0}
        super().__init__(*args, **settings)

    def display(self, msg=None, pos=None):
        """Write one line; nothing at the start."""
        if self.n and self.n != getattr(self, "_told", None):
            self._told = self.n
            print(msg or str(self), file=sys.stderr, flush=True)
        return True

    def moveto(self, n):
        """Stay: a file has no cursor."""

    def clear(self, nolock=False):
        """Keep what is written."""


def is_notebook():
    """Whether figures and bars go to a notebook."""
    shell = sys.modules.get("IPython")
    return shell is not None and getattr(shell.get_ipython(), "kernel", None) is not None


def bar_over(total, progress=True, unit="run", initial=0):
    """A progress bar with rate and time left.

    Parameters
    ----------
    total : int
        When it is done.
    progress : bool
        False: show nothing.
    unit : str
        Of what.
    initial : int
        How many were done before.

    Returns
    -------
    tqdm.tqdm
        To be used in a ``with`` statement; ``update(n)`` when n more are done.

    Examples
    --------
    >>> with bar_over(3, progress=False) as bar:
    ...     bar.update(3)
    """
    if progress and not is_warm():
        print("compiling the rules, once for this version of the code: about a minute", file=sys.stderr)
    kind = tqdm if is_notebook() or sys.stderr.isatty() else Lines
    settings = {} if kind is Lines else {"dynamic_ncols": True}
    return kind(total=total, unit=unit, initial=initial, disable=not progress, **settings)
