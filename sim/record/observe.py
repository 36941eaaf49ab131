"""Observation: what a monitor would have reported of what happened (ODD 4, observation).

Runs and record pass through one form, `Observed`: who was seen to hold each town on each day, the dead,
the attacks, the engagements. What history left has gaps where nobody counted; a run has none. ``observe``
turns everything that happened in a run into what would have been reported of it. It is off unless asked
for, and no rule of the model reads it.

An engagement is a town and a day on which the focal faction and at least one rebel faction fought with
losses, whoever took part: the nearest thing to an event of UCDP, which names all parties of one side.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim._util.errors import InfightingError
from sim.core.measures import PRESENCE, SHARED, SOLE
from sim.core.static import REBEL
from sim.params import Bounded, number

SIDES = ("rebels", "focal", "civilians")  # of the dead
MEANINGS = ("controller", "sole", "any")  # of "held"
UNKNOWN = -1  # presence that nobody reported
SMALL_PLACE = 10_000  # people; places below are remote
SERIES_READ = ["dead_rebels", "dead_focal", "dead_civilians", "executed_rebels", "executed_focal", "bombings"]


@dataclass
class Observation(Bounded):
    """What is lost between an event and its report; every default is what was judged, not "nothing"."""

    rebels: float = number(
        0.7, "", (0.3, 1.0), "SOHR 15 Jan 2014: some 400 fighters dead beyond 920 documented"
    )
    """Chance that a rebel's death is reported; higher brings the reported toll closer to the true one."""
    isis: float = number(
        0.7, "", (0.3, 1.0), "SOHR 15 Jan 2014: some 400 fighters dead beyond 920 documented"
    )
    """Chance that a death of the focal faction is reported; higher brings its toll closer to the true one."""
    civilians: float = number(0.85, "", (0.3, 1.0), "assumed; civilians are named more often than fighters")
    """Chance that a civilian's death is reported; higher brings the reported toll closer to the true one."""
    per_death: float = number(
        0.5, "", (0.05, 1.0), "assumed; Weidmann 2015, 2016: small events are missed more often"
    )
    """Chance of reporting an engagement, per death in it; higher lets fewer small clashes go missing."""
    remote: float = number(0.7, "", (0.2, 1.0), "assumed; Weidmann 2016")
    """Multiplier on reporting of engagements in places below 10,000 people; higher misses fewer of them."""


class Observed(NamedTuple):
    """Who held what, and what it cost: R runs, D days and the evening before, T towns, P provinces.

    Numbers are so far, from day 0; NaN where nobody counted.
    """

    held: np.ndarray  # (R, D + 1, T) bool: the focal faction is the holder and nobody contests it
    presence: np.ndarray  # (R, D + 1, T) int8: UNKNOWN, NONE, SHARED, SOLE
    seen: np.ndarray  # (R, D + 1, T) bool: whether anything is known of the town that day
    dead: np.ndarray  # (R, D + 1, 4): SIDES, and all sides together with the unidentified
    executed: np.ndarray  # (R, D + 1, 2): rebels, focal faction
    bombings: np.ndarray  # (R, D + 1)
    events: np.ndarray  # (R, D + 1, P) engagements of that day alone
    fights: "Fights | None"  # the same one by one, with who took part; None where that is not known

    @property
    def days(self):
        """Last day."""
        return self.held.shape[1] - 1

    def holds(self, meaning):
        """Whether the focal faction held each town on each day: (R, D + 1, T) bool; unknown is no."""
        if meaning == "controller":
            return self.held
        return self.presence == SOLE if meaning == "sole" else self.presence >= SHARED


class Fights(NamedTuple):
    """Engagements of the focal faction with rebels, one entry each."""

    run: np.ndarray
    day: np.ndarray
    town: np.ndarray
    rebels: np.ndarray  # bits of the rebel factions that took part


