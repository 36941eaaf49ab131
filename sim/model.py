"""The conflict as Mesa sees it: agents are windows on the state, a step is one call of ``day``.

No rule, no draw and no number lives here: a stepped run and a swept one are the same to the last bit.
"""

import inspect
from numbers import Integral

import mesa
import numpy as np
import pandas as pd
from mesa.discrete_space import Network

from sim import saving, show
from sim.agents import Faction, Sponsor, Town
from sim.chance import world_luck
from sim.day import day as play_day
from sim.diary import Diary
from sim.explain import explain
from sim.ledger import EDITED, EDITED_MONEY, empty_ledger, note, pay_in
from sim.params import ParameterError, Params, as_dict, rows, with_values
from sim.scenario import Scenario, load_scenario
from sim.start import prepare
from sim.state import PURPOSE
from sim.windows import Names, UnknownNameError, no_attribute
from sim.world import build, graph

NO_SEED = (
    "give a seed: RebelConflict(seed=1). Without one a run could never be played again. Under "
    "mesa.batch_run: with mesa 3.5 or newer give batch_run(..., rng=[1, 2, 3]), since it replaces "
    "a 'seed' among the parameters by None; with mesa 3.3 give parameters={'seed': [1, 2, 3]}"
)


def one_seed(seed, rng):
    """The whole number that keys all luck, from Mesa's two ways of giving it.

    Parameters
    ----------
    seed : int or None
        From 0 to 2**64 - 1.
    rng : int, numpy.random.Generator, SeedSequence or None
        A whole number is taken as it is; of anything else numpy can seed from, one number is drawn.

    Raises
    ------
    ValueError
        Neither or both are given, or the seed is no such number.
    """
    if seed is None and rng is None:
        raise ValueError(NO_SEED)
    if seed is not None and rng is not None:
        raise ValueError("give seed= or rng=, not both")
    given = rng if seed is None else seed
    if seed is None and not isinstance(rng, Integral | float | str | bool):
        given = int(np.random.default_rng(rng).integers(2**63))
    if isinstance(given, bool) or not isinstance(given, Integral) or not 0 <= given < 2**64:
        raise ValueError(f"a seed is a whole number from 0 to 2**64 - 1, not {given!r}")
    return int(given)


def plain(kernel):
    """A compiled rule as ordinary Python: right where it runs once and compiling would take a second."""
    return getattr(kernel, "py_func", kernel)


def check_names(given):
    """ParameterError for keyword arguments that are neither parameters nor options, naming the nearest."""
    options = inspect.signature(RebelConflict).parameters
    known = [*as_dict(Params()), *(name for name in options if name != "kwargs")]
    for name in given:
        if name not in known:
            raise ParameterError([str(UnknownNameError("parameter or option", name, known))])


