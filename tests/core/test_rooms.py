"""Operations rooms: what several could bring together is what threatens, and what attacks."""

import math

import numpy as np
import pytest
from arena import at_war, bare, book, in_a_row, lookout, parameters

from sim.core.ledger import ATTACKED, FOLLOWED
from sim.core.processes.plans import plans
from sim.core.processes.plans.rooms import (
    add_all_reach,
    forget_rooms,
    partners,
    planners,
    readiness,
    room_brings,
    strength_bound,
    surplus,
    threat_to,
    weigh_aims,
    weigh_readiness,
    weigh_surplus,
)
from sim.core.state import ATTACK
from sim.core.static import KURDISH, REGIME

pytestmark = pytest.mark.uncompiled
LUCK = np.uint64(7)
PLANS = {
    "days_to_help": 2.0,
    "threat_weight": 1.0,
    "attack_odds": 1.2,
    "ideological_cost": 1.3,
    "pursuit": 1.0,
    "withdrawal_odds": 0.5,
    "days_hopeless": 99.0,
    "columns": 3.0,
    "endurance": 50.0,
    "patience": 14.0,
    "pause": 4.0,
}
FOCAL = 3


def row(**plan):
    return parameters(
        plans=PLANS | plan,
        march={"speed": 30.0, "distance": 60.0, "detour": 60.0},
        battle={"defence_multiplier": 1.0},
    )


def country(rebels):
    """Three towns in a row: rebels (men by faction) in the first, the focal faction's 100 in the second."""
    static, state = bare(3, FOCAL + 1, km=in_a_row(3, 25.0), step=25.0)
    static.homes.native = 1
    for faction, men in rebels.items():
        state.garrisons[0, faction].mobile = men
        at_war(state, (faction, FOCAL))
    state.towns.holder[0], state.towns.holder[1] = min(rebels), FOCAL
    state.garrisons[1, FOCAL].mobile = 100
    lookout(state, static)
    return static, state


def weighed(static, state, p):
    """What the rooms are reckoned from, for every faction."""
    able = planners(static)
    forget_rooms(state, static, p)
    weigh_readiness(state, static, p.plans.ideological_cost)
    strength_bound(state, static)
    weigh_surplus(state, static, able, p.plans.attack_odds)
    for f in range(len(state.factions)):
        add_all_reach(state, static, f, p)
    weigh_aims(state, static, able, p)
    return able


def test_laws_by_hand():
    assert readiness(0.0, 1.3) == 1.0
    assert readiness(0.5, 1.3) == pytest.approx(math.exp(-0.65))
    assert [surplus(50.0, 80.0, enemy, 1.5) for enemy in (0.0, 40.0, 90.0)] == [50.0, 20.0, 0.0]


@pytest.mark.parametrize("rebels", [{0: 90, 1: 60, 2: 50}, {0: 200}])
def test_a_room_of_identical_factions_attacks_as_one_of_their_sum(rebels):
    static, state = country(rebels)
    ledger, p = book(state), row()
    able = weighed(static, state, p)
    room = partners(state, 0, 0, able, 1 << FOCAL)
    assert room_brings(state, 0, room, 1) == pytest.approx(200 * math.exp(-25 / 60))
    plans(state, static, ledger, LUCK, 1, p)
    sent = state.columns[state.columns.mobile > 0]
    assert (sent.purpose == ATTACK).all()
    assert (sent.goal == 1).all()
    wanted = 1.2 * 1.2 * 100 / math.exp(-25 / 60)
    assert sent.mobile.sum() == pytest.approx(min(200, wanted), abs=len(rebels))
    assert ledger.flows[:, ATTACKED].sum() == 1
    assert ledger.flows[:, FOLLOWED].sum() == len(rebels) - 1


def test_those_too_weak_alone_attack_together():
    alone, together = (country(rebels) for rebels in ({0: 120}, {0: 120, 1: 120}))
    for (static, state), expected in ((alone, 0), (together, 1)):
        ledger = book(state)
        plans(state, static, ledger, LUCK, 1, row())
        assert ledger.flows[:, ATTACKED].sum() == expected


