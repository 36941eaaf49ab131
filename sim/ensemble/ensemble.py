"""Many runs of one world, or of every point of a design, as tables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim._util import validation
from sim._util.validation import no_attribute
from sim.core.outcomes import CLASSES, STATES
from sim.ensemble.dataset import to_dataset
from sim.ensemble.design import Setting, values_of
from sim.ensemble.engine import Start, run_keys
from sim.ensemble.plan import point_of
from sim.ensemble.posterior import Drawn, Posterior
from sim.params import Params, as_dict
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.model import RebelConflict

KEYS = ("point", "run")  # what names a run


@dataclass(eq=False, repr=False)
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
        column ``point``, and run k of every point has the same random numbers.
    start : dict or None
        Of runs that set out from a stepped world: its ``day``, which is their day 0, and its ``key``.
    posterior : str or None
        SHA-256 of the posterior that the runs were drawn from; None if they were not.
    selection : str
        Of runs chosen by `where`: by what; else empty.
    set_by_name : tuple of str
        Of drawn runs: parameters that the scenario or the caller set by name, and so were not drawn.
    tables : mapping of str to pandas.DataFrame
        All tables by name; each is also an attribute. Units and meanings: ``sim.ensemble.frames.RUNS``,
        ``sim.core.measures.DAILY`` and ``sim.core.measures.SERIES``.

    Examples
    --------
    >>> import sim
    >>> ensemble = sim.run_ensemble(runs=4, days=10, progress=False)
    >>> len(ensemble.runs)
    4
    """

    scenario: Scenario
    params: Params
    seed: int
    days: int
    detail: str
    # DataFrames by name, and one; pandas says too little of its own types for a checker to follow
    tables: Any
    points: Any = None
    failed: Mapping[int, str] = field(default_factory=dict)  # of a design: point and error
    start: dict | None = None
    posterior: str | None = None
    set_by_name: Collection[str] = ()
    setting: Setting | None = None  # of a design: what makes its points
    origin: "RebelConflict | Path | None" = None  # the stepped world that runs set out from, or its file
    selection: str = ""

    @property
    def draw(self):
        """``defaults`` if all runs share parameters and garrisons, ``posterior`` if each draws its own."""
        return "posterior" if self.posterior else "defaults"

    @property
    def failures(self):
        """Of a design: points that could not be played (index ``point``), and the ``error`` of each."""
        if self.points is None:
            return None
        frame = pd.DataFrame({"point": list(self.failed), "error": list(self.failed.values())})
        return frame.astype({"point": "int32", "error": "str"}).sort_values("point").set_index("point")

    def _table(self, name, needed):
        try:
            return self.tables[name]
        except KeyError:
            raise ValueError(
                f'there is no table {name} at detail="{self.detail}": run with detail="{needed}"'
            ) from None

    @property
    def runs(self):
        """One row a run: outcome class and measures (columns: sim.ensemble.frames.RUNS)."""
        return self._table("runs", "summary")

    @property
    def focal(self):
        """Run, day and measures of the focal faction (columns: sim.core.measures.SERIES)."""
        return self._table("focal", "daily")

    @property
    def daily(self):
        """Run, day, faction and measures (columns: sim.core.measures.DAILY)."""
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
        day = validation.day("when", when, self.scenario)
        if not 0 <= day <= self.days:
            last = self.scenario.date(self.days)
            raise ValueError(f"when = {when!r} is outside the runs: {self.scenario.date(0)} to {last}")
        changes = self.control[self.control["day"] <= day]
        last = changes.drop_duplicates(["run", "town"], keep="last").sort_values(["run", "town"])
        return last.drop(columns="day").reset_index(drop=True)

    def to_xarray(self, table="runs"):
        """A table as an `xarray.Dataset`, with dimensions, coordinates, units and meanings.

        Parameters
        ----------
        table : str
            ``runs`` (dimension run), ``focal`` (run, day), ``daily`` (run, day, faction) or ``control``
            (run, day, town: codes, whose words are in ``flag_meanings``). Of a design the dimension point
            comes first, and the factors are coordinates along it.

        Returns
        -------
        xarray.Dataset
            What was not played is missing (NaN, of control -1).

        Raises
        ------
        ValueError
            There is no such table, or xarray is not installed (``pip install 'infighting[xarray]'``).

        Examples
        --------
        >>> import sim
        >>> design = sim.make_design("grid", {"plans.pursuit": [0, 0.5, 1]})
        >>> swept = sim.run_design(design, runs_per_point=2, days=5, detail="daily", progress=False)
        >>> people = swept.to_xarray("focal")["people"]
        >>> people.dims, people.attrs["units"]
        (('point', 'run', 'day'), 'persons')
        >>> people.mean("run").swap_dims(point="plans.pursuit").sel({"plans.pursuit": 0.5, "day": 5}).shape
        ()
        """
        return to_dataset(self, table)

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
        if isinstance(points, (int, np.integer)):
            if points not in self.points.index:
                raise ValueError(f"there is no point {points}: this design has {_span(self.points.index)}")
            if points in self.failed:
                raise ValueError(f"point {points} could not be played: {self.failed[points]}")
            values = values_of(self.points, points)
            point = point_of(self.setting, int(points), values, self.seed, self.days)
            set_by_name = {*self.set_by_name, *point.scenario.params, *self.points.columns}
            return Ensemble(
                *(point.scenario, point.params, point.seed, point.days, self.detail),
                SomePoints(self.tables, [points], drop=True),
                posterior=self.posterior,
                set_by_name=tuple(sorted(set_by_name)) if self.posterior else (),
            )
        chosen = self.points.loc[self._chosen(points)]
        return Ensemble(
            *(self.scenario, self.params, self.seed, self.days, self.detail),
            SomePoints(self.tables, list(chosen.index)),
            points=chosen,
            failed={point: error for point, error in self.failed.items() if point in chosen.index},
            posterior=self.posterior,
            set_by_name=self.set_by_name,
            setting=self.setting,
        )

    def where(self, chosen=None, /, **values):
        """The runs that ended in some way, or are anything else that a table of runs says.

        Parameters
        ----------
        chosen : array_like of bool, optional
            One truth value a row of ``runs``, such as ``ensemble.runs["end_towns"] > 10``.
        **values
            Columns of ``runs``, of a design its factors as well, with the value they have, or a list of
            values. ``outcome`` takes a class, or the state at the end: ``broken``, ``back``, ``beaten``.

        Returns
        -------
        Ensemble
            Of these runs alone: tables, figures, `replay` and comparisons are of them. What is found in
            runs that were chosen by how they ended is no effect of what was changed.

        Raises
        ------
        ValueError
            No such column or value, or no run is left.

        Examples
        --------
        >>> import sim
        >>> ensemble = sim.run_ensemble(runs=8, days=100, progress=False)
        >>> back = ensemble.where(outcome="back")
        >>> set(back.runs["state"])
        {'back'}
        >>> ensemble.where(ensemble.runs["trough_share"] < 0.2, run=[2, 3]).runs["run"].tolist()
        [3]
        """
        keep, words = chosen_runs(self, chosen, values)
        tables = SomeRuns(self.tables, self.runs.loc[keep, [name for name in KEYS if name in self.runs]])
        words = ", ".join(word for word in (self.selection, *words) if word)
        return replace(self, tables=tables, selection=words)

    def _chosen(self, points):
        """Numbers of several points, or ValueError."""
        chosen = np.asarray(points)
        if chosen.dtype == bool and chosen.shape == (len(self.points),):
            return chosen
        if chosen.ndim != 1 or chosen.dtype.kind not in "iu":
            expected = f"a number, several, or one truth value for each of the {len(self.points)} points"
            raise validation.invalid("points", points, expected)
        if strange := sorted(set(chosen.tolist()) - set(self.points.index)):
            raise ValueError(f"there is no point {strange[0]}: this design has {_span(self.points.index)}")
        return chosen

    @property
    def draws(self):
        """Which draw each run had, and its values: run, draw, parameters by dotted name, men of factions.

        Raises
        ------
        ValueError
            The runs were not drawn, and all have the same parameters and garrisons; or the posterior they
            were drawn from is not the one that is there.
        """
        if self.draw != "posterior":
            raise ValueError('these runs share their parameters and garrisons: run with draw="posterior"')
        if self.points is not None:
            raise ValueError("draws of a design belong to its points: .at(point).draws")
        posterior, numbers = self._own_posterior(), self.runs["run"].to_numpy()
        chosen = posterior.choose(run_keys(self.seed, numbers))
        values = posterior.table.drop(columns="weight").iloc[chosen].reset_index(drop=True)
        drawn, own = posterior.drawn_names(self.params, self.set_by_name), as_dict(self.params)
        values = values.assign(**{name: own[name] for name in posterior.names if name not in drawn})
        return pd.concat([pd.DataFrame({"run": numbers, "draw": chosen}), values], axis=1)

    def _own_posterior(self):
        """The posterior these runs were drawn from, or ValueError where it is no longer there."""
        found = Posterior(self.scenario)
        if found.sha256 != self.posterior:
            raise ValueError(
                f"these runs were drawn from another posterior (sha256 {self.posterior[:12]}) than "
                f"{found.file} (sha256 {found.sha256[:12]}): their draws and replays need the file they were "
                "made with"
            )
        return found

    def replay(self, run, day=None):
        """The same run again, as a stepped world.

        Parameters
        ----------
        run : int
            Number of the run.
        day : int, date or str, optional
            Played to this day or date; by default to the last day of the ensemble.

        Returns
        -------
        RebelConflict
            On the evening of that day, with its whole ledger. If the runs set out from a stepped world, it
            counts its days as that world does.

        Raises
        ------
        ValueError
            No such run or day, a run of a design, which belongs to a point, or a run drawn from another
            posterior than the one that is there.

        Examples
        --------
        >>> import sim
        >>> ensemble = sim.run_ensemble(runs=2, days=5, progress=False)
        >>> ensemble.replay(1).day
        5
        """
        if self.points is not None:
            raise ValueError("a run of a design belongs to a point: .at(point).replay(run)")
        if validation.whole("run", run) not in set(self.runs["run"]):
            raise ValueError(
                f"there is no run {run}: this ensemble has runs {_span(sorted(self.runs['run']))}"
            )
        day = self.days if day is None else validation.day("day", day, self.scenario)
        if not 0 <= day <= self.days:
            raise ValueError(f"there is no day {day}: this ensemble has days 0 to {self.days}")
        if self.start is None:
            params, men = self.params, None
            if self.draw == "posterior":
                garrisons = Start(self.scenario, self.params, self.days).state.garrisons
                drawn = Drawn(self._own_posterior(), self.params, garrisons, self.set_by_name)
                chosen = int(drawn.posterior.choose(run_keys(self.seed, [run]))[0])
                params, men = drawn.params_of(chosen), drawn.men(chosen)
            from sim.model import RebelConflict  # here and below: slow to import, and few ensembles need it

            model = RebelConflict(
                self.scenario, seed=self.seed, run=run, days=self.days, params=params, men=men
            )
        else:
            world = self.world
            model = world.fork(seed=self.seed, run=run, days=world.day + self.days, **as_dict(self.params))
        for _ in range(day):
            model.step()
        return model

    @property
    def world(self):
        """The stepped world that the runs set out from; None if they set out from their scenario.

        Raises
        ------
        ValueError
            It was not kept with them, or its file has gone.
        """
        if self.start is None:
            return self.origin
        from sim.model import RebelConflict

        if isinstance(self.origin, RebelConflict):
            return self.origin
        if self.origin is None:
            raise ValueError("the stepped world that these runs set out from was not kept with them")
        return RebelConflict.load(self.origin)

    def __repr__(self):
        """Say what it is in one line."""
        points = "" if self.points is None else f"{len(self.points)} points, "
        where = f", where {self.selection}" if self.selection else ""
        return (
            f"Ensemble({self.scenario.name!r}, {points}{len(self.runs)} runs of {self.days} days, "
            f"seed {self.seed}, detail {self.detail!r}{where})"
        )

    def __getattr__(self, name):
        """Nothing is called that; the nearest name is told."""
        raise no_attribute(self, name)

    def _repr_html_(self):
        from sim.model import display

        return display.ensemble(self)


