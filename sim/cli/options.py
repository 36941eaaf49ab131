"""Every option: names, types and ranges, and the nearest right name of a misspelt one.

Hydra takes names and types from here, `sim.cli.config` checks the rest. Values and meanings are in
configs/config.yaml.
"""

import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from omegaconf import MISSING

from sim._util.errors import InfightingError
from sim._util.suggestions import did_you_mean
from sim.params import Params, canonical, declared

DETAILS = ("summary", "daily", "full")
DRAWS = ("defaults", "posterior")
BOUNDS = {"runs": (1, 10**8), "seed": (0, 2**64 - 1), "days": (1, 3650), "threads": (1, 1024)}


class OptionError(InfightingError):
    """One or more options are invalid; one line each."""


@dataclass
class Choice:
    """The scenario, and the parameters it sets itself (by dotted name)."""

    name: str = MISSING
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class DesignOptions:
    """A design, if there is to be one; the meanings are in configs/config.yaml."""

    kind: str | None = MISSING
    over: dict[str, Any] = field(default_factory=dict)
    points: int | None = MISSING
    runs_per_point: int = MISSING
    seed: int = MISSING
    levels: int = MISSING
    second_order: bool = MISSING
    shards: int | None = MISSING
    shard: int | None = MISSING


@dataclass
class Options:
    """Names and types of every option; values and meanings are in configs/config.yaml."""

    experiment: str | None = MISSING
    design: DesignOptions = field(default_factory=DesignOptions)
    scenario: Choice = field(default_factory=Choice)
    params: Params = field(default_factory=Params)
    runs: int = MISSING
    seed: int = MISSING
    days: int | None = MISSING
    detail: str = MISSING
    draw: str = MISSING
    objective: Any = MISSING
    name: str = MISSING
    overwrite: bool = MISSING
    threads: int | None = MISSING
    progress: bool = MISSING
    figures: bool = MISSING
    report: bool = MISSING
    dry_run: bool = MISSING


def option_names():
    """Every dotted name that can stand on the command line."""
    own = [f.name for f in fields(Options) if f.name not in ("params", "design")]
    of_design = [f"design.{f.name}" for f in fields(DesignOptions)]
    return [*own, *of_design, *(f"params.{name}" for name in declared())]


def current(word):
    """An override with the name that its parameter has now, for one release (`sim.params.ALIASES`).

    >>> current("params.plans.alarm=0.4"), current("+design.over.plans.alarm=null"), current("runs=20")
    ('params.plans.threat_weight=0.4', '+design.over.plans.threat_weight=null', 'runs=20')
    """
    found = re.match(r"([+~]*(?:params\.|design\.over\.(?:params\.)?))([^=]+)(.*)", word, re.DOTALL)
    return found[1] + canonical(found[2]) + found[3] if found else word


def nested(dotted):
    """Parameters by group and name, as Hydra has them, from dotted ones; a name that is none is left out.

    >>> nested({"march.speed": 40.0, "march.on": True, "march.of": False})
    {'march': {'speed': 40.0, 'on': True}}
    """
    known, out = declared(), {}
    for dotted_name, value in dotted.items():
        if dotted_name in known:
            group, _, name = dotted_name.partition(".")
            out.setdefault(group, {})[name] = value
    return out


def wrong_values(values):
    """Sentences about options, in the types that `Options` says, that cannot have the value they have.

    >>> list(wrong_values({"seed": -1, "detail": "ful"}))[1]
    "detail=ful does not exist; did you mean 'full'? (there are: summary, daily, full)"
    """
    for name, (low, high) in BOUNDS.items():
        if values.get(name) is not None and not low <= values[name] <= high:
            yield f"{name}={values[name]} is outside [{low}, {high}]"
    folder = values.get("name")
    if folder is not None and not folder.strip():
        yield "name= is empty: results need a folder of their own"
    elif folder is not None and (Path(folder).is_absolute() or ".." in Path(folder).parts):
        yield f"name={folder} leads out of results/; expected a folder in it"
    objective = values.get("objective")
    listed = objective if isinstance(objective, list) else [objective]
    if objective is not None and (not listed or any(not isinstance(one, str) for one in listed)):
        yield f"objective={objective}: expected a measure of runs such as end_towns, or a list of them"
    for name, known in (("detail", DETAILS), ("draw", DRAWS)):
        if name in values and values[name] not in known:
            yield unknown(name, values[name], known)


def no_values(word):
    """The error about an override whose several values are none, such as a glob that fits nothing."""
    return OptionError(f"{word} has no values: nothing would be run")


def misspelt(name):
    """A sentence about an option that there is not: the one that was probably meant."""
    if name.startswith("hydra"):
        return f"there is no option {name}; infighting run --hydra-help lists Hydra's own"
    if name.startswith("design.over."):
        return f"the design has no factor {name.removeprefix('design.over.')} yet: add it with +{name}="
    names = option_names()
    same_end = [known for known in names if known.rpartition(".")[2] == name.rpartition(".")[2]]
    return f"there is no option {name}{did_you_mean(name, same_end) or did_you_mean(name, names)}"


def unknown(what, value, known):
    """A sentence about a value that there is not: the one that was probably meant, and all there are."""
    there = f" (there are: {', '.join(known)})" if known else ": there is none"
    return f"{what}={value} does not exist{did_you_mean(value, known)}{there}"
