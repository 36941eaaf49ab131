"""What is to be played: points, runs of each, seed, days, detail, draw, start and shards.

An ensemble of one world is a design with one point. Whatever is played, resumed or verified is a `Plan`.
"""

import hashlib
from typing import NamedTuple

import numpy as np

from sim._util import validation
from sim.core.kernel import PACKAGE, source_hash
from sim.ensemble.design import Design, DesignError, make_design, values_of, wrong_count
from sim.ensemble.engine import FATAL, Start, in_words
from sim.ensemble.factors import DAYS, SCENARIO, SEED
from sim.ensemble.posterior import DRAWS, Drawn, Posterior
from sim.ensemble.store.manifest import DETAILS, MOST_SHARDS, SCHEMA, origin
from sim.params import Params, as_dict
from sim.scenario import Scenario, scenario_names

# some ten seconds of two cores, and little memory
RUNS_A_SHARD = {"summary": 1000, "daily": 200, "full": 200}
MOST_THREADS = 1024
MOST_RUNS = {"runs": 10**8, "runs_per_point": 10**6}
TABLE_FILES = ("ensemble/frames.py", "core/outcomes.py")  # what makes tables of runs, beside the rules


class Point(NamedTuple):
    """One point of a plan, and all that its runs have in common."""

    index: int
    name: str | None  # of its scenario; None: the common one
    scenario: Scenario
    params: Params
    seed: int
    days: int


