"""What is measured on a state: names, units, meanings, and the kernels that measure (ODD 4, observation)."""

from sim.core.kernel import kernel
from sim.core.ledger import (
    AGREED,
    AT_FRONT,
    ATTACKED,
    BOMBING,
    BY_BOMB,
    BY_EXECUTION,
    CAPTURED,
    CAPTURED_WEAPONS,
    DEFECTED,
    DESERTED,
    EXECUTION,
    FOLLOWED,
    FROM_IRAQ,
    IN_BATTLE,
    INCIDENT,
    JOINED,
    MELTED,
    ON_MARCH,
    PREPARED,
    RECRUITED,
    REINFORCED,
    RISEN,
    THREATENED,
    TOOK,
)
from sim.core.records import row_type
from sim.core.snapshot import men_in
from sim.core.state import MOST_PEOPLE
from sim.core.static import REBEL

# name: (type, unit, meaning), as in sim.core.state: i4 where whole things are counted, else f8
# Of the focal faction, day by day
SERIES = {
    "towns": ("i4", "towns", "towns it holds and nobody contests"),
    "towns_sole": ("i4", "towns", "towns where it alone has men to speak of"),
    "towns_any": ("i4", "towns", "towns where it has men to speak of"),
    "people": ("f8", "persons", "people of the towns it holds, at most 100,000 a town"),
    "people_sole": ("f8", "persons", "people of the towns where it is alone"),
    "people_any": ("f8", "persons", "people of the towns where it is present"),
    "men": ("i4", "men", "men under arms, on the road and in hiding included"),
    "quiet": ("i4", "1", "1 on a day of rest in every province"),
    "dead_focal": ("i4", "men", "its dead in the war with rebels so far"),
    "dead_rebels": ("i4", "men", "rebels dead in the war with it so far"),
    "dead_civilians": ("i4", "persons", "civilians dead in that war so far"),
    "executed_focal": ("i4", "men", "of its dead, killed as prisoners"),
    "executed_rebels": ("i4", "men", "of the rebel dead, killed as prisoners"),
    "bombings": ("i4", "attacks", "its suicide attacks so far"),
    "people_without_largest": ("f8", "persons", "people it holds, its largest town of the eve left out"),
}
# Of every faction, day by day; counts that grow are cumulative
DAILY = {
    "towns": ("i4", "towns", "towns it holds and nobody contests"),
    "sole": ("i4", "towns", "towns where it alone has men to speak of"),
    "any": ("i4", "towns", "towns where it has men to speak of"),
    "people": ("f8", "persons", "people of the towns it holds, at most 100,000 a town"),
    "men": ("i4", "men", "men under arms, on the road and in hiding included"),
    "on_road": ("i4", "men", "men in columns"),
    "sheltered": ("i4", "men", "men in hiding"),
    "prisoners": ("i4", "men", "its men held by others"),
    "cohesion": ("f8", "1", "cohesion, weighed by men over provinces"),
    "provinces_at_war": ("i4", "provinces", "provinces where it and the focal faction are at war"),
    "dead_battle": ("i4", "men", "killed in battle so far, the regime's front apart"),
    "dead_front": ("i4", "men", "killed against the regime, or by rebels on its side, so far"),
    "dead_execution": ("i4", "men", "killed as prisoners so far"),
    "dead_bomb": ("i4", "men", "killed by suicide attacks so far"),
    "dead_march": ("i4", "men", "killed on the road so far"),
    "civilians_killed": ("i4", "persons", "civilians it killed so far, the regime's front apart"),
    "bombings": ("i4", "attacks", "suicide attacks it made so far"),
    "threats": ("i4", "threats", "threats it made so far"),
    "incidents": ("i4", "incidents", "clashes it caused so far"),
    "executions": ("i4", "executions", "killings of prisoners by it so far"),
    "recruited": ("i4", "men", "recruited so far"),
    "deserted": ("i4", "men", "gone home so far, out of hiding included"),
    "reinforced": ("i4", "men", "come from abroad and Iraq so far"),
    "risen": ("i4", "men", "come out of hiding against the holder of a town so far"),
    "came_over": ("i4", "men", "come over from other factions so far"),
    "went_over": ("i4", "men", "gone over to other factions so far"),
    "captured": ("i4", "men", "taken prisoner so far"),
    "weapons": ("i4", "men", "weapons in hand: men they arm as is usual"),
    "weapons_captured": ("i4", "men", "weapons captured so far, less those lost to enemies"),
    "campaigns": ("i4", "campaigns", "campaigns it began so far"),
    "followed": ("i4", "times", "times it sent men under the lead of another faction so far"),
    "attacks": ("i4", "attacks", "times it sent men against a town so far"),
    "agreements": ("i4", "towns", "towns it left by agreement so far"),
    "provinces_in_truce": ("i4", "provinces", "provinces where it keeps a truce with the focal faction"),
    "towns_taken": ("i4", "towns", "towns it took so far"),
}
SERIES_ROW, DAILY_ROW = row_type(SERIES), row_type(DAILY)


