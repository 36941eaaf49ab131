"""What is measured on a state: names, units, meanings, and the kernels that measure (ODD 4, observation)."""

import numpy as np

from sim.core.kernel import kernel
from sim.core.ledger import (
    AT_FRONT,
    BOMBING,
    BY_BOMB,
    BY_EXECUTION,
    DESERTED,
    EXECUTION,
    FROM_IRAQ,
    IN_BATTLE,
    INCIDENT,
    MELTED,
    ON_MARCH,
    RECRUITED,
    REINFORCED,
    THREATENED,
)
from sim.core.snapshot import men_in
from sim.core.state import MOST_PEOPLE
from sim.core.static import REBEL

# Of the focal faction, day by day: column: (unit, meaning)
SERIES = {
    "towns": ("towns", "towns it holds and nobody contests"),
    "towns_sole": ("towns", "towns where it alone has men to speak of"),
    "towns_any": ("towns", "towns where it has men to speak of"),
    "people": ("persons", "people of the towns it holds, at most 100,000 a town"),
    "people_sole": ("persons", "people of the towns where it is alone"),
    "people_any": ("persons", "people of the towns where it is present"),
    "men": ("men", "men under arms, on the road and in hiding included"),
    "quiet": ("1", "1 on a day of rest in every province"),
    "dead_focal": ("men", "its dead in the war with rebels so far"),
    "dead_rebels": ("men", "rebels dead in the war with it so far"),
    "dead_civilians": ("persons", "civilians dead in that war so far"),
    "executed_focal": ("men", "of its dead, killed as prisoners"),
    "executed_rebels": ("men", "of the rebel dead, killed as prisoners"),
    "bombings": ("attacks", "its suicide attacks so far"),
}
# Of every faction, day by day; counts that grow are cumulative
DAILY = {
    "towns": ("towns", "towns it holds and nobody contests"),
    "sole": ("towns", "towns where it alone has men to speak of"),
    "any": ("towns", "towns where it has men to speak of"),
    "people": ("persons", "people of the towns it holds, at most 100,000 a town"),
    "men": ("men", "men under arms, on the road and in hiding included"),
    "on_road": ("men", "men in columns"),
    "sheltered": ("men", "men in hiding"),
    "prisoners": ("men", "its men held by others"),
    "cohesion": ("1", "cohesion, weighed by men over provinces"),
    "provinces_at_war": ("provinces", "provinces where it and the focal faction are at war"),
    "dead_battle": ("men", "killed in battle so far, the regime's front apart"),
    "dead_front": ("men", "killed against the regime, or by rebels on its side, so far"),
    "dead_execution": ("men", "killed as prisoners so far"),
    "dead_bomb": ("men", "killed by suicide attacks so far"),
    "dead_march": ("men", "killed on the road so far"),
    "civilians_killed": ("persons", "civilians it killed so far, the regime's front apart"),
    "bombings": ("attacks", "suicide attacks it made so far"),
    "threats": ("threats", "threats it made so far"),
    "incidents": ("incidents", "clashes it caused so far"),
    "executions": ("executions", "killings of prisoners by it so far"),
    "recruited": ("men", "recruited so far"),
    "deserted": ("men", "gone home so far, out of hiding included"),
    "reinforced": ("men", "come from abroad and Iraq so far"),
}
NOBODY, CONTESTED = -1, -2
NONE, SHARED, SOLE = range(3)
PRESENCE = ("none", "shared", "sole")
SHARE_ALONE = 0.1  # others may have this share of the men where one is said to be alone


@kernel
def men_of_all(state, t):
    """Armed men of all factions in one town."""
    total = 0
    for f in range(len(state.factions)):
        total += men_in(state.garrisons[t, f])
    return total


@kernel
def presence(men, all_men, least):
    """NONE below ``least`` men, SOLE when others have at most SHARE_ALONE of all men, else SHARED."""
    if men < least:
        return NONE
    return SOLE if all_men - men <= SHARE_ALONE * all_men else SHARED


@kernel
def control_of(state, t):
    """Row of the faction in control of a town, NOBODY, or CONTESTED."""
    if state.towns[t].contested == 1:
        return CONTESTED
    return state.towns[t].holder


@kernel
def control(state, focal, least, holder, focal_presence):
    """Control of every town and presence of the focal faction in it, into two rows."""
    for t in range(len(state.towns)):
        holder[t] = control_of(state, t)
        men = men_in(state.garrisons[t, focal])
        focal_presence[t] = presence(men, men_of_all(state, t), least)


@kernel
def dead_between(ledger, static, cause, focal, out):
    """Dead of one cause between the focal faction and rebels: focal, rebels, civilians, into ``out``."""
    factions = len(static.kinds)
    out[0] = 0
    out[1] = 0
    out[2] = ledger.toll[cause, factions, focal]
    for f in range(factions):
        if static.kinds[f].side == REBEL:
            out[0] += ledger.toll[cause, focal, f]
            out[1] += ledger.toll[cause, f, focal]
            out[2] += ledger.toll[cause, factions, f]


