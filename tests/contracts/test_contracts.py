"""Each process reads and writes what it says, and nothing else; the order of processes and of rows.

A scene is a moment of a day in a made-up country at war, just before one process. The process is played on
copies of it: what it changes are its writes; a column whose values may be anything without a change elsewhere
is not read. The snapshot of the morning is everybody's and needs no declaration.
"""

import ast
import csv
import functools
import importlib
import inspect
import pkgutil
from collections import Counter

import numpy as np
import pytest
import toy
from arena import COMPILED, book, countries, parameters

import sim.core.day
import sim.core.processes
from sim.core.day import day
from sim.core.initial import initialize_run
from sim.core.rng import run_key
from sim.core.snapshot import list_wars
from sim.core.state import TABLES, columns_of, empty_state
from sim.core.static import EVENT_KINDS, SIDE, empty_static
from sim.params import PROCESSES, Params, declared, rows, with_values
from sim.scenario import load_scenario
from sim.scenario.build import build, roads_ahead

pytestmark = pytest.mark.uncompiled
NAMES = sorted(m.name for m in pkgutil.iter_modules(sim.core.processes.__path__))
MODULES = {name: importlib.import_module(f"sim.core.processes.{name}") for name in NAMES}
SNAPSHOT = list(TABLES)[list(TABLES).index("snapshot") :]
SETS = {
    "town_index": ("mighty", "armed", "barred", "hidden", "jailed", "felt"),
    "relations_index": ("wars", "foes"),
}
COUNTRIES = 30 if COMPILED else 6
CROWDED = (2, 3, 5) if COMPILED else (3,)
EVENINGS = (*range(6), *range(8, 60, 4)) if COMPILED else (0, 1, 2, 4, 7, 12)


# --- scenes ---------------------------------------------------------------------------------------------


@functools.cache
def lively():
    """Parameters two thirds up their bounds, with first movers, truces, arrests and yielding made easy."""
    values = {name: (p.low + 2 * p.high) / 3 for name, p in declared().items() if p.kind == "real"}
    values = {name: value for name, value in values.items() if not name.startswith("outcomes.")}
    values |= {f"{name}.on": True for name in NAMES}  # a new process ships off
    easy = {
        "alignment": {"threshold_mean": 0.25},
        "plans": {"withdrawal_odds": 0.7, "days_hopeless": 1.0, "columns": 2.0},
        "battle": {"yield_odds": 2.0, "slip_away": 0.3},
        "march": {"passage": 0.1, "speed": 25.0},
        "bargains": {"rate": 0.15},
    }
    easy["plans"] |= {"truce_offer": 0.4, "truce_acceptance": 0.6}
    values |= {f"{group}.{name}": value for group, of in easy.items() for name, value in of.items()}
    return rows([with_values(Params(), values)])[0]


@functools.cache
def all_off():
    """The same parameters with every process off: a day of them is the morning alone."""
    p = lively().copy()
    for name in NAMES:
        p[name]["on"] = 0.0
    return p


AMOUNTS = {"reinforcement": 40.0, "iraq": 5.0, "border": 1.0}


def with_events_of_each_kind(static, now):
    """The land with dated events of every kind for today: about one, and about all where that may be."""
    static, row = static.resized(events=2 * len(EVENT_KINDS)), 0
    for code, kind in enumerate(EVENT_KINDS):
        for named in (True, False):
            all_concerned = not named and kind in ("hostility", "war_order", "truce")
            event = static.events[row]
            event.day, event.kind, event.amount, event.days = now, code, AMOUNTS.get(kind, 0.4), 5
            event.who = event.province = -1 if all_concerned else 0
            event.whom = -1 if all_concerned or (kind == "sponsor" and not named) else 1 + named
            event.town = int(named)
            row += 1
    return static


