"""Attributes users set on a model or its agents, such as those of a subclass: copied, saved and loaded."""

import copy

import numpy as np


def mark_standard(model, mine):
    """Remember which attributes a model and its agents have by themselves; ``mine`` are a subclass's."""
    for agent in agents_of(model):
        vars(agent)["_standard"] = frozenset((*vars(agent), "_standard", "_mesa_cell"))
    vars(model)["_standard"] = frozenset((*vars(model), "_standard")) - mine


def agents_of(model):
    """Towns, factions and sponsors."""
    return [agent for names in (model.towns, model.factions, model.sponsors) for agent in names.values()]


def strangers(model):
    """Agents a user has added."""
    standard = set(map(id, agents_of(model)))
    return [agent for agent in model.agents if id(agent) not in standard]


def own_attributes(thing):
    """Attributes that a user has set on a model or an agent, by name."""
    mine = {name: value for name, value in vars(thing).items() if name not in thing._standard}
    if "datacollector" in vars(thing) and thing.datacollector is not thing._history.collector:
        mine["datacollector"] = thing.datacollector
    return mine


def carry(model, twin):
    """Give a fork copies of the user's attributes and agents; what they refer to is the fork's own."""
    pairs = [(model, twin), *zip(agents_of(model), agents_of(twin), strict=True)]
    names = ("scenario", "static", "params", "state", "ledger", "space", "random", "rng", "_history")
    parts = [(getattr(model, name), getattr(twin, name)) for name in names]
    parts += [(model._history.collector, twin._history.collector)]
    parts += [(getattr(model, kind), getattr(twin, kind)) for kind in ("towns", "factions", "sponsors")]
    parts += [(cell, twin.space[cell.coordinate]) for cell in model.space]
    memo = {id(old): new for old, new in pairs + parts}
    for agent in strangers(model):
        clone = copied(f"the agent {agent!r}", agent, memo)
        number = clone.unique_id
        twin.register_agent(clone)
        clone.unique_id = number
        if getattr(clone, "cell", None) is not None:
            clone.cell.add_agent(clone)
    for old, new in pairs:
        for name, value in own_attributes(old).items():
            vars(new)[name] = copied(f"{type(old).__name__}.{name}", value, memo)


def copied(what, value, memo):
    """A deep copy, or TypeError that names what cannot be copied."""
    try:
        return copy.deepcopy(value, memo)
    except Exception as error:
        raise TypeError(f"a fork cannot copy {what} ({type(value).__name__}): {error}") from error


def generators(model):
    """States of Mesa's two generators, which the rules never use but a subclass may."""
    return [model.random.getstate(), model.rng.bit_generator.state]


def set_generators(model, states):
    """Set Mesa's two generators to these states."""
    (version, numbers, gauss), model.rng.bit_generator.state = states
    model.random.setstate((version, tuple(numbers), gauss))


def to_plain(what, value):
    """The value as JSON can hold and give it back, or TypeError that names it.

    Examples
    --------
    >>> to_plain("Watched.limits", {"azaz": [1, 2.5, None]})
    {'azaz': [1, 2.5, None]}
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is list:
        return [to_plain(what, one) for one in value]
    if type(value) is dict and all(type(name) is str for name in value):
        return {name: to_plain(what, one) for name, one in value.items()}
    raise TypeError(
        f"{what} holds a {type(value).__name__}, and a file holds numbers, text, lists, dicts with text as "
        f"keys and, as an attribute of the model, arrays: delete it before saving, set it again after loading"
    )
