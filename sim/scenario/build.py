"""From a scenario's tables to arrays: the evening before the first day (ODD 5, initialization).

Everything here is fixed by the scenario. What depends on parameters or chance (thresholds, support
at rest) is initialized later, and the events of day 0 are applied then. The only file that knows networkx.
"""

import hashlib
import math
import zlib
from dataclasses import fields

import networkx as nx
import numpy as np
import pandas as pd

from sim.core.state import SPONSOR_KINDS, empty_state
from sim.core.static import EVENT_KINDS, KIND, SIDE, empty_static
from sim.scenario.cells import ScenarioError

COMPONENTS = ("frame", "polity", "territory")
REGIME_TO_REBELS, REGIME_TO_KURDS = 1.0, 0.8  # distance: off the axis of ideology (judged)
REGIME_AT_HOME, REGIME_ELSEWHERE = 0.3, 0.8  # leaning of towns it holds at the start, and of others (judged)
MISMATCH = 0.5  # added to a town's leaning away from a faction of another community (judged)
RIVALS_WITHIN = 0.35  # ideological distance of rivals over one constituency
UNLISTED_HOSTILITY = 0.1  # of a pair that no row of relations names (assumed)
QUIET = 0.1  # combat intensity of a siege, everywhere at the start (assumed)
RESTED = 30  # days of rest behind every front at the start (assumed)
BORDER = {"": 0, "turkey": 1, "iraq": 2}
KEPT = 8  # scenarios that stay built: calibrators ask for the same one thousands of times
_built = {}  # content of a scenario: its land and state, never given out but as copies


def build(scenario):
    """Land and state on the evening before the first day.

    Parameters
    ----------
    scenario : Scenario
        As from ``load_scenario``.

    Returns
    -------
    static : sim.core.static.Static
        What does not change; see `sim.core.static.empty_static`.
    state : sim.core.state.State
        What does, on day 0, before the events of that day; see `sim.core.state.empty_state`.
    """
    content = content_of(scenario)
    if content not in _built:
        rows = Rows(scenario)
        holder = rows.of(rows.town, rows.faction, scenario.holders)
        static = build_land(scenario, rows, holder)
        if len(_built) >= KEPT:
            _built.pop(next(iter(_built)))
        _built[content] = static, build_state(scenario, rows, holder, static)
    static, state = _built[content]
    return static.copy(), state.copy()


def content_of(scenario):
    """Hash of everything a scenario says now: its own is that of the files it was read from."""
    hashed = hashlib.sha256()
    for name in (field.name for field in fields(scenario)):
        value = getattr(scenario, name)
        if isinstance(value, pd.DataFrame):
            value = [(column, values.tolist()) for column, values in value.items()]
        hashed.update(repr((name, value)).encode())
    return hashed.hexdigest()


class Rows:
    """Row numbers of ids: towns, factions, sponsors, provinces."""

    def __init__(self, scenario):
        self.town = numbered(scenario.town_ids)
        self.faction = numbered(scenario.faction_ids)
        self.sponsor = numbered(scenario.sponsor_ids)
        self.province = numbered(scenario.provinces)
        self.shape = (len(self.town), len(self.faction), len(self.province), len(self.sponsor))

    @staticmethod
    def of(keys, values, table):
        """Row of the value of each key, -1 where there is none."""
        return np.array([values.get(table.get(key, ""), -1) for key in keys], np.int64)


def numbered(ids):
    """``{id: row}``."""
    return {name: row for row, name in enumerate(ids)}


def uids(ids):
    """Stable numbers of some ids, the same in every scenario; two ids with one number are refused.

    Examples
    --------
    >>> uids(["azaz"])
    array([932077624])
    """
    numbers = [zlib.crc32(name.encode()) for name in ids]
    if len(set(numbers)) < len(numbers):
        twice = sorted(name for name, number in zip(ids, numbers, strict=True) if numbers.count(number) > 1)
        raise ScenarioError(
            [f"the ids {', '.join(map(repr, twice))} share one number; expected another spelling of one"]
        )
    return np.array(numbers, np.int64)


def graph(scenario):
    """Road graph of a scenario: town ids with their columns, roads with ``km`` and ``class``."""
    roads = nx.Graph(name=scenario.name)
    for town in scenario.towns[["id", "name", "province", "latitude", "longitude"]].to_dict("records"):
        roads.add_node(town.pop("id"), **town)
    for road in scenario.roads[["a", "b", "km", "class", "via"]].to_dict("records"):
        roads.add_edge(road.pop("a"), road.pop("b"), **road)
    return roads