@functools.cache
def evenings():
    """Evenings of several made-up countries: (land with events for tomorrow, state, tomorrow, luck)."""
    found = []
    for number, (static, state) in enumerate(countries(COUNTRIES)):
        luck, ledger = np.uint64(run_key(number, 0)), book(state)
        state = initialize_run(static, state, lively(), luck, ledger)
        for evening in range(EVENINGS[-1] + 1):
            if evening > 0:
                day(state, static, ledger, lively(), luck, evening)
            if evening in EVENINGS:
                found.append((with_events_of_each_kind(static, evening + 1), state.copy(), evening + 1, luck))
            if evening in CROWDED:
                crowd = crowded(state, static, np.random.default_rng((number, evening)))
                found.append((static, crowd, evening + 1, luck))
    return found


def crowded(state, static, rng):
    """The same evening with men of everyone in most towns, and all rebels at war with the focal faction.

    Here are the rare moments: truces offered by the hard-pressed, units that go over, fights for every post.
    """
    state, shape = state.copy(), state.garrisons.shape
    there = rng.uniform(size=shape) < 0.7
    state.garrisons.mobile[...] = np.where(there, rng.integers(5, 300, shape), 0)
    state.garrisons.local[...] = np.where(there, rng.integers(0, 60, shape), 0)
    state.towns.holder = rng.integers(0, shape[1], shape[0])
    rebels = np.flatnonzero(static.kinds.side == SIDE.index("rebel"))
    for column in ("war", "wants"):
        state.dyads[column][:, static.focal, rebels] = state.dyads[column][:, rebels, static.focal] = 1
    state.dyads.hostility *= 0.3
    for column in ("arms", "command", "quality"):
        state.factions[column] = rng.uniform(0.2, 2.0, shape[1])
    state.fronts.cohesion = rng.uniform(0.2, 1.0, state.fronts.shape)
    state.garrisons.odds = rng.uniform(0.0, 1.5, shape)
    state.factions.weapons = rng.uniform(0.0, 2.0, shape[1]) * (
        state.garrisons.local + state.garrisons.mobile
    ).sum(0)
    return state


def left_behind(state):
    """The same evening with what men who are gone had in mind: columns come to towns they meant to leave."""
    state, rng = state.copy(), np.random.default_rng(0)
    gone = state.garrisons.mobile + state.garrisons.local == 0
    for column in ("hopeless", "columns_left"):
        state.garrisons[column] = np.where(gone, rng.integers(0, 3, gone.shape), state.garrisons[column])
    return state


def play(name, static, state, now, luck, ledger=None):
    """Play one process in place; returns the state."""
    process = getattr(MODULES[name], name)
    values = {"state": state, "static": static, "key": luck, "now": now, "road": lively().march}
    values["ledger"] = book(state) if ledger is None else ledger
    values["p"] = lively() if name == "plans" else lively()[name]
    process(*[values[k] for k in inspect.signature(getattr(process, "py_func", process)).parameters])
    return state


def play_one_by_one(static, state, now, luck, ledger, left_out=()):
    """Play a day in place, process by process; yields the name of each before it is played."""
    for name in PROCESSES:
        if name == "sponsorship":  # the morning is seen after the events of the day
            day(state, static, ledger, all_off(), luck, now)
        if name in left_out:
            continue
        yield name
        play(name, static, state, now, luck, ledger)
        if name in ("alignment", "plans"):
            list_wars(state, static, now)


@functools.cache
def scenes():
    """Each process in each of its moments: {name: [(land, day, luck, state before, state after)]}."""
    found = {name: [] for name in NAMES}
    for static, state, now, luck in evenings():
        running = state.copy()
        for name in play_one_by_one(static, running, now, luck, book(state)):
            before = running.copy()
            found[name].append((static, now, luck, before, play(name, static, running.copy(), now, luck)))
    return found


def columns(state):
    """Columns of the state that a process must declare, as {dotted name: array}."""
    return {f"{t}.{c}": getattr(state, t)[c] for t in TABLES if t not in SNAPSHOT for c in TABLES[t]}


# --- reads and writes -----------------------------------------------------------------------------------


