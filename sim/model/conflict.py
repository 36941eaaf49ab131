"""The conflict as Mesa sees it: agents are rows of the state, a step is one call of ``day``.

No rule, no draw and no number lives here: a stepped run and a swept one are the same to the last bit.
"""

import inspect
from numbers import Integral
from typing import Any

import mesa
import networkx as nx
import numpy as np
import pandas as pd
from mesa.discrete_space import CellAgent, Network

from sim._util import validation
from sim._util.validation import UnknownNameError, no_attribute, yes_or_no
from sim.core.day import day as play_day
from sim.core.initial import initialize_run
from sim.core.ledger import empty_ledger
from sim.core.rng import run_key
from sim.core.state import PURPOSE, lacks_columns, with_more_columns
from sim.model import checkpoint, display, own
from sim.model.agents import MOST_MEN, Faction, Sponsor, Town
from sim.model.explain import explain
from sim.model.history import History
from sim.model.views import Names
from sim.params import ParameterError, Params, as_dict, renamed, rows, with_values
from sim.scenario import Scenario, load_scenario
from sim.scenario.build import build, graph

NO_SEED = (
    "give a seed: RebelConflict(seed=1). Without one a run could never be repeated. Under "
    "mesa.batch_run: with mesa 3.5 or newer give batch_run(..., rng=[1, 2, 3]), since it replaces "
    "a 'seed' among the parameters by None; with mesa 3.3 give parameters={'seed': [1, 2, 3]}"
)


def one_seed(seed, rng):
    """The whole number that keys all random numbers, from Mesa's two ways of giving it, or ValueError.

    ``rng`` may be anything numpy can seed from: of what is no whole number, one number is drawn.
    """
    if seed is None and rng is None:
        raise ValueError(NO_SEED)
    if seed is not None and rng is not None:
        raise ValueError("give seed= or rng=, not both")
    given = rng if seed is None else seed
    if seed is None and not isinstance(rng, Integral | float | str | bool):
        try:
            given = int(np.random.default_rng(rng).integers(2**63))
        except (TypeError, ValueError):
            raise validation.invalid("rng", rng, "what numpy.random.default_rng takes") from None
    if not validation.is_whole(given) or not 0 <= given < 2**64:
        raise ValueError(f"a seed is a whole number from 0 to 2**64 - 1, not {given!r}")
    return int(given)


def check_names(cls, overrides):
    """ParameterError for keyword arguments that are neither parameters nor options, naming the nearest."""
    options = inspect.signature(cls).parameters
    known = [*as_dict(Params()), *(name for name in options if name != "kwargs")]
    for name in overrides:
        if name not in known:
            raise ParameterError([str(UnknownNameError("parameter or option", name, known))])


def checked_men(men, shape):
    """Local and mobile men by town and faction, or ValueError."""
    text = f"local and mobile men, two arrays of {shape[0]} towns by {shape[1]} factions"
    if np.shape(men) != (2, *shape):
        raise validation.invalid("men", men, text)
    numbers = np.asarray(men)
    is_whole = numbers.dtype.kind in "iuf" and (np.floor(numbers) == numbers).all()
    if not is_whole or numbers.min() < 0 or numbers.astype(float).sum() > MOST_MEN:
        raise validation.invalid("men", men, f"{text}: whole numbers, 0 or more, {MOST_MEN:,} in all")
    return numbers


class _Fixed(dict):
    """Data of a node or a road, which cannot be changed."""

    def _invalid(self, *args, **kwargs):
        raise nx.NetworkXError(
            "no rule reads this graph, so it cannot be changed: change the scenario's roads"
        )

    __setitem__ = __delitem__ = __ior__ = update = pop = popitem = clear = setdefault = _invalid

    def __reduce__(self):
        return _Fixed, (dict(self),)


