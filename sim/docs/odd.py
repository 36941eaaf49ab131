"""Write the ODD anew, or say whether it is up to date: ``python -m sim.docs.odd [--check]``."""

import argparse
import difflib
import sys

from jinja2 import Environment, StrictUndefined

from sim.core.kernel import PACKAGE
from sim.docs.numbers import numbers
from sim.docs.tables import everything

ODD = PACKAGE / "ODD.md"
TEMPLATE = PACKAGE / "docs" / "template.md"


def written():
    """The whole text of the ODD."""
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    return environment.from_string(TEMPLATE.read_text()).render(**everything(), **numbers())


def main(words=None):
    """Command line; exit code 1 if the ODD that is there is not the one that would be written."""
    reader = argparse.ArgumentParser(prog="python -m sim.docs.odd", description=__doc__)
    reader.add_argument("--check", action="store_true", help="compare with sim/ODD.md and write nothing")
    asked = reader.parse_args(words)
    new, old = written(), ODD.read_text() if ODD.exists() else ""
    if not asked.check:
        ODD.write_text(new)
        print(f"{ODD}: {'unchanged' if new == old else 'written'}, {len(new.splitlines()):,} lines")
        return 0
    if new == old:
        print(f"{ODD} is up to date")
        return 0
    changes = difflib.unified_diff(
        old.splitlines(), new.splitlines(), "sim/ODD.md", "as the code says", "", "", 0
    )
    print("\n".join(list(changes)[:40]))
    print(f"{ODD} is out of date: run make odd, and commit it", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
