"""The ODD: the template's prose with what the code says of itself filled in."""

from jinja2 import Environment, StrictUndefined

from sim.core.kernel import PACKAGE
from sim.docs.numbers import numbers
from sim.docs.tables import everything

PAGE = PACKAGE / "ODD.md"
TEMPLATE = PACKAGE / "docs" / "template.md"


def page():
    """The page as text."""
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    return environment.from_string(TEMPLATE.read_text()).render(**everything(), **numbers())
