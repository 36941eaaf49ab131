"""One bar for all that takes long: in a terminal, in a notebook, and in a log file line by line."""

import sys
import threading
import time
from contextlib import contextmanager

from numba.core.event import Listener, install_listener
from tqdm.auto import tqdm
from tqdm.std import tqdm as plain

SECONDS_A_LINE = 30  # between two lines of a log
COMPILING = "compiling the rules, once for this version of the code: a minute or two"


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


class Compiling(Listener):
    """Says that the rules are being compiled and how far it is, and keeps that out of a bar's clock.

    Parameters
    ----------
    bar : tqdm.tqdm
        The bar.
    """

    def __init__(self, bar):
        self.bar, self.depth, self.told = bar, 0, False
        self.functions, self.started, self.done = 0, 0.0, threading.Event()
        self.pause = SECONDS_A_LINE if isinstance(bar, Lines) else 1

    def on_start(self, event):
        """Something is compiled; what it needs is compiled within."""
        if not self.told:
            self.bar.write(COMPILING, file=sys.stderr)
            self.told = True
        if not self.depth:
            self.started, self.done = time.monotonic(), threading.Event()
            threading.Thread(target=self.tell, args=(self.done,), daemon=True).start()
        self.functions += 1
        self.depth += 1

    def on_end(self, event):
        """Let the clock go on where it was."""
        self.depth -= 1
        if not self.depth:
            self.done.set()
            self.bar.set_description_str("", refresh=False)
            self.bar.unpause()

    def tell(self, done):
        """Say again and again how far it is; a thread, since nothing happens here while code is optimized."""
        while not done.wait(self.pause):
            text = f"compiling: {self.functions} functions, {time.monotonic() - self.started:.0f} s"
            if isinstance(self.bar, Lines):
                self.bar.write(text, file=sys.stderr)
            else:
                self.bar.set_description_str(text)


@contextmanager
def bar_over(total, progress=True, unit="run", initial=0):
    """A progress bar with rate and time left, of which compiling is no part.

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

    Yields
    ------
    tqdm.tqdm
        ``update(n)`` when n more are done.

    Examples
    --------
    >>> with bar_over(3, progress=False) as bar:
    ...     bar.update(3)
    """
    kind = tqdm if is_notebook() or sys.stderr.isatty() else Lines
    settings = {} if kind is Lines else {"dynamic_ncols": True}
    with kind(total=total, unit=unit, initial=initial, disable=not progress, **settings) as bar:
        if not progress:
            yield bar
            return
        with install_listener("numba:compile", Compiling(bar)):
            yield bar


def begin_here(bar, done):
    """Let the clock of a bar begin with so much done: what it took tells nothing of the rest.

    Parameters
    ----------
    bar : tqdm.tqdm
        The bar.
    done : int
        How much is done.
    """
    bar.n = bar.initial = bar.last_print_n = done
    bar.unpause()
    bar.refresh()
