"""Nobody and nothing appears or vanishes: men, prisoners and money change by named flows only.

Over random countries, random parameters within their bounds and random luck.
"""

import numpy as np
import pytest
from arena import COMPILED, countries
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.day import day
from sim.core.initial import initialize_run
from sim.core.ledger import CAUSES, CODES, FLOWS, MONEY, WEAPONS, empty_ledger
from sim.core.measures import DAILY, DAILY_ROW, SERIES, SERIES_ROW, daily, series
from sim.core.rng import run_key
from sim.core.state import HOW_LOST, TABLES
from sim.core.static import FOCAL, REBEL
from sim.model.checkpoint import check_state
from sim.params import Params, declared, rows, with_values

pytestmark = pytest.mark.uncompiled
DAYS = 60 if COMPILED else 8
COUNTRIES = 20 if COMPILED else 6
MANY = settings(
    max_examples=60 if COMPILED else 5,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
BOUNDS = {name: (p.low, p.high) for name, p in declared().items() if p.kind == "real"}
SWITCHES = [name for name, p in declared().items() if p.kind == "switch"]
MEN_BY = np.array([FLOWS[name][0] if name in FLOWS else 0 for name in CODES])
PRISONERS_BY = np.array([FLOWS[name][1] if name in FLOWS else 0 for name in CODES])
SHARES = {
    "towns": ("no_one", "protest", "weariness", "combat_intensity"),
    "garrisons": ("support", "grievance"),
    "factions": ("coercion", "services", "threshold", "paid", "command"),
    "fronts": ("cohesion",),
    "dyads": ("hostility",),
}
NEVER_NEGATIVE = {
    "towns": ("people", "tax", "toll", "oil"),
    "garrisons": ("local", "mobile", "sheltered", "prisoners", "hopeless", "columns_left", "harm", "odds"),
    "factions": ("weapons", "armed", "arms", "aid"),
    "fronts": ("rest", "men", "lost", "towns_lost", "attacked"),
    "columns": ("local", "mobile"),
    "sponsors": ("spent", "budget", "flow"),
    "theatre": ("iraq_men", "iraq_flow"),
}


@st.composite
def changes(draw):
    """Some parameters moved within their bounds, and some processes switched off."""
    values = {}
    for name in draw(st.lists(st.sampled_from(sorted(BOUNDS)), max_size=40, unique=True)):
        low, high = BOUNDS[name]
        values[name] = min(high, low + (high - low) * draw(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])))
    return values | dict.fromkeys(draw(st.lists(st.sampled_from(SWITCHES), max_size=2, unique=True)), False)


WORLDS = {"country": st.integers(0, COUNTRIES - 1), "changes": changes(), "seed": st.integers(0, 2**32)}


class World:
    """A country with its parameters and luck, on the evening of day 0."""

    def __init__(self, country, changes, seed, alter=None):
        self.static, self.start = countries(COUNTRIES)[country]
        self.p = rows([with_values(Params(), changes)])[0]
        if alter is not None:
            self.static, self.start = self.static.copy(), self.start.copy()
            alter(self)
        self.key = np.uint64(run_key(np.uint64(seed), np.uint64(0)))
        self.ledger = empty_ledger(*self.start.garrisons.shape)
        self.state = initialize_run(self.static, self.start, self.p, self.key, self.ledger)

    def evenings(self, days=DAYS):
        """Play; yields the number of each day, 0 first, once it is over."""
        yield 0
        for now in range(1, days + 1):
            day(self.state, self.static, self.ledger, self.p, self.key, now)
            yield now

    def flow(self, name):
        """Sums of one flow per faction."""
        return self.ledger.flows[:, CODES.index(name)]


def men(state):
    """Men under arms of each faction: in towns, in hiding and on the road."""
    garrisons, marching = state.garrisons, state.columns
    total = (garrisons["local"] + garrisons["mobile"] + garrisons["sheltered"]).sum(axis=0)
    np.add.at(total, marching["faction"], marching["local"] + marching["mobile"])
    return total


def on_road(state):
    """Men of each faction on the road."""
    total = np.zeros(len(state.factions), np.int64)
    np.add.at(total, state.columns["faction"], state.columns["local"] + state.columns["mobile"])
    return total


