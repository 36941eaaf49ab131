"""Draws from what is believed: parameters and initial garrisons together, from a scenario's posterior.

``posterior.parquet`` beside a scenario's tables has one row a draw: ``weight``; a column for every parameter
that was fitted, by dotted name; ``men.FACTION``, its strength as a multiple of the scenario's; ``dealing``,
the key with which its men are dealt over towns. A scenario may take another one's draws of parameters (key
``posterior`` of its scenario.yaml); strengths and dealing belong to that other war, and are then drawn from
the scenario's own ranges. Made by ``experiments/02_record`` from the record of January to March 2014; every
output says so, in the words of ``DRAWN_FROM``.
"""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

from sim.core.kernel import kernel
from sim.core.rng import GARRISON, uniform
from sim.params import ALIASES, Params, as_dict, canonical, rows, with_values
from sim.scenario import ScenarioError, scenarios_folder

FILE = "posterior.parquet"
DRAWS = ("defaults", "posterior")
DRAWN_FROM = "the posterior of January to March 2014"  # what draw=posterior draws: words for every output
DEALING = 0.3  # spread of the dealing: standard deviation of the logarithm of a town's share (assumed)


@kernel
def choices(key):
    """A number in [0, 1) for each run, by which its draw is chosen."""
    out = np.empty(len(key))
    for k in range(len(key)):
        out[k] = uniform(key[k], GARRISON, 0, 0)
    return out


def find_posterior(scenario):
    """File with the draws of a scenario, of the nearest parent that has them, or of the one it names."""
    folders = [scenario.folder, *(scenarios_folder() / parent for parent in scenario.parents)]
    for folder in (*folders, *filter(None, [scenario.posterior])):
        if (Path(folder) / FILE).exists():
            return Path(folder) / FILE
    return None


def shipped_sha256(scenario):
    """SHA-256 of the file with a scenario's draws; None if it has none."""
    file = find_posterior(scenario)
    return file and hashlib.sha256(file.read_bytes()).hexdigest()


class Posterior:
    """The draws of a scenario or of its nearest parent that has them, or of another file.

    >>> import sim
    >>> posterior = Posterior(sim.load_scenario("january_2014"))
    >>> bool(abs(posterior.table["weight"].sum() - 1) < 1e-9)
    True
    """

    def __init__(self, scenario, file=None):
        file = Path(file) if file else find_posterior(scenario)
        if file is None:
            raise ScenarioError([f"scenario {scenario.name} has no {FILE}, nor has a parent of it"])
        self.file, self.table = file, pd.read_parquet(file).rename(columns=ALIASES)
        self.ranges = None
        if scenario.posterior and file == scenario.posterior / FILE:  # strengths of that war are not of this
            self.ranges = scenario.factions[["men_low", "men", "men_high"]].to_numpy(float)
            self.table = self.table[[c for c in self.table if not c.startswith("men.")]]
        self.sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        self._check(scenario)
        self.names = [c for c in self.table if c in as_dict(Params())]
        self.factions = scenario.faction_ids

    def _check(self, scenario):
        table, known = self.table, set(as_dict(Params()))
        expected = {"weight", "dealing"} | known | {f"men.{f}" for f in scenario.faction_ids}
        odd = [c for c in table if c not in expected]
        lacking = [c for c in ("weight", "dealing") if c not in table]
        if odd or lacking or not len(table) or not (table.get("weight", pd.Series(-1.0)) >= 0).all():
            what = f"column {odd[0]} is no parameter and no faction" if odd else "needs weight and dealing"
            raise ScenarioError([f"{self.file}: {what}; expected draws as experiments/02_record makes them"])

    def choose(self, key):
        """Row of the draw of each run, by its key and the weights."""
        share = np.cumsum(self.table["weight"].to_numpy(float))
        return np.searchsorted(share / share[-1], choices(key), side="right").clip(0, len(share) - 1)

    def drawn_names(self, base, set_by_name=()):
        """Parameters that are drawn: not those set by name, nor those that ``base`` changes."""
        shipped, own = as_dict(Params()), as_dict(base)
        by_name = {canonical(name) for name in set_by_name}
        return [name for name in self.names if name not in by_name and own[name] == shipped[name]]

    def params(self, row, base, set_by_name=()):
        """Parameters of one draw; what was set stays as it is in ``base``."""
        names = self.drawn_names(base, set_by_name)
        return with_values(base, {name: float(self.table[name].iloc[row]) for name in names})

    def garrisons(self, row, local, mobile):
        """Local and mobile men of one draw, from those of the scenario: (T, F) each."""
        draw = self.table.iloc[row]
        key = int(self.table["dealing"].iloc[row])  # of the column: a row of floats would round it
        strengths = np.array([float(draw.get(f"men.{f}", 1.0)) for f in self.factions])
        if self.ranges is not None:
            rng = np.random.Generator(np.random.Philox(key=[key, 1]))
            strengths = triangular(*self.ranges.T, rng.random(len(self.ranges)))
        return deal_again(local, mobile, strengths, key)