def build_land(scenario, rows, holder):
    """Build the tables that do not change."""
    roads = graph(scenario)
    links, link_km = neighbours(roads, rows)
    km = road_distances(roads, rows)
    distance = ideological_distance(scenario)
    static = empty_static(*rows.shape[:2], links.shape[1], len(scenario.events))
    fill_places(static.places, scenario, rows, roads)
    fill_kinds(static.kinds, scenario)
    fill_homes(static.homes, scenario, rows, holder)
    fill_events(static.events, scenario, rows)
    static.distance, static.rival = distance, rivals(scenario, distance)
    static.leaning = town_leaning(scenario, rows, holder)
    static.links, static.link_km, static.km = links, link_km, km
    static.ahead, static.ahead_km = roads_ahead(links, link_km)
    static.near = [sorted(range(len(km)), key=lambda t, own=own: (own[t], t)) for own in km]
    static.focal = rows.faction[scenario.focal]
    return static


def neighbours(roads, rows):
    """Neighbours by road in the order of their rows, and the km of those roads."""
    widest = max(degree for _, degree in roads.degree)
    links = np.full((len(rows.town), widest), -1, np.int64)
    km = np.full(links.shape, np.inf)
    for town, row in rows.town.items():
        for place, other in enumerate(sorted(roads[town], key=rows.town.get)):
            links[row, place] = rows.town[other]
            km[row, place] = roads[town][other]["km"]
    return links, km


def road_distances(roads, rows):
    """Km between all towns by the shortest road; rounded to the metre, so that both ways agree."""
    km = np.zeros((len(rows.town), len(rows.town)))
    for town, reached in nx.all_pairs_dijkstra_path_length(roads, weight="km"):
        for other, length in reached.items():
            km[rows.town[town], rows.town[other]] = round(length, 3)
    return km


def roads_ahead(links, link_km):
    """Next town on the shortest road between any two towns, and its km; ties go to the first by row.

    Parameters
    ----------
    links, link_km : array, shape (T, K)
        As of sim.core.static.

    Returns
    -------
    (array of int64, array of float64), shape (T, T)
        Row: from; column: to. -1 and 0 where there is no road, and on the diagonal.
    """
    towns = len(links)
    roads = nx.Graph()
    roads.add_nodes_from(range(towns))
    for u, v in np.argwhere(links >= 0):
        roads.add_edge(int(u), int(links[u, v]), km=float(link_km[u, v]))
    ahead, km = np.full((towns, towns), -1, np.int64), np.zeros((towns, towns))
    for goal in range(towns):
        cost = nx.single_source_dijkstra_path_length(roads, goal, weight="km")
        for at in cost.keys() - {goal}:
            ways = [
                (cost[v] + d, k)
                for k, (v, d) in enumerate(zip(links[at], link_km[at], strict=True))
                if v >= 0
            ]
            place = min(ways)[1]
            ahead[at, goal], km[at, goal] = links[at, place], link_km[at, place]
    return ahead, km


def fill_places(places, scenario, rows, roads):
    """Columns of PLACE."""
    towns = scenario.towns
    places.uid = uids(towns["id"])
    places.province = [rows.province[p] for p in towns["province"]]
    places.degree = [roads.degree[t] for t in towns["id"]]
    places.border = [BORDER[b] for b in towns["border"]]
    for name in ("toll", "oil", "civic"):
        places[name] = towns[name]


def fill_kinds(kinds, scenario):
    """Columns of KIND."""
    factions = scenario.factions
    kinds.uid = uids(factions["id"])
    kinds.side = [SIDE.index(s) for s in factions["side"]]
    blocs = [bloc or f"{name} alone" for bloc, name in zip(factions["bloc"], factions["id"], strict=True)]
    kinds.bloc = [sorted(set(blocs)).index(bloc) for bloc in blocs]
    for name in KIND:
        if name not in ("uid", "side", "bloc"):
            kinds[name] = factions[name]


def fill_homes(homes, scenario, rows, holder):
    """Columns of HOME; a faction without a base has one where most of its men are."""
    largest = largest_garrisons(scenario)
    for f, faction in enumerate(scenario.factions.itertuples(index=False)):
        bases = faction.bases or largest.get(faction.id, ())
        homes.stronghold[[rows.town[t] for t in bases], f] = 1
        homes.core[[rows.town[t] for t in faction.core or bases], f] = 1
        homes.held[:, f] = holder == f
        homes.native[:, f] = [p in faction.provinces for p in scenario.towns["province"]]


def largest_garrisons(scenario):
    """Town where each faction has most men, as ``{faction: (town,)}``; ties by id."""
    most = {}
    for g in scenario.garrisons.itertuples(index=False):
        if g.local + g.mobile > most.get(g.faction, (0,))[0]:
            most[g.faction] = (g.local + g.mobile, g.town)
    return {faction: (town,) for faction, (_, town) in most.items()}


def ideological_distance(scenario):
    """Distance of two factions: Euclidean over three scores, 0 to 1; the regime is off the axis."""
    sides = list(scenario.factions["side"])
    scores = (scenario.factions[list(COMPONENTS)].to_numpy(float) - 1.0) / 4.0
    distance = np.zeros((len(sides), len(sides)))
    for a in range(len(sides)):
        for b in range(len(sides)):
            if a == b:
                continue
            if "regime" in (sides[a], sides[b]):
                distance[a, b] = REGIME_TO_KURDS if "kurdish" in (sides[a], sides[b]) else REGIME_TO_REBELS
            else:
                distance[a, b] = math.sqrt(
                    math.fsum((x - y) ** 2 for x, y in zip(scores[a], scores[b], strict=True)) / 3.0
                )
    return distance


