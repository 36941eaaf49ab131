"""Write the two files of a new process and print the edits that are left: ``make process NAME=curfew``.

What it writes works: an example of a law, a draw and a happening, to be replaced by what the process does.
A new process ships off, so that numbers, notebooks and pictures stay as they are until it is switched on.
"""

import keyword
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROCESS = '''"""{Title}: say in one sentence what happens (ODD 7).

Say on whose evidence: a study, a report, or that it is assumed.
"""

from sim.core.kernel import kernel
from sim.core.ledger import {NAME}_HAPPENED, record_flow
from sim.core.rng import {NAME}, uniform

READS = {{"towns": "uid holder protest", "factions": "coercion"}}
WRITES = {{"towns": "protest"}}


@kernel
def chance_of_{name}(rate, coercion):
    """Chance of it in a town today: ``rate * coercion``, at most 1.

    rate : 1/day. coercion : 0 to 1.
    """
    return min(1.0, rate * coercion)


@kernel
def {name}(state, static, ledger, key, now, p):
    """In every held town its ruler may act today, and protest falls."""
    for t in range(len(state.towns)):
        town = state.towns[t]
        if town.holder < 0:
            continue
        chance = chance_of_{name}(p.rate, state.factions[town.holder].coercion)
        if uniform(key, {NAME}, now, town.uid) < chance:
            town.protest *= 1.0 - p.effect
            province = static.places[t].province
            record_flow(ledger, now, {NAME}_HAPPENED, t, province, town.holder, -1, 1, chance)
'''
PARAMETERS = '''"""Parameters of sim/core/processes/{name}.py: say in a few words what they are of."""

from dataclasses import dataclass

from sim.params.declare import Bounded, number, switch


@dataclass
class {Title}(Bounded):
    """Say in a few words what they are of."""

    on: bool = switch(default=False)
    """Enables {name}; off leaves the protest to itself."""
    rate: float = number(0.05, "1/day", (0.0, 0.5), "assumed")
    """Chance in a day at full coercion; higher makes it more frequent."""
    effect: float = number(0.5, "", (0.0, 1.0), "assumed")
    """Share of the protest that it ends; higher leaves fewer people in the streets."""
'''
LEFT = """Wrote sim/core/processes/{name}.py and sim/params/{name}.py. At most five edits are left:

1. sim/core/day.py: import it, and call it where in the day it happens
       from sim.core.processes.{name} import {name}
       if p.{name}.on:
           {name}(state, static, ledger, key, now, p.{name})
2. {params}: import its parameters, and a field at the same place in the order of the day
       from sim.params.{name} import {Title}
       {name}: {Title} = field(default_factory={Title})
3. sim/core/rng.py: after the last decision, its number (if it draws)
       {NAME} = decision({number}, "say what is decided")
4. sim/core/ledger.py: after the last happening, one line with its words (if it has a happening)
       {NAME}_HAPPENED = _happening("{name}", "say what it did")
5. sim/core/state.py: a column in its table, 0 at the start (if it remembers anything)
       "{name}_until": ("i8", "day", "last day of it, 0 if never"),

Then make docs writes all that is written from code, and the tests check what it reads and writes.
"""


def new_process(name, root=ROOT):
    """Write the skeletons of a process; returns what is left to do, or raises ValueError."""
    if not re.fullmatch(r"[a-z][a-z_]*[a-z]", name) or keyword.iskeyword(name):
        raise ValueError(f"NAME = {name!r}: expected small letters and _, such as curfew")
    folders = root / "sim" / "core" / "processes", root / "sim" / "params"
    for folder in folders:
        if (folder / f"{name}.py").exists() or (folder / name).exists():
            raise ValueError(f"NAME = {name!r}: {folder.relative_to(root)}/{name} is there already")
    draws = re.findall(r"= decision\((\d+),", (root / "sim" / "core" / "rng.py").read_text())
    groups = next(file for file in sorted(folders[1].glob("*.py")) if "\nclass Params" in file.read_text())
    words = {
        "name": name,
        "NAME": name.upper(),
        "Title": name.title().replace("_", ""),
        "number": 1 + max(map(int, draws)),
        "params": groups.relative_to(root).as_posix(),
    }
    for folder, text in zip(folders, (PROCESS, PARAMETERS), strict=True):
        (folder / f"{name}.py").write_text(text.format(**words))
    return LEFT.format(**words)


if __name__ == "__main__":
    try:
        print(new_process(*sys.argv[1:]))
    except (TypeError, ValueError) as error:
        sys.exit(f"make process NAME=curfew: {error}")