def _span(index):
    """First and last of some numbers, in words."""
    return f"{index[0]} to {index[-1]}" if len(index) else "none"


class Cut(Mapping):
    """Tables of which a part is kept, cut out when first asked for."""

    def __init__(self, tables):
        self._tables, self._cut = tables, {}

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
            self._cut[name] = self._read(name)
        return self._cut[name]


class SomePoints(Cut):
    """Tables of some points of a design; ``drop``: without ``point``."""

    def __init__(self, tables, points, drop=False):
        super().__init__(tables)
        self._points, self._drop = points, drop

    def _read(self, name):
        read = getattr(self._tables, "of_points", None)
        frame = read(name, self._points) if read else self._tables[name]
        frame = frame[frame["point"].isin(self._points)].reset_index(drop=True)
        return frame.drop(columns="point") if self._drop else frame


class SomeRuns(Cut):
    """Tables of some runs, named by their number, and in a design by their point as well."""

    def __init__(self, tables, runs):
        super().__init__(tables)
        self._runs = runs
        self.manifest = getattr(tables, "manifest", None)  # the rules that made them: pairs must share them

    def _read(self, name):
        frame, keys = self._tables[name], list(self._runs)
        found = pd.MultiIndex.from_frame(frame[keys]).isin(pd.MultiIndex.from_frame(self._runs))
        return frame[found].reset_index(drop=True)


