"""Infighting: how and whether ISIS regrouped after the rebel offensive of January 2014.

>>> import sim
>>> "RebelConflict" in sim.__all__
True

Names are looked up when first used, so that ``import sim`` costs nothing and ``python -m sim --help``
does not wait for the compiler.
"""

import importlib
from typing import TYPE_CHECKING

from sim._util.suggestions import did_you_mean

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sim import analysis, params, plots, record
    from sim.analysis import compare, compare_futures, forecast
    from sim.ensemble import Design, Ensemble, load_results, make_design, run_design, run_ensemble
    from sim.model import RebelConflict
    from sim.params import Params
    from sim.report.view import view
    from sim.scenario import Scenario, load_scenario, scenario_names

_HOME = {  # public name: package it lives in
    "RebelConflict": "sim.model",
    "run_ensemble": "sim.ensemble",
    "run_design": "sim.ensemble",
    "make_design": "sim.ensemble",
    "load_results": "sim.ensemble",
    "Ensemble": "sim.ensemble",
    "Design": "sim.ensemble",
    "load_scenario": "sim.scenario",
    "scenario_names": "sim.scenario",
    "Scenario": "sim.scenario",
    "Params": "sim.params",
    "compare": "sim.analysis",
    "compare_futures": "sim.analysis",
    "forecast": "sim.analysis",
    "view": "sim.report.view",
}
_PACKAGES = ("analysis", "params", "plots", "record")  # sim.params.table() and the like
__all__ = [
    "Design",
    "Ensemble",
    "Params",
    "RebelConflict",
    "Scenario",
    "analysis",
    "compare",
    "compare_futures",
    "forecast",
    "load_results",
    "load_scenario",
    "make_design",
    "params",
    "plots",
    "record",
    "run_design",
    "run_ensemble",
    "scenario_names",
    "view",
]


def __getattr__(name):
    """Import a public name, or a package that users look into, when it is first used."""
    if name in _PACKAGES:
        return importlib.import_module(f"sim.{name}")
    if name not in _HOME:
        hint = "" if name.startswith("_") else did_you_mean(name, __dir__())
        raise AttributeError(f"module 'sim' has no attribute {name!r}{hint}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__():
    """Public names, for completion."""
    return [*__all__, "__version__"]
