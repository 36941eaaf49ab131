"""Campaigns: gather, strike together, give up, pause."""

import math

import pytest
from arena import at_war, bare, book, in_a_row, lookout
from test_rooms import FOCAL, LUCK, row, weighed

from sim.core.ledger import ATTACKED, GAVE_UP, PREPARED
from sim.core.processes.march import march
from sim.core.processes.plans import plans
from sim.core.processes.plans.rooms import gathers, partners, room_brings, take_spare, weigh_reserves
from sim.core.state import ATTACK, REINFORCE, STAGE

pytestmark = pytest.mark.uncompiled
TARGET = 2


def country(far, near, enemy=100):
    """Three towns in a row: rebels 50 and 25 km from the focal faction's, a day's march being 30."""
    static, state = bare(3, FOCAL + 1, km=in_a_row(3, 25.0), step=25.0)
    static.homes.native = 1
    state.garrisons.mobile[:, 0] = (far, near, 0)
    state.garrisons.local[TARGET, FOCAL] = enemy
    state.towns.holder[:] = (0, 0, FOCAL)
    at_war(state, (0, FOCAL))
    return static, state


def played(static, state, days=1, first=1, **plan):
    """Plans and marches of some days; the ledger of each."""
    p, ledgers = row(**({"patience": 14.0, "pause": 4.0} | plan)), []
    for now in range(first, first + days):
        lookout(state, static, now)
        ledgers.append(book(state))
        plans(state, static, ledgers[-1], LUCK, now, p)
        march(state, static, ledgers[-1], LUCK, now, p.march)
    return ledgers


def days_of(ledgers, what):
    """Days, counted from 1, on which something happened."""
    return [day for day, ledger in enumerate(ledgers, 1) if ledger.flows[:, what].sum() > 0]


def test_men_gather_near_the_target_and_then_strike_together():
    static, state = country(far=400, near=10)
    ledgers = played(static, state, 3)
    assert days_of(ledgers, PREPARED) == [1]
    assert days_of(ledgers, ATTACKED) == [2]
    assert state.garrisons.mobile[TARGET, 0] > 100


def test_on_the_day_of_preparing_columns_make_for_the_staging_town():
    static, state = country(far=400, near=10)
    lookout(state, static)
    plans(state, static, book(state), LUCK, 1, row(patience=14.0))
    on_road = state.columns[state.columns.mobile > 0]
    assert on_road.purpose.tolist() == [STAGE]
    assert on_road.goal.tolist() == [1]
    assert state.fronts.target[0, 0] == TARGET


def test_against_a_weak_town_next_door_it_takes_the_march_and_nothing_else():
    static, state = country(far=0, near=300, enemy=1)
    ledgers = played(static, state)
    assert days_of(ledgers, ATTACKED) == [1]
    assert state.garrisons.mobile[TARGET, 0] > 0  # 25 km, within the day


def test_who_has_struck_rests_before_striking_there_again():
    static, state = country(far=0, near=3000, enemy=100)
    struck = []
    for now in range(1, 12):
        state.garrisons.mobile[TARGET, 0] = 0  # each blow comes to nothing
        struck += [now] if days_of(played(static, state, first=now), ATTACKED) else []
    assert struck == [1, 5, 9]
    static, state = country(far=0, near=3000, enemy=100)
    struck = []
    for now in range(1, 4):
        state.garrisons.mobile[TARGET, 0] = 0
        struck += [now] if days_of(played(static, state, first=now, pause=0.0), ATTACKED) else []
    assert struck == [1, 2, 3]


def test_a_campaign_is_given_up_when_odds_or_patience_run_out():
    static, state = country(far=400, near=10)
    played(static, state)
    state.garrisons.local[TARGET, FOCAL] = 5000
    ledger = played(static, state, first=2)[0]
    assert ledger.flows[0, GAVE_UP] == 1
    assert state.fronts.target[0, 0] == -1
    assert state.fronts.refit[0, 0] == 2 + 4
    static, state = country(far=0, near=3000, enemy=100)
    given_up = []
    for now in range(1, 9):
        state.garrisons.mobile[TARGET, 0] = 0
        given_up += [now] if days_of(played(static, state, first=now, patience=5.0), GAVE_UP) else []
    assert given_up == [6]


