"""python experiments/02_record: the whole fit, from worlds of the prior to what the posterior predicts.

Plays the scripts of this folder one after the other, as they stand in SCRIPTS, and notes the seconds that
each took in seconds.csv. It rewrites scenarios/january_2014/posterior.parquet and results/02_record/; the
declared defaults stay. The same code and settings give the same files. Worlds that are kept are not played
again.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "results" / "02_record"
SCRIPTS = ("fit.py", "best.py", "predict.py", "checks.py")


def main(words=None):
    """Run the scripts; stop at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", choices=SCRIPTS, default=SCRIPTS[0], help="the script to begin with")
    asked = parser.parse_args(words)
    told = OUT / "seconds.csv"
    rows = [line.split(",") for line in told.read_text().splitlines()[1:]] if told.exists() else []
    seconds = {name: spent for name, spent in rows if name in SCRIPTS}
    for script in SCRIPTS[SCRIPTS.index(asked.first) :]:
        started = time.perf_counter()
        print(f"== {script}", flush=True)
        subprocess.run([sys.executable, HERE / script], check=True)
        seconds[script] = round(time.perf_counter() - started)
        told.write_text("\n".join(["script,seconds", *(f"{n},{s}" for n, s in seconds.items()), ""]))


if __name__ == "__main__":
    main()
