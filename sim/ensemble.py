"""Ensembles: the same world played many times, each run with its own luck."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

import numpy as np
import pandas as pd

from sim import show
from sim.chance import world_luck
from sim.design import values_of
from sim.frames import tables_of
from sim.ledger import empty_ledger
from sim.params import Params, as_dict, rows, with_values
from sim.play import empty_kept, play_all
from sim.posterior import DRAWS, Drawn, Posterior
from sim.progress import bar_over
from sim.results import START, Writer, load_results, manifest
from sim.scenario import Scenario, load_scenario
from sim.start import thresholds
from sim.windows import no_attribute
from sim.world import build

DETAILS = ("summary", "daily", "full")
BLOCK = 64  # runs played between two looks at the keyboard; also what bounds memory
FIGHTS_A_DAY = 40  # first guess of rows; a block that needs more is played again with more room


class Ensemble:
    """Many runs of one world, as tables.

    Attributes
    ----------
    scenario : Scenario
        What was played; of a design, what its points change.
    params : Params
        Parameters of all runs; of a design, what its points change.
    seed, days, detail
        As given to `run_ensemble`.
    points : pandas.DataFrame or None
        Of a design: its points (index ``point``), one column a factor. Every table then begins with the
        column ``point``, and run k of every point has the same luck.
    start : dict or None
        Of runs that set out from a stepped world: its ``day``, which is their day 0, and its ``luck``.
    failures : pandas.DataFrame or None
        Of a design: points that could not be played (index ``point``), and the ``error`` of each.
    tables : mapping of str to pandas.DataFrame
        All tables by name; each is also an attribute. Units and meanings: ``sim.frames.RUNS``,
        ``sim.measures.DAILY`` and ``sim.measures.SERIES``.

    Examples
    --------
    >>> import sim
    >>> ensemble = sim.run_ensemble(runs=4, days=10, progress=False)
    >>> len(ensemble.runs)
    4
    """

    def __init__(
        self,
        *,
        scenario,
        params,
        seed,
        days,
        detail,
        tables,
        points=None,
        failures=None,
        setting=None,
        start=None,
        world=None,
        draw="defaults",
    ):
        self.scenario = scenario
        self.params = params
        self.seed = seed
        self.days = days
        self.detail = detail
        self.tables = tables
        self.points = points
        self.failures = failures
        self.start = start
        self._setting = setting
        self._world = world
        self.draw = draw

    def _table(self, name, needed):
        try:
            return self.tables[name]
        except KeyError:
            raise ValueError(
                f'there is no table {name} at detail="{self.detail}": run with detail="{needed}"'
            ) from None

    @property
    def runs(self):
        """One row a run: outcome class and measures (columns: sim.frames.RUNS)."""
        return self._table("runs", "summary")

    @property
    def focal(self):
        """Run, day and measures of the focal faction (columns: sim.measures.SERIES)."""
        return self._table("focal", "daily")

    @property
    def daily(self):
        """Run, day, faction and measures (columns: sim.measures.DAILY)."""
        return self._table("daily", "daily")

    @property
    def control(self):
        """Run, day, town, holder and presence of ISIS (sole, shared, none): changes, and all of day 0."""
        return self._table("control", "daily")

    @property
    def alignment(self):
        """Run, day, province, faction, at_war with the focal faction: changes."""
        return self._table("alignment", "daily")

    @property
    def engagements(self):
        """Run, day, town, province, faction_a, faction_b: who fought whom, once a day and town."""
        return self._table("engagements", "full")

    def control_on(self, when):
        """Control of every town in every run on one date.

        Parameters
        ----------
        when : datetime.date, str or int
            A date ("2014-01-31") or a day (0 is the evening before the first step).

        Returns
        -------
        pandas.DataFrame
            One row a run and town: run, town, holder, isis.

        Raises
        ------
        ValueError
            The date is outside the runs.

        Examples
        --------
        >>> import sim
        >>> ensemble = sim.run_ensemble(runs=2, days=5, detail="daily", progress=False)
        >>> len(ensemble.control_on("2014-01-04"))
        120
        """
        day = when if isinstance(when, (int, np.integer)) else self.scenario.day(pd.Timestamp(when).date())
        if not 0 <= day <= self.days:
            last = self.scenario.date(self.days)
            raise ValueError(f"{when} is outside the runs: {self.scenario.date(0)} to {last}")
        changes = self.control[self.control["day"] <= day]
        last = changes.drop_duplicates(["run", "town"], keep="last").sort_values(["run", "town"])
        return last.drop(columns="day").reset_index(drop=True)

    def at(self, points):
        """The runs of one point of a design, or of some of its points.

        Parameters
        ----------
        points : int or array_like
            Number of a point: an ensemble with that point's scenario and parameters, as any other. Several
            numbers, or one truth value a point: an ensemble of these points.

        Returns
        -------
        Ensemble

        Raises
        ------
        ValueError
            There are no points, no such point, or it could not be played.

        Examples
        --------
        >>> import sim
        >>> design = sim.make_design("grid", {"plans.pursuit": [0, 0.5, 1]})
        >>> swept = sim.run_design(design, runs_per_point=2, days=5, progress=False)
        >>> swept.at(2).params.plans.pursuit
        1.0
        >>> swept.at(swept.points["plans.pursuit"] > 0).runs["point"].tolist()
        [1, 1, 2, 2]
        """
        if self.points is None:
            raise ValueError("these runs have no points: they are one world, not a design")
        common = {"seed": self.seed, "days": self.days, "detail": self.detail}
        if isinstance(points, (int, np.integer)):
            if points not in self.points.index:
                raise ValueError(f"there is no point {points}: this design has {_span(self.points.index)}")
            if points in self.failures.index:
                raise ValueError(f"point {points} could not be played: {self.failures.loc[points, 'error']}")
            scenario, params = self._setting.at(*values_of(self.points, points)[::-1])
            tables = SomePoints(self.tables, [points], drop=True)
            return Ensemble(scenario=scenario, params=params, tables=tables, **common)
        chosen = self.points.loc[np.asarray(points)]
        return Ensemble(
            scenario=self.scenario,
            params=self.params,
            tables=SomePoints(self.tables, list(chosen.index)),
            points=chosen,
            failures=self.failures[self.failures.index.isin(chosen.index)],
            setting=self._setting,
            **common,
        )

    @property
    def draws(self):
        """Which draw each run had, and its values: run, draw, parameters by dotted name, men of factions.

        Raises
        ------
        ValueError
            The runs were not drawn: all have the same parameters and garrisons.
        """
        if self.draw != "posterior":
            raise ValueError('these runs share their parameters and garrisons: run with draw="posterior"')
        posterior, numbers = Posterior(self.scenario), self.runs["run"].to_numpy()
        chosen = posterior.choose(luck_of(self.seed, numbers))
        values = posterior.table.drop(columns="weight").iloc[chosen].reset_index(drop=True)
        return pd.concat([pd.DataFrame({"run": numbers, "draw": chosen}), values], axis=1)

    def replay(self, run, day=None):
        """The same run again, as a stepped world.

        Parameters
        ----------
        run : int
            Number of the run.
        day : int, optional
            Played to this day; by default to the last day of the ensemble.

        Returns
        -------
        RebelConflict
            On the evening of that day, with its whole ledger. If the runs set out from a stepped world, it
            counts its days as that world does.

        Raises
        ------
        ValueError
            No such run or day, or a run of a design, which belongs to a point.

        Examples
        --------
        >>> import sim
        >>> ensemble = sim.run_ensemble(runs=2, days=5, progress=False)
        >>> ensemble.replay(1).day
        5
        """
        from sim.model import RebelConflict  # here: sweeping and stepping do not know each other's rules

        if self.points is not None:
            raise ValueError("a run of a design belongs to a point: .at(point).replay(run)")
        if run not in set(self.runs["run"]):
            raise ValueError(f"there is no run {run}: this ensemble has runs 0 to {len(self.runs) - 1}")
        if day is not None and not 0 <= day <= self.days:
            raise ValueError(f"there is no day {day}: this ensemble has days 0 to {self.days}")
        if self.start is None:
            params, men = self.params, None
            if self.draw == "posterior":
                drawn = Beginning(self.scenario, self.params, self.days, None, self.draw).drawn
                chosen = int(drawn.posterior.choose(luck_of(self.seed, [run]))[0])
                params, men = drawn.params_of(chosen), drawn.men(chosen)
            model = RebelConflict(
                self.scenario, seed=self.seed, run=run, days=self.days, params=params, men=men
            )
        elif self._world is None:
            raise ValueError("the stepped world that these runs set out from was not kept with them")
        else:
            world = self._world if isinstance(self._world, RebelConflict) else RebelConflict.load(self._world)
            model = world.fork(seed=self.seed, run=run, days=world.day + self.days, **as_dict(self.params))
        for _ in range(self.days if day is None else day):
            model.step()
        return model

    def __repr__(self):
        """Say what it is in one line."""
        points = "" if self.points is None else f"{len(self.points)} points, "
        return (
            f"Ensemble({self.scenario.name!r}, {points}{len(self.runs)} runs of {self.days} days, "
            f"seed {self.seed}, detail {self.detail!r})"
        )

    def __getattr__(self, name):
        """Nothing is called that; the nearest name is told."""
        raise no_attribute(self, name)

    def _repr_html_(self):
        return show.ensemble(self)


def _span(index):
    """First and last of some numbers, in words."""
    return f"{index[0]} to {index[-1]}" if len(index) else "none"


class SomePoints(Mapping):
    """Tables of some points of a design, each cut out when it is first asked for.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables of more points.
    points : list of int
        Which are wanted.
    drop : bool
        Leave out the column ``point``: there is only one.
    """

    def __init__(self, tables, points, drop=False):
        self._tables, self._points, self._drop = tables, points, drop
        self._cut = {}

    def __iter__(self):
        """Names of the tables."""
        return iter(self._tables)

    def __contains__(self, name):
        """Whether there is such a table, without reading it."""
        return name in self._tables

    def __len__(self):
        """Number of tables."""
        return len(self._tables)

    def __getitem__(self, name):
        """One table as a DataFrame."""
        if name not in self._cut:
            read = getattr(self._tables, "of_points", None)
            frame = read(name, self._points) if read else self._tables[name]
            frame = frame[frame["point"].isin(self._points)].reset_index(drop=True)
            self._cut[name] = frame.drop(columns="point") if self._drop else frame
        return self._cut[name]


def copies(record, count):
    """So many copies of a record of tables, in one array."""
    out = np.empty(count, record.dtype)
    out[:] = record
    return out


def luck_of(seed, runs):
    """Keys of all luck of some runs, by number; the same whatever else is played."""
    return np.array([world_luck(seed, run) for run in runs], np.uint64)


class Beginning:
    """Where the runs of an ensemble set out from: a scenario's eve, or a stepped world."""

    def __init__(self, scenario, params, days, start, draw="defaults"):
        if start is None:
            self.scenario = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
            self.land, self.state = build(self.scenario)
            self.first, self.told = 0, None
            base = with_values(Params(), self.scenario.params)
        else:
            self.land, self.state = start.land, start.state
            self.first, base = start.day, start.params
            self.scenario = start.scenario.seen_from(self.first)
            self.told = {"day": int(self.first), "luck": int(start.luck)}
        self.fresh = start is None
        self.ledger = empty_ledger(*self.state.garrisons.shape)
        self.params = params if isinstance(params, Params) else with_values(base, params or {})
        self.days = self.scenario.days if days is None else days

        self.draw, self.drawn = draw, None
        if draw == "posterior":
            self.drawn = Drawn(Posterior(self.scenario), self.params, self.state.garrisons)

    def play(self, table, luck, detail, room=None, station=None):
        """Play one run for each row of parameters, with the luck beside it; returns what is kept of them.

        ``station``, if given, is called with the first states and changes who is where.
        """
        count = len(luck)
        room = room or FIGHTS_A_DAY * self.days
        drawn = thresholds(luck, self.state.factions.uid, table)
        towns, factions = self.state.garrisons.shape
        kept = empty_kept(count, self.days, towns, factions, len(self.state.fronts), detail, room)
        states, ledgers = copies(self.state, count), copies(self.ledger, count)
        if station is not None:
            station(states)
        play_all(
            states, copies(self.land, 1), ledgers, table, luck, drawn, self.first, self.days, self.fresh, kept
        )
        if len(kept.fights_used) and kept.fights_used.max() > room:
            return self.play(table, luck, detail, int(kept.fights_used.max()), station)
        return kept

    def play_own(self, luck, detail):
        """Play one run for each key of luck: all with the same parameters and men, or each with its draw."""
        if self.drawn is None:
            return self.play(np.repeat(rows([self.params]), len(luck)).view(np.recarray), luck, detail)
        chosen = self.drawn.posterior.choose(luck)
        station = partial(self.drawn.station, chosen=chosen)
        return self.play(self.drawn.table(chosen), luck, detail, station=station)

    def blocks(self, runs, seed, detail):
        """Tables of one block of runs after the other."""
        for run in range(0, runs, BLOCK):
            kept = self.play_own(luck_of(seed, range(run, min(run + BLOCK, runs))), detail)
            yield tables_of(kept, self.scenario, self.land, self.params.outcomes, detail, run, self.first)


