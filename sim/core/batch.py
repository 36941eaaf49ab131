"""Many runs at once: the same day, one run per core, with the measures as output (ODD 4, observation)."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numba
import numpy as np

from sim.core.blocks import as_bytes, getter
from sim.core.day import day
from sim.core.initial import initialize
from sim.core.kernel import free_kernel, kernel
from sim.core.ledger import CAUSES, CODES, Ledger
from sim.core.measures import DAILY_ROW, SERIES_ROW, alignment_of, control, daily, series
from sim.core.state import HOW_LOST, HOW_WON, State
from sim.core.static import Static

# state_of(states, run): one of many, for rules
state_of, static_of, ledger_of = getter(State), getter(Static), getter(Ledger)
FIGHT_COLUMNS = 4  # day, town, faction, bits of the later factions it fought


class Output(NamedTuple):
    """What a block of runs leaves; tables that the detail does not ask for have no rows."""

    series: np.ndarray  # (runs, days + 1) of SERIES
    daily: np.ndarray  # (runs, days + 1, F) of DAILY
    holder: np.ndarray  # (runs, days + 1, T) i1
    presence: np.ndarray  # (runs, days + 1, T) i1
    alignment: np.ndarray  # (runs, days + 1, P) i8 bits
    fights: np.ndarray  # (runs, room, FIGHT_COLUMNS) i8
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
        series=np.zeros((runs, days + 1), SERIES_ROW),
        daily=np.zeros((more, days + 1, factions), DAILY_ROW),
        holder=np.zeros((more, days + 1, towns), np.int8),
        presence=np.zeros((more, days + 1, towns), np.int8),
        alignment=np.zeros((more, days + 1, provinces), np.int64),
        fights=np.zeros((full, fight_rows, FIGHT_COLUMNS), np.int64),
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
def record_day(state, static, ledger, p, d, now, run, output):
    """Measure one evening of one run."""
    series(state, static, ledger, p, output.series[run, d])
    if len(output.daily) > 0:
        daily(state, static, ledger, p, now, output.daily[run, d])
        least = p.outcomes.presence
        control(state, static.focal, least, output.holder[run, d], output.presence[run, d])
        alignment_of(state, static, output.alignment[run, d])


@kernel
def run_one(run, states, static, ledgers, params, keys, thresholds, first, days, fresh, output):
    """One run from the evening of day ``first`` (made ready first if ``fresh``); fills row ``run``."""
    state, ledger, p, key = state_of(states, run), ledger_of(ledgers, run), params[run], keys[run]
    if fresh:
        initialize(state, static, ledger, p, key, thresholds[run])
    record_day(state, static, ledger, p, 0, first, run, output)
    used = 0
    for now in range(first + 1, first + days + 1):
        day(state, static, ledger, p, key, now)
        record_day(state, static, ledger, p, now - first, now, run, output)
        if len(output.fights) > 0:
            used = record_fights_of_day(ledger, now, output.fights[run], used)
    if len(output.fights) > 0:
        output.fights_used[run] = used
    output.flows[run] = ledger.flows
    output.toll[run] = ledger.toll
    output.lost_towns[run] = ledger.lost_towns
    output.won_towns[run] = ledger.won_towns


@free_kernel
def run_range(start, stop, states, statics, ledgers, params, keys, thresholds, first, days, fresh, output):
    """Runs ``start`` to before ``stop`` of a block, one after the other."""
    static = static_of(statics, 0)
    for run in range(start, stop):
        run_one(run, states, static, ledgers, params, keys, thresholds, first, days, fresh, output)


def run_batch(states, statics, ledgers, params, keys, thresholds, first, days, fresh, output, threads=None):
    """Runs of a block on all cores: run r has its own state, ledger, parameters, key and thresholds.

    The threads are Python's, made here and gone when the block is done: numba's own would live on, and a
    process forked afterwards would wait for them for ever.

    Parameters
    ----------
    states, ledgers : arrays of records, shape (runs,)
        Changed in place: at the end those of the last evening.
    statics : array of one record
        What does not change, the same for all.
    params : record array, shape (runs,)
    keys : array of uint64, shape (runs,)
    thresholds : array, shape (runs, F)
    first, days : int
        Evening to start from, and days to run.
    fresh : bool
        Whether the states are to be initialized first.
    output : Output
        Filled, row by row.
    threads : int, optional
        By default NUMBA_NUM_THREADS, or one a core. The results are the same with any number.
    """
    blocks = as_bytes(states), as_bytes(statics), as_bytes(ledgers)
    shared = *blocks, params, keys, thresholds, first, days, fresh, output
    runs = len(keys)
    if numba.config.DISABLE_JIT:
        threads = 1  # Python's own code runs one thread at a time anyway
    threads = min(runs, threads or numba.config.NUMBA_NUM_THREADS)
    if threads <= 1:
        run_range(0, runs, *shared)
        return
    size = -(-runs // (4 * threads))  # a few pieces a thread, so that none waits long for the last
    with ThreadPoolExecutor(threads) as pool:
        pieces = (range(runs)[start : start + size] for start in range(0, runs, size))
        list(pool.map(lambda piece: run_range(piece.start, piece.stop, *shared), pieces))