@kernel
def towns_of(state, static, f, least, out):
    """Towns and people held, alone in, present in: into six places."""
    out[:6] = 0.0
    for t in range(len(state.towns)):
        people = min(state.towns[t].people, MOST_PEOPLE)
        men = men_in(state.garrisons[t, f])
        if control_of(state, t) == f:
            out[0] += 1.0
            out[3] += people
        if men < least:
            continue
        out[2] += 1.0
        out[5] += people
        if presence(men, men_of_all(state, t), least) == SOLE:
            out[1] += 1.0
            out[4] += people


@kernel
def men_under_arms(state, f):
    """Men of a faction in towns, on the road and in hiding: (all, on the road, in hiding, prisoners)."""
    total, road, hidden, held = 0, 0, 0, 0
    for t in range(len(state.towns)):
        garrison = state.garrisons[t, f]
        total += men_in(garrison)
        hidden += garrison.sheltered
        held += garrison.prisoners
    for c in range(state.columns_in_use[0].rows):
        if state.columns[c].faction == f:
            road += state.columns[c].local + state.columns[c].mobile
    return total + road + hidden, road, hidden, held


@kernel
def is_quiet(state, f, quiet):
    """True if the faction rests in every province: few losses and no town lost today."""
    men, lost, towns = 0, 0, 0
    for r in range(len(state.fronts)):
        men += state.fronts[r, f].men
        lost += state.fronts[r, f].lost
        towns += state.fronts[r, f].towns_lost
    return lost < quiet * max(1, men) and towns == 0


@kernel
def series(state, static, ledger, p, out):
    """The focal faction tonight, in the order of SERIES."""
    focal = static.focal
    towns_of(state, static, focal, p.outcomes.presence, out)
    men, _, _, _ = men_under_arms(state, focal)
    out[6] = men
    out[7] = 1.0 if is_quiet(state, focal, p.recovery.quiet) else 0.0
    out[8:14] = 0.0
    dead = np.zeros(3)
    for cause in (IN_BATTLE, BY_EXECUTION, BY_BOMB, ON_MARCH):
        dead_between(ledger, static, cause, focal, dead)
        out[8] += dead[0]
        out[9] += dead[1]
        out[10] += dead[2]
        if cause == BY_EXECUTION:
            out[11] = dead[0]
            out[12] = dead[1]
    out[13] = ledger.flows[focal, BOMBING]


@kernel
def mean_cohesion(state, f):
    """Cohesion of a faction weighed by its men over provinces; 1 if it has none."""
    men, total = 0, 0.0
    for r in range(len(state.fronts)):
        front = state.fronts[r, f]
        men += front.men
        total += front.men * front.cohesion
    return total / men if men > 0 else 1.0


@kernel
def provinces_at_war(state, static, f):
    """Number of provinces where the faction and the focal one are at war and both have men."""
    focal, number = static.focal, 0
    for r in range(len(state.fronts)):
        if (
            state.dyads[r, f, focal].war == 1
            and state.fronts[r, f].men > 0
            and state.fronts[r, focal].men > 0
        ):
            number += 1
    return number


@kernel
def deaths_of(ledger, cause, f):
    """Dead of a faction from one cause, by anybody's hand."""
    total = 0
    for killer in range(ledger.toll.shape[2]):
        total += ledger.toll[cause, f, killer]
    return total


@kernel
def daily(state, static, ledger, p, scratch, out):
    """Every faction tonight: out[f] in the order of DAILY. ``scratch``: six places."""
    factions = len(state.factions)
    for f in range(factions):
        row = out[f]
        towns_of(state, static, f, p.outcomes.presence, scratch)
        row[0] = scratch[0]
        row[1] = scratch[1]
        row[2] = scratch[2]
        row[3] = scratch[3]
        men, road, hidden, held = men_under_arms(state, f)
        row[4] = men
        row[5] = road
        row[6] = hidden
        row[7] = held
        row[8] = mean_cohesion(state, f)
        row[9] = provinces_at_war(state, static, f)
        row[10] = deaths_of(ledger, IN_BATTLE, f)
        row[11] = deaths_of(ledger, AT_FRONT, f)
        row[12] = deaths_of(ledger, BY_EXECUTION, f)
        row[13] = deaths_of(ledger, BY_BOMB, f)
        row[14] = deaths_of(ledger, ON_MARCH, f)
        row[15] = ledger.toll[IN_BATTLE, factions, f] + ledger.toll[BY_EXECUTION, factions, f]
        row[15] += ledger.toll[BY_BOMB, factions, f]
        row[16] = ledger.flows[f, BOMBING]
        row[17] = ledger.flows[f, THREATENED]
        row[18] = ledger.flows[f, INCIDENT]
        row[19] = ledger.flows[f, EXECUTION]
        row[20] = ledger.flows[f, RECRUITED]
        row[21] = ledger.flows[f, DESERTED] + ledger.flows[f, MELTED]
        row[22] = ledger.flows[f, REINFORCED] + ledger.flows[f, FROM_IRAQ]


@kernel
def alignment_of(state, static, out):
    """For each province the factions at war with the focal one there tonight, as bits."""
    focal = static.focal
    for r in range(len(state.fronts)):
        bits = 0
        for f in range(len(state.factions)):
            if state.dyads[r, f, focal].war == 1 and state.fronts[r, f].men > 0 and f != focal:
                bits |= 1 << f
        out[r] = bits
