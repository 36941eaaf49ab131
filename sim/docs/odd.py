"""The ODD: the template's prose with what the code says of itself filled in."""

from sim.core.kernel import PACKAGE
from sim.docs.numbers import numbers
from sim.docs.tables import everything, fill

PAGE = PACKAGE / "ODD.md"


def page():
    """The page as text."""
    return fill("template.md", **everything(), **numbers())