def check_request(runs, seed, days, detail):
    """Raise ValueError for a request that makes no sense, naming what was given and what is expected."""
    if not isinstance(runs, (int, np.integer)) or runs < 1:
        raise ValueError(f"runs = {runs!r}: expected a whole number, 1 or more")
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**64:
        raise ValueError(f"seed = {seed!r}: expected a whole number from 0 to 2**64 - 1")
    if not isinstance(days, (int, np.integer)) or not 1 <= days <= 3650:
        raise ValueError(f"days = {days!r}: expected a whole number from 1 to 3650")
    if detail not in DETAILS:
        raise ValueError(f"detail = {detail!r}: expected one of {', '.join(DETAILS)}")


def check_draw(draw, start=None):
    """Raise ValueError for a way of drawing that does not exist, or that makes no sense."""
    if draw not in DRAWS:
        raise ValueError(f"draw = {draw!r}: expected one of {', '.join(DRAWS)}")
    if draw != "defaults" and start is not None:
        raise ValueError(f"draw = {draw!r}: a stepped world has its parameters and garrisons already")


def watched(blocks, runs, progress):
    """The blocks, with a progress bar; stops at Ctrl-C, leaving what is done."""
    with bar_over(runs, progress) as bar:
        try:
            for block in blocks:
                yield block
                bar.update(len(block["runs"]))
        except KeyboardInterrupt:
            print(f"\nstopped after {bar.n} of {runs} runs; they are kept", file=sys.stderr)


