"""Worlds of the fit: from points of the prior to how far each world is from the record."""

import numpy as np
from scipy.special import ndtr, ndtri

from sim import params as parameters
from sim.core.initial import initialize
from sim.ensemble.engine import Start, run_keys
from sim.ensemble.posterior import deal_again
from sim.params import as_dict, canonical, rows, with_values
from sim.record.observe import observed_of_output
from sim.record.read import read_record
from sim.record.targets import Names, value_of

DAYS = 88  # to 31 March 2014; nothing later is looked at
ROOM = 150 * DAYS  # rows for fights of one world; a batch that needs more is played again
BATCH = 128  # worlds played at once
FARTHEST = 3.0  # a target further away than so many half-widths of its tolerance is simply missed
MIDDLE = (0.4, 0.5, 0.6)  # quantiles that stand for the median: less rough than one run's value
PULL = 0.25  # weight of the distance from the target itself beside that from its tolerance
NOT_FITTED = ("events.last_day",)
# C4c is left out: control.csv, which the map is held against, contradicts it (record/README.md)
TIMING = ("C3", "C4a", "C4b", "C5a", "C5b")
SHARES = ("C1a", "C1b", "C1c", "C2a", "C2b", "C2c", "C2d", "C6a", "C6b", "C6c")
WEIGHTS = {"map": 3.0, "timing": 2.0, "shares": 2.0, "counts": 1.5}  # of the parts of the distance
# On 3 January people marched against ISIS in tens of places (record/README.md): where not half of the towns
# it holds march on the eve, grievance and protest have been traded away for a nearer count of something else.
MARCH = 50  # people out, who are seen
MARCHING = 0.5  # share of the towns that ISIS holds, from which on nothing is missing
UNMARCHED = 1.0  # what it adds to the distance if nobody marches anywhere


class Prior:
    """Uniform within declared bounds; strengths triangular from low over judged to high.

    Points are kept as ``z``, one standard normal number a dimension, so that every step of the sampler is
    the same in every dimension.

    Parameters
    ----------
    scenario : Scenario
        Gives the strengths.
    names : list of str, optional
        Parameters by dotted name and strengths as ``men.FACTION``; all that may be fitted by default.
    """

    def __init__(self, scenario, names=None):
        bounds = {
            name: (p.low, p.high)
            for name, p in parameters.declared().items()
            if p.kind == "real" and not name.startswith("outcomes.") and name not in NOT_FITTED
        }
        men = {
            f"men.{f.id}": (f.men_low / f.men, f.men_high / f.men)
            for f in scenario.factions.itertuples(index=False)
        }
        both = bounds | men
        self.names = [canonical(name) for name in names or both]
        self.low, self.high = (np.array([both[n][k] for n in self.names]) for k in (0, 1))
        self.is_men = np.array([n.startswith("men.") for n in self.names])

    def values(self, z):
        """Values of points: (N, dimensions)."""
        u = ndtr(z)
        straight = self.low + (self.high - self.low) * u
        span, below = self.high - self.low, 1.0 - self.low
        mode = np.where(self.is_men, below / span, 0.5)
        left = self.low + np.sqrt((u * span * below).clip(0))
        right = self.high - np.sqrt(((1 - u) * span * (span - below)).clip(0))
        return np.where(self.is_men, np.where(u < mode, left, right), straight)


class Theatre:
    """One scenario made ready to be played at many points.

    Parameters
    ----------
    record : path
        What worlds are held against.
    prior : Prior
        What the columns of points are.
    seed : int
        Of all random numbers.
    params : dict, optional
        Parameters that all worlds have.
    """

    def __init__(self, record, names=None, seed=1, params=None):
        self.begin = Start("january_2014", params, DAYS)
        self.scenario = self.begin.scenario
        self.prior = Prior(self.scenario, names)
        self.record = record if not isinstance(record, str) else read_record(record, self.scenario)
        self.names, self.seed = Names.of(self.scenario), seed
        self.men = np.array([f"men.{f}" for f in self.scenario.faction_ids])

    def tables(self, z):
        """Rows of parameters for the kernels, and strengths of all factions, of points."""
        values = self.prior.values(z)
        row = rows([self.begin.params])
        out = np.repeat(row, len(z)).view(np.recarray)
        strengths = np.ones((len(z), len(self.men)))
        for k, name in enumerate(self.prior.names):
            if name.startswith("men."):
                strengths[:, list(self.men).index(name)] = values[:, k]
            else:
                group, field = name.split(".")
                out[group][field] = values[:, k]
        return out, strengths

    def observations(self, z, keys, first=0):
        """What was seen of one world at each point, in batches; ``first`` numbers the first one's luck."""
        own = self.begin.state.garrisons
        for begin in range(0, len(z), BATCH):
            part = slice(begin, min(begin + BATCH, len(z)))
            params, strengths = self.tables(z[part])
            key = run_keys(self.seed, range(first + part.start, first + part.stop))
            dealt = [
                deal_again(own["local"], own["mobile"], m, key)
                for m, key in zip(strengths, keys[part], strict=True)
            ]

            def station(states, dealt=dealt):
                states["garrisons"]["local"] = [local for local, _ in dealt]
                states["garrisons"]["mobile"] = [mobile for _, mobile in dealt]

            kept = self.begin.play(params, key, "full", ROOM, station)
            yield part, observed_of_output(kept, self.scenario, self.begin.static)

    def unmarched(self, params):
        """How far too few of ISIS's towns march on the eve, 0 to 1, with each row of parameters: (N,)."""
        out = np.empty(len(params))
        for k in range(len(params)):
            state, ledger = self.begin.state.copy(), self.begin.ledger.copy()
            initialize(state, self.begin.static, ledger, params[k], 0, np.zeros(len(state.factions)))
            held = state.towns.holder == self.begin.static.focal
            people = state.towns.protest * params[k].protest.turnout * state.towns.people
            out[k] = max(0.0, 1.0 - np.mean(people[held] >= MARCH) / MARCHING)
        return out

    def params_at(self, z):
        """Parameters at one point."""
        values = self.prior.values(z[None])[0]
        chosen = {n: float(v) for n, v in zip(self.prior.names, values, strict=True) if "men." not in n}
        return with_values(self.begin.params, chosen)


