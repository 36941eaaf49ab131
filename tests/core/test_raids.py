"""Raids, stores of cut-off garrisons, reprisals, news of other provinces, the example of the like-minded."""

import math

import numpy as np
import pytest
from arena import at_war, bare, book, in_a_row, lookout, parameters

from sim.core.ledger import EXECUTED, IN_BATTLE, KILLED, RAIDED
from sim.core.processes.alignment import coalition, example, scores_in, wanting_war, weigh_examples
from sim.core.processes.battle import chance_of_reprisal, imprison
from sim.core.processes.plans.threat import count_cut_off, stores_left
from sim.core.processes.provocation import hear, heard
from sim.core.processes.raids import chance_of_falling, chance_of_raid, party_of, raids
from sim.core.rng import race, run_key
from sim.core.static import REGIME

pytestmark = pytest.mark.uncompiled
LUCK = np.uint64(run_key(3, 0))
RAIDS = {"rate": 1.0, "scale": 50.0, "share": 0.25, "most": 60.0, "lethality": 0.1}


def test_laws_by_hand():
    assert chance_of_raid(0.4, 0.5, 50.0, 50.0) == pytest.approx(0.2 / math.e)
    assert chance_of_falling(0.06, 1.0, 1.0) == pytest.approx(0.06)
    assert chance_of_falling(0.06, 1.0, 3.0) == pytest.approx(0.09)
    assert chance_of_falling(0.06, 0.0, 0.0) == 0.0
    assert [party_of(0.25, *men, 60.0) for men in ((100, 300), (1000, 900), (21, 2))] == [25, 60, 1]
    assert race(0.5, 2) == pytest.approx(math.log(2.0) / 2)
    assert stores_left(40, 40.0) == pytest.approx(1 / math.e)
    assert chance_of_reprisal(0.5, 0.4, 0.5) == pytest.approx(0.1)
    assert heard(0.2, 0.6, 0.1) == pytest.approx(0.24)
    assert heard(0.6, 0.6, 0.1) == 0.6
    assert example(0.3, 0.3) == pytest.approx(1 / math.e)


def country():
    """Three towns in a row, 20 km apart; three rebels and the focal faction (3): one compilation."""
    return bare(3, 4, km=in_a_row(3, 20.0), step=20.0)


def neighbours(men=(400, 300), hostility=1.0):
    """A rebel in one town and the focal faction in the next, at war."""
    static, state = country()
    for town, faction, number in ((0, 0, men[0]), (1, 3, men[1])):
        state.garrisons[town, faction].local = number
        state.towns.holder[town] = faction
    at_war(state, (0, 3))
    state.dyads.hostility[:] = hostility
    return static, state


def raided(static, state, days=60, **changed):
    """Play raids alone; returns the ledger."""
    ledger, p = book(state), parameters(raids=RAIDS | changed).raids
    for now in range(1, days + 1):
        lookout(state, static, now)
        raids(state, static, ledger, LUCK, now, p)
    return ledger


def test_raids_kill_a_few_on_both_sides_and_book_them_all():
    static, state = neighbours()
    ledger = raided(static, state)
    lost = [400 - state.garrisons.local[0, 0], 300 - state.garrisons.local[1, 3]]
    assert min(lost) > 0
    assert [ledger.flows[0, KILLED], ledger.flows[3, KILLED]] == lost
    assert [ledger.toll[IN_BATTLE, 0, 3], ledger.toll[IN_BATTLE, 3, 0]] == lost
    expected = 2 * 60 * math.exp(-20 / 50)  # from either end, every day
    assert ledger.flows[:, RAIDED].sum() == pytest.approx(expected, abs=4 * math.sqrt(expected))


@pytest.mark.parametrize("why", ["peace", "no hostility", "regime", "too few"])
def test_nobody_raids_without_cause_or_men(why):
    static, state = neighbours(men=(400, 19) if why == "too few" else (400, 300))
    if why == "peace":
        state.dyads.war[:] = 0
    if why == "no hostility":
        state.dyads.hostility[:] = 0.0
    if why == "regime":
        static.kinds.side[0] = REGIME
    assert raided(static, state).flows[:, RAIDED].sum() == 0


def test_the_larger_of_several_goes_more_often_in_proportion():
    static, state = country()
    state.garrisons.local[0, :2] = (3000, 1000)
    state.garrisons.local[1, 3] = 4000
    at_war(state, (0, 3), (1, 3))
    state.dyads.hostility[:] = 1.0
    flows = raided(static, state, days=400, lethality=0.0).flows[:, RAIDED]
    share, n = flows[0] / flows[:2].sum(), flows[:2].sum()
    assert share == pytest.approx(0.75, abs=4 * math.sqrt(0.75 * 0.25 / n))


