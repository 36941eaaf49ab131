"""Reports: one HTML file that gives the question, the outcome, how sure it is, and what made it.

``infighting report results/NAME`` writes ``report.html`` beside the results; several folders give one
comparison. Of one result or two, ``explore.html`` stands beside it: the runs to play with. The files hold
all they show, ask nothing of any network, and are the same to the byte each time.
"""

from typing import TYPE_CHECKING

from sim._util.lazy import lazy

if TYPE_CHECKING:
    from sim.report.writing import ReportError, explore_beside, write

__all__ = ["ReportError", "explore_beside", "write"]
__getattr__ = lazy(  # the table in the terminal waits for no figure
    __name__, dict.fromkeys(__all__, "writing")
)