def test_the_unlike_bring_less_to_a_room_but_not_within_a_bloc():
    static, state = country({0: 100, 1: 100})
    static.distance[0, 1] = static.distance[1, 0] = 1.0
    weighed(static, state, row())
    far = math.exp(-25 / 60)
    assert room_brings(state, 0, 0b11, 1) == pytest.approx(100 * far * (1 + math.exp(-1.3)))
    static.kinds.bloc[1] = static.kinds.bloc[0]
    weighed(static, state, row())
    assert room_brings(state, 0, 0b11, 1) == pytest.approx(200 * far)


def test_another_side_with_the_same_enemy_keeps_its_own_room():
    static, state = country({0: 120, 1: 120})
    static.kinds.side[1] = KURDISH
    weighed(static, state, row())
    assert room_brings(state, 0, 0b11, 1) == pytest.approx(120 * math.exp(-25 / 60))
    ledger = book(state)
    plans(state, static, ledger, LUCK, 1, row())
    assert ledger.flows[:, ATTACKED].sum() == 0


def test_threat_is_what_the_enemys_room_could_bring_by_the_same_function():
    static, state = country({0: 90, 1: 60})
    able = weighed(static, state, row())
    room = partners(state, 0, 0, able, 1 << FOCAL)
    threat = threat_to(state, 1, 0, FOCAL, able, 1.0)
    assert threat == pytest.approx(room_brings(state, 0, room, 1))
    state.dyads.truce[:] = 9  # who keeps a truce is no threat, and attacks nobody
    lookout(state, static)
    able = weighed(static, state, row())
    assert threat_to(state, 1, 0, FOCAL, able, 1.0) == 0.0


def test_one_pool_is_not_feared_in_full_everywhere():
    """A room has one aim a province: what it could bring is divided over the towns it may aim at."""
    static, state = country({0: 150})
    state.garrisons[2, FOCAL].mobile, state.towns.holder[2] = 100, FOCAL
    lookout(state, static)
    able = weighed(static, state, row())
    parts = [threat_to(state, t, 0, FOCAL, able, 1.0) / state.rooms.brings[t, 0] for t in (1, 2)]
    assert sum(parts) == pytest.approx(1.0)
    assert parts[0] > parts[1] > 0.0


@pytest.mark.parametrize(("hostility", "kept"), [(0.0, 0.0), (0.5, 120.0), (1.0, 200.0)])
def test_a_garrison_keeps_watch_on_those_in_its_town_by_their_hostility(hostility, kept):
    """It keeps what would outnumber them 1.2 times, whether they are not at war with it or in a truce."""
    static, state = country({0: 200})
    state.garrisons[0, 1].local = 200
    state.dyads.hostility[0, 1, 0] = hostility
    lookout(state, static)
    for truce in (False, True):
        if truce:
            at_war(state, (0, 1))
            state.dyads.truce[0, [0, 1], [1, 0]] = 9
            lookout(state, static)
        weighed(static, state, row())
        assert state.rooms.spare[0, 0] == pytest.approx(200.0 - kept)


def test_nobody_watches_those_who_fight_its_enemy():
    static, state = country({0: 200, 1: 200})
    state.dyads.hostility[0, 1, 0] = 1.0
    weighed(static, state, row())
    assert state.rooms.spare[0, 0] == pytest.approx(200.0)


def test_a_common_war_with_the_regime_does_not_end_the_watch():
    static, state = country({0: 200})
    static.kinds.side[2] = REGIME
    state.garrisons[0, 1].local = 200
    state.dyads.hostility[0, 1, 0] = 1.0
    for rebels in (0, 1):
        at_war(state, (rebels, 2))
    lookout(state, static)
    weighed(static, state, row())
    assert state.rooms.spare[0, 0] == pytest.approx(0.0)
