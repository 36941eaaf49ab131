"""The laws of every process, one at a time: worked values, limits, directions."""

import math

import numpy as np
import pytest
from arena import parameters

from sim.core import state
from sim.core.processes.alignment import pull, share_fighting, unneeded
from sim.core.processes.bargains import chance_of_bargain, terms
from sim.core.processes.battle import (
    chance_of_death,
    expected_losses,
    is_hopeless,
    next_combat_intensity,
    strength_here,
)
from sim.core.processes.events import concerns, share
from sim.core.processes.finance import next_coercion, part_paid, spent_on_weapons, value_of_arms
from sim.core.processes.grievance import forgiveness, harshness, next_grievance
from sim.core.processes.manpower import expected_joiners, expected_recruits, hazard_of_leaving
from sim.core.processes.march import share_lost_breaking_through, split_losses
from sim.core.processes.plans.threat import chance_of_holding, odds, value_of
from sim.core.processes.plans.withdrawal import part_leaving
from sim.core.processes.protest import risk_of_arrest, share_protesting
from sim.core.processes.provocation import anger, chance_of_incident, faded
from sim.core.processes.recovery import is_rest, mended, worn
from sim.core.processes.retaliation import (
    chance_of_execution,
    dead_from,
    freshness,
    raised,
    rate_of_attacks,
)
from sim.core.processes.sponsorship import money_given, multiplier
from sim.core.processes.support import appeal, next_share, next_weariness
from sim.core.snapshot import information, men_bound, strength_per_man, strength_with_distance

pytestmark = pytest.mark.uncompiled
GRID = np.linspace(0.0, 1.0, 5).tolist()
PULL = {"hostility": 0.5, "mood": 0.3, "distance": 0.2, "rivalry": 0.1}
PULL |= {"oversized_coalition": 1.0, "common_enemy": 0.3}
APPEAL = {"governing": 1.0, "distance": 1.0, "grievance": 2.0, "security": 0.5}


@pytest.fixture(scope="module")
def joining():
    return parameters(alignment=PULL).alignment


@pytest.fixture(scope="module")
def choosing():
    return parameters(support=APPEAL).support


