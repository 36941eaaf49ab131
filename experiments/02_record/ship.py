"""python experiments/02_record/ship.py BEST: make a best point the declared values.

Writes sim/params/fitted.toml from a table such as results/02_record/best.csv, to three digits and within
the declared bounds, and keeps the table as defaults.csv beside it, where today's are. What was fitted then
says so in its source, in front of the source of its bounds.
"""

import argparse
from itertools import groupby
from pathlib import Path

import pandas as pd

from sim.params import declared, renamed
from sim.params.declare import FITTED_FILE

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "results" / "02_record" / "defaults.csv"
SET_SINCE = (
    "retaliation.baseline_rate",
    "retaliation.per_ground",
)  # by hand: their rule changed after the fit


def rounded(value, low, high):
    """Three digits that say the same, within the bounds."""
    return min(max(float(f"{value:.3g}"), low), high)


def as_toml(best, old):
    """The text of fitted.toml.

    Parameters
    ----------
    best : dict
        ``{dotted name: value}``; old names may be among them.
    old : str
        The text it replaces; its comment stays.
    """
    best, known = renamed(best), declared()
    best = {name: rounded(best[name], p.low, p.high) for name, p in known.items() if name in best}
    lines = [line for line in old.splitlines() if line.startswith("#")]
    for group, names in groupby(best, key=lambda name: name.split(".")[0]):
        lines += ["", f"[{group}]", *(f"{name.split('.')[1]} = {best[name]!r}" for name in names)]
    return "\n".join(lines) + "\n"


def best_point(file=SHIPPED):
    """A best point, without what was set by hand since: ``{dotted name: value}``."""
    best = pd.read_csv(file).set_index("name")["best"]
    return {name: value for name, value in renamed(best).items() if name not in SET_SINCE}


def main(words=None):
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("best", type=Path, help="a table with columns name and best")
    file = parser.parse_args(words).best
    FITTED_FILE.write_text(as_toml(best_point(file), FITTED_FILE.read_text()))
    SHIPPED.write_bytes(file.read_bytes())


if __name__ == "__main__":
    main()
