"""What every parameter is, as a page: ``infighting docs parameters`` writes it to sim/PARAMETERS.md.

Everything on it comes from the declarations in ``sim/params/``; a test compares the page with them.
"""

from dataclasses import fields
from pathlib import Path

from sim.docs.tables import parameters
from sim.params import ALIASES, Params

PAGE = Path(__file__).parents[1] / "PARAMETERS.md"
HEAD = """# Parameters

Made by `infighting docs parameters` from `sim/params/`, where every parameter is declared once, in the file
of its process; `sim.params.table()` is the same as a DataFrame. Bounds say what is believable. A fitted value
stands in `sim/params/fitted.toml`; the source of its bounds follows "prior". *Assumed* and *judgement* mean
what they say: nobody measured it.

Set one with `params.NAME=VALUE` on the command line, `sim.run_ensemble(params={"NAME": VALUE})` in Python or
`params:` in a scenario. Vary several with `design.over`: `all` is every number of a process that is on, and
`grievance.*` those of one process.
"""


def page():
    """The whole page, as it should be on disk."""
    parts = [HEAD]
    for group in fields(Params):
        about = group.type.__doc__.rstrip(".")
        parts.append(f"## {group.name}: {about[0].lower()}{about[1:]}\n\n{parameters(group.name)}\n")
    old = "\n".join(f"| `{one}` | `{new}` |" for one, new in ALIASES.items())
    parts.append(f"## Old names\n\nTaken for one release.\n\n| until 0.1.0 | now |\n| --- | --- |\n{old}\n")
    return "\n".join(parts)