# --- worked values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (lambda: money_given(10.0, 0.25, 0.5, 0.4), 10 * 0.25 * 0.5 * 1.4),
        (lambda: value_of_arms(1.0, 0.7, 1.2), 1.0),
        (lambda: value_of_arms(0.0, 0.7, 1.2), 0.7),
        (lambda: value_of_arms(2 / 3, 0.7, 1.2), 0.95),
        (lambda: spent_on_weapons(100.0, 3.0), 10 / 30),
        (lambda: spent_on_weapons(80.0, 3.0), 0.0),
        (lambda: next_coercion(0.5, 0.5, 0.5, 0.4), 0.5 + 0.1 / 30),
        (lambda: part_paid(3.0, 4.0), 0.75),
        (lambda: information(0.5, 0.2), 0.6),
        (lambda: harshness(0.8, 0.25, 0.2), 0.8 * (0.75 + 0.05)),
        (lambda: next_grievance(0.5, 1.0, 0.0, 0.1, 0.0, 1.0), 0.25 + 0.05),
        (lambda: next_grievance(0.0, 0.0, 3.0, 0.0, 0.1, 7.0), 0.3),
        (lambda: forgiveness(0.4, 1, 2.0, 0.5), 0.4 * 2.0 + 0.6 * 0.5),
        (lambda: forgiveness(0.4, 0, 2.0, 0.5), 0.4 * 2.0 + 0.6),
        (lambda: next_share(0.2, 0.8, 0.25), 0.35),
        (lambda: next_weariness(0.4, 0.5, 0.02, 0.01), 0.4 + 0.02 * 0.5 * 0.6 - 0.004),
        (lambda: risk_of_arrest(100.0, 100.0, math.log(10.0)), 0.9),
        (lambda: share_protesting(0.8, 0.5, 0.6, 0.1), 0.5),
        (lambda: chance_of_incident(0.1, 0.6, 0.2, 0.3), 0.1 * 0.4 * 0.8),
        (lambda: anger(0.4, 0.5, 0.8), 0.4 + 0.5 * 0.8 * 0.6),
        (lambda: faded(0.8, 60.0) / faded(0.8, 30.0), 2 ** (1 / 30 - 1 / 60)),
        (lambda: share_fighting(30.0, 120.0), 0.25),
        (lambda: unneeded(45.0, 20.0, 1.5), 0.5),
        (lambda: strength_per_man(1.5, 0.8, 0.5, 0.9), 0.54),
        (lambda: men_bound(500, 400.0, 0.5, 0.25), 50),
        (lambda: strength_with_distance(80.0, 80.0), math.exp(-1)),
        (lambda: odds(3.0, 2.0), 1.5),
        (lambda: chance_of_holding(4.0, 1.0, 1.5), 8 / 9),
        (lambda: value_of(250_000.0, 1.0, 0.5, 3, 1.0), 1.0 + 0.5 + 0.25 + 0.5 + 1.0),
        (lambda: share_lost_breaking_through(300.0, 100.0, 0.4), 0.3),
        (lambda: expected_losses(100.0, 400.0, 0.01, 0.5), 2.0),
        (lambda: expected_losses(100.0, 400.0, 0.01, 1.0), 4.0),
        (lambda: chance_of_death(5.0, 100), 1 - math.exp(-0.05)),
        (lambda: next_combat_intensity(1.0, 0.2, 7.0), 0.2 + 0.8 * 0.5 ** (1 / 7)),
        (lambda: strength_here(1.2, 0.5, 1.1, 0.9, 1.5), 1.2 * 1.1 * 0.9 * 1.5),
        (lambda: rate_of_attacks(0.1, 3.0, 0.4, 50.0, 0.02, 0.5), 0.5 * (0.1 + 1.2 + 1.0)),
        (lambda: raised(0.4, 0.5), 0.7),
        (lambda: chance_of_execution(0.8, 0.5, 0.01, 0.2), 0.084),
        (lambda: freshness(0), 1.0),
        (lambda: freshness(7), 0.5),
        (lambda: expected_recruits(50_000.0, 0.4, 0.5, 0.2, 1.0), 5 * 0.4 * 0.5 * 0.8),
        (lambda: expected_joiners(50_000.0, 0.1, 2.0), 1.0),
        (lambda: hazard_of_leaving(0.001, 0.1, 0.5, 0.8, 20.0, 1.5, 2.0), 0.001 * math.exp(2.0 + 0.75 + 0.4)),
        (lambda: chance_of_bargain(0.04, 1.0), 0.02),
        (lambda: chance_of_bargain(0.04, 99.0), 0.0),
        (lambda: terms(0.3, 0.3, 0.5, 0.2), math.exp(-1) * 1.5 * 0.8),
        (lambda: worn(0.9, 0.1, 2.0), 0.7),
        (lambda: mended(0.2, 7.0), 1 - 0.8 * 0.5 ** (1 / 7)),
    ],
)
def test_by_hand(value, expected):
    assert value() == pytest.approx(expected)


def test_pull_by_hand(joining):
    value = pull(0.3, 0.6, 0.5, 0.7, 1.0, 0.2, 1.0, joining)
    assert value == pytest.approx(0.3 + 0.3 + 0.15 + 0.04 + 0.1 - 0.2 - 0.3)


def test_appeal_by_hand(choosing):
    assert appeal(1.0, 0.6, 0.3, 0.2, 0.5, 0.1, choosing) == pytest.approx(0.6 - 0.3 - 0.4 + 0.25 + 0.1)