def fights_of_rows(rows, run, focal, rebels):
    """Engagements from the kernel's rows of fights.

    Parameters
    ----------
    rows : ndarray (N, 4)
        Day, town, faction, bits of the later factions it fought (`sim.core.batch.FIGHT_COLUMNS`).
    run : ndarray (N,)
        Run of each row.
    focal : int
        Row of the focal faction.
    rebels : ndarray of bool (F,)
        Which factions are rebels.
    """
    day, town, one, later = (np.asarray(rows[:, k], np.int64) for k in range(4))
    mask = int(sum(1 << f for f in np.flatnonzero(rebels)))
    bits = np.where(one == focal, (later << (focal + 1)) & mask, 0)
    other = (one < focal) & ((later >> np.maximum(focal - one - 1, 0)) & 1 == 1) & rebels[one]
    bits = np.where(other, np.int64(1) << one, bits)
    return together(run[bits > 0], day[bits > 0], town[bits > 0], bits[bits > 0])


def together(run, day, town, bits):
    """One entry for each run, day and town, with the bits of all rows that share them."""
    key = (np.asarray(run, np.int64) << 32) | (np.asarray(day, np.int64) << 16) | np.asarray(town, np.int64)
    keys, where = np.unique(key, return_inverse=True)
    joined = np.zeros(len(keys), np.int64)
    np.bitwise_or.at(joined, where, bits)
    return Fights(keys >> 32, (keys >> 16) & 0xFFFF, keys & 0xFFFF, joined)


def counted(fights, shape, province):
    """Engagements by run, day and province: (R, D + 1, P). ``province``: its row for each town."""
    events = np.zeros(shape)
    np.add.at(events, (fights.run, fights.day, province[fights.town]), 1.0)
    return events


def filled(run, day, town, codes, shape):
    """Daily values (R, D + 1, T) from changes in the order of days: each is kept until the next."""
    grid = np.zeros(shape, np.int64)
    grid[run, day, town] = np.arange(len(run))
    return np.asarray(codes)[np.maximum.accumulate(grid, axis=1)]


def observed_of(ensemble, observation=None):
    """What was seen of the runs of an ensemble.

    Parameters
    ----------
    ensemble : Ensemble
        With daily control; engagements are there at ``detail="full"`` only.
    observation : Observation, optional
        What is lost in reporting; nothing by default.

    Returns
    -------
    Observed
        Of all runs.

    Raises
    ------
    ValueError
        The ensemble has no daily control, or is a design.

    Examples
    --------
    >>> import sim
    >>> ensemble = sim.run_ensemble(runs=2, days=5, detail="full", progress=False)
    >>> observed_of(ensemble).held.shape
    (2, 6, 60)
    """
    if ensemble.points is not None:
        raise InfightingError(
            f"these are {len(ensemble.points)} points of a design, and only runs of one world can be scored: "
            "choose a point (sim.load_results(FOLDER).at(POINT)) and score it (sim.record.score)"
        )
    scenario = ensemble.scenario
    control, focal = ensemble.control, ensemble.focal
    order = {run: k for k, run in enumerate(sorted(ensemble.runs["run"]))}
    run = control["run"].map(order).to_numpy()
    shape = (len(order), ensemble.days + 1, len(scenario.town_ids))
    towns = control["town"].cat.set_categories(scenario.town_ids).cat.codes.to_numpy()
    codes = (control["holder"] == scenario.focal).to_numpy() * 4
    codes = codes + control["isis"].cat.set_categories(PRESENCE).cat.codes.to_numpy()
    both = filled(run, control["day"].to_numpy(), towns, codes, shape).astype(np.int8)
    series = {name: focal[name].to_numpy(float).reshape(shape[:2]) for name in SERIES_READ}
    fights = fights_of(ensemble, order) if "engagements" in ensemble.tables else None
    observed = Observed(
        held=both >= 4,
        presence=both % 4,
        seen=np.ones(shape, bool),
        dead=with_total(series["dead_rebels"], series["dead_focal"], series["dead_civilians"]),
        executed=np.stack([series["executed_rebels"], series["executed_focal"]], axis=-1),
        bombings=series["bombings"],
        events=np.full((*shape[:2], len(scenario.provinces)), np.nan),
        fights=None,
    )
    if observation is not None:
        observed, fights = observe(observed, fights, scenario, observation, ensemble.seed)
    if fights is not None:
        events = counted(fights, observed.events.shape, province_rows(scenario))
        observed = observed._replace(events=events, fights=fights)
    return observed