def fixed(roads):
    """The road graph made unchangeable: nothing would follow from a change, without a word."""
    for name, node in roads.nodes(data=True):
        roads._node[name] = _Fixed(node)
    for a, b, road in list(roads.edges(data=True)):
        roads._adj[a][b] = roads._adj[b][a] = _Fixed(road)
    for change in ("add", "remove"):
        for what in ("node", "nodes_from", "edge", "edges_from"):
            setattr(roads, f"{change}_{what}", _Fixed()._invalid)
    roads.clear = roads.clear_edges = roads.update = roads.add_weighted_edges_from = _Fixed()._invalid
    return roads


class Roads(Network):
    """The road graph as Mesa's space: a node is the row of its town, as Mesa's drawings need it.

    A cell is found by that number or by the id of the town, which every node has as its ``id``.
    """

    def __getitem__(self, key):
        """The cell of a town."""
        if not isinstance(key, str):
            return super().__getitem__(key)
        return super().__getitem__(validation.row_of("town", key, {t: row for row, t in self.G.nodes("id")}))


class RebelConflict(mesa.Model):
    """The war on ISIS in northern Syria, day by day, as a Mesa model.

    ``model.state`` holds every number; towns, factions and sponsors are rows of it. Day 0 is the evening
    before the first step. A model is copied by `fork`, and so by ``copy.copy`` and ``copy.deepcopy``. Under
    ``mesa.batch_run`` give each run its own seed: with mesa 3.3 ``parameters={"seed": [1, 2, 3]}``, with mesa
    3.5 ``rng=[1, 2, 3]`` (``iterations`` with one seed repeats the same run); ``"days"`` among the parameters
    sets where a run ends.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A shipped scenario by name, a folder, or a scenario already read.
    seed : int
        From 0 to 2**64 - 1. Required: a run without one could not be repeated.
    rng : int or numpy.random.Generator, optional
        Mesa's newer name for the seed; give one of the two. Of a generator one number is drawn.
    run : int
        Which run of an ensemble with this seed this is.
    days : int, optional
        Horizon; ``model.running`` turns False there. By default the scenario's.
    explain : bool
        Record the ledger's entries, so that ``model.explain`` can answer. Changes no result.
    params : Params, dict or pandas.Series, optional
        Parameters, whole or by dotted name; by default the scenario's.
    men : pair of ndarray of int (towns, factions), optional
        Local and mobile men of the first evening instead of the scenario's, as `sim.ensemble.posterior`
        deals them.
    **kwargs
        Parameters by dotted name, over all others, such as ``**{"grievance.rise": 0.03}``.

    Raises
    ------
    ValueError
        No seed, two seeds, or a seed or horizon that is no such number.
    sim.params.ParameterError
        An unknown parameter (the nearest is named) or a value out of bounds.

    Attributes
    ----------
    state, static, ledger : sim.core.records.Tables
        Tables of the changing world, the unchanging world, and the flows so far (entries: of today only;
        `explain` reads those of every day).
    params : Params
        The parameters in force.
    towns, factions, sponsors : Names
        Agents by id, in the order of the rows.
    roads : networkx.Graph
        The road graph: towns by id with their columns, roads with ``km`` and ``class``; unchangeable.
    space : mesa.discrete_space.Network
        The same for Mesa, its nodes numbered as the towns are; ``space["azaz"]`` is one of its cells. Each
        town is fixed to its cell, each faction stands where most of its men are.
    datacollector : mesa.DataCollector
        One row per day played of the focal faction's measures; tables ``"factions"`` and ``"towns"`` with one
        row per day (from day 0) and faction or town.
    edits : list of tuple
        What was changed by hand: day, what, old value, new value.

    Examples
    --------
    >>> import sim
    >>> model = sim.RebelConflict(seed=1)
    >>> model.step()
    >>> model.date
    datetime.date(2014, 1, 3)
    >>> model.town("azaz").grievance["isis"] = 0.8
    """

    def __init__(
        self,
        scenario="january_2014",
        *,
        seed=None,
        rng=None,
        run=0,
        days=None,
        explain=True,
        params=None,
        men=None,
        **kwargs,
    ):
        seed = one_seed(seed, rng)
        check_names(type(self), kwargs)
        scenario = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        yes_or_no("explain", explain)
        validation.whole("run", run, 0, validation.HIGHEST_SEED)
        if not isinstance(params, Params):
            given = validation.parameters("params", {} if params is None else params)
            params = with_values(Params(), scenario.params | renamed(given))
        params = with_values(params, kwargs)
        static, start = build(scenario)
        if men is not None:
            start.garrisons["local"], start.garrisons["mobile"] = checked_men(men, start.garrisons.shape)
        key = np.uint64(run_key(np.uint64(seed), np.uint64(run)))
        ledger = empty_ledger(*start.garrisons.shape, explain)
        state = initialize_run(static, start, rows([params])[0], key, ledger)
        self._open(scenario, static, state, ledger, params, seed, run, key, days=days)
        self._history.write(self)

    def _open(self, scenario, static, state, ledger, params, seed, run, key, *, days=None, day=0, edits=()):
        """Become the model of this world: the one way in for a new, a forked and a loaded model."""
        mine = set(vars(self))  # a subclass may have set attributes already
        super().__init__(rng=seed)
        if days is not None and (not validation.is_whole(days) or days < 1):
            raise ValueError(f"days is a whole number of days, one or more, not {days!r}")
        self._scenario, self.static, self.state, self.ledger = scenario, static, state, ledger
        self.params, self.params_row = params, rows([params])[0]
        self.seed, self.run_number, self.key = seed, int(run), key
        self.days = int(scenario.days if days is None else days)
        self.edits = list(edits)
        self._day = self.steps = int(day)
        self.running = self._day < self.days
        self.town_ids, self.faction_ids = scenario.town_ids, scenario.faction_ids
        self.sponsor_ids, self.provinces = scenario.sponsor_ids, tuple(scenario.provinces)
        ids = zip(
            ("town", "faction", "sponsor", "province"),
            (self.town_ids, self.faction_ids, self.sponsor_ids, self.provinces),
            strict=True,
        )
        self.rows = {kind: {name: row for row, name in enumerate(names)} for kind, names in ids}
        self._populate()
        self._history = History(self)
        self.datacollector = self._history.collector
        own.mark_standard(self, mine)

    def _populate(self):
        """Make the network space and put the agents on it."""
        self.roads = fixed(graph(self.scenario))
        numbered = nx.Graph(name=self.scenario.name)
        for row, (name, town) in enumerate(self.roads.nodes(data=True)):
            numbered.add_node(row, id=name, **town)
        rows = self.rows["town"]
        numbered.add_edges_from((rows[a], rows[b], road) for a, b, road in self.roads.edges(data=True))
        where = {row: (town["longitude"], town["latitude"]) for row, town in numbered.nodes(data=True)}
        layout = {"layout": where} if "layout" in inspect.signature(Network).parameters else {}
        self.space = Roads(fixed(numbered), random=self.random, **layout)
        self.towns = self._agents_of(Town, "town", self.scenario.towns)
        self.factions = self._agents_of(Faction, "faction", self.scenario.factions)
        self.sponsors = self._agents_of(Sponsor, "sponsor", self.scenario.sponsors)
        for name, town in self.towns.items():
            town.cell = self.space[name]
        self._station_factions()

    def _agents_of(self, cls, kind, table):
        titles = dict(zip(table["id"], table["name"], strict=True))
        rows = self.rows[kind].items()
        return Names(kind, {name: cls(self, row, name, titles[name]) for name, row in rows})

    def _station_factions(self):
        """Move each faction to the cell of the town where most of its men are."""
        men = self.state.garrisons["local"] + self.state.garrisons["mobile"]
        most = men.argmax(axis=0)
        for faction in self.factions.values():
            town = most[faction.row]
            cell = self.space[self.town_ids[town]] if men[town, faction.row] > 0 else None
            if faction.cell is not cell:
                CellAgent.cell.fset(faction, cell)

    # --- time -----------------------------------------------------------------------------------------

    @property
    def day(self):
        """Days played; 0 is the evening before the first step."""
        return self._day

    @property
    def date(self):
        """Date of the day played last."""
        return self.scenario.date(self._day)

    @property
    def scenario(self):
        """The scenario that is run. Mesa 3.5 sets something else under this name, which is not used here."""
        return self._scenario

    @scenario.setter
    def scenario(self, value):
        if "_scenario" in vars(self):
            raise AttributeError("a model plays one scenario: make another RebelConflict(scenario=...)")

    def step(self):
        """Play one day.

        Examples
        --------
        >>> import sim
        >>> model = sim.RebelConflict(seed=1)
        >>> model.step()
        >>> model.day
        1
        """
        morning = self.state.copy(), self.ledger.copy()
        play_day(self.state, self.static, self.ledger, self.params_row, self.key, self._day + 1)
        while lacks_columns(self.state):
            rows = 2 * len(self.state.columns)
            self.state, self.ledger = with_more_columns(morning[0], rows), morning[1].copy()
            play_day(self.state, self.static, self.ledger, self.params_row, self.key, self._day + 1)
        self._day += 1
        self._station_factions()
        self._history.write(self)
        self.running = self._day < self.days
        for call in tuple(self._history.watchers):
            call()

    def run(self, days=None):
        """Play several days.

        Parameters
        ----------
        days : int, optional
            How many, whatever the horizon; by default to the horizon.

        Returns
        -------
        RebelConflict
            The model itself.

        Examples
        --------
        >>> import sim
        >>> sim.RebelConflict(seed=1).run(3)
        <RebelConflict january_2014, day 3 of 271 (2014-01-05), seed 1>
        """
        if days is None:
            self.run_model()
        else:
            for _ in range(validation.whole("days", days)):
                self.step()
        return self

    def watch(self, call):
        """Have something called after every day played, such as what draws it; `unwatch` ends that.

        Forks, saved worlds and worlds sent to other processes are not watched.

        Parameters
        ----------
        call : callable
            Takes no arguments. It may look at the world, and should not change it.

        Examples
        --------
        >>> import sim
        >>> model, days = sim.RebelConflict(seed=1), []
        >>> model.watch(lambda: days.append(model.day))
        >>> model.run(3).day, days
        (3, [1, 2, 3])
        """
        self._history.watchers.append(call)

    def unwatch(self, call):
        """Call something no longer.

        Parameters
        ----------
        call : callable
            As it was given to `watch`; otherwise nothing happens.

        Examples
        --------
        >>> import sim
        >>> model, days = sim.RebelConflict(seed=1), []
        >>> model.watch(days.clear)
        >>> model.unwatch(days.clear)
        """
        if call in self._history.watchers:
            self._history.watchers.remove(call)

    # --- questions -----------------------------------------------------------------------------------

    def town(self, name):
        """The town of an id; a KeyError names the nearest if there is none.

        Parameters
        ----------
        name : str
            Id, as in ``model.town_ids``.

        Returns
        -------
        Town

        Examples
        --------
        >>> import sim
        >>> sim.RebelConflict(seed=1).town("azaz").province
        'Aleppo'
        """
        return self.towns[name]

    def faction(self, name):
        """The faction of an id; a KeyError names the nearest if there is none.

        Parameters
        ----------
        name : str
            Id, as in ``model.faction_ids``.

        Returns
        -------
        Faction

        Examples
        --------
        >>> import sim
        >>> sim.RebelConflict(seed=1).faction("isis").label
        'ISIS'
        """
        return self.factions[name]

    def sponsor(self, name):
        """The sponsor of an id; a KeyError names the nearest if there is none.

        Parameters
        ----------
        name : str
            Id, as in ``model.sponsor_ids``.

        Returns
        -------
        Sponsor

        Examples
        --------
        >>> import sim
        >>> sim.RebelConflict(seed=1).sponsor("turkey").label
        'Turkey'
        """
        return self.sponsors[name]

    @property
    def focal(self):
        """The faction whose fate is studied."""
        return self.factions[self.faction_ids[self.static.focal]]

    def strengths(self):
        """Armed men of each faction, in towns, on the road and hiding.

        Returns
        -------
        numpy.ndarray of int, (factions,)
            Men, in the order of ``model.faction_ids``.

        Examples
        --------
        >>> import sim
        >>> model = sim.RebelConflict(seed=1)
        >>> int(model.strengths().sum()) == sum(f.strength for f in model.factions.values())
        True
        """
        garrisons, columns = self.state.garrisons, self.state.columns
        men = (garrisons["local"] + garrisons["mobile"] + garrisons["sheltered"]).sum(axis=0)
        marching = columns["local"] + columns["mobile"]
        np.add.at(men, columns["faction"][marching > 0], marching[marching > 0])
        return men

    @property
    def columns(self):
        """Columns on the road as a DataFrame: faction, men, where from and to, due day, purpose."""
        on_road = self.state.columns[self.state.columns["local"] + self.state.columns["mobile"] > 0]
        return pd.DataFrame(
            {
                "faction": [self.faction_ids[f] for f in on_road["faction"]],
                "men": on_road["local"] + on_road["mobile"],
                "origin": [self.town_ids[t] for t in on_road["origin"]],
                "goal": [self.town_ids[t] for t in on_road["goal"]],
                "left": on_road["left"],
                "due": on_road["due"],
                "purpose": [PURPOSE[code] for code in on_road["purpose"]],
            }
        )

    @property
    def wars(self):
        """Pairs at war as a DataFrame: province, faction_a, faction_b; where both have men."""
        war = self.state.dyads["war"] == 1
        there = self.state.fronts["men"] > 0
        pairs = np.argwhere(np.triu(war & there[:, :, None] & there[:, None, :]))
        return pd.DataFrame(
            [(self.provinces[p], self.faction_ids[i], self.faction_ids[j]) for p, i, j in pairs],
            columns=["province", "faction_a", "faction_b"],
        )

    def history(self, table, column, name):
        """Values of one faction or town, one per day from day 0; a KeyError names the nearest name.

        Parameters
        ----------
        table : {"factions", "towns"}
            Table of the data collector.
        column : str
            Column of it, such as ``"men"``.
        name : str
            Id of the faction or town.

        Returns
        -------
        list
            Numbers (names, for a town's holder), ``model.day + 1`` of them.

        Examples
        --------
        >>> import sim
        >>> len(sim.RebelConflict(seed=1).run(3).history("factions", "men", "isis"))
        4
        """
        return self._history.of(table, column, name)

    def explain(self, *, day=None, faction=None, town=None):
        """Say what happened and why, from the ledger.

        Parameters
        ----------
        day : int, date, str or tuple, optional
            A day by number or date (``"2014-01-05"``), or a pair: first and last. By default the day played
            last, or every day if a town or faction is asked about.
        faction : str, optional
            Only what this faction did or suffered.
        town : str, optional
            Only what happened there.

        Returns
        -------
        Explanation
            ``.text`` in words, ``.table`` as a DataFrame; it prints and shows itself in a notebook.

        Examples
        --------
        >>> import sim
        >>> print(sim.RebelConflict(seed=1).run(3).explain(faction="isis", day=1).title)
        ISIS, 3 January 2014 (day 1)
        """
        return explain(self, day=day, faction=faction, town=town)

    # --- copies and files ----------------------------------------------------------------------------

    def fork(self, *, seed: Any = None, run: Any = 0, days: Any = None, **kwargs: Any):
        """A copy that shares the past and nothing else; the original is left alone.

        Parameters
        ----------
        seed : int, optional
            Other random numbers from here on: those of run ``run`` of an ensemble with this seed. Without it
            the copy keeps its own, and stays the same run as long as nothing is changed.
        run : int
            See ``seed``.
        days : int, optional
            Another horizon.
        **kwargs
            Parameters that change from here on, by dotted name.

        Returns
        -------
        RebelConflict
            The copy, of the same class, with copies of the attributes you have set on it and its agents.

        Raises
        ------
        TypeError
            An attribute of your own cannot be copied; it is named.

        Examples
        --------
        >>> import sim
        >>> model = sim.RebelConflict(seed=1).run(3)
        >>> other = model.fork()
        >>> other.faction("isis").fighters["raqqa"] = 0
        >>> model.faction("isis").fighters["raqqa"] > 0
        True
        """
        check_names(type(self), kwargs)
        if days is not None:
            validation.whole("days", days, max(1, self._day))
        number, key = self.run_number, self.key
        if seed is not None:
            number = validation.whole("run", run, 0, validation.HIGHEST_SEED)
            key = np.uint64(run_key(np.uint64(one_seed(seed, None)), np.uint64(run)))
        twin = type(self).__new__(type(self))
        twin._open(
            self.scenario,
            self.static,
            self.state.copy(),
            self.ledger.copy(),
            with_values(self.params, kwargs),
            self.seed if seed is None else one_seed(seed, None),
            number,
            key,
            days=self.days if days is None else days,
            day=self._day,
            edits=self.edits,
        )
        past = self._history
        twin._history.restore(past.columns(), past.entries, past.dropped, self.scenario.date)
        own.carry(self, twin)
        if seed is None:
            own.set_generators(twin, own.generators(self))
        return twin

    def __copy__(self):
        """A fork: two models that shared a state would move each other."""
        return self.fork()

    def __deepcopy__(self, memo):
        """A fork."""
        memo[id(self)] = twin = self.fork()
        return twin

    def save(self, path, *, overwrite=False):
        """Write the world into one file, to go on from later.

        Parameters
        ----------
        path : str or Path
            The file; written whole or not at all.
        overwrite : bool
            Replace an existing file.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        FileExistsError
            The file is there and ``overwrite`` is not given.
        sim.model.checkpoint.SavedWorldError
            It cannot be written, or an attribute of your own is nothing a file can hold; it is named.

        Examples
        --------
        >>> import tempfile, sim
        >>> file = sim.RebelConflict(seed=1).run(2).save(tempfile.mkdtemp() + "/world")
        >>> sim.RebelConflict.load(file).run(1).day
        3
        """
        return checkpoint.save(self, path, overwrite=overwrite)

    @classmethod
    def load(cls, path, *, scenario=None):
        """Go on with a saved world, to the same bits.

        Parameters
        ----------
        path : str or Path
            What ``save`` wrote.
        scenario : str, Path or Scenario, optional
            Where the scenario is now, if it is not where it was.

        Returns
        -------
        RebelConflict
            The model as it was saved: state, ledger, random numbers, parameters, history and own attributes.

        Raises
        ------
        sim.model.checkpoint.SavedWorldError
            There is no such file, or it is damaged, or was saved by other code or with another scenario.

        Examples
        --------
        >>> import tempfile, sim
        >>> file = sim.RebelConflict(seed=1).save(tempfile.mkdtemp() + "/world")
        >>> sim.RebelConflict.load(file)
        <RebelConflict january_2014, day 0 of 271 (2014-01-02), seed 1>
        """
        return checkpoint.load(cls, path, scenario)

    # --- showing --------------------------------------------------------------------------------------

    def __getattr__(self, name):
        """Nothing is called that; the nearest name is given."""
        raise no_attribute(self, name)

    def __repr__(self):
        """Show where it stands."""
        when = f"day {self._day} of {self.days} ({self.date})"
        return f"<RebelConflict {self.scenario.name}, {when}, seed {self.seed}>"

    def _repr_html_(self):
        return display.model(self)
