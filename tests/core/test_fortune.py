"""Fortune: who wins people is joined, who loses them is left."""

import numpy as np
import pytest
from arena import bare, book, parameters

from sim.core.ledger import DESERTED, RECRUITED
from sim.core.processes.manpower import by_fortune, manpower, next_remembered, standing
from sim.core.state import MAX_ODDS

pytestmark = pytest.mark.uncompiled
CITY = 100_000.0


def test_laws_by_hand():
    assert next_remembered(80.0, 40.0, 30.0) == pytest.approx(40.0 + 40.0 * 0.5 ** (1 / 30))
    assert next_remembered(0.0, 40.0, 0.0) == 40.0
    assert standing(CITY, CITY) == 0.0
    assert standing(0.0, 0.0) == 0.0
    assert standing(3 * CITY, CITY) == pytest.approx(0.4)
    assert by_fortune(0.4, 1.5) == pytest.approx(np.exp(0.6))


def test_standing_is_bounded_and_symmetrical():
    for ruled, remembered in ((0.0, 1e9), (1e9, 0.0), (CITY, 3 * CITY)):
        assert -1.0 < standing(ruled, remembered) < 1.0
        assert standing(ruled, remembered) == -standing(remembered, ruled)


def test_memory_halves_in_its_half_life_and_forgets_in_the_end():
    remembered = CITY
    for _ in range(30):
        remembered = next_remembered(remembered, 0.0, 30.0)
    assert remembered == pytest.approx(CITY / 2)


def come_and_gone(ruled, fortune=1.0, native=0, odds=0.0, remembered=2 * CITY, days=40):
    """Recruits and deserters of a faction that rules so many cities and remembers two, or others."""
    static, state = bare(3, 2)
    state.towns.people = CITY
    state.towns.holder[:ruled] = 0
    state.garrisons.local[:, 0], state.garrisons.support[:, 0], state.garrisons.odds[:] = 5000, 0.5, odds
    static.homes.native[:, 0] = native
    rule = {"recruits": 1.0, "desertion": 0.002, "fortune": fortune, "memory": 90.0, "at_home": 0.25}
    ledger, p = book(state), parameters(manpower=rule).manpower
    for now in range(1, days + 1):
        state.garrisons.local[:, 0] = 5000
        state.factions.remembered[0] = remembered
        manpower(state, static, ledger, np.uint64(5), now, p)
    return ledger.flows[0, RECRUITED], ledger.flows[0, DESERTED]


def test_winners_are_joined_and_losers_are_left():
    lost, steady, won = (come_and_gone(ruled) for ruled in (0, 2, 3))
    assert lost[0] < steady[0] < won[0]
    assert lost[1] > steady[1] > won[1]
    assert come_and_gone(0, fortune=0.0) == come_and_gone(2, fortune=0.0)


def test_recruits_balance_desertion_at_the_standing_that_says_so():
    joining, leaving = come_and_gone(2)
    assert leaving > 1.2 * joining
    balanced = 0.5 * np.log(leaving / joining)  # joining by exp(s), leaving by exp(-s)
    remembered = (2 * CITY * (1 - balanced) - CITY * balanced) / (1 + balanced)
    assert standing(2 * CITY, remembered) == pytest.approx(balanced)
    joining, leaving = come_and_gone(2, remembered=remembered)
    assert joining == pytest.approx(leaving, rel=0.1)


def test_men_at_home_in_a_safe_town_hardly_leave():
    away, at_home, threatened = (
        come_and_gone(2, native=native, odds=odds)[1]
        for native, odds in ((0, MAX_ODDS), (1, MAX_ODDS), (1, 1.0))
    )
    assert at_home == pytest.approx(0.25 * away, rel=0.15)
    assert threatened == pytest.approx(away, rel=0.1)