class Plan:
    """Everything that decides the numbers of some runs; without a design there is one point, the setting.

    Its arguments are those of `sim.run_design`. ``runs`` counts all of them, ``draw`` is the SHA-256 of
    the posterior that runs are drawn from (None if they are not), ``set_by_name`` what is not drawn.
    ``threads`` (None: all cores) decides no number, and so is in no manifest.
    """

    def __init__(
        self,
        setting,
        design=None,
        *,
        runs_per_point=20,
        seed=1,
        days=None,
        detail="summary",
        draw="defaults",
        shards=None,
        threads=None,
    ):
        if not isinstance(design, Design | None):
            raise DesignError([f"{type(design).__name__} is no design: make one with sim.make_design"])
        self.setting, self.design = setting, design
        self.days = setting.scenario.days if days is None else days
        check_draw(draw, setting.world)
        if design is None:
            validation.whole("runs", runs_per_point, 1)
        elif wrong := list(wrong_count("runs_per_point", runs_per_point, MOST_RUNS["runs_per_point"])):
            raise DesignError(wrong)
        validation.whole("seed", seed, 0, validation.HIGHEST_SEED)
        self.days = validation.whole("days", self.days, 1, 3650)
        validation.one_of("detail", detail, DETAILS)
        if design is not None and SCENARIO in design.points:
            for name in sorted(set(design.points[SCENARIO])):
                setting.load(name)  # one that cannot be read is refused before the first run of any
        if threads is not None:
            validation.whole("threads", threads, 1, MOST_THREADS)
        self.threads = threads
        self.runs_per_point, self.seed, self.detail = int(runs_per_point), int(seed), detail
        self.runs = len(self) * self.runs_per_point
        most = min(self.runs, MOST_SHARDS)
        if shards is None:
            shards = min(most, -(-self.runs // RUNS_A_SHARD[detail]))
        if wrong := list(wrong_count("shards", shards, most)):
            raise DesignError(wrong)
        self.shards = int(shards)
        self._starts, self._drawn = {}, {}
        self._posterior = Posterior(setting.scenario) if draw == "posterior" else None
        self.draw = self._posterior and self._posterior.sha256
        self.set_by_name = sorted({*setting.scenario.params, *setting.by_name}) if self.draw else []

    def __len__(self):
        """Number of points."""
        return 1 if self.design is None else len(self.design)

    @property
    def points(self):
        """Table of the points; None without a design."""
        return self.design and self.design.points

    def at(self, index):
        """One point; ValueError if its scenario is broken, or a value impossible."""
        if self.design is None:
            return Point(0, None, self.setting.scenario, self.setting.params, self.seed, self.days)
        values = values_of(self.design, index)
        return point_of(self.setting, index, values, self.seed, self.days)

    def try_point(self, index, failed):
        """One point, or None and a note in ``failed`` of why there is none."""
        try:
            return self.at(index)
        except FATAL:
            raise
        except Exception as error:
            if self.design is None:
                raise
            failed[index] = in_words(error)
            return None

    def impossible(self):
        """Points that cannot be played, as ``{point: error}``, as far as can be told without playing."""
        failed = {}
        for index in range(len(self)):
            self.try_point(index, failed)
        return failed

    def start(self, point):
        """Where runs of a point set out from, built once for each scenario."""
        key = (point.name, point.days)
        if key not in self._starts:
            self._starts[key] = Start(point.scenario, self.setting.params, point.days, self.setting.world)
        return self._starts[key]

    def drawn(self, point):
        """The draws of the runs of a point."""
        if point.index not in self._drawn:
            posterior = self._posterior if point.name is None else Posterior(point.scenario)
            if posterior.sha256 != self.draw:
                raise ValueError(
                    f"scenario {point.name} has another posterior than {self.setting.scenario.name}"
                )
            own = set() if self.design is None else {f.name for f in self.design.factors}
            set_by_name = {*self.set_by_name, *point.scenario.params, *own}
            garrisons = self.start(point).state.garrisons
            self._drawn[point.index] = Drawn(posterior, point.params, garrisons, set_by_name)
        return self._drawn[point.index]

    def manifest(self):
        """Everything needed to make the same results again, as plain values."""
        scenario, design = self.setting.scenario, self.design
        tables = hashlib.sha256(b"".join((PACKAGE / name).read_bytes() for name in TABLE_FILES))
        over = design and {name: _plain(values) for name, values in design.request["over"].items()}
        return origin() | {
            "schema": SCHEMA,
            "scenario": {
                "name": scenario.name,
                "hash": scenario.hash,
                "parents": list(scenario.parents),
                **({} if scenario.name in scenario_names() else {"folder": str(scenario.folder)}),
            },
            "scenarios": self.setting.hashes(design) if design and SCENARIO in self.points else {},
            "params": as_dict(self.setting.params),
            "overrides": {name: _value(value) for name, value in self.setting.overrides.items()},
            "design": design and design.request | {"over": over},
            "design_hash": design and hashlib.sha256(self.points.to_csv().encode()).hexdigest()[:16],
            "points": len(self),
            "runs_per_point": self.runs_per_point,
            "runs": self.runs,
            "seed": self.seed,
            "days": int(self.days),
            "detail": self.detail,
            "shards": self.shards,
            "start": self.setting.start,
            "draw": self.draw,
            "set_by_name": self.set_by_name,
            "code": source_hash(),
            "tables": tables.hexdigest()[:16],
        }


def point_of(setting, index, values, seed, days):
    """A point from its scenario and values."""
    name, values = values
    seed, days = values.pop(SEED, seed), values.pop(DAYS, days)
    seed = validation.whole("seed", seed, 0, validation.HIGHEST_SEED)
    days = validation.whole("days", days, 1, 3650)
    return Point(index, name, *setting.at(values, name), seed, days)


def plan_of(about, setting):
    """The plan that a manifest describes, ready to be played again."""
    same = {name: about[name] for name in ("runs_per_point", "seed", "days", "detail", "shards")}
    design = about["design"] and make_design(**about["design"])
    plan = Plan(setting, design, draw="posterior" if about["draw"] else "defaults", **same)
    plan.set_by_name = about["set_by_name"]
    return plan


def check_draw(draw, world):
    """Raise ValueError for a way of drawing that does not exist, or that makes no sense."""
    validation.one_of("draw", draw, DRAWS)
    if draw != "defaults" and world is not None:
        raise ValueError(f"draw = {draw!r}: a stepped world has its parameters and garrisons already")


def _plain(values):
    """What a factor ranges over, as JSON can hold it."""
    if isinstance(values, dict):
        return {key: _plain(value) for key, value in values.items()}
    return None if values is None else [_value(value) for value in values]


def _value(value):
    return value.item() if isinstance(value, np.generic) else value
