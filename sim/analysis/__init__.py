"""Estimators and comparison: what differs, what explains, what matters, where it happens.

`compare` and `compare_futures` (paired by common random numbers), `pairs` (differences run by run),
`survival` (when, with a competing end), `attribution` (Shapley values), `sensitivity` (Morris, Sobol),
`discovery` (PRIM, CART), `forecasts` (issued on a day of the record). Numbers in, tables out: nothing here
draws a figure.
"""

from typing import TYPE_CHECKING

from sim._util.lazy import lazy

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison, compare
    from sim.analysis.forecasts import Forecast, forecast, read_forecast
    from sim.analysis.futures import compare_futures
    from sim.analysis.pairing import CompareError

__all__ = [
    "CompareError",
    "Comparison",
    "Forecast",
    "compare",
    "compare_futures",
    "forecast",
    "read_forecast",
]
__getattr__ = lazy(  # a table of measures waits for no library of statistics
    __name__,
    {
        "CompareError": "pairing",
        "Comparison": "comparison",
        "compare": "comparison",
        "compare_futures": "futures",
        "Forecast": "forecasts",
        "forecast": "forecasts",
        "read_forecast": "forecasts",
    },
)
