"""How a parameter is declared: default, unit, bounds and source in one place."""

from dataclasses import dataclass, field, fields


def number(default, unit, bounds, source, kind="real"):
    """Declare a parameter.

    Parameters
    ----------
    default : float, int or bool
        The shipped value.
    unit : str
        Unit; ``"1"`` for a pure number.
    bounds : tuple of float
        Lowest and highest believable value.
    source : str
        A citation, ``fitted in experiments/NN`` or the word ``assumed``.
    kind : {"real", "integer", "switch"}
        What values it takes.
    """
    return field(default=default, metadata={"unit": unit, "bounds": bounds, "source": source, "kind": kind})


def switch(what):
    """Declare the on/off switch of a process."""
    return number(True, "1", (0, 1), f"switch: {what}", kind="switch")


@dataclass
class Bounded:
    """A group of parameters; refuses values outside their bounds."""

    def problems(self, group):
        """Sentences about every value out of bounds, each naming value, unit, bounds and source."""
        for f in fields(self):
            m, value = f.metadata, getattr(self, f.name)
            low, high = m["bounds"]
            if not isinstance(value, (int, float)) or not low <= value <= high:
                yield (
                    f"params.{group}.{f.name} = {value} {m['unit']} is outside "
                    f"[{low:g}, {high:g}] ({m['source']})"
                )