@MANY
@given(**WORLDS)
def test_men_are_those_of_the_start_and_the_named_flows(country, changes, seed):
    world = World(country, changes, seed)
    held = world.start.garrisons["prisoners"].sum(axis=0)
    for now in world.evenings():
        assert (men(world.state) == men(world.start) + world.ledger.flows @ MEN_BY).all(), f"men, day {now}"
        captive = world.state.garrisons["prisoners"].sum(axis=0)
        assert (captive == held + world.ledger.flows @ PRISONERS_BY).all(), f"prisoners, day {now}"


@MANY
@given(**WORLDS)
def test_flows_agree_with_each_other_and_with_the_dead(country, changes, seed):
    """Who marched arrived, died on the road or is still on it; who left one side joined another."""
    world = World(country, changes, seed)
    flow, ledger = world.flow, world.ledger
    for now in world.evenings():
        gone = flow("arrived") + flow("lost_on_march") + on_road(world.state)
        assert (flow("marched") == gone).all(), f"day {now}"
    assert flow("defected").sum() == flow("joined").sum()
    dead = dict(zip(CAUSES, ledger.toll[:, :-1].sum(axis=2), strict=True))
    assert (dead["bomb"] == flow("bombed")).all()
    assert (dead["march"] == flow("lost_on_march")).all()
    assert (dead["battle"] + dead["front"] + dead["execution"] == flow("killed") + flow("executed")).all()
    assert (ledger.flows >= 0).all()
    assert (ledger.toll >= 0).all()


@MANY
@given(**WORLDS)
def test_towns_held_are_those_of_the_start_won_and_lost(country, changes, seed):
    world = World(country, changes, seed)
    factions = np.arange(len(world.static.kinds))[:, None]
    at_first = (world.start.towns["holder"] == factions).sum(axis=1)
    won, lost = world.ledger.won_towns, world.ledger.lost_towns
    for now in world.evenings():
        held = (world.state.towns["holder"] == factions).sum(axis=1)
        assert (held == at_first + won.sum(axis=1) - lost.sum(axis=1)).all(), f"day {now}"
    assert (won.sum(axis=1) == world.flow("took")).all()
    assert not lost[:, HOW_LOST.index("never")].any()


@MANY
@given(**WORLDS)
def test_money_is_that_of_the_start_and_the_named_flows(country, changes, seed):
    world = World(country, changes, seed)
    for now in world.evenings():
        expected = world.start.factions["treasury"] + world.ledger.money.sum(axis=1)
        assert np.allclose(world.state.factions["treasury"], expected, rtol=1e-9, atol=1e-6), f"day {now}"
    money = dict(zip(MONEY, world.ledger.money.T, strict=True))
    for name, (sign, _) in MONEY.items():
        if name not in ("seized", "edited_money"):
            assert (sign * money[name] >= 0).all(), name
    assert money["seized"].sum() == pytest.approx(0.0, abs=1e-6)
    assert money["aid"].sum() == pytest.approx(world.state.sponsors["spent"].sum())


@MANY
@given(**WORLDS)
def test_weapons_are_those_of_the_start_and_the_named_flows(country, changes, seed):
    world = World(country, changes, seed)
    before = men(world.start) * world.start.factions["armed"]
    for now in world.evenings():
        expected = before + world.ledger.weapons.sum(axis=1)
        assert np.allclose(world.state.factions["weapons"], expected, rtol=1e-9, atol=1e-6), f"day {now}"
    for name, (sign, _) in WEAPONS.items():
        flow = world.ledger.weapons[:, list(WEAPONS).index(name)]
        assert (sign * flow >= 0).all(), name
        if name in ("captured_weapons", "seized_weapons", "brought"):
            assert flow.sum() == pytest.approx(0.0, abs=1e-6)


