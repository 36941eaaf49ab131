"""python experiments/02_record: the whole fit, from the start of the search to the checks of what is shipped.

Plays the scripts of this folder one after the other, as they stand in SCRIPTS, and notes the seconds that
each took. It rewrites the declared defaults (sim/params/), scenarios/january_2014/posterior.parquet and
results/02_record/. The same code, settings and start.csv give the same files, seconds.csv apart.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "results" / "02_record"
SCRIPTS = (
    ["screening.py"],
    ["best.py"],
    ["ship.py"],
    ["fit.py"],
    ["checks.py", "--draw", "defaults", "--out", str(OUT / "checks_defaults.csv")],
    ["checks.py"],
    ["figures.py"],
    ["recovery.py"],
)


def main(words=None):
    """Run the scripts; stop at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = [" ".join(words[:3]) for words in SCRIPTS]
    parser.add_argument("--first", choices=range(len(SCRIPTS)), type=int, default=0, help=f"one of {names}")
    asked = parser.parse_args(words)
    told = OUT / "seconds.csv"
    rows = [line.split(",") for line in told.read_text().splitlines()[1:]] if asked.first else []
    seconds = dict(rows)
    for script in SCRIPTS[asked.first :]:
        name, started = " ".join(script[:3]), time.perf_counter()
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, HERE / script[0], *script[1:]], check=True)
        seconds[name] = round(time.perf_counter() - started)
        told.write_text("\n".join(["script,seconds", *(f"{n},{s}" for n, s in seconds.items()), ""]))


if __name__ == "__main__":
    main()
