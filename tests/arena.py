"""Worlds for the tests: bare ones, in which everything is neutral unless set, and made-up countries."""

import functools

import numba
import numpy as np
import toy

from sim.core.ledger import empty_ledger
from sim.core.snapshot import take_snapshot
from sim.core.state import empty_state
from sim.core.static import empty_static
from sim.params import Params, as_dict, rows
from sim.scenario.build import build, roads_ahead

COMPILED = not numba.config.DISABLE_JIT
FAR = 1000.0  # km between towns that have nothing to do with each other


def apart(towns):
    """Road km of towns that are all far from each other."""
    km = np.full((towns, towns), FAR)
    np.fill_diagonal(km, 0.0)
    return km


def in_a_row(towns, step):
    """Road km of towns along one road, ``step`` km apart."""
    place = np.arange(towns) * step
    return np.abs(place[:, None] - place[None, :])


def roads_of(km, step):
    """Neighbours at exactly ``step`` km, and the km of those roads."""
    found = [np.flatnonzero(row == step) for row in km]
    widest = max(1, max(map(len, found)))
    links, length = np.full((len(km), widest), -1), np.full((len(km), widest), np.inf)
    for town, others in enumerate(found):
        links[town, : len(others)] = others
        length[town, : len(others)] = step
    return links, length


def bare(towns, factions, *, km=None, step=None, provinces=1):
    """A land and a state: all factions rebels but the last, which is the focal one.

    A man is worth one standard man everywhere, all towns are their own base, nobody is at war.
    """
    km = apart(towns) if km is None else km
    links, link_km = roads_of(km, step)
    static = empty_static(towns, factions, links.shape[1])
    static.links[:], static.link_km[:] = links, link_km
    static.ahead, static.ahead_km = roads_ahead(links, link_km)
    static.km[:], static.near[:] = km, np.argsort(km, axis=1, kind="stable")
    static.focal = factions - 1
    static.places.uid = 1000 + np.arange(towns)
    static.kinds.uid = 1 + np.arange(factions)
    static.kinds.side[-1] = 1
    static.kinds.bloc = np.arange(factions)
    static.kinds.reach = 1.0
    static.homes.stronghold = 1
    state = empty_state(towns, factions, provinces, 1)
    state.towns.uid, state.factions.uid = static.places.uid, static.kinds.uid
    state.towns.people, state.towns.combat_intensity = 10_000.0, 1.0
    state.towns.holder = state.towns.captor = state.towns.taken = state.towns.lost_by = -1
    state.garrisons.goal = state.fronts.target = -1
    state.factions.quality = state.factions.arms = 1.0
    state.factions.command = state.factions.paid = 1.0
    state.factions.threshold = 2.0  # nobody joins a war unless told to
    state.fronts.cohesion = 1.0
    return static, state


def at_war(state, *pairs):
    """Set pairs of factions at war everywhere, by their own will."""
    for a, b in pairs:
        for i, j in ((a, b), (b, a)):
            state.dyads.war[:, i, j] = state.dyads.wants[:, i, j] = 1
    return state


def parameters(**groups):
    """A row of parameters: of each group given every value is nil but those named; the other groups are off.

    >>> float(parameters(grievance={"rise": 0.5}).grievance.rise)
    0.5
    """
    table = rows([Params()])
    for name in as_dict(Params()):
        group, field = name.split(".")
        table[group][field] = groups.get(group, {}).get(field, 0.0)
    for group, values in groups.items():
        unknown = set(values) - set(table.dtype[group].names)
        assert not unknown, f"{group} has no {unknown}"
        table[group]["on"] = values.get("on", 1.0)
    return table[0]


def lookout(state, static, now=1):
    """See the morning of a day, with nobody held by the regime's front."""
    take_snapshot(state, static, now, parameters(plans={}).plans, 50.0)


def book(state):
    """An empty ledger for a state."""
    return empty_ledger(*state.garrisons.shape)


class AllTowns:
    """A generator of random numbers that leaves no town of the toy country out."""

    def __init__(self, number):
        self.rng = np.random.default_rng(number)

    def __getattr__(self, name):
        return getattr(self.rng, name)

    def integers(self, *limits):
        """As numpy's, but for the number of towns."""
        drawn = self.rng.integers(*limits)
        return len(toy.TOWNS) if limits == (4, len(toy.TOWNS) + 1) else drawn


@functools.cache
def countries(count):
    """The toy country and random ones, as [(land, state)]; all its towns where there is time for many."""
    found, number = [build(toy.country())], 0
    while len(found) < count:
        number += 1
        rng = AllTowns(number) if COMPILED else np.random.default_rng(number)
        static, state = build(toy.random_scenario(rng))
        if not COMPILED or static.links.shape[1] <= found[0][0].links.shape[1]:
            found.append((static, state))
    return found