def out_of_place(state, static):
    """Columns with a number that cannot be, as dotted names."""
    for name, columns in SHARES.items():
        for column in columns:
            values = getattr(state, name)[column]
            if not ((values >= -1e-12) & (values <= 1 + 1e-12)).all():
                yield f"{name}.{column}"
    for name, columns in NEVER_NEGATIVE.items():
        yield from (f"{name}.{column}" for column in columns if (getattr(state, name)[column] < 0).any())
    for name in TABLES:
        table = getattr(state, name)
        yield from (
            f"{name}.{column}" for column in table.dtype.names if not np.isfinite(table[column]).all()
        )
    for column in ("holder", "captor", "lost_by"):
        if not np.isin(state.towns[column], np.arange(-1, len(static.kinds))).all():
            yield f"towns.{column}"
    marching = state.columns[state.columns["local"] + state.columns["mobile"] > 0]
    for column in ("at", "next", "goal", "origin"):
        if not np.isin(marching[column], np.arange(len(static.places))).all():
            yield f"columns.{column}"


@MANY
@given(**WORLDS)
def test_shares_are_shares_and_numbers_are_numbers(country, changes, seed):
    world = World(country, changes, seed)
    for now in world.evenings():
        assert list(out_of_place(world.state, world.static)) == [], f"day {now}"
        backed = world.state.towns["no_one"] + world.state.garrisons["support"].sum(axis=1)
        assert np.allclose(backed, 1.0, atol=1e-9), f"day {now}"


@MANY
@given(**WORLDS)
def test_measures_are_numbers_and_count_everybody(country, changes, seed):
    world = World(country, changes, seed)
    focal, every = np.zeros(1, SERIES_ROW)[0], np.zeros(len(world.static.kinds), DAILY_ROW)
    for now in world.evenings():
        series(world.state, world.static, world.ledger, world.p, focal)
        daily(world.state, world.static, world.ledger, world.p, now, every)
        assert all(focal[name] >= 0 and np.isfinite(focal[name]) for name in SERIES), f"day {now}"
        assert all(np.isfinite(every[n]).all() for n in DAILY), f"day {now}"
        net = ("weapons_captured",)  # less those lost
        assert all((every[n] >= 0).all() for n in DAILY if n not in net), f"day {now}"
        assert (every["men"] == men(world.state)).all(), f"day {now}"
        assert (every["sole"] <= every["any"]).all(), f"day {now}"
        same = {"towns": "towns", "sole": "towns_sole", "any": "towns_any", "people": "people", "men": "men"}
        own = every[world.static.focal]
        assert all(own[name] == focal[other] for name, other in same.items()), f"day {now}"


@MANY
@given(**WORLDS)
def test_every_evening_is_one_that_can_be_loaded(country, changes, seed):
    world = World(country, changes, seed)
    for _ in world.evenings():
        check_state(world.state)


@MANY
@given(**WORLDS)
def test_war_is_mutual_and_the_regime_stands_outside(country, changes, seed):
    """Nobody is at war with itself; the wars of the regime and the Kurdish forces stay as they stood."""
    world = World(country, changes, seed)
    others = np.isin(world.static.kinds["side"], [REBEL, FOCAL], invert=True)
    standing = world.start.dyads["war"][:, others]
    for now in world.evenings():
        war = world.state.dyads["war"]
        assert (war == war.transpose(0, 2, 1)).all(), f"day {now}"
        assert not np.diagonal(war, axis1=1, axis2=2).any(), f"day {now}"
        assert (war[:, others] == standing).all(), f"day {now}"


def make_peace(world):
    """No hostility, no war, no incident and no dated event."""
    world.static.events["day"] = 999
    world.p.provocation.rate = 0.0
    for column in ("hostility", "war", "wants"):
        world.start.dyads[column] = 0


@MANY
@given(**WORLDS)
def test_without_hostility_nobody_fights(country, changes, seed):
    world = World(country, changes, seed, make_peace)
    for now in world.evenings():
        assert not world.ledger.fights.any(), f"day {now}"
    assert not world.ledger.toll.any()
    assert not world.state.dyads["war"].any()
    assert not world.state.dyads["hostility"].any()
    for name in ("killed", "bombed", "executed", "captured", "joined_war", "attack", "withdraw", "threat"):
        assert not world.flow(name).any(), name


def cut_off(world):
    """No sponsor has any money."""
    world.start.sponsors["budget"] = 0.0


@MANY
@given(**WORLDS)
def test_without_sponsors_nobody_is_paid_from_outside(country, changes, seed):
    world = World(country, changes, seed, cut_off)
    for _ in world.evenings(days=5):
        assert not world.state.factions["aid"].any()
    assert not world.ledger.money[:, list(MONEY).index("aid")].any()
