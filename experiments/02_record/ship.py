"""python experiments/02_record/ship.py: make the best point of the fit the declared defaults.

Rewrites default and source of every fitted parameter in sim/params/, to three digits and within its bounds.
Bounds, units and everything else stay.
"""

import re
from pathlib import Path

import pandas as pd

from sim.params import table

ROOT = Path(__file__).parents[2]
SOURCE = "fitted in experiments/02_record"


def rounded(value, low, high):
    """Three digits that say the same, within the bounds."""
    return min(max(float(f"{value:.3g}"), low), high)


def rewritten(text, name, value):
    """The text of a file of sim/params/ with another default and source of one parameter."""
    pattern = re.compile(
        rf"(    {name}: float = number\(\s*)([-\d.e]+)(,.*?,\s*)((?:\"[^\"]*\"\s*)+)(,?\s*\))", re.DOTALL
    )
    found = pattern.search(text)
    if float(found[2]) == value and SOURCE in found[4]:  # shipped already: the file stays as it is laid out
        return text
    old = "".join(re.findall(r'"([^"]*)"', found[4])).removeprefix(f"{SOURCE}; ")
    old = old.removeprefix("prior: ")  # of an earlier fit
    head = f"{found[1].rstrip()}\n        {value!r}{found[3].rstrip()}"
    new = f'{head}\n        "{SOURCE}; prior: "\n        "{old}",\n    )'
    return text[: found.start()] + new + text[found.end() :]


def main():
    """Rewrite the files of sim/params/."""
    best = pd.read_csv(ROOT / "results" / "02_record" / "best.csv").set_index("name")["best"]
    bounds = {row[0]: (row[3], row[4]) for row in table()}
    for dotted, value in best.items():
        group, name = dotted.split(".")
        file = ROOT / "sim" / "params" / f"{group}.py"
        file.write_text(rewritten(file.read_text(), name, rounded(value, *bounds[dotted])))


if __name__ == "__main__":
    main()
