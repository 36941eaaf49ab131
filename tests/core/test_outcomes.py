"""Outcome classes on series made by hand, in their declared order; the interval of a share."""

import numpy as np
import pytest
from scipy import stats

from sim.core.outcomes import (
    CLASSES,
    STATES,
    classify,
    counter_offensive,
    held_for,
    interval,
    passages,
    regrouping,
    shares,
    spell_begins,
)
from sim.params import Outcomes

pytestmark = pytest.mark.uncompiled
RULES = Outcomes(
    collapse_towns=0.1,
    collapse_men=0.25,
    resurgent_people=1.5,
    resurgent_men=1.2,
    trough=0.6,
    regained_people=0.8,
    broken_days=7.0,
    kept=30.0,
)


def spells(*parts):
    """A series from (value, days), one run."""
    return np.concatenate([np.full(days, float(value)) for value, days in parts])[None, :]


def class_of(people, men=None, towns=None, rules=RULES):
    """Class of one run; men and towns follow the people unless given."""
    men = people if men is None else men
    return str(classify(people, men, people if towns is None else towns, rules)[0])


def test_classes_come_in_the_order_they_are_asked_for():
    assert CLASSES == ("collapse", "resurgent", "regrouped", "unbroken", "contained")


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (spells((1.0, 100)), "unbroken"),
        (spells((1.0, 10), (0.61, 90)), "unbroken"),
        (spells((1.0, 10), (0.6, 90)), "contained"),
        (spells((1.0, 10), (0.3, 20), (0.79, 70)), "contained"),
        (spells((1.0, 10), (0.3, 20), (0.8, 30)), "regrouped"),
        (spells((1.0, 10), (0.3, 20), (0.8, 29), (0.7, 1)), "contained"),
        (spells((1.0, 10), (0.3, 20), (0.8, 29), (0.7, 1), (0.8, 29)), "contained"),
        (spells((1.0, 10), (0.3, 20), (0.8, 30), (0.3, 20)), "regrouped"),
        (spells((1.0, 10), (0.3, 20), (1.5, 30)), "resurgent"),
        (spells((1.0, 10), (0.3, 20), (1.5, 29), (0.9, 20)), "regrouped"),
        (spells((1.0, 10), (1.5, 30), (0.1, 50)), "collapse"),
        (spells((1.0, 10), (1.5, 30), (0.11, 50)), "resurgent"),
        (spells((1.0, 10), (0.1, 50)), "collapse"),
        (spells((1.0, 10), (0.0, 50)), "collapse"),
    ],
)
def test_class_by_hand(people, expected):
    assert class_of(people * 4000) == expected


def test_the_high_days_before_the_trough_are_no_regrouping():
    assert class_of(spells((1.0, 60), (0.3, 40))) == "contained"


def test_collapse_needs_both_towns_and_men():
    gone, kept = spells((1.0, 10), (0.05, 50)), spells((1.0, 10), (0.26, 50))
    assert class_of(gone, men=gone, towns=gone) == "collapse"
    assert class_of(gone, men=kept, towns=gone) == "contained"
    assert class_of(gone, men=gone, towns=kept) == "contained"


def test_resurgence_needs_people_and_men_on_the_same_days():
    strong = spells((1.0, 10), (1.5, 30))
    assert class_of(strong, men=spells((1.0, 10), (1.19, 30))) == "unbroken"
    assert class_of(spells((1.0, 10), (1.5, 30), (1.0, 30)), men=spells((1.0, 40), (1.2, 30))) == "unbroken"


def test_conditions_on_men_are_left_out_where_nobody_counted():
    unknown = np.full((1, 60), np.nan)
    assert class_of(spells((1.0, 10), (1.5, 50)), men=unknown) == "resurgent"
    assert class_of(spells((1.0, 10), (0.05, 50)), men=unknown) == "collapse"


def test_counted_and_uncounted_runs_side_by_side():
    people = np.repeat(spells((1.0, 10), (1.5, 50)), 2, axis=0)
    men = np.array([np.full(60, np.nan), np.ones(60)])
    assert classify(people, men, people, RULES).tolist() == ["resurgent", "unbroken"]


def test_a_faction_that_began_with_nothing():
    nothing = spells((0.0, 60))
    assert class_of(nothing) == "unbroken"
    assert class_of(spells((0.0, 10), (5.0, 50))) == "resurgent"
    assert not np.isnan(shares(nothing)).any()


def test_classes_follow_the_declared_thresholds():
    people = spells((1.0, 10), (0.65, 50))
    strict = Outcomes(**{**vars(RULES), "trough": 0.7})
    assert class_of(people) == "unbroken"
    assert class_of(people, rules=strict) == "contained"