def test_every_process_has_parameters_and_a_file():
    assert sorted(PROCESSES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_says_what_exists_and_says_it_once(name):
    for columns_declared in (MODULES[name].READS, MODULES[name].WRITES):
        listed = columns_of(columns_declared)
        assert set(listed) <= set(columns(evenings()[0][1]))
        assert not [column for column, times in Counter(listed).items() if times > 1]


@pytest.mark.parametrize("name", NAMES)
def test_writes_what_it_says(name):
    changed, own = set(), scenes()[name]
    if name == "march":  # columns that come to a town which men who are gone meant to leave
        moments = [(static, now, luck, left_behind(state)) for static, now, luck, state, _ in own]
        own = [*own, *((*m, play(name, m[0], m[3].copy(), *m[1:3])) for m in moments)]
    for *_, before, after in own:
        now = columns(after)
        changed |= {c for c, values in columns(before).items() if values.tobytes() != now[c].tobytes()}
    declared = set(columns_of(MODULES[name].WRITES))
    assert changed - declared == set(), "written, not declared"
    if COMPILED:  # a few scenes do not show everything
        assert declared - changed == set(), "declared, never written"


FACTION_ROWS = ("holder", "captor", "lost_by", "faction")
ON_ROAD = ("goal", "origin", "at", "next")
TOWN_ROWS = (*ON_ROAD, "target")
CODES = {"how_lost": 6, "gave_up": 6, "purpose": 5, "kind": 6}


WAYS = ("other", "turned round", "many times as much")


def nudged(column, values, shape, way="other"):
    """Other values for a column, such as it could hold."""
    name = column.split(".")[1]
    if way == "turned round":
        return values.ravel()[::-1].reshape(values.shape)
    if way == "many times as much" and values.dtype.kind == "f":
        return values * 9.0
    if name in FACTION_ROWS or name in TOWN_ROWS:
        return (values + 1) % shape[name in FACTION_ROWS]
    if name in CODES:
        return (values + 1) % CODES[name]
    if name in ("contested", "open", "wants", "war"):
        return 1 - values
    if name == "tie":
        return np.where(values < 0, 1, -2)
    return values + 3 if values.dtype.kind == "i" else values * 0.7 + 0.1


def differing(name, nudge, scene, way="other"):
    """Columns that come out otherwise than usual; of the nudged ones only cells that were written count."""
    static, now, luck, state, after = scene
    other = state.copy()
    for column, values in columns(other).items():
        if column in nudge:
            values[...] = nudged(column, values, state.garrisons.shape, way)
    before, usual = columns(state), columns(after)
    for column, values in columns(play(name, static, other, now, luck)).items():
        written = (usual[column] != before[column]) if column in nudge else True
        if ((values != usual[column]) & written).any():
            yield column


@pytest.mark.parametrize("name", NAMES)
def test_reads_nothing_else(name):
    unread = set(columns(evenings()[0][1])) - set(columns_of(MODULES[name].READS))
    for scene in scenes()[name]:
        for moved in differing(name, unread, scene):
            culprits = [c for c in sorted(unread) if moved in differing(name, {c}, scene)]
            pytest.fail(f"{name} reads {culprits}, which it does not declare: {moved} changes")


@pytest.mark.skipif(not COMPILED, reason="takes scenes by the hundred")
@pytest.mark.parametrize("name", NAMES)
def test_reads_all_it_says(name):
    """What is read only to be added to (``lost += dead``) shows in no other column, and is let pass."""
    for column in sorted(set(columns_of(MODULES[name].READS)) - set(columns_of(MODULES[name].WRITES))):
        tries = ((scene, way) for scene in scenes()[name] for way in WAYS)
        assert any(any(differing(name, {column}, *tried)) for tried in tries), f"{column} is not read"


# --- the schedule ---------------------------------------------------------------------------------------


def calls_of_the_day():
    """Processes called in sim.core.day.day with the switch that guards each, in order."""
    tree = ast.parse(inspect.getsource(sim.core.day))
    body = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "day").body
    for statement in body:
        guard = ast.unparse(statement.test).split(" and ")[0] if isinstance(statement, ast.If) else ""
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
                yield node.func.id, guard


def test_a_day_calls_every_process_once_behind_its_own_switch():
    assert [(name, f"p.{name}.on") for name in PROCESSES] == list(calls_of_the_day())


