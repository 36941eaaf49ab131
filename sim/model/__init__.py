"""`RebelConflict`: one world, stepped day by day, as a Mesa model.

It plays the rules of ``sim.core`` on the world of a scenario and owns no rule, no draw and no number, so that
a stepped run and a swept one are the same to the bit. It may know Mesa, and nothing of ensembles and plots.
"""

from sim.model import completion
from sim.model.conflict import RebelConflict, one_seed

__all__ = ["RebelConflict", "one_seed"]

completion.register()
