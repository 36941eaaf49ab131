"""Prisons: captives go to a prison of their captor's own, or are let go."""

import numpy as np
import pytest
from arena import bare, book, in_a_row, parameters

from sim.core.ledger import CAPTURED, RELEASED
from sim.core.processes.battle import imprison

pytestmark = pytest.mark.uncompiled
LUCK, HERE = np.uint64(3), 1


def captured(holder, captor):
    """Where 40 captives are who fought in the middle one of three towns; also the ledger and the towns."""
    static, state = bare(3, 3, km=in_a_row(3, 20.0), step=20.0)
    state.garrisons.local[HERE, 2] = 100
    state.garrisons.prisoners[2, 1] = 7  # of another captor's prison
    state.towns.holder[:], state.towns.captor[:] = holder, captor
    ledger, p = book(state), parameters(battle={"reprisal": 0.0}).battle
    imprison(state, static, ledger, LUCK, 1, HERE, 2, 0, 40, p, np.zeros(3))
    assert state.garrisons.local[HERE, 2] == 60
    assert ledger.flows[2, CAPTURED] == 40
    assert state.garrisons.prisoners[2, 1] == 7
    return (
        state.garrisons.prisoners[:, 2].tolist(),
        state.garrisons.sheltered[:, 2].tolist(),
        ledger,
        state.towns,
    )


def test_captives_are_led_to_the_nearest_prison_that_is_the_captors_own():
    jailed, hidden, _, _ = captured(holder=(-1, -1, -1), captor=(0, -1, 1))
    assert (jailed, hidden) == ([40, 0, 0], [0, 0, 0])


def test_a_town_it_holds_becomes_a_prison_but_not_one_in_which_another_keeps_his():
    jailed, _, _, towns = captured(holder=(0, -1, 0), captor=(-1, -1, 1))
    assert jailed == [40, 0, 0]
    assert towns.captor.tolist() == [0, -1, 1]
    jailed, hidden, _, _ = captured(holder=(-1, -1, 0), captor=(-1, -1, 1))
    assert (jailed, hidden) == ([0, 0, 0], [0, 40, 0])


def test_who_has_no_prison_lets_them_go():
    jailed, hidden, ledger, towns = captured(holder=(-1, 2, -1), captor=(-1, 2, 1))
    assert (jailed, hidden) == ([0, 0, 0], [0, 40, 0])
    assert ledger.flows[2, RELEASED] == 40
    assert towns.captor.tolist() == [-1, 2, 1]