def test_a_day_with_every_process_off_only_counts():
    static, state, now, luck = evenings()[0]
    after, ledger = state.copy(), book(state)
    day(after, static, ledger, all_off(), luck, now)
    changed = {c for c, v in columns(after).items() if v.tobytes() != columns(state)[c].tobytes()}
    assert changed <= {f"fronts.{name}" for name in ("men", "lost", "towns_lost", "attacked")}
    assert not any(table.any() for table in (ledger.flows, ledger.money, ledger.toll, ledger.fights))


@pytest.mark.parametrize(
    "left_out", [(), *((name,) for name in PROCESSES)], ids=lambda left: "".join(left) or "none"
)
def test_a_day_is_its_processes_one_after_the_other(left_out):
    """All of them, or all but the one that is switched off."""
    p = lively().copy()
    for name in left_out:
        p[name]["on"] = 0.0
    for static, state, now, luck in evenings()[1 :: 3 if not left_out else 13]:
        whole, parts, ledger, other = state.copy(), state.copy(), book(state), book(state)
        day(whole, static, ledger, p, luck, now)
        for _ in play_one_by_one(static, parts, now, luck, other, left_out):
            pass
        assert (whole.tobytes(), ledger.tobytes()) == (parts.tobytes(), other.tobytes())


def test_days_count_from_one():
    """An event dated for a day befalls on that day, neither before nor after."""
    static, state, _, luck = evenings()[0]
    static, state, seen = with_events_of_each_kind(static, 3), state.copy(), []
    static.events.day[static.events.kind != EVENT_KINDS.index("endorsement")] = 99
    p = parameters(events={"prior_hostility": 1.0, "last_day": 271.0}, march={"distance": 50.0})
    ledger = book(state)
    for now in range(1, 6):
        before = state.factions.legitimacy.copy()
        day(state, static, ledger, p, luck, now)
        seen.append(bool((state.factions.legitimacy != before).any()))
    assert seen == [False, False, True, False, False]


# --- order of rows --------------------------------------------------------------------------------------


def places_of(order):
    """New row of each old one."""
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place


def moved(values, order):
    """Row numbers after the rows they point to were put in another order; -1 stays."""
    return np.where(values >= 0, places_of(order)[values], values)


def reordered_state(state, t, f):
    """The same state with towns in the order t and factions in the order f."""
    new = state.copy()
    for name in TABLES:
        old = getattr(state, name)
        if name in ("towns", "garrisons", "snapshot", "town_index", "rooms"):
            old = old[t]
        if name in ("garrisons", "fronts", "patronage", "snapshot", "relations_index", "rooms"):
            old = old[:, f]
        if name == "dyads":
            old = old[:, f][:, :, f]
        if name == "followers":
            old = old[f][:, f]
        getattr(new, name)[...] = old[f] if name in ("factions", "location_lists", "location_counts") else old
    for name in ("holder", "captor", "lost_by"):
        new.towns[name] = moved(new.towns[name], f)
    new.garrisons["goal"], new.fronts["target"] = (
        moved(new.garrisons["goal"], t),
        moved(new.fronts["target"], t),
    )
    new.columns["faction"] = moved(new.columns["faction"], f)
    for name in ON_ROAD:
        new.columns[name] = moved(new.columns[name], t)
    for row, town in enumerate(t):
        here = state.snapshot["present"][town, : state.town_index["count"][town]]
        new.snapshot["present"][row, : len(here)] = np.sort(moved(here, f))
    for name, sets in SETS.items():
        for column in sets:
            getattr(new, name)[column] = with_bits(getattr(new, name)[column], places_of(f))
    new.relations_index["centre"] = moved(new.relations_index["centre"], t)
    for row in range(len(f)):
        for column, count in (("town", "towns"), ("supply", "bases")):
            listed = new.location_lists[column][row, : new.location_counts[count][row]]
            listed[...] = np.sort(moved(listed, t))
    return new


def with_bits(sets, places):
    """Sets of factions, each moved to its new place."""
    return sum(((sets >> old & 1) << new for old, new in enumerate(places)), np.zeros_like(sets))


