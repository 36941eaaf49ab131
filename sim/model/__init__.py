"""The stepped world: `RebelConflict`, a Mesa model.

``conflict.py`` makes and steps it, ``asking.py`` is what it can be asked, ``editing.py`` books what is
changed by hand, ``futures.py`` copies, saves and loads it.
"""

from sim.model.conflict import RebelConflict
from sim.model.given import one_seed

__all__ = ["RebelConflict", "one_seed"]