def town_leaning(scenario, rows, holder):
    """Distance of town and faction: ideology, and half a unit between communities; at most 1."""
    leaning = np.zeros(rows.shape[:2])
    for f, faction in enumerate(scenario.factions.itertuples(index=False)):
        for t, town in enumerate(scenario.towns.itertuples(index=False)):
            if faction.side == "regime":
                leaning[t, f] = REGIME_AT_HOME if holder[t] == f else REGIME_ELSEWHERE
                continue
            community = "kurdish" if faction.side == "kurdish" else "arab"
            strange = MISMATCH if town.community not in (community, "mixed") else 0.0
            leaning[t, f] = min(1.0, abs(town.civic - faction.ideology) + strange)
    return leaning


def rivals(scenario, distance):
    """1 where two rebel factions (or the focal one) are close in ideology and share a core province."""
    found = np.zeros(distance.shape, np.int64)
    able = [side in ("rebel", "focal") for side in scenario.factions["side"]]
    home = [set(p) for p in scenario.factions["provinces"]]
    for a, b in np.argwhere(distance <= RIVALS_WITHIN):
        found[a, b] = a != b and able[a] and able[b] and bool(home[a] & home[b])
    return found


def fill_events(events, scenario, rows):
    """Columns of EVENT, by day."""
    for row, event in zip(events, scenario.events.itertuples(index=False), strict=True):
        who = rows.sponsor if event.kind in ("sponsor", "endorsement") else rows.faction
        row.day, row.kind = event.day, EVENT_KINDS.index(event.kind)
        row.who, row.whom = who.get(event.who, -1), rows.faction.get(event.whom, -1)
        row.province, row.town = rows.province.get(event.province, -1), rows.town.get(event.town, -1)
        row.amount, row.days = event.amount, event.days


def build_state(scenario, rows, holder, static):
    """Build the tables that change, as on the evening before the first day."""
    state = empty_state(*rows.shape)
    fill_towns(state.towns, scenario, holder)
    state.garrisons.goal = state.fronts.target = -1
    for g in scenario.garrisons.itertuples(index=False):
        cell = state.garrisons[rows.town[g.town], rows.faction[g.faction]]
        cell.local += g.local
        cell.mobile += g.mobile
    factions = state.factions
    factions.uid = static.kinds.uid
    for name in ("treasury", "coercion", "services"):
        factions[name] = scenario.factions[name]
    factions.armed = scenario.factions["arms"]
    factions.command, factions.paid = 1.0, 1.0
    state.fronts.cohesion, state.fronts.rest = 1.0, RESTED
    fill_dyads(state.dyads, scenario, rows)
    fill_sponsors(state, scenario, rows)
    for name, value in scenario.theatre.items():
        state.theatre[name] = value
    return state


def fill_towns(towns, scenario, holder):
    """Columns of TOWN that the scenario fixes."""
    towns.uid = uids(scenario.towns["id"])
    towns.people = scenario.towns["people"]
    towns.holder, towns.captor = holder, holder
    towns.combat_intensity = QUIET
    towns.taken, towns.lost_by = -1, -1
    towns.open = scenario.towns["open"]


def fill_dyads(dyads, scenario, rows):
    """Hostility and ties; a row counts both ways unless another gives the way back."""
    dyads.hostility = UNLISTED_HOSTILITY
    listed = list(scenario.relations.itertuples(index=False))
    for narrow in (False, True):  # rows of one province after, and over, rows of all
        for back in (True, False):  # each way given after, and over, the way back
            for r in listed:
                if bool(r.province) != narrow:
                    continue
                places = slice(None) if not narrow else rows.province[r.province]
                a, b = rows.faction[r.a], rows.faction[r.b]
                first, second = (b, a) if back else (a, b)
                dyads.hostility[places, first, second] = r.hostility
                dyads.tie[places, first, second] = r.tie
    for f in rows.faction.values():
        dyads.hostility[:, f, f] = 0.0
    standing = dyads.tie == -2
    dyads.war[standing] = 1
    dyads.wants[standing] = 1


def fill_sponsors(state, scenario, rows):
    """Sponsors with their money, and whom they pay."""
    state.sponsors.uid = uids(scenario.sponsors["id"])
    state.sponsors.kind = [SPONSOR_KINDS.index(k) for k in scenario.sponsors["class"]]
    state.sponsors.rewards = scenario.sponsors["pays_for_fighting"]
    state.sponsors.budget = scenario.sponsors["budget"]
    state.sponsors.flow = 1.0
    for p in scenario.patronage.itertuples(index=False):
        cell = state.patronage[rows.sponsor[p.sponsor], rows.faction[p.faction]]
        cell.weight, cell.open = p.weight, p.open
