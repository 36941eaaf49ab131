"""Ensembles: the same world played many times, each run with its own luck.

``run.py`` is `run_ensemble`, ``beginning.py`` where its runs set out from and how they are played in blocks,
``kept.py`` the `Ensemble` that comes of it.
"""

from sim.ensemble.beginning import BLOCK, Beginning, luck_of
from sim.ensemble.kept import Ensemble
from sim.ensemble.run import check_request, run_ensemble

__all__ = ["BLOCK", "Beginning", "Ensemble", "check_request", "luck_of", "run_ensemble"]