def declared(theatre):
    """The point where all parameters and strengths are as declared and judged."""
    values, prior = as_dict(theatre.begin.params), theatre.prior
    point = np.array([1.0 if n.startswith("men.") else values[n] for n in prior.names])
    span = prior.high - prior.low
    # below the mode of a triangle, which is where judged strengths stand
    share = np.where(prior.is_men, (1.0 - prior.low) / span, (point - prior.low) / span)
    return ndtri(np.clip(share, 0.01, 0.99))


def parts_of(observed, record, names, day_of):
    """How far each run is from the record: map, timing, shares of towns, counts; 0 is best, 1 is poor.

    map: share of town-days on which the run and the record disagree about who holds the town (and whether
    ISIS is present), rows of low confidence counting half, over the same of the map of 2 January. The others:
    mean distance of the targets in half-widths of their tolerance, at most FARTHEST, over FARTHEST.
    """
    return np.stack([map_part(observed, record), *target_parts(observed, record, names, day_of)], axis=1)


def map_part(observed, record):
    """Disagreement over the map, as a share of what the map of 2 January gives."""
    days = min(observed.days, record.observed.days)
    weight = record.observed.seen[0] * np.where(record.low, 0.5, 1.0)
    weight[0] = 0.0
    weight = weight[: days + 1]
    out = np.zeros(len(observed.held))
    for meaning in ("controller", "any"):
        truth = record.observed.holds(meaning)[0][: days + 1]
        wrong = ((observed.holds(meaning)[:, : days + 1] != truth) * weight).sum(axis=(1, 2))
        lasting = ((truth[0] != truth) * weight).sum()
        out += 0.5 * wrong / lasting
    return out


def signed_off(target, observed, names, day_of):
    """Distance of a target in half-widths of its tolerance, above or below, at most FARTHEST."""
    values = value_of(target, observed, names, day_of)
    half = max((target["hi"] - target["lo"]) / 2, 1e-9)
    off = np.clip((values - target["value"]) / half, -FARTHEST, FARTHEST)
    return np.where(np.isnan(off), FARTHEST, off)


def target_parts(observed, record, names, day_of):
    """Mean distance of timing, shares and counts."""
    groups = {"timing": [], "shares": [], "counts": []}
    for target in record.targets:
        off = np.abs(signed_off(target, observed, names, day_of)) / FARTHEST
        if target["id"] in TIMING:
            groups["timing"].append(off)
        elif target["id"] in SHARES:
            groups["shares"].append(off)
        elif target["id"] != "C4c":
            groups["counts"].append(off)
    return [np.mean(part, axis=0) for part in groups.values()]


def distance(parts):
    """Weighted sum of the parts, over the sum of the weights."""
    weights = np.array(list(WEIGHTS.values()))
    return parts @ weights / weights.sum()


def together(observed, record, names, day_of, miss=0.0):
    """How far many runs together are from the record, by part; compare `worlds.parts_of` of single runs."""
    weight = record.observed.seen[0] * np.where(record.low, 0.5, 1.0)
    weight[0], off = 0.0, 0.0
    for meaning in ("controller", "any"):
        truth = record.observed.holds(meaning)[0]
        wrong = ((observed.holds(meaning).mean(axis=0) - truth) ** 2 * weight).sum()
        off += 0.5 * wrong / ((truth[0] != truth) * weight).sum()
    groups = {"timing": [], "shares": [], "counts": []}
    for target in record.targets:
        if target["id"] == "C4c":
            continue
        kind = "timing" if target["id"] in TIMING else "shares" if target["id"] in SHARES else "counts"
        groups[kind].append(median_off(target, value_of(target, observed, names, day_of), miss))
    return np.array([off, *(np.mean(part) for part in groups.values())])


def median_off(target, values, miss=0.0):
    """Distance of the middle of the runs from a target's tolerance, and a little from its value; 0 to 1.

    miss : half-widths that being outside costs by itself.
    """
    told = values[~np.isnan(values)]
    if not len(told):
        return 1.0
    half = max((target["hi"] - target["lo"]) / 2, 1e-9)
    middle = np.quantile(told, MIDDLE, method="inverted_cdf")
    outside = np.maximum(0.0, np.maximum(target["lo"] - middle, middle - target["hi"])) / half
    off = outside + miss * (outside > 0) + PULL * np.abs(middle - target["value"]) / half
    return np.minimum(off, FARTHEST).mean() / FARTHEST