def reordered_land(static, t, f):
    """The same land with towns in the order t and factions in the order f."""
    new = static.copy()
    new.places[...], new.kinds[...], new.homes[...] = static.places[t], static.kinds[f], static.homes[t][:, f]
    new.distance[...], new.rival[...] = static.distance[f][:, f], static.rival[f][:, f]
    new.leaning[...], new.km[...] = static.leaning[t][:, f], static.km[t][:, t]
    new.links[...], new.link_km[...] = moved(static.links[t], t), static.link_km[t]
    new.near[...] = np.argsort(new.km, axis=1, kind="stable")
    new.ahead[...], new.ahead_km[...] = roads_ahead(new.links, new.link_km)
    new.focal = places_of(f)[static.focal]
    sponsors = np.isin(
        static.events["kind"], [EVENT_KINDS.index("sponsor"), EVENT_KINDS.index("endorsement")]
    )
    new.events["who"] = np.where(sponsors, static.events["who"], moved(static.events["who"], f))
    new.events["whom"], new.events["town"] = moved(static.events["whom"], f), moved(static.events["town"], t)
    return new


def alike(one, other):
    """True if two states are the same but for the rounding of sums and the rows columns march in."""

    def marching(state):
        return np.sort(state.columns[state.columns["local"] + state.columns["mobile"] > 0]).tobytes()

    pairs = zip(columns(one).items(), columns(other).values(), strict=True)
    same = all(
        np.allclose(a, b, rtol=1e-9, atol=1e-12) for (c, a), b in pairs if not c.startswith("columns.")
    )
    return same and marching(one) == marching(other)


# What little the order of rows, which is that of ids, still decides. Share of scenes that may differ:
BY_ID = {
    ("factions", "alignment"): 0.01,  # sums round differently, and a threshold is an edge
    ("towns", "battle"): 0.08,  # a commander's death tells in the next town
    ("towns", "retaliation"): 0.01,  # two bombs at one place: the first finds more men
    ("factions", "retaliation"): 0.01,
}


@pytest.mark.parametrize("what", ["towns", "factions"])
@pytest.mark.parametrize("name", NAMES)
def test_order_of_rows_does_not_matter(what, name):
    """Relabelled towns and factions give the same world, relabelled (their uids go along)."""
    unlike = 0
    for number, (static, now, luck, state, after) in enumerate(scenes()[name]):
        rng = np.random.default_rng(number)
        t, f = (np.arange(n) for n in state.garrisons.shape)
        t, f = (rng.permutation(t), f) if what == "towns" else (t, rng.permutation(f))
        other = play(name, reordered_land(static, t, f), reordered_state(state, t, f), now, luck)
        unlike += not alike(reordered_state(other, places_of(t), places_of(f)), after)
    assert unlike <= BY_ID.get((what, name), 0.0) * len(scenes()[name])


def shifted(values):
    """Row numbers where one row was put before all others; -1 stays."""
    return np.where(values >= 0, values + 1, values)


def with_a_first_row(old, new):
    """Fill all but the first row (and column) of a larger table; the first is like the old first, empty."""
    inner = tuple(slice(n - o, None) for n, o in zip(new.shape, old.shape, strict=True))
    new[inner] = old
    return inner