def test_a_campaign_is_over_when_its_town_has_no_enemy():
    static, state = country(far=400, near=10)
    played(static, state)
    assert state.fronts.target[0, 0] == TARGET
    state.garrisons.local[TARGET, FOCAL] = 0
    ledger = played(static, state, first=2)[0]
    assert ledger.flows[0, GAVE_UP] == 0
    assert state.fronts.target[0, 0] == -1


def test_a_campaign_shows_what_it_aims_at():
    """Of two towns within reach the one it gathers against is threatened by all that could come."""
    static, state = bare(3, FOCAL + 1, km=in_a_row(3, 25.0), step=25.0)
    static.homes.native = 1
    state.garrisons.mobile[1, 0] = 300
    state.garrisons.local[[0, 2], FOCAL] = 50
    state.towns.holder[:] = (FOCAL, 0, FOCAL)
    at_war(state, (0, FOCAL))
    lookout(state, static)
    p = row()
    weighed(static, state, p)
    assert 0.0 < state.rooms.aims[0, 0] < state.rooms.brings[0, 0]
    state.fronts.target[0, 0] = 0
    able = weighed(static, state, p)
    room = partners(state, 0, 0, able, 1 << FOCAL)
    assert state.rooms.aims[0, 0] == pytest.approx(room_brings(state, 0, room, 0))
    assert state.rooms.aims[2, 0] == 0.0


def test_the_core_comes_first_by_its_value():
    aims = []
    for core_value in (0.0, 3.0):
        static, state = bare(3, FOCAL + 1, km=in_a_row(3, 25.0), step=25.0)
        static.homes.native = 1
        static.homes.core[2, 0] = 1
        state.towns.people[:] = (60_000.0, 10_000.0, 10_000.0)
        state.garrisons.mobile[1, 0] = 300
        state.garrisons.local[[0, 2], FOCAL] = 50
        state.towns.holder[:] = (FOCAL, 0, FOCAL)
        at_war(state, (0, FOCAL))
        played(static, state, core_value=core_value)
        aims.append(int(state.columns.goal[state.columns.purpose == ATTACK][0]))
    assert aims == [0, 2]


def remote(threatened=0, reserve=400):
    """Seven towns in a row: rebels 150 km from the focal faction's, and a few next to it."""
    static, state = bare(7, FOCAL + 1, km=in_a_row(7, 25.0), step=25.0)
    static.homes.native = 1
    state.garrisons.mobile[[0, 5], 0] = reserve, 10
    state.garrisons.local[6, FOCAL], state.towns.holder[6] = 100, FOCAL
    state.garrisons.local[0, FOCAL] = threatened
    state.towns.holder[:6] = 0
    at_war(state, (0, FOCAL))
    return static, state


def test_men_from_afar_gather_too_of_what_exceeds_the_threat_where_they_stand():
    static, state = remote()
    assert days_of(played(static, state), PREPARED) == [1]
    on_road = state.columns[state.columns.mobile > 0]
    assert on_road.goal.tolist() == [5]
    assert state.fronts.target[0, 0] == 6
    static, state = remote(threatened=380)
    assert days_of(played(static, state), PREPARED) == []


def test_reserves_are_counted_once():
    static, state = remote()
    lookout(state, static)
    p = row(patience=14.0)
    weighed(static, state, p)
    weigh_reserves(state, static, 0, p)
    far = math.exp(-30 / 60)  # a day's march from the target
    assert gathers(state, static, 0, 6, p) == pytest.approx(400 * far)
    assert gathers(state, static, 0, 1, p) == pytest.approx(10 * far)  # those 25 km away come as help
    take_spare(state, static, 0, 0, 100.0, p)
    assert gathers(state, static, 0, 6, p) == pytest.approx(300 * far)
    take_spare(state, static, 0, 0, 300.0, p)
    assert gathers(state, static, 0, 6, p) == pytest.approx(0.0, abs=1e-9)


def test_who_has_won_a_town_may_go_on_at_once():
    static, state = country(far=400, near=10)
    played(static, state)
    state.garrisons.local[TARGET, FOCAL] = 0
    played(static, state, first=2)
    assert state.fronts.refit[0, 0] == 2


@pytest.mark.parametrize("contested", [0, 1])
def test_a_besieged_town_is_relieved_from_afar(contested):
    static, state = remote()
    state.garrisons.local[6, FOCAL], state.garrisons.local[5, FOCAL] = 0, 15
    state.towns.contested[5] = contested
    played(static, state)
    relief = state.columns[(state.columns.mobile > 0) & (state.columns.purpose == REINFORCE)]
    assert relief.goal.tolist() == [5] * contested
