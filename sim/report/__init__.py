"""Reports: one HTML file that gives the question, the outcome, how sure it is, and what made it.

``infighting report results/NAME`` writes ``report.html`` beside the results; several folders give one
comparison. The file holds its figures, asks nothing of any network, and is the same to the byte each time.
"""

from typing import TYPE_CHECKING

from sim._util.lazy import lazy

if TYPE_CHECKING:
    from sim.report.writing import ReportError, write

__all__ = ["ReportError", "write"]
__getattr__ = lazy(  # the table in the terminal waits for no figure
    __name__, {"ReportError": "writing", "write": "writing"}
)