def test_days_cut_off_are_counted_only_while_no_road_leads_to_the_core():
    static, state = country()
    static.kinds.wholesale[3] = 1
    static.homes.core[0, 3] = 1
    state.towns.holder[0] = 3
    towns = np.array([0, 2])
    for zone, expected in (([0, -1, 1], 1), ([0, -1, 1], 2), ([0, 0, 0], 0), ([0, -1, 1], 1)):
        state.rooms.zone[:, 3] = zone
        count_cut_off(state, static, 3, towns)
        assert list(state.garrisons.cut_off[:, 3]) == [0, 0, expected]


def test_captured_foreigners_are_killed_at_once_and_others_are_not():
    for foreign, expected in ((0.0, 0), (1.0, 200)):
        static, state = country()
        static.kinds.foreign[3] = foreign
        state.garrisons[0, 3].local = 300
        state.towns.holder[0] = state.towns.captor[0] = 0
        state.dyads.hostility[:] = 1.0
        ledger, p = book(state), parameters(battle={"reprisal": 1.0}).battle
        imprison(state, static, ledger, LUCK, 1, 0, 3, 0, 200, p, np.zeros(len(state.factions)))
        assert ledger.flows[3, EXECUTED] == expected
        assert state.garrisons[0, 3].prisoners == 200 - expected
        assert state.garrisons[0, 3].local == 100


def test_what_one_province_went_through_is_heard_in_the_others():
    _, state = bare(3, 4, provinces=3)
    state.dyads.hostility[:, 0, 1] = (0.8, 0.2, 0.8)
    hear(state, 0, 1, 0.8, 0.1)
    assert state.dyads.hostility[:, 0, 1] == pytest.approx([0.8, 0.26, 0.8])


def test_the_like_minded_are_followed_more_than_strangers():
    static, state = country()
    static.distance[0, 1], static.distance[0, 2] = 0.0, 0.9
    state.garrisons.local[0, 1:] = 100
    at_war(state, (2, 3))
    lookout(state, static)
    strength = np.array([0.0, 100.0, 100.0, 100.0])
    weights = np.zeros(len(strength))
    weigh_examples(static, 0, 0b1110, 3.0, 0.3, weights)
    against = wanting_war(state, static, 0, 3)
    plain, fighting, total = coalition(0b0110, against, strength, weights)
    assert plain == 100.0
    assert fighting / total == pytest.approx(math.exp(-3.0) / (1 + math.exp(-3.0)))


def shares_seen(change=None, enemy=3):
    """Share of the strength within reach that wants war on a faction, as faction 0 sees it; NaN: not asked.

    In town 0 stand 0 with 50 men, 1 with 100, 2 with 300, at war with 3, the focal one, and 3 with 100.
    """
    static, state = country()
    static.kinds.bloc = np.arange(4)
    static.distance[:] = 0.0
    state.garrisons.local[0] = (50, 100, 300, 100)
    at_war(state, (2, 3))
    if change is not None:
        change(static, state)
    lookout(state, static)
    values = {"reach": 30.0, "ideology_scale": 0.3, "loyalty": 3.0, "quarrel": 0.45}
    p = parameters(alignment=values).alignment
    score, asked = np.full((4, 4), np.nan), np.zeros(4, np.int64)
    scores_in(state, static, 0, score, asked, p)
    return score[0, enemy] if asked[0] >> enemy & 1 else np.nan


def test_whose_example_is_followed():
    """Not the own one, and of 1, who stays out, not as a friend or of the regime, in war or out of reach."""

    def friend(static, state):
        state.dyads.tie[:, 1, 3] = 1

    def regime(static, state):
        static.kinds.side[1] = REGIME

    def enemy(static, state):
        at_war(state, (0, 1))

    def far(static, state):
        state.garrisons.local[0, 1], state.garrisons.local[2, 1] = 0, 100

    def friend_of_another(static, state):
        state.dyads.tie[:, 1, 2] = 1

    assert shares_seen() == pytest.approx(0.75)
    assert shares_seen(friend_of_another) == pytest.approx(0.75)
    for change in (friend, regime, enemy, far):
        assert shares_seen(change) == pytest.approx(1.0), change.__name__


def test_who_was_drawn_into_a_war_is_no_example():
    def drawn_in(static, state):
        state.dyads.wants[:, 2, 3] = 0

    assert shares_seen() == pytest.approx(0.75)
    assert shares_seen(drawn_in) == 0.0


def test_the_focal_faction_is_an_example_to_those_tied_to_it_alone():
    def tied(static, state):
        state.dyads.tie[:, 0, 3] = 1

    assert np.isnan(shares_seen(enemy=2))
    assert shares_seen(tied, enemy=2) == pytest.approx(0.5)


def test_others_go_to_war_over_a_quarrel_of_their_own():
    def quarrel(hostility):
        def change(static, state):
            at_war(state, (1, 2))
            state.dyads.hostility[:, 0, 2] = hostility

        return change

    assert np.isnan(shares_seen(quarrel(0.45), enemy=2))
    assert shares_seen(quarrel(0.46), enemy=2) == pytest.approx(1.0)