# --- limits ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (lambda: money_given(10.0, 0.5, 0.0, 1.0), 0.0),
        (lambda: part_paid(-5.0, 10.0), 0.0),
        (lambda: part_paid(50.0, 10.0), 1.0),
        (lambda: part_paid(0.0, 0.0), 1.0),
        (lambda: next_coercion(1.0, 0.9, 1.0, 1.0), 1.0),
        (lambda: harshness(0.0, 0.5, 0.25), 0.0),
        (lambda: harshness(0.8, 1.0, 0.25), 0.2),
        (lambda: next_grievance(1.0, 1.0, 1e9, 0.08, 0.1, 1e12), 1.0),
        (lambda: risk_of_arrest(0.0, 10.0, 2.3), 0.0),
        (lambda: share_protesting(0.05, 0.0, 0.0, 0.1), 0.0),
        (lambda: share_protesting(1.0, 1.0, 0.0, 0.0), 0.0),
        (lambda: share_protesting(0.9, 0.0, 0.2, 0.1), 1.0),
        (lambda: anger(1.0, 0.4, 1.0), 1.0),
        (lambda: share_fighting(0.0, 0.0), 0.0),
        (lambda: unneeded(29.0, 20.0, 1.5), 0.0),
        (lambda: unneeded(60.0, 20.0, 1.5), 1.0),
        (lambda: unneeded(900.0, 20.0, 1.5), 1.0),
        (lambda: unneeded(10.0, 0.0, 1.5), 1.0),
        (lambda: men_bound(30, 4000.0, 1.0, 0.25), 30),
        (lambda: men_bound(30, 0.0, 1.0, 0.25), 0),
        (lambda: strength_with_distance(0.0, 50.0), 1.0),
        (lambda: odds(5.0, 0.0), 99.0),
        (lambda: odds(0.0, 0.0), 99.0),
        (lambda: odds(0.0, 5.0), 0.0),
        (lambda: odds(990.0, 5.0), 99.0),
        (lambda: chance_of_holding(0.0, 5.0, 1.5), 0.0),
        (lambda: chance_of_holding(0.0, 0.0, 1.5), 0.0),
        (lambda: chance_of_holding(5.0, 0.0, 1.5), 1.0),
        (lambda: chance_of_holding(7.0, 7.0, 1.7), 0.5),
        (lambda: share_lost_breaking_through(0.0, 0.0, 0.3), 0.0),
        (lambda: expected_losses(100.0, 0.0, 0.01, 0.7), 0.0),
        (lambda: expected_losses(0.0, 100.0, 0.01, 0.7), 0.0),
        (lambda: chance_of_death(0.0, 100), 0.0),
        (lambda: chance_of_death(3.0, 0), 0.0),
        (lambda: rate_of_attacks(5.0, 3.0, 1.0, 50.0, 1.0, 0.0), 0.0),
        (lambda: chance_of_execution(1.0, 1.0, 0.8, 0.8), 1.0),
        (lambda: hazard_of_leaving(0.5, 1.0, 1.0, 0.0, 20.0, 1.5, 2.0), 1.0),
        (lambda: hazard_of_leaving(0.001, 0.0, 0.0, 1.0, 20.0, 1.5, 2.0), 0.001),
        (lambda: worn(0.2, 1.0, 5.0), 0.1),
        (lambda: mended(1.0, 7.0), 1.0),
        (lambda: share(1.3), 1.0),
        (lambda: share(-0.3), 0.0),
    ],
)
def test_limits(value, expected):
    assert value() == pytest.approx(expected)


def test_columns_of_a_withdrawal_are_equal():
    """A third, then half of the rest, then all."""
    left, gone = 1.0, []
    for columns_left in (3, 2, 1):
        gone.append(left * part_leaving(columns_left))
        left -= gone[-1]
    assert gone == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(("enemy", "hopeless"), [(299.0, False), (300.0, False), (301.0, True)])
def test_hopeless_above_the_odds_only(enemy, hopeless):
    assert bool(is_hopeless(100.0, enemy, 3.0)) is hopeless


@pytest.mark.parametrize(("loss", "towns", "rest"), [(0.001, 0, True), (0.003, 0, False), (0.0, 1, False)])
def test_rest_is_few_losses_and_no_town_lost(loss, towns, rest):
    assert bool(is_rest(loss, towns, 0.002)) is rest


def test_an_event_that_names_nobody_concerns_all():
    assert [bool(concerns(named, 3)) for named in (-1, 3, 2)] == [True, True, False]


@pytest.mark.parametrize("local", [0, 1, 17, 100])
@pytest.mark.parametrize("lost", [0, 1, 33, 100])
def test_losses_on_the_march_fall_on_all_in_proportion(lost, local):
    mobile = 100 - local
    from_local, from_mobile = split_losses(lost, local, mobile)
    assert from_local + from_mobile == lost
    assert 0 <= from_local <= local
    assert 0 <= from_mobile <= mobile
    assert abs(from_local - lost * local / 100) < 1


def test_dead_of_a_bomb_are_one_to_fifteen_and_four_in_the_mean():
    u = (np.arange(20_000) + 0.5) / 20_000
    dead = np.array([dead_from(x, 4.0) for x in u])
    assert (dead.min(), dead.max()) == (1, 15)
    assert dead.mean() == pytest.approx(4.0 * (1 - 0.75**15), rel=1e-3)  # a geometric number, cut at 15


def test_each_kind_of_sponsor_has_its_own_scale():
    scales = {"gulf": 1.1, "private_gulf": 1.2, "turkey": 1.3, "western": 1.4, "allies": 1.5}
    p = parameters(sponsorship=scales).sponsorship
    kinds = (state.GULF_STATE, state.GULF_PRIVATE, state.TURKEY, state.WESTERN, state.ALLY, state.ENDORSER)
    assert [multiplier(kind, p) for kind in kinds] == [1.1, 1.2, 1.3, 1.4, 1.5, 0.0]


# --- half-lives and resting points ----------------------------------------------------------------------


