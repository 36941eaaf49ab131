"""Many runs at once: the same day, one run per core, nothing kept but the measures. The only prange."""

from typing import NamedTuple

import numba
import numpy as np

from sim.core.day import day
from sim.core.initial import initialize
from sim.core.kernel import kernel, parallel_kernel
from sim.core.ledger import CAUSES, CODES
from sim.core.measures import DAILY, SERIES, alignment_of, control, daily, series
from sim.core.state import HOW_LOST, HOW_WON

FIGHT_COLUMNS = 4  # day, town, faction, bits of the later factions it fought


class Output(NamedTuple):
    """What is kept of a block of runs; tables that the detail does not ask for have no rows."""

    series: np.ndarray  # (runs, days + 1, SERIES)
    daily: np.ndarray  # (runs, days + 1, F, DAILY) f4
    holder: np.ndarray  # (runs, days + 1, T) i1
    presence: np.ndarray  # (runs, days + 1, T) i1
    alignment: np.ndarray  # (runs, days + 1, P) i8 bits
    fights: np.ndarray  # (runs, room, FIGHT_COLUMNS) i4
    fights_used: np.ndarray  # (runs,) rows in use; more than there is room for if the table ran over
    flows: np.ndarray  # (runs, F, CODES)
    toll: np.ndarray  # (runs, CAUSES, F + 1, F)
    lost_towns: np.ndarray  # (runs, F, HOW_LOST)
    won_towns: np.ndarray  # (runs, F, HOW_WON)


def empty_output(runs, days, towns, factions, provinces, detail, fight_rows=0):
    """Room for a block of runs at one of the details "summary", "daily" and "full"."""
    more = runs if detail != "summary" else 0
    full = runs if detail == "full" else 0
    return Output(
        series=np.zeros((runs, days + 1, len(SERIES))),
        daily=np.zeros((more, days + 1, factions, len(DAILY)), np.float32),
        holder=np.zeros((more, days + 1, towns), np.int8),
        presence=np.zeros((more, days + 1, towns), np.int8),
        alignment=np.zeros((more, days + 1, provinces), np.int64),
        fights=np.zeros((full, fight_rows, FIGHT_COLUMNS), np.int32),
        fights_used=np.zeros(full, np.int64),
        flows=np.zeros((runs, factions, len(CODES)), np.int64),
        toll=np.zeros((runs, len(CAUSES), factions + 1, factions), np.int64),
        lost_towns=np.zeros((runs, factions, len(HOW_LOST)), np.int64),
        won_towns=np.zeros((runs, factions, len(HOW_WON)), np.int64),
    )


@kernel
def record_fights_of_day(ledger, now, rows, used):
    """Append today's fights to the rows; returns how many rows there would be."""
    towns, factions = ledger.fights.shape
    for t in range(towns):
        for i in range(factions):
            later = ledger.fights[t, i] >> (i + 1)
            if later != 0:
                if used < len(rows):
                    rows[used, 0] = now
                    rows[used, 1] = t
                    rows[used, 2] = i
                    rows[used, 3] = later
                used += 1
    return used


@kernel
def record_day(state, static, ledger, p, d, run, scratch, kept):
    """Measure one evening of one run."""
    series(state, static, ledger, p, kept.series[run, d])
    if len(kept.daily) > 0:
        daily(state, static, ledger, p, scratch, kept.daily[run, d])
        least = p.outcomes.presence
        control(state, static.focal, least, kept.holder[run, d], kept.presence[run, d])
        alignment_of(state, static, kept.alignment[run, d])


@kernel
def run_one(state, static, ledger, p, key, threshold, first, days, fresh, run, kept):
    """One run from the evening of day ``first`` (made ready first if ``fresh``); fills row ``run``."""
    if fresh:
        initialize(state, static, ledger, p, key, threshold)
    scratch = np.zeros(6)
    record_day(state, static, ledger, p, 0, run, scratch, kept)
    used = 0
    for now in range(first + 1, first + days + 1):
        day(state, static, ledger, p, key, now)
        record_day(state, static, ledger, p, now - first, run, scratch, kept)
        if len(kept.fights) > 0:
            used = record_fights_of_day(ledger, now, kept.fights[run], used)
    if len(kept.fights) > 0:
        kept.fights_used[run] = used
    kept.flows[run] = ledger.flows
    kept.toll[run] = ledger.toll
    kept.lost_towns[run] = ledger.lost_towns
    kept.won_towns[run] = ledger.won_towns


@parallel_kernel
def run_batch(states, lands, ledgers, params, key, thresholds, first, days, fresh, kept):
    """Runs of a block on all cores: run r has its own state, ledger, parameters, luck and thresholds.

    lands : one land, in an array of one, which is how a prange takes a record.
    """
    for run in numba.prange(len(key)):
        run_one(
            states[run], lands[0], ledgers[run], params[run], key[run], thresholds[run],
            first, days, fresh, run, kept,
        )  # fmt: skip