def enlarged(static, state):
    """The same world with one more town and one more faction: first in their tables, far away and unarmed."""
    towns, factions = state.garrisons.shape
    other = empty_state(towns + 1, factions + 1, len(state.fronts), len(state.sponsors))
    ground = empty_static(towns + 1, factions + 1, static.links.shape[1], len(static.events))
    other.towns[0], other.factions[0] = state.towns[0], state.factions[0]
    ground.places[0], ground.kinds[0] = static.places[0], static.kinds[0]
    for name in TABLES:
        with_a_first_row(getattr(state, name), getattr(other, name))
    for name in ("places", "kinds", "homes", "events", "distance", "leaning", "rival", "links", "link_km"):
        with_a_first_row(getattr(static, name), getattr(ground, name))
    for column in ("holder", "captor", "lost_by"):
        other.towns[column] = shifted(other.towns[column])
        other.towns[column][0] = -1
    other.garrisons["goal"] = shifted(other.garrisons["goal"])
    other.fronts["target"] = shifted(other.fronts["target"])
    other.columns["faction"] = shifted(other.columns["faction"])
    for column in ON_ROAD:
        other.columns[column] = shifted(other.columns[column])
    other.snapshot["present"][1:, :-1] = shifted(state.snapshot["present"])
    for name, sets in SETS.items():
        for column in sets:
            getattr(other, name)[column] <<= 1
    other.relations_index["centre"] = shifted(other.relations_index["centre"])
    for column in ("town", "supply"):
        other.location_lists[column][1:, :-1] = shifted(state.location_lists[column])
    other.towns["uid"][0], other.factions["uid"][0], ground.kinds["bloc"][0] = 3, 4, 99
    ground.places["border"][0] = other.town_index["count"][0] = 0
    other.location_counts["towns"][0] = other.location_counts["bases"][0] = 0
    ground.links[1:], ground.links[0], ground.link_km[0] = shifted(static.links), -1, np.inf
    ground.km[...] = 900.0
    ground.km[1:, 1:], ground.km[0, 0] = static.km, 0.0
    ground.near[...] = np.argsort(ground.km, axis=1, kind="stable")
    ground.ahead[...], ground.ahead_km[...] = roads_ahead(ground.links, ground.link_km)
    sponsors = np.isin(
        static.events["kind"], [EVENT_KINDS.index("sponsor"), EVENT_KINDS.index("endorsement")]
    )
    ground.events["who"] = np.where(sponsors, static.events["who"], shifted(static.events["who"]))
    ground.events["whom"], ground.events["town"] = (
        shifted(static.events["whom"]),
        shifted(static.events["town"]),
    )
    ground.focal = static.focal + 1
    return ground, other


def without_the_first(state, like):
    """Columns of an enlarged state but for the town and faction that came first."""
    back = {*FACTION_ROWS, *TOWN_ROWS}
    for name, values in columns(state).items():
        size = columns(like)[name].shape
        inner = values[tuple(slice(n - o, None) for n, o in zip(values.shape, size, strict=True))]
        yield name, np.where(inner >= 0, inner - 1, inner) if name.split(".")[1] in back else inner


@pytest.mark.skipif(COMPILED, reason="every scene is enlarged in Python; .ci/run does it uncompiled")
@pytest.mark.parametrize("name", NAMES)
def test_one_more_town_and_faction_leave_the_luck_of_the_others_alone(name):
    for static, now, luck, state, after in scenes()[name][1::2]:
        ground, other = enlarged(static, state)
        play(name, ground, other, now, luck)
        usual = columns(after)
        for column, values in without_the_first(other, state):
            same = np.isclose(values, usual[column], rtol=1e-12, atol=1e-12)
            assert same.all(), f"{column} on day {now}"


def shuffle_lines(file, rng):
    """Put the lines below the header in another order."""
    with file.open(encoding="utf-8", newline="") as f:
        header, *lines = csv.reader(f)
    with file.open("w", encoding="utf-8", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows(
            [header, *[lines[k] for k in rng.permutation(len(lines))]]
        )


def test_order_of_lines_in_files_does_not_matter(tmp_path):
    """Two folders with the lines of every table in another order play the same world to the last bit."""
    worlds = []
    for shuffled in (False, True):
        folder = toy.write(tmp_path / f"shuffled_{shuffled}")
        for file in sorted(folder.glob("*.csv")) if shuffled else []:
            shuffle_lines(file, np.random.default_rng(7))
        static, state = build(load_scenario(folder))
        luck, ledger = np.uint64(run_key(5, 0)), book(state)
        state = initialize_run(static, state, lively(), luck, ledger)
        for now in range(1, 6):
            day(state, static, ledger, lively(), luck, now)
        worlds.append((static.tobytes(), state.tobytes(), ledger.tobytes()))
    assert worlds[0] == worlds[1]
