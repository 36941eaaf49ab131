"""Recovery: cohesion and command mend with rest: breathing space (ODD 7)."""

import math

from sim.core.kernel import kernel

READS = {"fronts": "cohesion rest men lost towns_lost", "factions": "command"}
WRITES = {"fronts": "cohesion rest", "factions": "command"}


@kernel
def worn(cohesion, loss, wear):
    """Cohesion after losing a share ``loss`` of the men: ``c - wear * loss``, at least 0.1."""
    return max(0.1, cohesion - wear * loss)


@kernel
def mended(value, half_life):
    """A value on the way back to 1: the gap halves in ``half_life`` days."""
    return 1.0 - (1.0 - value) * math.exp(-math.log(2.0) / half_life)


@kernel
def is_rest(loss, towns_lost, quiet):
    """True on a day of rest: losses under the share ``quiet`` and no town lost."""
    return loss < quiet and towns_lost == 0


@kernel
def recovery(state, p):
    """Every faction in every province: losses wear it down, rest mends it."""
    provinces, factions = state.fronts.shape
    half_life, of_command = p.half_life, p.command_half_life
    for f in range(factions):
        state.factions[f].command = mended(state.factions[f].command, of_command)
    for r in range(provinces):
        for f in range(factions):
            front = state.fronts[r, f]
            loss = min(1.0, front.lost / max(1, front.men))
            front.cohesion = worn(front.cohesion, loss, p.wear)
            if is_rest(loss, front.towns_lost, p.quiet):
                front.rest += 1
                front.cohesion = mended(front.cohesion, half_life)
            else:
                front.rest = 0
