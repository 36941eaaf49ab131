"""Every parameter, declared once: default, unit, bounds, source (ODD 7).

The numbers of ``sim/core/processes/march.py`` are in ``sim/params/march.py``, and so for every process; the
thresholds of outcomes are in ``sim/params/outcomes.py``. From these lines come the Hydra schema, the range
checks, the rows the kernels read, the table of the ODD, the bounds of every design and the test that each
parameter moves an outcome.
"""

from sim.params.declare import Bounded, number, switch
from sim.params.outcomes import Outcomes
from sim.params.sets import (
    ALIASES,
    PROCESSES,
    ParameterError,
    Params,
    as_dict,
    check,
    problem,
    rows,
    table,
    with_values,
)

__all__ = [
    "ALIASES",
    "PROCESSES",
    "Bounded",
    "Outcomes",
    "ParameterError",
    "Params",
    "as_dict",
    "check",
    "number",
    "problem",
    "rows",
    "switch",
    "table",
    "with_values",
]