def observed_of_output(output, scenario, static):
    """What was seen of a block of runs, straight from the kernels' output: for fits of many worlds.

    Parameters
    ----------
    output : sim.core.batch.Kept
        At ``detail="full"``.
    scenario, static
        What was run.

    Returns
    -------
    Observed
        As `observed_of` has it, without a table in between.
    """
    series = {name: output.series[name].astype(float) for name in SERIES_READ}
    run, row = np.nonzero(np.arange(output.fights.shape[1]) < output.fights_used[:, None])
    rebels = static.kinds.side == REBEL
    fights = fights_of_rows(output.fights[run, row], run, int(static.focal), rebels)
    shape = (*output.holder.shape[:2], len(scenario.provinces))
    return Observed(
        held=output.holder == static.focal,
        presence=output.presence,
        seen=np.ones(output.holder.shape, bool),
        dead=with_total(series["dead_rebels"], series["dead_focal"], series["dead_civilians"]),
        executed=np.stack([series["executed_rebels"], series["executed_focal"]], axis=-1),
        bombings=series["bombings"],
        events=counted(fights, shape, static.places.province),
        fights=fights,
    )


def with_total(rebels, focal, civilians):
    """The dead of the three sides and of all, on a last axis."""
    return np.stack([rebels, focal, civilians, rebels + focal + civilians], axis=-1)


def province_rows(scenario):
    """Row of the province of each town."""
    rows = {name: k for k, name in enumerate(scenario.provinces)}
    return np.array([rows[p] for p in scenario.towns["province"]])


def fights_of(ensemble, order):
    """Engagements of the focal faction with rebels in an ensemble with full detail."""
    scenario, table = ensemble.scenario, ensemble.tables["engagements"]
    focal = scenario.faction_ids.index(scenario.focal)
    rebels = (scenario.factions["side"] == "rebel").to_numpy()
    a = table["faction_a"].cat.set_categories(scenario.faction_ids).cat.codes.to_numpy().astype(np.int64)
    b = table["faction_b"].cat.set_categories(scenario.faction_ids).cat.codes.to_numpy().astype(np.int64)
    other = np.where(a == focal, b, a)
    mine = ((a == focal) | (b == focal)) & rebels[other]
    town = table["town"].cat.set_categories(scenario.town_ids).cat.codes.to_numpy()
    run = table["run"].map(order).to_numpy()
    return together(run[mine], table["day"].to_numpy()[mine], town[mine], np.int64(1) << other[mine])


def observe(observed, fights, scenario, observation, seed):
    """What a monitor would have reported: some of the dead, and of the engagements, are missed.

    A death is reported with the chance of its side. An engagement with n dead is reported with chance
    ``1 - (1 - per_death)**n``, less in a small place; n is the mean of that run and day, since runs do not
    keep the dead of single engagements. The same seed gives the same reports.

    Parameters
    ----------
    observed : Observed
        Everything that happened.
    fights : Fights or None
        Its engagements.
    scenario : Scenario
        Whose towns they are.
    observation : Observation
        Chances of being reported.
    seed : int
        Of the ensemble.

    Returns
    -------
    tuple of (Observed, Fights or None)
        What was reported; control and attacks as they were.
    """
    rng = np.random.Generator(np.random.Philox(key=[int(seed) & (2**64 - 1), 1]))
    share = np.array([observation.rebels, observation.isis, observation.civilians])

    def reported(so_far, chance):
        daily = np.diff(so_far, axis=1, prepend=0.0).astype(np.int64)
        return np.cumsum(rng.binomial(daily, chance), axis=1).astype(float)

    dead = reported(observed.dead[..., :3], share)
    executed = np.minimum(reported(observed.executed, share[:2]), dead[..., :2])
    if fights is not None:
        engagements = np.zeros(observed.held.shape[:2])
        np.add.at(engagements, (fights.run, fights.day), 1.0)
        fallen = np.diff(observed.dead[..., 0] + observed.dead[..., 1], axis=1, prepend=0.0)
        each = (fallen / np.maximum(engagements, 1.0))[fights.run, fights.day]
        chance = 1.0 - (1.0 - observation.per_death) ** np.maximum(each, 1.0)
        people = scenario.towns["people"].to_numpy(float)[fights.town]
        chance = chance * np.where(people < SMALL_PLACE, observation.remote, 1.0)
        reported_too = rng.random(len(chance)) < chance
        fights = Fights(*(column[reported_too] for column in fights))
    return observed._replace(dead=with_total(*np.moveaxis(dead, -1, 0)), executed=executed), fights
