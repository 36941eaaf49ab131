"""What a target measures, on anything that was observed: runs or the record (SOURCES: `targets.csv`).

Each measure takes a target and what was observed, and gives one value a run: NaN where it cannot be told,
inf for a day that never comes.
"""

from dataclasses import dataclass

import numpy as np

from sim._util.suggestions import did_you_mean
from sim.record.observe import MEANINGS, province_rows

REBELS, FOCAL, CIVILIANS, ALL = range(4)
SIDE_OF = {"rebels": REBELS, "focal": FOCAL, "civilians": CIVILIANS, "all": ALL}
EMPTY = 7  # days running without the faction that make an exit


class UnscoredError(Exception):
    """A target that is not scored, and why."""


@dataclass(frozen=True)
class Names:
    """Rows of ids, for targets to be looked up in."""

    towns: tuple
    provinces: tuple
    factions: tuple
    blocs: dict
    focal: str
    province_of: np.ndarray  # row of the province of each town

    @classmethod
    def of(cls, scenario):
        """Names of a scenario."""
        blocs = {}
        for faction, bloc in zip(scenario.faction_ids, scenario.factions["bloc"], strict=True):
            blocs.setdefault(bloc, []).append(faction)
        return cls(
            scenario.town_ids,
            scenario.provinces,
            scenario.faction_ids,
            blocs,
            scenario.focal,
            province_rows(scenario),
        )

    def town_rows(self, towns):
        """Rows of some towns; refuses one that is not there."""
        if not towns:
            raise UnscoredError("it names no town")
        for town in towns:
            if town not in self.towns:
                raise UnscoredError(f"there is no town {town}{did_you_mean(town, self.towns)}")
        return [self.towns.index(t) for t in towns]

    def party(self, name):
        """Rows of a faction, or of the members of a bloc."""
        members = self.blocs.get(name) or ([name] if name in self.factions else [])
        if not members:
            raise UnscoredError(
                f"there is no faction or bloc {name}{did_you_mean(name, [*self.blocs, *self.factions])}"
            )
        return [self.factions.index(f) for f in members]


def value_of(target, observed, names, day_of):
    """Value of a target in every run.

    Parameters
    ----------
    target : dict
        As in `sim.record.Record.targets`.
    observed : Observed
        Runs, or the record.
    names : Names
        Of the scenario.
    day_of : callable
        Day of an ISO date.

    Returns
    -------
    ndarray (R,)
        One value a run.

    Raises
    ------
    UnscoredError
        The measure is not known, or the target lies outside what was seen.
    """
    measure = MEASURES.get(target["measure"])
    if measure is None:
        raise UnscoredError(f"measure {target['measure']} is not known")
    if target["to"] > observed.days or (target["from"] is not None and target["from"] < 0):
        raise UnscoredError(f"its dates are outside days 0 to {observed.days}")
    return measure(target, observed, names, day_of)


def held_of(target, observed, names):
    """Whether each of the target's towns is held, by run and day: (R, D + 1, towns)."""
    meaning = target["held"] or "controller"
    if meaning not in MEANINGS:
        raise UnscoredError(f"held {meaning} is not one of {', '.join(MEANINGS)}")
    return observed.holds(meaning)[:, :, names.town_rows(target["towns"])]


def window(target):
    """Days of a target, both ends included."""
    return slice(1 if target["from"] is None else target["from"], target["to"] + 1)


def summed_up(series, target):
    """One value from a daily one: at the end, or over the window."""
    how = target["statistic"]
    if how == "at":
        return series[:, target["to"]]
    if how not in ("min", "max", "mean"):
        raise UnscoredError(f"statistic {how} is not known for {target['measure']}")
    return getattr(np, how)(series[:, window(target)], axis=1)


def held_share(target, observed, names, _):
    """Share of the towns that are held."""
    return summed_up(held_of(target, observed, names).mean(axis=2), target)


def held_ratio(target, observed, names, _):
    """Towns held, over those held on day 0."""
    count = held_of(target, observed, names).sum(axis=2).astype(float)
    return ratio(summed_up(count, target), count[:, 0])


def exit_day(target, observed, names, _):
    """First day from which none of the towns is held for EMPTY days running; inf if there is none."""
    first = window(target).start
    empty = ~held_of(target, observed, names)[:, : target["to"] + 1].any(axis=2)
    spells = np.lib.stride_tricks.sliding_window_view(empty, EMPTY, axis=1).all(axis=2)[:, first:]
    return first_day(spells, first)


def return_day(target, observed, names, _):
    """First day on which any (first) or all (all) of the towns are held after a day on which that was not so.

    ``first`` looks at each town: a town is held again after a day on which it was not.
    """
    held = held_of(target, observed, names)[:, : target["to"] + 1]
    if target["statistic"] == "all":
        held = held.all(axis=2, keepdims=True)
    elif target["statistic"] != "first":
        raise UnscoredError(f"statistic {target['statistic']} is not known for return_day")
    lost = np.logical_or.accumulate(~held, axis=1)
    back = (held[:, 1:] & lost[:, :-1]).any(axis=2)
    first = max(window(target).start, 1)
    return first_day(back[:, first - 1 :], first)


