"""Infighting: how and whether ISIS regrouped after the rebel offensive of January 2014.

>>> import sim
>>> "RebelConflict" in sim.__all__
True

Names are looked up when first used, so that ``import sim`` costs nothing and ``python -m sim --help``
does not wait for the compiler.
"""

import difflib
import importlib

__version__ = "0.1.0"

_HOME = {  # public name: module it lives in
    "RebelConflict": "sim.model",
    "run_ensemble": "sim.ensemble",
    "Ensemble": "sim.ensemble",
    "make_design": "sim.design",
    "Design": "sim.design",
    "run_design": "sim.sweep",
    "load_results": "sim.results",
    "load_scenario": "sim.scenario",
    "scenario_names": "sim.scenario",
    "Scenario": "sim.scenario",
    "Params": "sim.params",
    "compare": "sim.compare",  # a module that is also its main function
}
_MODULES = ("frames", "measures", "outcomes", "params", "plots", "results")  # sim.params.table() and the like
__all__ = sorted(_HOME)


def __getattr__(name):
    """Import a public name, or a module that users look into, when it is first used."""
    if name in _MODULES:
        return importlib.import_module(f"sim.{name}")
    if name not in _HOME:
        near = difflib.get_close_matches(name, __dir__(), n=1)
        hint = f"; did you mean {near[0]!r}?" if near and not name.startswith("_") else ""
        raise AttributeError(f"module 'sim' has no attribute {name!r}{hint}")
    module = importlib.import_module(_HOME[name])
    return module if _HOME[name] == f"sim.{name}" else getattr(module, name)


def __dir__():
    """Public names, for completion."""
    return [*__all__, *_MODULES, "__version__"]
