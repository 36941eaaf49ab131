"""Bargains: who is losing leaves by agreement, goes over, or fights on."""

import numpy as np
import pytest
from arena import at_war, bare, book, in_a_row, lookout, parameters

from sim.core.ledger import AGREED, BROUGHT, DEFECTED, JOINED
from sim.core.processes.bargains import PLEDGE, bargains, decide
from sim.core.state import BY_DEAL, BY_PLEDGE, EXIT, MAX_ODDS
from sim.core.static import REGIME

pytestmark = pytest.mark.uncompiled
FOCAL = 2
LUCK = np.uint64(3)


def offered(*, days=60, home=True, core=0, odds=0.5, distance=0.0, grievance=0.0, enemy=500, side=0, **rule):
    """A garrison of 40 local and 60 mobile men beside the focal faction's, until it bargains.

    Returns the day (None if it never did), the state and the ledger.
    """
    static, state = bare(2, FOCAL + 1, km=in_a_row(2, 25.0), step=25.0)
    static.homes.native = 1
    static.homes.core[0, 0] = core
    static.distance[0, FOCAL] = static.distance[FOCAL, 0] = distance
    static.kinds.side[0] = side
    state.garrisons.local[0, 0], state.garrisons.mobile[0, 0] = 40, 60
    state.garrisons.local[0, FOCAL], state.towns.holder[0] = enemy, FOCAL
    state.factions.weapons[0], state.factions.armed[0] = 200.0, 2.0
    state.garrisons.grievance[0, FOCAL] = grievance
    state.garrisons.odds[:] = MAX_ODDS
    state.garrisons.odds[0, 0] = odds
    if home:
        state.garrisons.local[1, 0], state.towns.holder[1] = 10, 0
    at_war(state, (0, FOCAL))
    lookout(state, static)
    p = parameters(
        bargains={"rate": 0.15, "ideology_scale": 0.3, "stays_away": 14.0} | rule,
        march={"speed": 30.0, "distance": 60.0, "detour": 60.0},
    )
    for now in range(1, days + 1):
        ledger = book(state)
        bargains(state, static, ledger, LUCK, now, p.bargains, p.march)
        if ledger.flows[0, AGREED] + ledger.flows[0, DEFECTED] > 0:
            return now, state, ledger
    return None, state, ledger


def test_among_strangers_it_leaves_with_its_weapons_and_stays_away():
    day, state, ledger = offered(distance=100.0)
    assert ledger.flows[0, AGREED] == 1
    assert state.garrisons.gave_up[0, 0] == BY_DEAL
    on_road = state.columns[state.columns.mobile > 0]
    assert (on_road.purpose.item(), on_road.goal.item(), on_road.mobile.item()) == (EXIT, 1, 60)
    assert state.fronts.refit[0, 0] == day + 14
    assert state.factions.weapons[0] == 200.0


def test_with_nowhere_to_go_local_men_pledge_to_the_like_minded_and_bring_their_weapons():
    _, state, ledger = offered(home=False)
    assert (ledger.flows[0, DEFECTED], ledger.flows[FOCAL, JOINED]) == (40, 40)
    assert state.garrisons.local[0].tolist() == [0, 0, 540]
    assert state.garrisons.mobile[0, 0] == 60  # they will not have it, and fight on
    assert state.garrisons.gave_up[0, 0] == BY_PLEDGE
    assert ledger.weapons[[0, FOCAL], BROUGHT] == pytest.approx([-80.0, 80.0])


def test_distance_and_harm_are_a_price():
    """At infinite distance, and to those the town hates to the last man, nobody pledges."""
    assert offered(home=False, distance=np.inf)[0] is None
    assert offered(home=False, grievance=1.0)[0] is None
    near, far = (offered(home=False, days=400, distance=d)[0] for d in (0.0, 0.6))
    assert near < far


@pytest.mark.parametrize(
    "never",
    [{"core": 1}, {"odds": MAX_ODDS}, {"side": REGIME}, {"rate": 0.0}],
)
def test_nobody_bargains_for_its_core_or_without_need(never):
    assert offered(**never)[0] is None


def test_the_worse_the_odds_the_sooner():
    found = [offered(days=4000, odds=odds, distance=100.0)[0] for odds in (0.1, 1.0, 1.9)]
    assert found == sorted(found)
    assert found[0] < found[-1]
    assert offered(days=400, odds=2.0, distance=100.0)[0] is None


def test_a_town_threatened_from_next_door_can_go_over_but_has_nobody_to_leave_it_to():
    """The neighbour who holds the next town is the one to pledge to."""
    static, state = bare(2, FOCAL + 1, km=in_a_row(2, 25.0), step=25.0)
    state.garrisons.local[0, 0] = 40
    state.towns.holder[:] = 0, FOCAL
    state.garrisons.local[1, FOCAL] = 500
    state.garrisons.odds[:] = 0.2
    at_war(state, (0, FOCAL))
    lookout(state, static)
    p = parameters(bargains={"rate": 0.15, "ideology_scale": 0.3})
    ledger = book(state)
    for now in range(1, 200):
        bargains(state, static, ledger, LUCK, now, p.bargains, p.march)
    assert ledger.flows[0, AGREED] == 0
    assert state.garrisons.local[0].tolist() == [0, 0, 40]


def test_nobody_goes_over_to_who_is_going_over():
    both = 0
    for now in range(1, 60):
        static, state = bare(1, FOCAL + 1)
        state.garrisons.local[0, [0, 1]] = 40
        state.garrisons.odds[:] = 0.0
        at_war(state, (0, 1))
        lookout(state, static)
        p = parameters(bargains={"rate": 1.0, "ideology_scale": 0.3})
        mean = [decide(state, static, LUCK, now, 0, f, p.bargains)[0] == PLEDGE for f in (0, 1)]
        ledger = book(state)
        bargains(state, static, ledger, LUCK, now, p.bargains, p.march)
        assert (ledger.flows[[0, 1], DEFECTED] > 0).tolist() == [one and not all(mean) for one in mean]
        both += all(mean)
    assert both > 0
