"""Limiting cases with known answers: everything else is switched off and theory fixes the number.

Numbers are those of the project's list of limiting cases. Not in the rules, and so not here:

* V3 (ambush): one exponent holds for all sides, so no side fires aimed while the other does not.
* V6 (contagion of revolt): protest follows Epstein's threshold; nobody is infected, nobody recovers.
* V7, first half (logistic growth): recruits come at a rate set by people and support, with no ceiling; the
  straight line that this gives is tested instead.
* V8, linear form: strength fades exponentially with distance, and only so.
* V9 (neutral conquest on the town graph): no town copies a random neighbour.
* V10, Nash effort: nobody chooses an effort; the contest function itself is tested in test_laws.
* V11 with feedback (n > 0): attacks answer ground and men lost, never earlier attacks; n = 0 is tested.
* V14, mirrored map: rules see road distances only; the order of towns is tested in test_contracts.
"""

import math

import numpy as np
import pytest
from arena import COMPILED, at_war, bare, book, in_a_row, lookout, parameters
from scipy import stats
from scipy.special import betainc

from sim.core.ledger import BOMBING
from sim.core.processes.alignment import alignment, pull, share_fighting
from sim.core.processes.battle import battle, chance_of_death, expected_losses
from sim.core.processes.manpower import manpower
from sim.core.processes.plans.threat import chance_of_holding
from sim.core.processes.retaliation import rate_of_attacks, strike
from sim.core.snapshot import LEAST_KNOWN, list_bases, strength_with_distance, supply_km

pytestmark = pytest.mark.uncompiled
MANY = 400 if COMPILED else 8  # towns in which the same happens, each with its own luck
SIDES = 3
CROWD = 40 if COMPILED else 12  # factions of a threshold crowd
LUCK = np.uint64(20140103)


# --- V1, V2, V4: battle ---------------------------------------------------------------------------------


def only_attrition(attrition, exponent):
    """Battle without defence, prisoners, yielding or sieges; all strength is 1."""
    return parameters(
        battle={
            "attrition": attrition,
            "lanchester_exponent": exponent,
            "siege": 1.0,
            "combat_intensity_half_life": 1.0,
            "defence_multiplier": 1.0,
            "yield_odds": 1e9,
        },
        march={"distance": 50.0},
    )


def fought_out(sizes, wars, p, quality=1.0, days=4000):
    """Men left of each side in each town once every battle is over."""
    static, state = bare(MANY, SIDES)
    at_war(state, *wars)
    state.factions.quality[: len(sizes)] = quality
    state.garrisons.local[:, : len(sizes)] = sizes
    state.garrisons.support = (0.5 - LEAST_KNOWN) / (1.0 - LEAST_KNOWN)  # half informed: strength 1
    ledger = book(state)
    for now in range(1, days + 1):
        lookout(state, static, now)
        battle(state, static, ledger, LUCK, now, p.battle, p.march)
        left = state.garrisons.local
        if not any(((left[:, i] > 0) & (left[:, j] > 0)).any() for i, j in wars):
            return left
    raise AssertionError(f"not over after {days} days")


def within(values, expected, errors=3.0):
    """True if the mean of the values is within so many standard errors of what is expected."""
    return abs(np.mean(values) - expected) <= errors * np.std(values, ddof=1) / math.sqrt(len(values))


def test_square_law_leaves_six_hundred_of_a_thousand():
    """V1: 1,000 against 800 at equal fire leaves sqrt(1000^2 - 800^2) = 600; 598 +- 2 % with luck."""
    left = fought_out((1000, 800), [(0, 1)], only_attrition(0.01, 1.0))
    assert (left[:, 1] == 0).all()
    assert left[:, 0].mean() == pytest.approx(598, rel=0.02 if COMPILED else 0.08)
    if COMPILED:
        assert left[:, 0].std() == pytest.approx(33, rel=0.2)


def test_square_law_for_a_hundred_against_eighty():
    """V1: 58.9 survivors of 100, who win with chance 0.9975."""
    left = fought_out((100, 80), [(0, 1)], only_attrition(0.01, 1.0))
    won = left[:, 0] > 0
    assert won.mean() >= 0.9975 - 3 * math.sqrt(0.9975 * 0.0025 / MANY)
    assert within(left[won, 0], 58.9, errors=3 if COMPILED else 5)


def square_law(blue, red, attrition, parts):
    """Survivors of blue by the laws themselves, without luck, each day cut into parts."""
    while red > 1e-3 * blue:
        lost_blue = blue * chance_of_death(expected_losses(blue, red, attrition / parts, 1.0), blue)
        lost_red = red * chance_of_death(expected_losses(red, blue, attrition / parts, 1.0), red)
        blue, red = blue - lost_blue, red - lost_red
    return blue


def test_halving_the_step_halves_the_error():
    """V7 and V14: a day is a first-order step."""
    error = [abs(square_law(1000.0, 800.0, 0.05, parts) - 600.0) for parts in (1, 2, 4)]
    assert error[0] / error[1] == pytest.approx(2.0, rel=0.15)
    assert error[1] / error[2] == pytest.approx(2.0, rel=0.15)