@pytest.mark.parametrize("half_life", [3.0, 21.0, 90.0])
@pytest.mark.parametrize(
    "law",
    [
        lambda x, h: next_grievance(x, 0.0, 0.0, 0.05, 0.05, h),
        faded,
        lambda x, h: 1.0 - mended(1.0 - x, h),
        lambda x, h: next_combat_intensity(x, 0.0, h),
    ],
)
def test_half_is_left_after_the_half_life(law, half_life):
    """Grievance, hostility, the gap in cohesion, and the heat of an assault."""
    left = 0.8
    for _ in range(int(half_life)):
        left = law(left, half_life)
    assert left == pytest.approx(0.4)


def test_grievance_settles_where_rise_meets_fade():
    """As the evening of day 0 is set: ``fed / (fed + fade (1 - fed))`` is left alone by the law."""
    anger_now, fade = 0.0, 1 - 0.5 ** (1 / 21)
    for _ in range(5000):
        anger_now = next_grievance(anger_now, 0.7, 0.0, 0.02, 0.0, 21.0)
    fed = 0.02 * 0.7
    assert anger_now == pytest.approx(fed / (fed + fade))


def test_arms_are_worth_between_low_and_high_and_the_usual_ones_1():
    for low, high in ((0.5, 1.05), (0.7, 1.2), (0.9, 1.6)):
        assert value_of_arms(1.0, low, high) == pytest.approx(1.0)
        assert value_of_arms(1e9, low, high) == pytest.approx(high)


def test_a_share_covers_two_thirds_of_the_way_in_its_time():
    now = 0.0
    for _ in range(30):
        now = next_share(now, 1.0, 1 - math.exp(-1 / 30))
    assert now == pytest.approx(1 - math.exp(-1))


# --- directions -----------------------------------------------------------------------------------------

UP, DOWN = 1, -1
DIRECTIONS = [  # law, usual arguments, {position: sign of its effect}
    (money_given, (10.0, 0.5, 0.5, 0.5), {0: UP, 1: UP, 2: UP, 3: UP}),
    (value_of_arms, (2.0, 0.7, 1.2), {0: UP, 1: DOWN, 2: UP}),
    (spent_on_weapons, (100.0, 3.0), {0: UP, 1: DOWN}),
    (next_coercion, (0.5, 0.5, 0.5, 0.5), {0: UP, 1: UP, 2: UP, 3: UP}),
    (part_paid, (3.0, 8.0), {0: UP, 1: DOWN}),
    (information, (0.4, 0.2), {0: UP, 1: UP}),
    (harshness, (0.5, 0.5, 0.25), {0: UP, 1: DOWN, 2: UP}),
    (next_grievance, (0.4, 0.5, 0.5, 0.02, 0.02, 21.0), {0: UP, 1: UP, 2: UP, 3: UP, 4: UP, 5: UP}),
    (forgiveness, (0.4, 1, 2.0, 0.5), {0: UP, 2: UP, 3: UP}),
    (next_share, (0.3, 0.6, 0.1), {0: UP, 1: UP, 2: UP}),
    (next_weariness, (0.4, 0.5, 0.01, 0.005), {0: UP, 1: UP, 2: UP, 3: DOWN}),
    (risk_of_arrest, (100.0, 200.0, 2.0), {0: UP, 1: DOWN, 2: UP}),
    (share_protesting, (0.6, 0.4, 0.8, 0.1), {0: UP, 1: DOWN, 2: DOWN, 3: DOWN}),
    (chance_of_incident, (0.02, 0.5, 0.5, 0.5), {0: UP, 1: UP, 2: UP, 3: UP}),
    (anger, (0.4, 0.2, 0.5), {0: UP, 1: UP, 2: UP}),
    (faded, (0.5, 60.0), {0: UP, 1: UP}),
    (share_fighting, (30.0, 90.0), {0: UP, 1: DOWN}),
    (unneeded, (40.0, 20.0, 1.5), {0: UP, 1: DOWN, 2: DOWN}),
    (strength_per_man, (1.0, 1.0, 0.5, 0.9), {0: UP, 1: UP, 2: UP, 3: UP}),
    (strength_with_distance, (40.0, 50.0), {0: DOWN, 1: UP}),
    (odds, (30.0, 20.0), {0: UP, 1: DOWN}),
    (chance_of_holding, (30.0, 20.0, 1.5), {0: UP, 1: DOWN, 2: UP}),
    (chance_of_holding, (20.0, 30.0, 1.5), {2: DOWN}),
    (value_of, (50_000.0, 0.5, 0.5, 3.0, 0.5), {0: UP, 1: UP, 2: UP, 3: UP, 4: UP}),
    (part_leaving, (3,), {0: DOWN}),
    (share_lost_breaking_through, (90.0, 60.0, 0.3), {0: UP, 1: DOWN, 2: UP}),
    (expected_losses, (100.0, 300.0, 0.01, 0.7), {0: UP, 1: UP, 2: UP, 3: UP}),
    (expected_losses, (300.0, 100.0, 0.01, 0.7), {3: DOWN}),
    (chance_of_death, (5.0, 100), {0: UP, 1: DOWN}),
    (next_combat_intensity, (0.8, 0.2, 7.0), {0: UP, 1: UP, 2: UP}),
    (strength_here, (1.0, 0.5, 1.1, 0.8, 1.5), {0: UP, 1: UP, 2: UP, 3: UP, 4: UP}),
    (rate_of_attacks, (0.1, 3.0, 0.4, 50.0, 0.02, 0.5), dict.fromkeys(range(6), UP)),
    (raised, (0.4, 0.2), {0: UP, 1: UP}),
    (chance_of_execution, (0.5, 0.5, 0.01, 0.2), {0: UP, 1: UP, 2: UP, 3: UP}),
    (expected_recruits, (5e4, 0.4, 0.5, 0.2, 0.4), {0: UP, 1: UP, 2: UP, 3: DOWN, 4: UP}),
    (expected_joiners, (5e4, 0.1, 2.0), {0: UP, 1: UP, 2: UP}),
    (hazard_of_leaving, (1e-3, 0.01, 0.5, 0.5, 9.0, 1.5, 2.0), dict.fromkeys(range(7), UP) | {3: DOWN}),
    (chance_of_bargain, (0.04, 1.0), {0: UP, 1: DOWN}),
    (terms, (0.3, 0.3, 0.5, 0.2), {0: DOWN, 1: UP, 2: UP, 3: DOWN}),
    (worn, (0.8, 0.05, 2.0), {0: UP, 1: DOWN, 2: DOWN}),
    (mended, (0.4, 7.0), {0: UP, 1: DOWN}),
]