@pytest.mark.parametrize(
    ("people", "state", "broken", "back", "beaten"),
    [
        (spells((1.0, 100)), "unbroken", None, None, None),
        (spells((1.0, 10), (0.6, 6), (1.0, 84)), "unbroken", None, None, None),
        (spells((1.0, 10), (0.6, 7), (0.7, 83)), "broken", 10, None, None),
        (spells((1.0, 10), (0.6, 7), (0.8, 30), (0.7, 50)), "back", 10, 17, None),
        (spells((1.0, 10), (0.6, 7), (0.8, 29), (0.7, 50)), "broken", 10, None, None),
        (spells((1.0, 10), (0.6, 7), (0.8, 30), (0.5, 9)), "broken", 10, 17, None),
        (spells((1.0, 10), (0.1, 30)), "beaten", 10, None, 10),
        (spells((1.0, 10), (0.1, 29), (0.2, 30)), "broken", 10, None, None),
        (spells((1.0, 10), (0.1, 40), (0.9, 30)), "back", 10, 50, 10),
        (spells((1.0, 10), (0.5, 8), (0.9, 30), (0.05, 60)), "beaten", 10, 18, 48),
    ],
)
def test_states_by_hand(people, state, broken, back, beaten):
    found = passages(people * 4000, people * 50, people * 20, RULES)
    days = [None if np.isnan(day[0]) else day[0] for day in found[1:4]]
    assert [STATES[found.state[0]], *days] == [state, broken, back, beaten]
    assert found.broken[0] == (broken is not None)


def test_a_horizon_too_short_says_so_and_not_no():
    short = passages(*[spells((1.0, 7))] * 3, RULES)
    assert STATES[short.state[0]] == "unknown"
    assert np.isnan([short.broken[0], short.back[0]]).all()
    people = spells((1.0, 20), (0.5, 30))
    late = passages(people, people, people, RULES)
    assert late.broken[0] == 1
    assert np.isnan(late.back[0])
    in_time = passages(*[spells((1.0, 20), (0.5, 37))] * 3, RULES)
    assert in_time.back[0] == 0


def test_who_is_beaten_was_broken_then_at_the_latest():
    people, few = spells((1.0, 60)), spells((1.0, 10), (0.1, 50))
    found = passages(people, few, few, RULES)
    assert (found.broken_day[0], found.beaten_day[0], found.broken[0]) == (10, 10, 1)


def test_men_nobody_counted_are_left_out_of_being_beaten():
    people = spells((1.0, 10), (0.1, 50))
    men = spells((1.0, 60))
    assert STATES[passages(people, men, people, RULES).state[0]] == "broken"
    assert STATES[passages(people, men * np.nan, people, RULES).state[0]] == "beaten"


def test_spells_begin_where_they_are_long_enough():
    true = np.random.default_rng(2).uniform(size=(30, 40)) < 0.8
    for days in (1, 3, 41):
        slow = [
            [all(row[d : d + days]) and d + days <= 40 and not (d and row[d - 1]) for d in range(40)]
            for row in true
        ]
        assert spell_begins(true, days).tolist() == slow


def test_a_counter_offensive_is_three_towns_or_a_tenth_in_a_week_after_the_trough():
    towns = spells((9, 5), (2, 5), (4, 1), (5, 10))
    people = spells((100.0, 5), (40.0, 16))
    assert [x[0] for x in counter_offensive(people, towns, np.array([5]))] == [11, 3, 0]
    slow = spells((9, 5), (2, 5), (3, 7), (4, 7), (5, 7))
    assert np.isnan([x[0] for x in counter_offensive(people[:, :31], slow[:, :21], np.array([5]))]).all()
    won = spells((100.0, 5), (40.0, 5), (55.0, 11))
    assert [x[0] for x in counter_offensive(won, slow[:, :21], np.array([5]))] == pytest.approx([10, 1, 0.15])


def test_trough_and_regrouping_by_hand():
    people = spells((1.0, 5), (0.4, 3), (0.2, 2), (0.9, 30), (0.5, 5))
    day, share, back = regrouping(people, RULES)
    assert (day.tolist(), share.tolist(), back.tolist()) == ([8], [0.2], [10.0])
    assert np.isnan(regrouping(spells((1.0, 5), (0.2, 50)), RULES)[2]).all()


def test_first_of_equal_troughs_counts():
    assert regrouping(spells((1.0, 5), (0.2, 2), (1.0, 3), (0.2, 4)), RULES)[0].tolist() == [5]


@pytest.mark.parametrize("days", [1, 2, 3, 7, 50])
def test_held_for_is_a_run_of_days(days):
    true = np.random.default_rng(1).uniform(size=(20, 40)) < 0.8
    slow = [[all(row[max(0, d - days + 1) : d + 1]) and d + 1 >= days for d in range(40)] for row in true]
    assert held_for(true, days).tolist() == slow


@pytest.mark.parametrize(("count", "n"), [(0, 1), (1, 1), (0, 50), (3, 50), (50, 50), (123, 1000)])
def test_wilson_interval_is_scipys(count, n):
    low, high = stats.binomtest(count, n).proportion_ci(method="wilson")
    assert interval(count, n) == pytest.approx((low, high), abs=1e-6)


def test_wilson_interval_of_many_at_once():
    low, high = interval(np.array([0, 5, 10]), 10)
    assert low[0] == pytest.approx(0.0)
    assert high[2] == pytest.approx(1.0)
    assert (low < high).all()