def run_ensemble(
    scenario="january_2014",
    *,
    runs=1000,
    seed=1,
    params=None,
    days=None,
    start=None,
    draw="defaults",
    detail="summary",
    out=None,
    progress=True,
):
    """Play a world many times.

    Parameters
    ----------
    scenario : str, path or Scenario
        Name of a scenario, its folder, or one already loaded. Left aside when ``start`` is given.
    runs : int
        How many.
    seed : int
        Seed of all luck, 0 to 2**64 - 1. Run k is the same whatever ``runs`` is.
    params : dict or Params, optional
        ``{dotted name: value}`` on top of the scenario's own parameters, or a whole set.
    days : int, optional
        Days to play; the scenario's horizon (271) by default.
    start : RebelConflict, optional
        A stepped world, changed by hand or not, from whose evening all runs go on with their own luck.
    draw : {"defaults", "posterior"}
        ``"posterior"``: every run has its own parameters and initial garrisons, drawn from the scenario's
        ``posterior.parquet`` by its luck, so that bands carry what is not known as well as chance. What
        ``params`` or the scenario set themselves stays as it is.
    detail : {"summary", "daily", "full"}
        Which tables are kept: one row a run; also what every faction and town did day by day; also who
        fought whom.
    out : path, optional
        A new folder to stream Parquet into, block by block; memory then does not grow with ``runs``.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Ensemble
        After Ctrl-C, of the runs done so far.

    Raises
    ------
    ValueError
        A request that makes no sense; ParameterError and ScenarioError are such.

    Examples
    --------
    >>> import sim
    >>> ensemble = sim.run_ensemble(runs=8, seed=1, days=20, progress=False)
    >>> len(ensemble.runs), ensemble.days
    (8, 20)
    """
    check_draw(draw, start)
    begin = Beginning(scenario, params, days, start, draw)
    check_request(runs, seed, begin.days, detail)
    blocks = watched(begin.blocks(int(runs), int(seed), detail), runs, progress)
    if out is not None:
        drawn = begin.drawn and begin.drawn.posterior.sha256
        asked = {"seed": seed, "runs": runs, "days": begin.days, "detail": detail, "draw": drawn}
        about = manifest(begin.scenario, begin.params, start=begin.told, **asked)
        with Writer(out, about) as writer, suppress(KeyboardInterrupt):
            if start is not None:
                start.save(writer.folder / START)
            for block in blocks:
                writer.write(block)
        return load_results(out)
    done = list(blocks)
    if not done:
        raise KeyboardInterrupt
    tables = {name: pd.concat([b[name] for b in done], ignore_index=True) for name in done[0]}
    return Ensemble(
        scenario=begin.scenario,
        params=begin.params,
        seed=seed,
        days=begin.days,
        detail=detail,
        tables=tables,
        start=begin.told,
        world=None if start is None else start.fork(),
        draw=draw,
    )