@pytest.mark.parametrize(("blue", "red", "edge"), [(100, 80, 1.0), (60, 50, 1.0), (50, 60, 1.5)])
def test_linear_law_at_half_the_exponent(blue, red, edge):
    """V2: with w = 1/2 each death is blue's or red's at constant odds: P(blue wins) = I_p(red, blue).

    Fire counts by its square root, so an edge of 1.5 takes men worth 2.25.
    """
    left = fought_out((blue, red), [(0, 1)], only_attrition(0.04, 0.5), quality=np.array([edge**2, 1.0]))
    expected = betainc(red, blue, edge / (1 + edge))
    assert expected == pytest.approx({1.0: {100: 0.9326, 60: 0.8309}.get(blue), 1.5: 0.8753}[edge], abs=1e-3)
    share = (left[:, 0] > 0).mean()
    assert abs(share - expected) <= 3 * math.sqrt(expected * (1 - expected) / MANY) + 0.5 / MANY


SCALE = 10
TOGETHER, EACH_FOR_ITSELF = [(0, 2), (1, 2)], [(0, 1), (0, 2), (1, 2)]


@pytest.mark.parametrize(
    ("isis", "wars", "winner", "survivors"),
    [
        (100, TOGETHER, "rebels", (25.0, 20.8, 0.0)),
        (120, TOGETHER, "isis", (0.0, 0.0, 48.0)),
        (100, EACH_FOR_ITSELF, "isis", (0.0, 0.0, 56.3)),
    ],
)
def test_joint_fire_of_allies_is_no_free_for_all(isis, wars, winner, survivors):
    """V4: 60 and 50 rebels against ISIS win together and lose when all fight all."""
    sizes = (60 * SCALE, 50 * SCALE, isis * SCALE)
    left = fought_out(sizes, wars, only_attrition(0.01, 1.0))
    rebels, focal = left[:, :2].sum(axis=1), left[:, 2]
    won = (rebels > focal) if winner == "rebels" else (focal > rebels)
    assert won.mean() >= 0.95
    for side, expected in enumerate(survivors):
        assert left[:, side].mean() / SCALE == pytest.approx(expected, rel=0.05 if COMPILED else 0.2, abs=0.2)


@pytest.mark.parametrize("w", [0.4, 0.5, 1.0])
def test_an_ally_split_in_two_changes_nothing(w):
    """V4: deaths of one force of 110 are those of 60 and 50 side by side, for every exponent."""
    fire = 100.0
    whole = expected_losses(110.0, fire, 0.01, w)
    split = sum(expected_losses(own, fire * own / 110.0, 0.01, w) for own in (60.0, 50.0))
    assert split == pytest.approx(whole)


@pytest.mark.parametrize("w", [0.4, 0.5, 0.7, 1.0])
def test_doubling_all_counts_doubles_all_losses(w):
    """V14."""
    assert expected_losses(60.0, 100.0, 0.01, w) * 2 == pytest.approx(expected_losses(120.0, 200.0, 0.01, w))


def test_identical_factions_win_as_often():
    """V14: P(win) = 1/2."""
    left = fought_out((60, 60), [(0, 1)], only_attrition(0.03, 0.7))
    decided = left[left[:, 0] != left[:, 1]]
    share = (decided[:, 0] > 0).mean()
    assert abs(share - 0.5) <= 3 * 0.5 / math.sqrt(len(decided))


# --- V5: alignment by threshold -------------------------------------------------------------------------


def society(thresholds, days):
    """Rebels of equal strength in one town, each with its threshold, and how many fight ISIS each day."""
    rebels = len(thresholds)
    static, state = bare(1, rebels + 1)
    state.garrisons.local = 100
    state.factions.threshold[:rebels] = thresholds
    state.dyads.hostility[:, :rebels, rebels] = 0.9  # enough to look at the question; it weighs nothing here
    static.distance[:, rebels] = static.distance[rebels] = 0.5
    values = {
        "loyalty": 1.0,
        "reach": 50.0,
        "ideology_scale": 1e9,
    }
    p, ledger, fighting = parameters(alignment=values).alignment, book(state), []
    for now in range(1, days + 1):
        lookout(state, static, now)
        alignment(state, static, ledger, LUCK, now, p)
        fighting.append(int(state.dyads.wants[0, :rebels, rebels].sum()))
    return fighting


def test_one_more_joins_every_day_when_thresholds_leave_no_gap():
    """V5: Granovetter's crowd with thresholds 0, 1, 2 ... all join, one a day."""
    assert society(np.arange(CROWD) / CROWD, CROWD) == list(range(1, CROWD + 1))


def test_one_missing_threshold_stops_the_cascade():
    """V5: replace threshold 1 by 2 and only the first mover fights."""
    thresholds = np.arange(CROWD) / CROWD
    thresholds[1] = thresholds[2]
    assert society(thresholds, CROWD + 2)[-1] == 1