@pytest.mark.parametrize(
    ("law", "usual", "effects"), DIRECTIONS, ids=[law.__name__ for law, _, _ in DIRECTIONS]
)
def test_directions(law, usual, effects):
    for place, sign in effects.items():
        more = list(usual)
        more[place] = more[place] + 1 if isinstance(more[place], int) else more[place] * 1.1
        assert sign * (law(*more) - law(*usual)) > 0, f"argument {place}"


def test_directions_of_the_pull_towards_war(joining):
    usual = (0.3, 0.6, 0.5, 0.7, 0.0, 0.2, 0.0)
    for place, sign in enumerate((UP, UP, UP, UP, UP, DOWN, DOWN)):
        more = [value + 0.5 * (k == place) for k, value in enumerate(usual)]
        assert sign * (pull(*more, joining) - pull(*usual, joining)) > 0


def test_directions_of_appeal(choosing):
    usual = (1.0, 0.5, 0.5, 0.5, 0.5, 0.0)
    for place, sign in enumerate((UP, UP, DOWN, DOWN, UP, UP)):
        more = [value + 0.25 * (k == place) for k, value in enumerate(usual)]
        assert sign * (appeal(*more, choosing) - appeal(*usual, choosing)) > 0


# --- kept between bounds --------------------------------------------------------------------------------


@pytest.mark.parametrize("x", GRID)
@pytest.mark.parametrize("y", GRID)
def test_shares_stay_shares(x, y):
    """Whatever is a share of something stays between 0 and 1 over all its arguments."""
    for value in (
        next_grievance(x, y, 10.0 * y, 0.08, 0.1, 7.0),
        next_weariness(x, y, 0.02, 0.02),
        next_share(x, y, 0.07),
        share_protesting(x, 1.0 - y, y, 0.3),
        risk_of_arrest(1000.0 * x, 1000.0 * y, 4.0),
        anger(x, 0.4, y),
        raised(x, y),
        faded(x, 20.0),
        worn(max(0.1, x), y, 5.0),
        mended(x, 3.0),
        chance_of_execution(x, y, 0.05, 0.6),
        hazard_of_leaving(0.003, x, y, x, 60.0, 3.0, 5.0),
        chance_of_holding(x, y, 2.0),
        next_coercion(x, y, x, 1.0),
        share_lost_breaking_through(x, y, 0.5),
        unneeded(x, y, 1.0),
        chance_of_death(100.0 * x, 50),
    ):
        assert 0.0 <= value <= 1.0
