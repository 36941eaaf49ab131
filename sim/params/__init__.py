"""Every parameter, declared once: value, unit, bounds, source and meaning (ODD 7).

The numbers of ``sim/core/processes/march.py`` are in ``sim/params/march.py``, and so for every process; the
thresholds of outcomes are in ``sim/params/outcomes.py``; values that were fitted are in ``fitted.toml``. From
these come the Hydra schema, the range checks, the rows the kernels read, the pages that list parameters, the
bounds of every design and the test that each parameter moves an outcome. This package knows nothing of the
rules: the command line reads it before anything is compiled.
"""

from sim.params.declare import Bounded, Parameter, fitted, number, switch
from sim.params.groups import PROCESSES, Params
from sim.params.names import ALIASES, ParameterError, canonical, declared, expand, renamed, resolve
from sim.params.outcomes import Outcomes
from sim.params.sets import as_dict, check, problem, rows, table, with_values

__all__ = [
    "ALIASES",
    "PROCESSES",
    "Bounded",
    "Outcomes",
    "Parameter",
    "ParameterError",
    "Params",
    "as_dict",
    "canonical",
    "check",
    "declared",
    "expand",
    "fitted",
    "number",
    "problem",
    "renamed",
    "resolve",
    "rows",
    "switch",
    "table",
    "with_values",
]
