"""What users call says what it takes, gives and refuses, with an example that runs (the doctests of sim)."""

import inspect
import re

import pytest

import sim
from sim import plots
from sim.core.state import TABLES
from sim.ensemble import run
from sim.model import RebelConflict, agents


def members(cls):
    """What a class offers by its own code or by that of the parts it is made of, as ``{name: member}``."""
    ours = [one for one in reversed(cls.__mro__) if one.__module__.startswith("sim.")]
    return {name: member for one in ours for name, member in vars(one).items()}


CLASSES = [getattr(sim, name) for name in sim.__all__ if inspect.isclass(getattr(sim, name))]
AGENTS = [agents.Town, agents.Faction, agents.Sponsor]


def public_functions():
    """Functions of sim and of sim.plots, and methods of the public classes, by the name users write."""
    for name in sim.__all__:
        if inspect.isfunction(getattr(sim, name)):
            yield f"sim.{name}", getattr(sim, name)
    for name in plots.__all__:
        yield f"sim.plots.{name}", getattr(plots, name)
    for cls in CLASSES:
        for name, member in members(cls).items():
            member = getattr(member, "__func__", member)
            if not name.startswith("_") and inspect.isfunction(member):
                yield f"{cls.__name__}.{name}", member


FUNCTIONS = dict(public_functions())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_says_what_it_takes_gives_and_refuses(name):
    function = inspect.unwrap(FUNCTIONS[name])
    told, code = inspect.getdoc(function), inspect.getsource(function)
    assert ">>> " in told
    taken = [p for p in inspect.signature(function).parameters if p not in ("self", "cls")]
    listed = re.findall(r"^(\*{0,2}\w+(?:, \w+)*) : |^(\*\*\w+)$", told, re.MULTILINE)
    named = {part.strip("* ") for line in listed for part in "".join(line).split(",")}
    assert set(taken) <= named, f"{name} does not explain {set(taken) - named}"
    if re.search(r"\n    +return \S", code.split('"""')[-1]):
        assert "\nReturns\n-------\n" in told
    if re.search(r"\n    +raise ", code):
        assert "\nRaises\n------\n" in told


@pytest.mark.parametrize("cls", [*CLASSES, *AGENTS], ids=lambda cls: cls.__name__)
def test_class_has_an_example_and_every_property_its_meaning(cls):
    assert ">>> " in inspect.getdoc(cls)
    properties = [(name, m) for name, m in members(cls).items() if isinstance(m, property)]
    assert [name for name, member in properties if not name.startswith("_") and not member.__doc__] == []


def test_attributes_of_agents_tell_unit_and_meaning():
    for cls, table in ((agents.Town, "towns"), (agents.Faction, "factions"), (agents.Sponsor, "sponsors")):
        for column, (_, unit, meaning) in TABLES[table].items():
            told = getattr(cls, column).__doc__
            assert unit in told or column in ("holder", "support", "no_one", "treasury"), (cls, column)
            assert meaning.split()[0] in told or column in ("holder", "no_one", "treasury"), (cls, column)


def test_the_model_of_mesa_and_the_sweep_are_among_them():
    assert RebelConflict in CLASSES
    assert {"RebelConflict.step", "RebelConflict.explain", "RebelConflict.load"} <= set(FUNCTIONS)
    assert run.run_design in FUNCTIONS.values()
