"""How a parameter is declared: value, unit, bounds and source in one entry, and its meaning below it.

The meaning is the docstring of the field, as editors and documentation tools know it::

    half_life: float = number(7.0, "days", (3.0, 30.0), "assumed")
    '''Half-life of lost cohesion on days of rest; longer makes forces recover more slowly.'''

A value that was fitted is data: it stands in ``fitted.toml``, which ``experiments/02_record`` writes, and
replaces what is declared here.
"""

import ast
import inspect
import itertools
import sys
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

FITTED_FILE = Path(__file__).with_name("fitted.toml")
FITTED = tomllib.loads(FITTED_FILE.read_text(encoding="utf-8"))
FITTED_SOURCE = "fitted in experiments/02_record; prior: "
KINDS = {bool: "switch", int: "integer", float: "real", type(None): "real"}


class Parameter(NamedTuple):
    """A parameter as it is declared, with its value."""

    name: str  # dotted
    value: float | int | bool
    unit: str  # empty for a pure number
    low: float
    high: float
    kind: str  # real, integer or switch
    meaning: str
    source: str

    def outside(self, *values):
        """What is wrong with values out of bounds, to stand after the name; empty where nothing is.

        Examples
        --------
        >>> Parameter("march.speed", 42.0, "km/day", 25.0, 90.0, "real", "", "assumed").outside(900.0)
        ' = 900.0 km/day is outside [25, 90] (assumed)'
        """
        if all(isinstance(v, (int, float)) and self.low <= v <= self.high for v in values):
            return ""
        text = f"{values[0]}" if len(values) == 1 else f"[{', '.join(f'{v:g}' for v in values)}]"
        unit = f" {self.unit}" if self.unit else ""
        return f" = {text}{unit} is outside [{self.low:g}, {self.high:g}] ({self.source})"


class Declaration(NamedTuple):
    """What stands beside the name of a parameter; `Bounded` makes a field of it."""

    default: float | int | bool | None
    unit: str
    bounds: tuple
    source: str


def number(default, unit, bounds, source) -> Any:
    """Declare a parameter.

    Parameters
    ----------
    default : float or int
        Its value; a whole number declares a parameter that takes whole numbers only.
    unit : str
        Unit; empty for a pure number.
    bounds : tuple of float
        Lowest and highest believable value.
    source : str
        A citation or the word ``assumed``.
    """
    return Declaration(default, unit, bounds, source)


def fitted(unit, bounds, prior) -> Any:
    """Declare a parameter whose value is in ``fitted.toml``; ``prior`` is the source of its bounds."""
    return Declaration(None, unit, bounds, prior)


def switch(default=True) -> Any:
    """Declare an on/off switch; a new process ships off, ``switch(default=False)``, so that numbers stay."""
    return Declaration(default, "", (0, 1), "switch")


@dataclass
class Bounded:
    """A group of parameters: a dataclass whose fields know unit, bounds, source, kind and meaning."""

    def __init_subclass__(cls):
        """Make dataclass fields of the declarations."""
        group, meanings = cls.__name__.lower(), _meanings(cls)
        for name, declared in list(vars(cls).items()):
            if isinstance(declared, Declaration):
                default, unit, bounds, source = declared
                kind = KINDS[type(default)]
                if name in FITTED.get(group, ()):
                    default, source = FITTED[group][name], FITTED_SOURCE + source
                if default is None:
                    raise TypeError(f"{group}.{name} has no value: {FITTED_FILE.name} does not name it")
                about = {"unit": unit, "bounds": bounds, "kind": kind, "source": source}
                setattr(
                    cls, name, field(default=default, metadata=about | {"meaning": meanings.get(name, "")})
                )

    def parameters(self, group):
        """Every parameter of the group as it is declared, with its value here, named as one of ``group``."""
        for f in fields(self):
            m, (low, high) = f.metadata, f.metadata["bounds"]
            rest = (low, high, m["kind"], m["meaning"], m["source"])
            yield Parameter(f"{group}.{f.name}", getattr(self, f.name), m["unit"], *rest)

    def problems(self, group):
        """A sentence for every value out of bounds."""
        return [f"{p.name}{wrong}" for p in self.parameters(group) if (wrong := p.outside(p.value))]


def _meanings(cls):
    """The docstrings of the fields of a class, by name; Python itself does not keep them."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[cls.__module__]))
    except (OSError, TypeError):  # typed into a shell
        return {}
    (body,) = [n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == cls.__name__] or [[]]
    return {
        one.target.id: after.value.value
        for one, after in itertools.pairwise(body)
        if isinstance(one, ast.AnnAssign)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
    }
