"""The conflict as Mesa sees it: agents are windows on the state, a step is one call of ``day``.

No rule, no draw and no number lives here: a stepped run and a swept one are the same to the last bit.
"""

import inspect
from numbers import Integral

import mesa
import numpy as np
from mesa.discrete_space import Network

from sim._util import validation
from sim._util.validation import no_attribute, yes_or_no
from sim.core.day import day as play_day
from sim.core.initial import initialize_run
from sim.core.ledger import empty_ledger
from sim.core.rng import run_key
from sim.model import display
from sim.model.agents import Faction, Sponsor, Town
from sim.model.asking import Asking
from sim.model.editing import Editing
from sim.model.futures import Futures
from sim.model.given import check_names, one_seed
from sim.model.history import Diary
from sim.model.views import Names
from sim.params import Params, rows, with_values
from sim.scenario import Scenario, load_scenario
from sim.scenario.build import build, graph


class RebelConflict(Asking, Editing, Futures, mesa.Model):
    """The war on ISIS in northern Syria, day by day, as a Mesa model.

    ``model.state`` holds every number; towns, factions and sponsors are windows on it. Day 0 is the evening
    before the first step. Under ``mesa.batch_run`` give each run its own seed: with mesa 3.3
    ``parameters={"seed": [1, 2, 3]}``, with mesa 3.5 ``rng=[1, 2, 3]`` (``iterations`` with one seed repeats
    the same run); ``"days"`` among the parameters sets where a run ends.

    Parameters
    ----------
    scenario : str, Path or Scenario
        A shipped scenario by name, a folder, or a scenario already read.
    seed : int
        From 0 to 2**64 - 1. Required: a run without one could not be played again.
    rng : int or numpy.random.Generator, optional
        Mesa's newer name for the seed; give one of the two. Of a generator one number is drawn.
    run : int
        Which run of an ensemble with this seed this is.
    days : int, optional
        Horizon; ``model.running`` turns False there. By default the scenario's.
    explain : bool
        Keep the ledger's entries, so that ``model.explain`` can answer. Changes no result.
    params : Params or dict, optional
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
        the diary keeps those of every day).
    params : Params
        The parameters in force.
    towns, factions, sponsors : Names
        Agents by id, in the order of the rows.
    space : mesa.discrete_space.Network
        The road graph; each town is fixed to its cell, each faction stands where most of its men are.
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
        story = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        yes_or_no("explain", explain)
        validation.whole("run", run, 0, validation.HIGHEST_SEED)
        if not isinstance(params, Params):
            validation.parameters("params", params or {})
            params = with_values(Params(), {**story.params, **(params or {})})
        params = with_values(params, kwargs)
        static, start = build(story)
        if men is not None:
            shape = (2, *start.garrisons.shape)
            if np.shape(men) != shape:
                told = f"local and mobile men, two arrays of {shape[1]} towns by {shape[2]} factions"
                raise validation.refused("men", men, told)
            start.garrisons["local"], start.garrisons["mobile"] = men
        key = np.uint64(run_key(np.uint64(seed), np.uint64(run)))
        ledger = empty_ledger(*start.garrisons.shape, explain)
        state = initialize_run(static, start, rows([params])[0], key, ledger)
        self._open(story, static, state, ledger, params, seed, run, key, days=days)
        self.diary.write(self)

    def _open(self, story, static, state, ledger, params, seed, run, key, *, days=None, day=0, edits=()):
        """Become the model of this world: the one way in for a new, a forked and a loaded model."""
        super().__init__(rng=seed)
        if days is not None and (not isinstance(days, Integral) or days < 1):
            raise ValueError(f"days is a whole number of days, one or more, not {days!r}")
        self.story, self.static, self.state, self.ledger, self.params = story, static, state, ledger, params
        self.seed, self.run_number, self.key = seed, int(run), key
        self.days = int(story.days if days is None else days)
        self.edits = list(edits)
        self.params_row = rows([params])[0]
        self._day = self.steps = int(day)
        self.running = self._day < self.days
        self.town_ids, self.faction_ids = story.town_ids, story.faction_ids
        self.sponsor_ids, self.provinces = story.sponsor_ids, tuple(story.provinces)
        self.rows = {
            kind: {name: row for row, name in enumerate(names)}
            for kind, names in (
                ("town", self.town_ids),
                ("faction", self.faction_ids),
                ("sponsor", self.sponsor_ids),
                ("province", self.provinces),
            )
        }
        self._people_the_map()
        self.diary = Diary(self)
        self.datacollector = self.diary.collector

    def _people_the_map(self):
        """Make the network space and put the agents on it."""
        roads = graph(self.story)
        where = {name: (town["longitude"], town["latitude"]) for name, town in roads.nodes(data=True)}
        layout = {"layout": where} if "layout" in inspect.signature(Network).parameters else {}
        self.space = Network(roads, random=self.random, **layout)
        self.towns = self._agents_of(Town, "town", self.story.towns)
        self.factions = self._agents_of(Faction, "faction", self.story.factions)
        self.sponsors = self._agents_of(Sponsor, "sponsor", self.story.sponsors)
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
                faction.cell = cell

    # --- time -----------------------------------------------------------------------------------------

    @property
    def day(self):
        """Days played; 0 is the evening before the first step."""
        return self._day

    @property
    def date(self):
        """Date of the day played last."""
        return self.story.date(self._day)

    @property
    def scenario(self):
        """The scenario played. Mesa 3.5 keeps something else under this name, which is not used here."""
        return self.story

    @scenario.setter
    def scenario(self, value):
        if hasattr(self, "story"):
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
        play_day(self.state, self.static, self.ledger, self.params_row, self.key, self._day + 1)
        self._day += 1
        self._station_factions()
        self.diary.write(self)
        self.running = self._day < self.days

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

        Raises
        ------
        ValueError
            ``days`` is no whole number, 0 or more.

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

    # --- showing --------------------------------------------------------------------------------------

    def __getattr__(self, name):
        """Nothing is called that; the nearest name is told."""
        raise no_attribute(self, name)

    def __repr__(self):
        """Show where it stands."""
        when = f"day {self._day} of {self.days} ({self.date})"
        return f"<RebelConflict {self.story.name}, {when}, seed {self.seed}>"

    def _repr_html_(self):
        return display.model(self)
