"""What every parameter is, as a page: ``infighting docs parameters`` writes it to sim/PARAMETERS.md.

Everything on it comes from the declarations in ``sim/params/``; a test compares the page with them.
"""

from dataclasses import fields

from sim.core.kernel import PACKAGE
from sim.docs.tables import fill, parameters
from sim.params import ALIASES, Params

PAGE = PACKAGE / "PARAMETERS.md"


def page():
    """The whole page, as it should be on disk."""
    parts = []
    for group in fields(Params):
        about = group.type.__doc__.rstrip(".")
        parts.append(f"## {group.name}: {about[0].lower()}{about[1:]}\n\n{parameters(group.name)}\n")
    old = "\n".join(f"| `{one}` | `{new}` |" for one, new in ALIASES.items())
    return fill("parameters.md", groups="\n".join(parts), old=old)
