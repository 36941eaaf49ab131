"""Whatever a folder, a file, a call or a command holds: it is taken and works, or is refused in clear words.

Hypothesis chooses what is done (tests/faulting.py); the cases are the same on every machine. Other cases:
``make faults ARGS="--seed 5000"``, which keeps the seeds of those that fail in tests/kept_faults.json.
"""

import json
from pathlib import Path

import faulting
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

KEPT = json.loads((Path(__file__).parent / "kept_faults.json").read_text(encoding="utf-8"))
CASES = {  # class: cases here and of the long test; 2,000 in all
    "mutated scenarios": (12, 830),
    "mutated records": (8, 330),
    "event files of UCDP and ACLED": (8, 250),
    "damaged results": (5, 120),
    "crafted worlds": (5, 170),
    "odd arguments": (8, 250),
    "odd command lines": (3, 50),
}


def survives(kind, cases):
    """Hypothesis tries so many cases of a class, and shows the simplest that fails."""
    found = []

    @settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def survived(choose):
        found.append(faulting.CLASSES[kind][0](choose))

    survived()
    return found


@pytest.mark.parametrize("kind", CASES)
def test_a_few_faults_of_each_class_are_survived(kind):
    assert len(survives(kind, CASES[kind][0])) >= CASES[kind][0] // 2


@pytest.mark.parametrize("kind", CASES)
def test_two_thousand_faults_are_survived(kind):
    assert {faulting.PLAYED, faulting.REFUSED} == set(survives(kind, CASES[kind][1]))


@pytest.mark.parametrize(("kind", "seed"), [(kind, seed) for kind, seeds in KEPT.items() for seed in seeds])
def test_what_failed_once_is_survived_now(kind, seed):
    assert faulting.case(kind, seed) in (faulting.PLAYED, faulting.REFUSED)


def test_there_are_two_thousand_cases_of_every_class():
    assert sum(cases for _, cases in CASES.values()) == 2_000
    assert set(CASES) == set(faulting.CLASSES) >= set(KEPT)
