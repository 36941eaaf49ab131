"""Draws: published answers, uniformity and distributions at a stated significance; what keys a draw."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.core import rng
from sim.core.rng import (
    binomial,
    binomial_from,
    philox,
    poisson,
    poisson_from,
    run_key,
    two_uniforms,
    uniform,
)

pytestmark = pytest.mark.uncompiled
FULL = 0xFFFFFFFF
KNOWN = [  # Random123 1.09, kat_vectors, philox4x32 10
    ((0,) * 6, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((FULL,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
DECISIONS = {n: v for n, v in vars(rng).items() if n.isupper() and type(v) is int and not n.startswith("_")}
BASE = {"key": np.uint64(2**40 + 1), "decision": rng.LOSSES, "day": 1, "one": 1, "other": 1, "part": 0}
NEVER = 1e-3  # p-value below which a test fails; inputs are fixed, so it cannot flake


@pytest.mark.parametrize(("words", "answer"), KNOWN)
def test_known_answers(words, answer):
    assert tuple(map(int, philox(*map(np.uint64, words)))) == answer


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("varied", ["key", "decision", "day", "one", "other", "part"])
def test_uniform_along_every_coordinate(varied, half):
    count = 250 if varied == "decision" else 2000
    draws = [two_uniforms(**{**BASE, varied: np.uint64(k)})[half] for k in range(count)]
    assert min(draws) >= 0.0
    assert max(draws) < 1.0
    assert stats.kstest(draws, "uniform").pvalue > NEVER
    lag = np.corrcoef(draws[:-1], draws[1:])[0, 1]
    assert abs(lag) < 4 / math.sqrt(count)


def test_the_two_halves_are_independent():
    pairs = np.array([two_uniforms(**{**BASE, "day": day}) for day in range(2000)])
    assert abs(np.corrcoef(pairs.T)[0, 1]) < 4 / math.sqrt(len(pairs))
    assert pairs[0, 0] == uniform(**{**BASE, "day": 0})


def test_a_draw_is_the_same_whoever_asks_and_whenever():
    asked = [uniform(**BASE), *(uniform(**{**BASE, "one": k}) for k in range(5)), uniform(**BASE)]
    assert asked[0] == asked[2] == asked[-1]
    assert len(set(asked)) == 5


def test_every_decision_has_its_own_number():
    """Numbers stay below 256: the part of a draw is kept in the bits above."""
    numbers = list(DECISIONS.values())
    assert len(numbers) >= 29
    assert len(set(numbers)) == len(numbers)
    assert all(1 <= n < 256 for n in numbers)


def test_decision_and_part_do_not_mix():
    drawn = {uniform(**{**BASE, "decision": d, "part": p}) for d in range(1, 60) for p in range(20)}
    assert len(drawn) == 59 * 20


def test_numbers_wider_than_32_bits_are_told_apart_where_it_matters():
    """Luck and seeds are 64 bits wide: both halves count."""
    assert uniform(**{**BASE, "key": np.uint64(1)}) != uniform(**{**BASE, "key": np.uint64(1 + 2**32)})
    assert run_key(np.uint64(1), np.uint64(0)) != run_key(np.uint64(1 + 2**32), np.uint64(0))


def test_every_run_has_its_own_luck():
    runs = [int(run_key(np.uint64(s), np.uint64(k))) for s in (0, 1, 2**64 - 1) for k in range(1000)]
    assert len(set(runs)) == len(runs)
    assert stats.kstest(np.array(runs) / 2.0**64, "uniform").pvalue > NEVER


def goodness(draws, law):
    """P-value of a chi-squared test of whole numbers against a scipy law, at least 10 expected a bin."""
    edges = np.unique(law.ppf(np.linspace(0, 1, 12)[1:-1]))
    seen = np.bincount(np.searchsorted(edges, draws), minlength=len(edges) + 1)
    expected = len(draws) * np.diff([0.0, *law.cdf(edges), 1.0])
    kept = expected > 1e-9
    assert seen[~kept].sum() == 0
    return stats.chisquare(seen[kept], expected[kept]).pvalue


@pytest.mark.parametrize(
    ("n", "p"),
    [(1, 0.3), (12, 0.05), (40, 0.5), (40, 0.9), (800, 0.01), (3000, 0.02), (500, 0.4), (700, 0.97)],
)
def test_binomial_is_binomial(n, p):
    """Small and split into blocks, rare and usual."""
    draws = [binomial(BASE["key"], rng.DESERTERS, day, 7, 8, n, p) for day in range(1500)]
    assert min(draws) >= 0
    assert max(draws) <= n
    law = stats.binom(n, p)
    assert goodness(np.array(draws), law) > NEVER
    assert abs(np.mean(draws) - law.mean()) < 4 * law.std() / math.sqrt(len(draws))


@pytest.mark.parametrize("mean", [0.02, 0.7, 6.0, 20.0, 45.0])
def test_poisson_is_poisson(mean):
    draws = np.array([poisson(BASE["key"], rng.BOMBS, day, 7, 8, mean) for day in range(1500)])
    law = stats.poisson(mean)
    assert goodness(draws, law) > NEVER
    assert abs(draws.mean() - mean) < 4 * law.std() / math.sqrt(len(draws))


@pytest.mark.parametrize(("n", "p"), [(5, 0.2), (300, 0.01), (60, 0.3)])
def test_binomial_inverts_its_distribution(n, p):
    u = np.linspace(0.0005, 0.9995, 200)
    assert [binomial_from(x, n, p) for x in u] == stats.binom.ppf(u, n, p).astype(int).tolist()


@pytest.mark.parametrize("mean", [0.001, 0.4, 3.0, 19.0])
def test_poisson_inverts_its_distribution(mean):
    u = np.linspace(0.0005, 0.9995, 200)
    assert [poisson_from(x, mean) for x in u] == stats.poisson.ppf(u, mean).astype(int).tolist()


@pytest.mark.parametrize(
    ("n", "p", "count"), [(0, 0.5, 0), (-1, 0.5, 0), (9, 0.0, 0), (9, 1.0, 9), (9, -0.1, 0)]
)
def test_certain_and_impossible(n, p, count):
    assert binomial(BASE["key"], 1, 1, 1, 1, n, p) == count


def test_nothing_happens_at_a_mean_of_nil():
    assert poisson(BASE["key"], 1, 1, 1, 1, 0.0) == 0
    assert poisson(BASE["key"], 1, 1, 1, 1, -1.0) == 0
    assert poisson_from(0.999999, 0.0) == 0


def test_likelier_never_means_fewer():
    """One uniform, greater chances: common random numbers keep the order of paired runs."""
    for u in np.linspace(0.01, 0.99, 25):
        drawn = [binomial_from(u, 50, p) for p in np.linspace(0.01, 0.4, 30)]
        assert drawn == sorted(drawn)