def stored_type(measure):
    """Type of a measure in tables of results: a share as float32, all else, people too, as whole numbers.

    Examples
    --------
    >>> stored_type(DAILY["cohesion"]), stored_type(DAILY["people"])
    ('f4', 'i4')
    """
    kind, unit, _ = measure
    return "f4" if kind == "f8" and unit == "1" else "i4"


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
def dead_between(ledger, static, cause, focal):
    """Dead of one cause between the focal faction and rebels: (focal, rebels, civilians)."""
    factions = len(static.kinds)
    own, rebels, civilians = 0, 0, ledger.toll[cause, factions, focal]
    for f in range(factions):
        if static.kinds[f].side == REBEL:
            own += ledger.toll[cause, focal, f]
            rebels += ledger.toll[cause, f, focal]
            civilians += ledger.toll[cause, factions, f]
    return own, rebels, civilians


@kernel
def towns_of(state, f, least):
    """Towns, and people of towns, that a faction holds, is alone in, is present in."""
    held, alone, present = 0, 0, 0
    held_people, people_alone, people_present = 0.0, 0.0, 0.0
    for t in range(len(state.towns)):
        people = min(state.towns[t].people, MOST_PEOPLE)
        men = men_in(state.garrisons[t, f])
        if control_of(state, t) == f:
            held += 1
            held_people += people
        if men < least:
            continue
        present += 1
        people_present += people
        if presence(men, men_of_all(state, t), least) == SOLE:
            alone += 1
            people_alone += people
    return held, alone, present, held_people, people_alone, people_present


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
def largest_held(state, static, f):
    """Town of most people that the faction held on the eve, -1 if none; of equals the first."""
    best = -1
    for t in range(len(state.towns)):
        if static.homes[t, f].held == 1 and (best < 0 or state.towns[t].people > state.towns[best].people):
            best = t
    return best


@kernel
def series(state, static, ledger, p, row):
    """The focal faction tonight, into a row of SERIES."""
    focal = static.focal
    towns = towns_of(state, focal, p.outcomes.presence)
    row.towns, row.towns_sole, row.towns_any, row.people, row.people_sole, row.people_any = towns
    row.men, _, _, _ = men_under_arms(state, focal)
    row.quiet = 1 if is_quiet(state, focal, p.recovery.quiet) else 0
    row.dead_focal, row.dead_rebels, row.dead_civilians = 0, 0, 0
    for cause in (IN_BATTLE, BY_EXECUTION, BY_BOMB, ON_MARCH):
        own, rebels, civilians = dead_between(ledger, static, cause, focal)
        row.dead_focal += own
        row.dead_rebels += rebels
        row.dead_civilians += civilians
    row.executed_focal, row.executed_rebels, _ = dead_between(ledger, static, BY_EXECUTION, focal)
    row.bombings = ledger.flows[focal, BOMBING]
    row.people_without_largest = row.people
    t = largest_held(state, static, focal)
    if t >= 0 and control_of(state, t) == focal:
        row.people_without_largest -= min(state.towns[t].people, MOST_PEOPLE)


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
        both = state.fronts[r, f].men > 0 and state.fronts[r, focal].men > 0
        if both and state.dyads[r, f, focal].war == 1:
            number += 1
    return number


@kernel
def provinces_in_truce(state, static, f, now):
    """Number of provinces where the faction and the focal one keep a truce and both have men."""
    focal, number = static.focal, 0
    for r in range(len(state.fronts)):
        both = state.fronts[r, f].men > 0 and state.fronts[r, focal].men > 0
        if both and f != focal and state.dyads[r, f, focal].truce >= max(1, now):
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
def daily(state, static, ledger, p, now, rows):
    """Every faction on the evening of day ``now``, into rows of DAILY."""
    factions = len(state.factions)
    for f in range(factions):
        row, flows = rows[f], ledger.flows[f]
        row.towns, row.sole, row.any, row.people, _, _ = towns_of(state, f, p.outcomes.presence)
        row.men, row.on_road, row.sheltered, row.prisoners = men_under_arms(state, f)
        row.cohesion = mean_cohesion(state, f)
        row.provinces_at_war = provinces_at_war(state, static, f)
        row.dead_battle = deaths_of(ledger, IN_BATTLE, f)
        row.dead_front = deaths_of(ledger, AT_FRONT, f)
        row.dead_execution = deaths_of(ledger, BY_EXECUTION, f)
        row.dead_bomb = deaths_of(ledger, BY_BOMB, f)
        row.dead_march = deaths_of(ledger, ON_MARCH, f)
        row.civilians_killed = ledger.toll[IN_BATTLE, factions, f] + ledger.toll[BY_EXECUTION, factions, f]
        row.civilians_killed += ledger.toll[BY_BOMB, factions, f]
        row.bombings = flows[BOMBING]
        row.threats = flows[THREATENED]
        row.incidents = flows[INCIDENT]
        row.executions = flows[EXECUTION]
        row.recruited = flows[RECRUITED]
        row.deserted = flows[DESERTED] + flows[MELTED]
        row.reinforced = flows[REINFORCED] + flows[FROM_IRAQ]
        row.risen = flows[RISEN]
        row.came_over = flows[JOINED]
        row.went_over = flows[DEFECTED]
        row.captured = flows[CAPTURED]
        row.weapons = int(state.factions[f].weapons)
        row.weapons_captured = int(ledger.weapons[f, CAPTURED_WEAPONS])
        row.campaigns = flows[PREPARED]
        row.followed = flows[FOLLOWED]
        row.attacks = flows[ATTACKED]
        row.agreements = flows[AGREED]
        row.provinces_in_truce = provinces_in_truce(state, static, f, now)
        row.towns_taken = flows[TOOK]


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