@pytest.mark.parametrize(
    ("sigma", "expected", "tolerance"), [(0.10, 0.0077, 0.001), (0.12, 0.0402, 0.004), (0.123, 1.0, 0.003)]
)
def test_cascade_jumps_at_the_critical_spread(sigma, expected, tolerance):
    """V5: normal thresholds about 0.25: the least fixed point of r = F(r) jumps at sigma = 0.1222."""
    people = 100_000
    thresholds = stats.norm.ppf((np.arange(people) + 0.5) / people, 0.25, sigma)
    p = parameters(alignment={}).alignment
    share, before = 0.0, -1.0
    while share != before:
        score = pull(share_fighting(share * people, float(people)), 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, p)
        before, share = share, float((thresholds <= score).mean())
    assert share == pytest.approx(expected, abs=tolerance)


# --- V7, V8: manpower, distance -------------------------------------------------------------------------


def garrison_after(days, men, *, support=0.0, **manpower_values):
    """Men of one faction in many towns after some days of joining and leaving only."""
    static, state = bare(MANY, SIDES)
    state.garrisons.local[:, 0] = men
    state.garrisons.support = support
    p, ledger = parameters(manpower=manpower_values).manpower, book(state)
    for now in range(1, days + 1):
        lookout(state, static, now)
        manpower(state, static, ledger, LUCK, now, p)
    return (state.garrisons.local + state.garrisons.mobile)[:, 0]


def test_a_garrison_that_only_deserts_halves_in_its_half_life():
    """V7: N0 exp(-rate t), halved after ln 2 / rate."""
    half_life = 20
    left = garrison_after(half_life, 1000, desertion=1.0 - 0.5 ** (1 / half_life))
    assert left.mean() == pytest.approx(500, abs=3 * math.sqrt(1000 * 0.25 / MANY))


def test_recruits_come_along_a_straight_line():
    """V7 without a ceiling: ``rate * people / 10,000 * support`` a day, independent from day to day."""
    grown = garrison_after(20, 1, support=0.5, recruits=4.0) - 1
    assert within(grown, 20 * 2.0)
    assert grown.var(ddof=1) == pytest.approx(20 * 2.0, rel=4 * math.sqrt(2 / MANY))


def test_two_powers_balance_where_boulding_says():
    """V8: 10,000 and 4,000, fading by 1 % a km, 120 km apart: even at 105.8 km, and even odds there."""
    step, scale = 120.0 / (MANY - 1), 100.0
    static, state = bare(MANY, SIDES, km=in_a_row(MANY, step))
    static.homes.stronghold = 0
    state.towns.holder[0], state.towns.holder[-1] = 0, 1
    list_bases(state, static)

    def strength(town, men, faction):
        return men * strength_with_distance(supply_km(state, static, town, faction), scale)

    pair = [(strength(t, 10_000, 0), strength(t, 4_000, 1)) for t in range(MANY)]
    chance = np.array([chance_of_holding(a, b, 1.5) for a, b in pair])
    assert (np.diff(chance) < 0).all()
    boundary = np.interp(-0.5, -chance, np.arange(MANY) * step)
    assert boundary == pytest.approx((math.log(2.5) + 120 / scale) * scale / 2, abs=step / 2)
    assert boundary == pytest.approx(105.8, abs=step / 2)


# --- V11: retaliation -----------------------------------------------------------------------------------


def attacks_a_day(ground_lost, days):
    """Suicide attacks of a faction that lost a fixed share of its towns and still has an enemy."""
    static, state = bare(MANY, SIDES)
    focal, lost = SIDES - 1, round(MANY * ground_lost)
    at_war(state, (0, focal))
    static.kinds.bombs[focal] = 1.0
    state.garrisons.local[:, [0, focal]] = 10**6
    state.towns.holder = focal
    state.towns.holder[:lost], state.towns.lost_by[:lost] = 0, focal
    values = {"baseline_rate": 0.5, "per_ground": 3.0, "dead": 4.0, "civilians": 1.0}
    p, ledger, seen = parameters(retaliation=values).retaliation, book(state), []
    for now in range(1, days + 1):
        state.towns.taken = now - 1
        lookout(state, static, now)
        before = ledger.flows[focal, BOMBING]
        strike(state, static, ledger, LUCK, now, focal, p)
        seen.append(ledger.flows[focal, BOMBING] - before)
    return np.array(seen)


@pytest.mark.parametrize(("ground_lost", "rate"), [(0.0, 0.5), (0.5, 2.0)])
def test_attacks_excite_no_attacks(ground_lost, rate):
    """V11 at n = 0: the rate is its own cause's alone, and counts scatter as chance does (Fano factor 1)."""
    days = 4000 if COMPILED else 400
    seen = attacks_a_day(ground_lost, days)
    assert rate_of_attacks(0.5, 3.0, ground_lost, 0.0, 0.0, 1.0) == pytest.approx(rate)
    assert seen.mean() == pytest.approx(rate, abs=3 * math.sqrt(rate / days))
    bins = seen.reshape(-1, 20).sum(axis=1)
    assert bins.var(ddof=1) / bins.mean() == pytest.approx(1.0, abs=4 * math.sqrt(2 / len(bins)))
    assert abs(np.corrcoef(seen[:-1], seen[1:])[0, 1]) < 4 / math.sqrt(days)
