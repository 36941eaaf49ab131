"""The baseline: ten runs of January 2014, to the last digit. ``python tests/baseline.py`` writes it anew."""

from pathlib import Path

from sim.ensemble import run_ensemble

FILE = Path(__file__).parents[1] / "results" / "baseline.csv"


def rows():
    """Measures of ten runs of seed 1, as text: numbers in the shortest form that gives them back."""
    runs = run_ensemble(runs=10, seed=1, progress=False).runs
    return runs.to_csv(index=False, lineterminator="\n")


if __name__ == "__main__":
    FILE.write_text(rows())
    print(f"wrote {FILE}: say in results/CHANGES.md what changed and why")