def first_day(happens, offset):
    """Day of the first True in each run; inf if there is none."""
    return np.where(happens.any(axis=1), happens.argmax(axis=1) + float(offset), np.inf)


def ratio(over, under):
    """A ratio, NaN where the denominator is nil."""
    over, under = np.broadcast_arrays(np.asarray(over, float), np.asarray(under, float))
    return np.divide(over, under, out=np.full(over.shape, np.nan), where=under > 0)


def during(so_far, target):
    """How much of a growing count fell in the window."""
    days = window(target)
    return so_far[:, days.stop - 1] - so_far[:, max(days.start - 1, 0)]


def side_of(side, focal):
    """Column of the dead of a side; the focal faction goes by its id. None if there is none."""
    return SIDE_OF.get("focal" if side == focal else side)


def fallen(target, observed, side, names):
    """The dead of a side in the window."""
    column = side_of(side, names.focal)
    if column is None:
        raise UnscoredError(f"side {side} is not one of rebels, {names.focal}, civilians, all")
    return during(observed.dead[..., column], target)


def deaths(target, observed, names, _):
    """The dead of a side in the window."""
    return fallen(target, observed, target["side"], names)


def deaths_ratio(target, observed, names, _):
    """The dead of one side over those of another."""
    one, _, other = target["side"].partition("/")
    return ratio(fallen(target, observed, one, names), fallen(target, observed, other, names))


def deaths_share(target, observed, names, _):
    """The side's part of all dead."""
    return ratio(fallen(target, observed, target["side"], names), fallen(target, observed, "all", names))


def executed_share(target, observed, names, _):
    """Of a side's dead, those killed as prisoners."""
    column = side_of(target["side"], names.focal)
    if column not in (REBELS, FOCAL):
        raise UnscoredError(f"side {target['side']} is not one of rebels, {names.focal}")
    return ratio(
        during(observed.executed[..., column], target), fallen(target, observed, target["side"], names)
    )


def suicide_attacks(target, observed, *_):
    """Suicide attacks of the focal faction on rebels."""
    return during(observed.bombings, target)


def engagements_ratio(target, observed, names, day_of):
    """Engagements in the window over those in another one."""
    if target["side"] not in (f"{names.focal}-rebels", "focal-rebels"):
        raise UnscoredError(f"side {target['side']} is not {names.focal}-rebels")
    try:
        first, _, last = target["statistic"].removeprefix("over:").partition("..")
        other = slice(day_of(first), day_of(last) + 1)
    except ValueError:
        raise UnscoredError(f"statistic {target['statistic']} is not over:DATE..DATE") from None
    if other.stop - 1 > observed.days:
        raise UnscoredError(f"its dates are outside days 0 to {observed.days}")
    events = with_events(observed).sum(axis=2)
    return ratio(known_sum(events[:, window(target)]), known_sum(events[:, other]))


def engagements_share(target, observed, names, _):
    """Of the engagements in the window (in one province), those in which a faction or bloc took part."""
    who, _, where = target["side"].partition("@")
    if where and where not in names.provinces:
        raise UnscoredError(f"there is no province {where}{did_you_mean(where, names.provinces)}")
    party = sum(1 << f for f in names.party(who))
    fights = observed.fights
    if fights is None:
        raise UnscoredError("who took part in engagements is not known: runs keep it at detail=full")
    days = window(target)
    counts = (fights.day >= days.start) & (fights.day < days.stop)
    if where:
        counts &= names.province_of[fights.town] == names.provinces.index(where)
    runs = len(observed.held)
    total = np.bincount(fights.run[counts], minlength=runs)
    with_them = np.bincount(fights.run[counts & (fights.rebels & party != 0)], minlength=runs)
    return ratio(with_them, total)


def with_events(observed):
    """Engagements, if they are known at all."""
    if np.isnan(observed.events).all():
        raise UnscoredError("engagements are not known: runs keep them at detail=full")
    return observed.events


def known_sum(daily):
    """Sum over the days; NaN where more than a tenth of them is not known."""
    unknown = np.isnan(daily).mean(axis=1)
    return np.where(unknown <= 0.1, np.nansum(daily, axis=1), np.nan)


MEASURES = {
    "held_share": held_share,
    "held_ratio": held_ratio,
    "exit_day": exit_day,
    "return_day": return_day,
    "deaths": deaths,
    "deaths_ratio": deaths_ratio,
    "deaths_share": deaths_share,
    "executed_share": executed_share,
    "suicide_attacks": suicide_attacks,
    "engagements_ratio": engagements_ratio,
    "engagements_share": engagements_share,
}
