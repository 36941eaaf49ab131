"""Where runs set out from, and how they are played: in blocks, on all cores."""

from functools import partial

import numpy as np

from sim._util import validation
from sim.core.batch import empty_output, run_batch
from sim.core.initial import thresholds
from sim.core.ledger import empty_ledger
from sim.core.rng import run_key
from sim.ensemble.frames import tables_of
from sim.ensemble.posterior import Drawn, Posterior
from sim.params import Params, rows, with_values
from sim.scenario import Scenario, load_scenario
from sim.scenario.build import build

BLOCK = 64  # runs played between two looks at the keyboard; also what bounds memory
FIGHTS_A_DAY = 40  # first guess of rows; a block that needs more is played again with more room


def copies(record, count):
    """So many copies of a record of tables, in one array."""
    out = np.empty(count, record.dtype)
    out[:] = record
    return out


def run_keys(seed, runs):
    """Keys of all luck of some runs, by number; the same whatever else is played."""
    return np.array([run_key(seed, run) for run in runs], np.uint64)


class Beginning:
    """Where the runs of an ensemble set out from: a scenario's eve, or a stepped world."""

    def __init__(self, scenario, params, days, start, draw="defaults", asked=()):
        if params is not None and not isinstance(params, Params):
            validation.parameters("params", params)
        if start is None:
            self.scenario = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
            self.static, self.state = build(self.scenario)
            self.first, self.told = 0, None
            base = with_values(Params(), self.scenario.params)
        else:
            if not all(hasattr(start, needed) for needed in ("static", "state", "key", "scenario")):
                raise validation.refused("start", start, "a stepped world, a RebelConflict", TypeError)
            self.static, self.state = start.static, start.state
            self.first, base = start.day, start.params
            self.scenario = start.scenario.seen_from(self.first)
            self.told = {"day": int(self.first), "key": int(start.key)}
        self.fresh = start is None
        self.ledger = empty_ledger(*self.state.garrisons.shape)
        self.params = params if isinstance(params, Params) else with_values(base, params or {})
        self.days = self.scenario.days if days is None else days

        self.draw, self.drawn = draw, None
        if draw == "posterior":
            given = params if isinstance(params, dict) else ()
            asked = {*asked, *self.scenario.params, *given}
            self.drawn = Drawn(Posterior(self.scenario), self.params, self.state.garrisons, asked)

    def play(self, table, key, detail, room=None, station=None):
        """Play one run for each row of parameters, with the luck beside it; returns what is kept of them.

        ``station``, if given, is called with the first states and changes who is where.
        """
        count = len(key)
        room = room or FIGHTS_A_DAY * self.days
        drawn = thresholds(key, self.state.factions.uid, table)
        towns, factions = self.state.garrisons.shape
        kept = empty_output(count, self.days, towns, factions, len(self.state.fronts), detail, room)
        states, ledgers = copies(self.state, count), copies(self.ledger, count)
        if station is not None:
            station(states)
        run_batch(
            states,
            copies(self.static, 1),
            ledgers,
            table,
            key,
            drawn,
            self.first,
            self.days,
            self.fresh,
            kept,
        )
        if len(kept.fights_used) and kept.fights_used.max() > room:
            return self.play(table, key, detail, int(kept.fights_used.max()), station)
        return kept

    def play_own(self, key, detail):
        """Play one run for each key of luck: all with the same parameters and men, or each with its draw."""
        if self.drawn is None:
            return self.play(np.repeat(rows([self.params]), len(key)).view(np.recarray), key, detail)
        chosen = self.drawn.posterior.choose(key)
        station = partial(self.drawn.station, chosen=chosen)
        return self.play(self.drawn.table(chosen), key, detail, station=station)

    def blocks(self, runs, seed, detail):
        """Tables of one block of runs after the other."""
        for run in range(0, runs, BLOCK):
            kept = self.play_own(run_keys(seed, range(run, min(run + BLOCK, runs))), detail)
            yield tables_of(kept, self.scenario, self.static, self.params.outcomes, detail, run, self.first)
