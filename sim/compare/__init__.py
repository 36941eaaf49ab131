"""Paired counterfactuals: what a change changes, twin by twin.

Two ensembles of one seed share their luck: run k of one is the twin of run k of the other, so the
difference within each pair is due to the change and not to luck. ``sim.compare(a, b)`` takes ensembles or
folders of results; ``python -m sim.compare results/a results/b`` prints, draws and keeps the same.
"""

import sys
import types

from sim.compare.comparison import Comparison, compare, measured, per_point
from sim.compare.futures import futures
from sim.compare.twins import CompareError

__all__ = ["CompareError", "Comparison", "compare", "futures", "measured", "per_point"]


class _Callable(types.ModuleType):
    """A module that is also its main function, so that ``sim.compare(a, b)`` reads as one would say it."""

    def __call__(self, *args, **kwargs):
        return compare(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