def deal_again(local, mobile, strengths, key, spread=DEALING):
    """Deal every faction's men anew, (T, F): another strength, other shares of the towns it is in.

    Each town's share is multiplied by a log-normal number; whole men by largest remainder. A town where a
    faction has nobody gets nobody; the mobile part of a garrison stays what it was.

    >>> local, mobile = np.array([[60], [40]]), np.array([[0], [0]])
    >>> [int(part.sum()) for part in deal_again(local, mobile, np.array([1.5]), key=1)]
    [150, 0]
    """
    men = (local + mobile).astype(float)
    rng = np.random.Generator(np.random.Philox(key=int(key)))
    weights = men * np.exp(spread * rng.standard_normal(men.shape))
    total = np.rint(men.sum(axis=0) * strengths)
    exact = total * weights / np.maximum(weights.sum(axis=0), 1e-12)
    given = np.floor(exact)
    left = (total - given.sum(axis=0)).astype(int)
    order = np.argsort(-(exact - given), axis=0, kind="stable")
    rank = np.argsort(order, axis=0, kind="stable")
    given += (rank < left) & (men > 0)
    share = np.divide(mobile, men, out=np.zeros(men.shape), where=men > 0)
    sent = np.floor(given * share + 0.5).astype(np.int64)
    return given.astype(np.int64) - sent, sent


def triangular(low, mode, high, chance):
    """Quantiles of triangular distributions, as multiples of their modes; 1 where the mode is nil.

    >>> triangular(np.array([5.0, 0.0]), np.array([10.0, 0.0]), np.array([15.0, 0.0]), np.array([0.5, 0.5]))
    array([1., 1.])
    """
    width = np.maximum(high - low, 1e-12)
    left = low + np.sqrt(chance * width * (mode - low))
    right = high - np.sqrt((1.0 - chance) * width * (high - mode))
    value = np.where(chance * width <= mode - low, left, right)
    return np.divide(value, mode, out=np.ones(len(mode)), where=mode > 0)


class Drawn:
    """Parameters and men of runs that have a draw each, of all that is not ``set_by_name``."""

    def __init__(self, posterior, base, garrisons, set_by_name=()):
        self.posterior, self.base, self.set_by_name = posterior, base, set_by_name
        self._own = (garrisons["local"].copy(), garrisons["mobile"].copy())
        self._rows, self._dealt = {}, {}

    def params_of(self, row):
        """Parameters of a draw."""
        return self.posterior.params(row, self.base, self.set_by_name)

    def of_runs(self, key):
        """Parameters of runs with these keys, and a function that puts their men into first states."""
        chosen = self.posterior.choose(key)
        for row in set(chosen) - self._rows.keys():
            self._rows[row] = rows([self.params_of(row)])[0]
        out = np.recarray(len(chosen), rows([self.base]).dtype)
        for k, row in enumerate(chosen):
            out[k] = self._rows[row]

        def station(states):
            for k, row in enumerate(chosen):
                states["garrisons"]["local"][k], states["garrisons"]["mobile"][k] = self.men(row)

        return out, station

    def men(self, row):
        """Local and mobile men of a draw, dealt once."""
        if row not in self._dealt:
            self._dealt[row] = self.posterior.garrisons(row, *self._own)
        return self._dealt[row]