class RebelConflict(mesa.Model):
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
        Local and mobile men of the first evening instead of the scenario's, as `sim.posterior` deals them.
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
    state, land, ledger : sim.tables.Tables
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
        check_names(kwargs)
        story = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        if not isinstance(params, Params):
            params = with_values(Params(), {**story.params, **(params or {})})
        params = with_values(params, kwargs)
        land, start = build(story)
        if men is not None:
            start.garrisons["local"], start.garrisons["mobile"] = men
        luck = np.uint64(world_luck(np.uint64(seed), np.uint64(run)))
        ledger = empty_ledger(*start.garrisons.shape, explain)
        state = prepare(land, start, rows([params])[0], luck, ledger)
        self._open(story, land, state, ledger, params, seed, run, luck, days=days)
        self.diary.write(self)

    def _open(self, story, land, state, ledger, params, seed, run, luck, *, days=None, day=0, edits=()):
        """Become the model of this world: the one way in for a new, a forked and a loaded model."""
        super().__init__(rng=seed)
        if days is not None and (not isinstance(days, Integral) or days < 1):
            raise ValueError(f"days is a whole number of days, one or more, not {days!r}")
        self.story, self.land, self.state, self.ledger, self.params = story, land, state, ledger, params
        self.seed, self.run_number, self.luck = seed, int(run), luck
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
        play_day(self.state, self.land, self.ledger, self.params_row, self.luck, self._day + 1)
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

        Examples
        --------
        >>> import sim
        >>> sim.RebelConflict(seed=1).run(3)
        <RebelConflict january_2014, day 3 of 271 (2014-01-05), seed 1>
        """
        if days is None:
            self.run_model()
        else:
            for _ in range(days):
                self.step()
        return self

    # --- asking ---------------------------------------------------------------------------------------

    def town(self, name):
        """The town of an id.

        Parameters
        ----------
        name : str
            Id of the town, as in ``model.town_ids``.

        Returns
        -------
        Town
            A window on its row of the state.

        Raises
        ------
        sim.windows.UnknownNameError
            No town is called that; a KeyError that names the nearest.

        Examples
        --------
        >>> import sim
        >>> sim.RebelConflict(seed=1).town("azaz").province
        'Aleppo'
        """
        return self.towns[name]

    def faction(self, name):
        """The faction of an id.

        Parameters
        ----------
        name : str
            Id of the faction, as in ``model.faction_ids``.

        Returns
        -------
        Faction
            A window on its row of the state.

        Raises
        ------
        sim.windows.UnknownNameError
            No faction is called that; a KeyError that names the nearest.

        Examples
        --------
        >>> import sim
        >>> sim.RebelConflict(seed=1).faction("isis").label
        'ISIS'
        """
        return self.factions[name]

    def sponsor(self, name):
        """The sponsor of an id.

        Parameters
        ----------
        name : str
            Id of the sponsor, as in ``model.sponsor_ids``.

        Returns
        -------
        Sponsor
            A window on its row of the state.

        Raises
        ------
        sim.windows.UnknownNameError
            No sponsor is called that; a KeyError that names the nearest.

        Examples
        --------
        >>> import sim
        >>> sim.RebelConflict(seed=1).sponsor("turkey").label
        'Turkey'
        """
        return self.sponsors[name]

    @property
    def focal(self):
        """The faction whose fate is asked."""
        return self.factions[self.faction_ids[self.land.focal]]

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
        """Values of one faction or town, one per day from day 0.

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

        Raises
        ------
        sim.windows.UnknownNameError
            No such table, column, faction or town; the nearest is named.

        Examples
        --------
        >>> import sim
        >>> len(sim.RebelConflict(seed=1).run(3).history("factions", "men", "isis"))
        4
        """
        return self.diary.history(table, column, name)

    def explain(self, *, day=None, faction=None, town=None):
        """Tell what happened and why, from the ledger.

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

        Raises
        ------
        ValueError
            The model was made with ``explain=False``, or the day has not been played.
        sim.windows.UnknownNameError
            No such town or faction.

        Examples
        --------
        >>> import sim
        >>> print(sim.RebelConflict(seed=1).run(3).explain(faction="isis", day=1).title)
        ISIS, 3 January 2014 (day 1)
        """
        return explain(self, day=day, faction=faction, town=town)

    # --- changing by hand -----------------------------------------------------------------------------

    def book_edit(self, what, old, new):
        """Remember a change made by hand, in ``model.edits``.

        Parameters
        ----------
        what : str
            What was changed, such as ``"people of azaz"``.
        old, new : object
            Its value before and after.

        Examples
        --------
        >>> import sim
        >>> model = sim.RebelConflict(seed=1)
        >>> model.town("azaz").weariness = 0.5
        >>> model.edits
        [(0, 'weariness of azaz', 0.0, 0.5)]
        """
        self.edits.append((self._day, what, old, new))

    def set_men(self, town, faction, part, men, what):
        """Set the men of a faction in a town; the ledger books the difference as ``edited``.

        Parameters
        ----------
        town, faction : int
            Rows.
        part : {"fighters", "local", "mobile"}
            All its armed men (local and mobile keep their proportion) or one kind.
        men : int
            How many there are from now on.
        what : str
            What it is called in ``model.edits``.

        Examples
        --------
        >>> import sim
        >>> model = sim.RebelConflict(seed=1)
        >>> model.faction("isis").fighters["raqqa"] = 100  # calls set_men
        >>> model.edits[0][1:2], model.edits[0][3]
        (("fighters of isis ['raqqa']",), 100)
        """
        garrison = self.state.garrisons[town, faction]
        local, mobile = int(garrison["local"]), int(garrison["mobile"])
        before = local + mobile
        if part == "fighters":
            part_mobile = mobile / before if before else float(self.land.kinds["mobile"][faction])
            mobile = round(men * part_mobile)
            local = men - mobile
        elif part == "local":
            local = men
        else:
            mobile = men
        self.book_edit(what, before if part == "fighters" else int(garrison[part]), men)
        garrison["local"], garrison["mobile"] = local, mobile
        province = int(self.land.places["province"][town])
        after = local + mobile
        entry = (self._day, EDITED, town, province, faction, -1, after - before, float(after), float(before))
        plain(note)(self.ledger, *entry)
        self.diary.keep_entries(self)
        self._station_factions()

    def set_money(self, faction, treasury, what):
        """Set a faction's treasury; the ledger books the difference as ``edited_money``.

        Parameters
        ----------
        faction : int
            Row of the faction.
        treasury : float
            kUSD from now on, 0 or more.
        what : str
            What it is called in ``model.edits``.

        Examples
        --------
        >>> import sim
        >>> isis = sim.RebelConflict(seed=1).faction("isis")
        >>> isis.treasury = 500.0  # calls set_money
        >>> isis.treasury
        500.0
        """
        before = float(self.state.factions["treasury"][faction])
        self.book_edit(what, before, treasury)
        plain(pay_in)(self.ledger, self.state, faction, EDITED_MONEY, treasury - before)
        self.state.factions["treasury"][faction] = treasury

    # --- one past, many futures -----------------------------------------------------------------------

    def fork(self, *, seed=None, run=0, days=None, **kwargs):
        """A copy that shares the past and nothing else; the original is left alone.

        Parameters
        ----------
        seed : int, optional
            Other luck from here on: that of run ``run`` of an ensemble with this seed. Without it the copy
            keeps the luck, and stays the same run as long as nothing is changed.
        run : int
            See ``seed``.
        days : int, optional
            Another horizon.
        **kwargs
            Parameters that change from here on, by dotted name.

        Returns
        -------
        RebelConflict
            The copy.

        Examples
        --------
        >>> import sim
        >>> model = sim.RebelConflict(seed=1).run(3)
        >>> other = model.fork()
        >>> other.faction("isis").fighters["raqqa"] = 0
        >>> model.faction("isis").fighters["raqqa"] > 0
        True
        """
        check_names(kwargs)
        number, luck = self.run_number, self.luck
        if seed is not None:
            seed, number = one_seed(seed, None), run
            luck = np.uint64(world_luck(np.uint64(seed), np.uint64(run)))
        twin = type(self).__new__(type(self))
        twin._open(
            self.story,
            self.land,
            self.state.copy(),
            self.ledger.copy(),
            with_values(self.params, kwargs),
            self.seed if seed is None else seed,
            number,
            luck,
            days=self.days if days is None else days,
            day=self._day,
            edits=self.edits,
        )
        twin.diary.take(self.diary.books(), self.diary.entries, self.story.date)
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

        Examples
        --------
        >>> import tempfile, sim
        >>> file = sim.RebelConflict(seed=1).run(2).save(tempfile.mkdtemp() + "/world")
        >>> sim.RebelConflict.load(file).run(1).day
        3
        """
        about = {
            "scenario": self.story.name,
            "folder": str(self.story.folder),
            "scenario_hash": self.story.hash,
            "params": as_dict(self.params),
            "seed": self.seed,
            "run": self.run_number,
            "luck": int(self.luck),
            "day": self._day,
            "days": self.days,
            "edits": self.edits,
        }
        arrays = {f"state.{name}": self.state[name] for name in self.state.dtype.names}
        arrays |= {f"ledger.{name}": self.ledger[name] for name in self.ledger.dtype.names}
        arrays["entries"] = self.diary.entries
        for table, columns in self.diary.books().items():
            arrays |= {f"{table}.{name}": np.array(column) for name, column in columns.items()}
        return saving.write(path, about, arrays, overwrite=overwrite)

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
            The model as it was saved: state, ledger, luck, parameters and history.

        Raises
        ------
        sim.saving.SavedWorldError
            The file is damaged, or was saved by other code or with another scenario.

        Examples
        --------
        >>> import tempfile, sim
        >>> file = sim.RebelConflict(seed=1).save(tempfile.mkdtemp() + "/world")
        >>> sim.RebelConflict.load(file)
        <RebelConflict january_2014, day 0 of 271 (2014-01-02), seed 1>
        """
        about, arrays = saving.read(path)
        story = scenario if isinstance(scenario, Scenario) else load_scenario(scenario or saving.place(about))
        saving.refuse_other_scenario(path, about, story)
        land, start = build(story)
        ledger = empty_ledger(*start.garrisons.shape)
        saving.fill(path, start, arrays, "state")
        saving.fill(path, ledger, arrays, "ledger")
        model = cls.__new__(cls)
        model._open(
            story,
            land,
            start,
            ledger,
            with_values(Params(), about["params"]),
            about["seed"],
            about["run"],
            np.uint64(about["luck"]),
            days=about["days"],
            day=about["day"],
            edits=[tuple(edit) for edit in about["edits"]],
        )
        books, entries = saving.history(path, arrays, model.diary.books(), ledger.entries.dtype)
        model.diary.take(books, entries, story.date)
        return model

    # --- showing --------------------------------------------------------------------------------------

    def __getattr__(self, name):
        """Nothing is called that; the nearest name is told."""
        raise no_attribute(self, name)

    def __repr__(self):
        """Show where it stands."""
        when = f"day {self._day} of {self.days} ({self.date})"
        return f"<RebelConflict {self.story.name}, {when}, seed {self.seed}>"

    def _repr_html_(self):
        return show.model(self)
