"""Risings: who comes out, how many, and only where war is near."""

import numpy as np
import pytest
from arena import at_war, bare, book, in_a_row, lookout, parameters

from sim.core.ledger import RISEN
from sim.core.processes.risings import chance_of_rising, hidden_men, risings

pytestmark = pytest.mark.uncompiled
LUCK = np.uint64(11)
FOCAL = 2


def test_laws_by_hand():
    assert chance_of_rising(0.2, 0.5, 1.0) == pytest.approx(0.1)
    assert chance_of_rising(0.2, 0.0, 1.0) == 0.0
    assert hidden_men(20_000.0, 3.0) == pytest.approx(60.0)
    assert hidden_men(900_000.0, 3.0) == pytest.approx(300.0)


def risen(days=1, change=None, rate=1.0):
    """Men of each faction who rise in a town that the focal faction holds alone, with rebels next door."""
    static, state = bare(2, 3, km=in_a_row(2, 20.0), step=20.0)
    static.homes.native[:, :FOCAL] = 1
    static.kinds.wholesale[FOCAL] = 1
    state.towns.people, state.towns.protest = 20_000.0, 1.0
    state.towns.holder[:] = (FOCAL, 0)
    state.garrisons.local[0, FOCAL], state.garrisons.local[1, 0] = 100, 50
    at_war(state, (0, FOCAL))
    if change is not None:
        change(static, state)
    ledger, p = book(state), parameters(risings={"hidden": 3.0, "rate": rate}).risings
    for now in range(1, days + 1):
        lookout(state, static, now)
        risings(state, static, ledger, LUCK, now, p)
    assert (ledger.flows[:, RISEN] == state.garrisons.risen.sum(axis=0)).all()
    return state.garrisons.risen[0].tolist()


def test_half_of_the_hidden_men_who_are_left_come_out_each_time():
    assert risen() == [30, 0, 0]
    assert 30 < risen(days=3)[0] < 60
    assert risen(days=200)[0] <= 60


def test_a_town_rises_as_often_as_its_protest_and_rate_say():
    """Expected chance a day of 0.1, over many worlds of luck: the towns of one world for every day."""
    static, state = bare(2, 3, km=in_a_row(2, 20.0), step=20.0)
    static.homes.native[:, 0] = 1
    state.towns.holder[:] = (FOCAL, 0)
    state.garrisons.local[0, FOCAL], state.garrisons.local[1, 0] = 100, 50
    at_war(state, (0, FOCAL))
    lookout(state, static)
    ledger, p, rose = book(state), parameters(risings={"hidden": 3.0, "rate": 0.2}).risings, 0
    for now in range(1, 1001):
        state.towns.protest = 0.5
        state.garrisons.risen[:] = 0
        risings(state, static, ledger, LUCK, now, p)
        rose += state.garrisons.risen[0, 0] > 0
    assert rose / 1000 == pytest.approx(0.1, abs=4 * (0.09 / 1000) ** 0.5)


def test_nobody_rises_without_war_nearby_hatred_or_men_at_home():
    def peace(static, state):
        state.dyads.war[:] = 0

    def far(static, state):
        state.garrisons.local[1, 0] = 0

    def content(static, state):
        state.towns.protest[:] = 0.0

    def strangers(static, state):
        static.homes.native[:] = 0

    for change in (peace, far, content, strangers):
        assert risen(days=5, change=change) == [0, 0, 0], change.__name__


def test_who_leaves_no_home_bound_men_has_none_to_rise():
    def rebels_hold_it(static, state):
        state.towns.holder[0], state.garrisons.local[0] = 0, (100, 0, 0)
        state.garrisons.local[1], static.homes.native[:] = (0, 0, 50), 1

    assert risen(days=5, change=rebels_hold_it) == [0, 0, 0]
