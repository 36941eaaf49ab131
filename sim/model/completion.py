"""Tab in IPython and Jupyter: ids inside ``model.town("`` and ``model.explain(town="``."""

import re
import sys

CALL = re.compile(
    r"([A-Za-z_]\w*)\.(?:(town|faction|sponsor)\(|\w+\((?:[^()]*,)?\s*(town|faction)\s*=)\s*[\"']([\w ]*)$"
)


def ids(line, names):
    """What can follow on a line of code, as ``(ids, what of them is written)``; ``names`` are variables.

    Examples
    --------
    >>> import sim
    >>> ids('model.town("aza', {"model": sim.RebelConflict(seed=1)})
    (['azaz'], 'aza')
    """
    found = CALL.search(line)
    rows = getattr(names.get(found[1]), "rows", {}) if found else {}
    known = rows.get(found[2] or found[3], {}) if isinstance(rows, dict) and found else {}
    return [name for name in known if name.startswith(found[4])], found[4] if found else ""


def register():
    """Add these completions to the IPython that runs, if one does; once."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    completer = getattr(shell, "Completer", None)  # Solara puts a shell without one in IPython's place
    if completer is None or any(
        getattr(m, "__name__", "") == "ids_matcher" for m in completer.custom_matchers
    ):
        return
    from IPython.core.completer import SimpleCompletion, context_matcher  # here: most runs need no IPython

    @context_matcher(identifier="sim.model.ids")
    def ids_matcher(context):
        found, start = ids(context.text_until_cursor, shell.user_ns)
        return {
            "completions": [SimpleCompletion(text=name, type="param") for name in found],
            "matched_fragment": start,
            "suppress": bool(found),
        }

    completer.custom_matchers.append(ids_matcher)
