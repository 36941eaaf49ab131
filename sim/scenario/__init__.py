"""Scenarios: `Scenario`, `load_scenario`, `scenario_names`, `write_garrisons`, `ScenarioError`.

Reads folders of CSV and YAML, checks every cell, and builds the first state and the static tables of the
model from them. Knows the tables of `sim.core` and the parameters; nothing of how a world is run.
"""

from typing import TYPE_CHECKING

from sim._util.lazy import lazy

if TYPE_CHECKING:
    from sim.scenario.cells import ScenarioError
    from sim.scenario.folder import scenario_names, scenarios_folder
    from sim.scenario.read import Scenario, load_scenario, write_garrisons

__all__ = [
    "Scenario",
    "ScenarioError",
    "load_scenario",
    "scenario_names",
    "scenarios_folder",
    "write_garrisons",
]
__getattr__ = lazy(  # names of scenarios are listed without waiting for the compiler
    __name__,
    {
        "Scenario": "read",
        "ScenarioError": "cells",
        "load_scenario": "read",
        "scenario_names": "folder",
        "scenarios_folder": "folder",
        "write_garrisons": "read",
    },
)
