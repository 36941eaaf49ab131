"""Weapons are a stock: bought, worn, captured and lost, and men fight by what there is for each of them."""

import numpy as np
import pytest
from arena import bare, book, parameters

from sim.core.control import lose_weapons, take_up
from sim.core.ledger import BOUGHT, CAPTURED_WEAPONS, PURCHASES, WORN
from sim.core.processes.finance import finance

pytestmark = pytest.mark.uncompiled
TRADE = {"price": 2.0, "wear": 100.0, "wage": 1.0, "arms_low": 0.7, "arms_high": 1.2, "tax": 0.0}


def arsenal(treasury, weapons, men=1000):
    """One town of one faction, with money and weapons; and the ledger after a day of finance."""
    static, state = bare(1, 2)
    state.garrisons.local[0, 0] = men
    state.factions.treasury[0], state.factions.weapons[0] = treasury, weapons
    state.town_index[0].count, state.snapshot.present[0, 0] = 1, 0
    ledger = book(state)
    finance(state, static, ledger, parameters(finance=TRADE).finance)
    return state.factions[0], ledger


def test_money_beyond_a_months_pay_is_spent_on_weapons_in_a_month():
    faction, ledger = arsenal(treasury=1 + 30 + 60, weapons=0.0)  # today's pay is 1 kUSD
    assert ledger.money[0, PURCHASES] == pytest.approx(-2.0)
    assert ledger.weapons[0, BOUGHT] == pytest.approx(1.0)
    assert faction.weapons == pytest.approx(1.0)
    assert arsenal(treasury=31, weapons=0.0)[1].weapons[0, BOUGHT] == 0.0


def test_weapons_wear_out_and_men_fight_by_what_is_left():
    faction, ledger = arsenal(treasury=0.0, weapons=1000.0)
    assert ledger.weapons[0, WORN] == pytest.approx(-10.0)
    assert faction.armed == pytest.approx(0.99)
    assert 0.9 < faction.arms < 1.0


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_nobody_loses_in_a_battle_what_it_has_just_won_in_it(order):
    """Two disarm each other: who has few weapons is left with what it won, whoever is counted first."""
    _, state = bare(1, 2)
    state.factions.weapons[:], state.factions.armed[:] = (10.0, 500.0), 1.0
    ledger, won = book(state), np.zeros(2)
    for f in order:
        lose_weapons(state, ledger, f, 100, 1 - f, 0.5, won)
    take_up(state, ledger, won)
    assert state.factions.weapons == pytest.approx([50.0, 405.0])
    assert not won.any()


@pytest.mark.parametrize("spoils", [0.0, 0.25, 1.0])
def test_who_wins_keeps_a_part_of_the_weapons_and_the_rest_is_destroyed(spoils):
    _, state = bare(1, 2)
    state.factions.weapons[:], state.factions.armed[:] = 500.0, 2.0
    ledger, won = book(state), np.zeros(2)
    lose_weapons(state, ledger, 0, 100, 1, spoils, won)
    take_up(state, ledger, won)
    assert state.factions.weapons == pytest.approx([300.0, 500.0 + 200.0 * spoils])
    assert ledger.weapons[:, CAPTURED_WEAPONS] == pytest.approx([-200.0 * spoils, 200.0 * spoils])
    assert ledger.weapons[0, WORN] == pytest.approx(-200.0 * (1 - spoils))
    lose_weapons(state, ledger, 0, 1000, 1, spoils, won)
    assert state.factions.weapons[0] == pytest.approx(0.0)
    assert np.all(state.factions.weapons >= 0.0)