def chosen_runs(ensemble, chosen, values):
    """Which rows of ``runs`` are chosen, and by what in words; ValueError as `Ensemble.where` says."""
    runs, points, words = ensemble.runs, ensemble.points, []
    keep = np.ones(len(runs), bool)
    if chosen is not None:
        keep = np.asarray(chosen)
        if keep.dtype != bool or keep.shape != (len(runs),):
            raise validation.invalid("chosen", chosen, f"one truth value for each of the {len(runs)} runs")
        words.append(f"{keep.sum()} of {len(runs)} runs")
    for name, value in values.items():
        of_point = points is not None and name in points and name not in runs
        validation.row_of("column of runs", name, dict.fromkeys([*runs, *(() if points is None else points)]))
        is_one = isinstance(value, str) or not np.iterable(value)
        wanted = [value] if is_one else list(value)
        column = runs["point"].map(points[name]) if of_point else runs[name]
        found = column.isin(wanted)
        if name == "outcome":
            for one in wanted:
                validation.one_of("outcome", one, tuple(dict.fromkeys((*CLASSES, *STATES))))
            found |= runs["state"].isin([one for one in wanted if one not in CLASSES])
        keep = keep & found.to_numpy()
        words.append(f"{name} = {value if is_one else ' or '.join(map(str, wanted))}")
    if not keep.any():
        raise ValueError(f"no run has {' and '.join(words) or 'anything'}: there is nothing left to look at")
    return keep, words
