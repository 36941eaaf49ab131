"""A table of faults tried and survived, by class: ``make faults`` (``ARGS="--size full"`` for the long one).

Tries mutated scenarios and records, damaged results, crafted worlds, odd arguments and command lines
(tests/faulting.py), and kills. Ends with 1 if anything failed, and with what repeats it, such as
``make faults ARGS="--only 'crafted worlds' --seed 17 --cases 1"``; the seed is kept for the suite.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import faulting

KEPT = Path(__file__).parent / "kept_faults.json"  # seeds that failed once; tests/test_faults.py tries them
KILLS = {"quick": 4, "full": 52}


def tried(kind, first, cases):
    """What became of some cases: a count by outcome, and the seeds and words of those that failed."""
    found, failed = Counter(), []
    for seed in range(first, first + cases):
        try:
            found[faulting.case(kind, seed)] += 1
        except AssertionError as error:
            failed.append((seed, str(error)))
    return found, failed


def killed(first, cases):
    """Runs that are killed at random moments and resumed: the files that nothing happened to, to the bit."""
    found, failed, whole = Counter(), [], {}
    with tempfile.TemporaryDirectory() as home:
        for number in range(first, first + (cases + 3) // 4):
            kind, folder = faulting.KINDS[number % 3], Path(home) / str(number)
            if kind not in whole:
                whole[kind] = faulting.sweep(kind, Path(home) / kind)
            try:
                same = faulting.sweep(kind, folder, min(4, cases), random.Random(number)) == whole[kind]
                assert same, "other bits than undisturbed"
                found["resumed"] += min(4, cases)
            except AssertionError as error:
                failed.append((number, f"{kind}: {error}"))
    return found, failed


def main():
    """Try what is asked for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", choices=("quick", "full"), default="quick")
    parser.add_argument("--only", choices=[*faulting.CLASSES, "kills"], help="one class")
    parser.add_argument("--seed", type=int, default=0, help="of the first case")
    parser.add_argument("--cases", type=int, help="how many of each class")
    request = parser.parse_args()
    sizes = {
        kind: sizes[("quick", "full").index(request.size)] for kind, (_, *sizes) in faulting.CLASSES.items()
    }
    sizes["kills"] = KILLS[request.size]
    lines, wrong = [], []
    for kind, size in sizes.items():
        if request.only not in (None, kind):
            continue
        began, cases = time.monotonic(), request.cases or size
        found, failed = killed(request.seed, cases) if kind == "kills" else tried(kind, request.seed, cases)
        how = ", ".join(f"{count} {what}" for what, count in sorted(found.items()))
        survived = sum(found.values())
        lines.append((kind, survived + len(failed), survived, how, time.monotonic() - began))
        print(f"{kind}: {survived} of {survived + len(failed)} ({lines[-1][-1]:.0f} s)", file=sys.stderr)
        wrong += [(kind, *what) for what in failed]
    print(f"{'class of fault':<32}{'tried':>7}{'survived':>10}   how")
    for kind, all_of_them, survived, how, _ in lines:
        print(f"{kind:<32}{all_of_them:>7,}{survived:>10,}   {how}")
    kept = json.loads(KEPT.read_text())
    for kind, seed, words in wrong:
        if kind in faulting.CLASSES:
            kept[kind] = sorted({*kept.get(kind, []), seed})
        print(f"FAILED: --only '{kind}' --seed {seed} --cases 1: {words}")
    if wrong:
        KEPT.write_text(json.dumps(kept, indent=2) + "\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
