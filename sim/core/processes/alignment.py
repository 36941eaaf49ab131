"""Alignment: who joins the war on whom, province by province (ODD 7).

Granovetter (1978) over factions: one joins when the share of reachable strength already fighting, moved by
its own hostility, the popular mood, ideology and rivalry, passes its own threshold. An example is
set only by who wants that war itself, not by who was drawn into it, and never by the focal faction but to
those tied to it. Others than the focal faction go to war over a quarrel of their own or not at all: the
rebels of the west hardly fought each other in January 2014 (Gade, Hafez and Gabbay 2019). Rivals of
one ideological family follow Christia (2012): they join a coalition only while it still needs them to win;
once it is stronger than WINNING to one they stay out. That term is ours: without it every
faction joins once the rest have, and Nusra's three Januaries (neutral, neutral, at war) cannot differ. Two
who have an enemy in common are slow to fight each other (Axelrod and Bennett 1993), and those of one bloc do
not: without that, war on ISIS sets every rebel against every other.
"""

import math

import numpy as np

from sim.core.bitset import contains, drop_lowest, lowest
from sim.core.kernel import kernel
from sim.core.ledger import JOINED_WAR, LEFT_WAR, record_flow
from sim.core.rng import JOIN, uniform
from sim.core.snapshot import men_in
from sim.core.state import MOST_PEOPLE
from sim.core.static import REGIME

READS = {
    "towns": "people protest",
    "garrisons": "local mobile grievance",
    "factions": "uid threshold",
    "fronts": "men",
    "dyads": "hostility tie wants war calm ordered truce",
}
WRITES = {"dyads": "hostility wants war calm ordered score", "towns": "combat_intensity"}
# Numbers that may be otherwise and move nothing (experiments/02_record):
KIN = 0.35  # ideological distance within one family, assumed: 0.2 to 0.5
WINNING = 2.37  # strength to one from which a coalition needs its kin less, fitted: 1 to 3; Christia 2012
MARGIN, PATIENCE = 0.15, 7  # how far, and for how many days, a pull must be below the threshold; assumed


@kernel
def pull(fighting, hostility, mood, distance, rivalry, spared, common, p):
    """Pull towards war, held against the threshold.

    fighting : share of the reachable strength already at war with it. hostility, mood, distance : 0 to 1.
    rivalry : 0 or 1. spared : how far a faction of its own family is not needed for victory, 0 to 1.
    common : 1 if the two have an enemy in common.
    """
    return (
        fighting
        + p.hostility * hostility
        + p.mood * mood
        + p.distance * (distance - 0.5)
        + p.rivalry * rivalry
        - p.oversized_coalition * spared
        - p.common_enemy * common
    )


@kernel
def share_fighting(fighting, total):
    """Granovetter's share: strength already at war over all the strength within reach; 0 if none is."""
    return fighting / total if total > 0.0 else 0.0


@kernel
def example(distance, likeness):
    """Weight of another's example: ``exp(-distance / likeness)``; those who think alike follow each other."""
    return math.exp(-distance / likeness)


@kernel
def unneeded(coalition, enemy, winning):
    """How little a coalition needs one more member: 0 below ``winning`` to one, 1 from twice that on."""
    if enemy <= 0.0:
        return 1.0
    return min(1.0, max(0.0, coalition / (winning * enemy) - 1.0))


@kernel
def strengths_within(state, static, town, reach, out):
    """Strength of each faction within ``reach`` km of a town, into ``out``; those with any, as bits."""
    out[:] = 0.0
    found = 0
    for k in range(len(static.near)):
        u = static.near[town, k]
        if static.km[town, u] > reach:
            break
        for n in range(state.town_index[u].count):
            f = state.snapshot[u, n].present
            out[f] += state.snapshot[u, f].might
            if out[f] > 0.0:
                found |= 1 << f
    return found


@kernel
def popular_mood(state, static, province, faction):
    """People-weighted grievance times protest in the towns of the province where the faction has men."""
    angry, people = 0.0, 0.0
    for k in range(state.location_counts[faction].towns):
        t = state.location_lists[faction, k].town
        if static.places[t].province == province:
            n = min(state.towns[t].people, MOST_PEOPLE)
            angry += n * state.garrisons[t, faction].grievance * state.towns[t].protest
            people += n
    return angry / people if people > 0.0 else 0.0


@kernel
def weigh_examples(static, i, strong, loyalty, likeness, weights):
    """How much i minds the example of the strong: its bloc's ``loyalty`` times, others' by likeness."""
    while strong != 0:
        k, strong = lowest(strong), drop_lowest(strong)
        if static.kinds[k].bloc == static.kinds[i].bloc:
            weights[k] = loyalty
        else:
            weights[k] = example(static.distance[i, k], likeness)


@kernel
def friends_of(state, r, j):
    """Those allied to a faction in a province before the war, as bits."""
    found = 0
    for k in range(len(state.factions)):
        if state.dyads[r, k, j].tie > 0:
            found |= 1 << k
    return found


@kernel
def wanting_war(state, static, r, j):
    """Those who want war on a faction in a province, and the focal faction if it fights it, as bits."""
    found = 0
    for k in range(len(state.factions)):
        dyad = state.dyads[r, k, j]
        if dyad.wants == 1 or (k == static.focal and dyad.war == 1):
            found |= 1 << k
    return found


@kernel
def is_tied_to_focal(state, static, r, i):
    """True for an ally of the focal faction from before the war: it may fight on its side."""
    return state.dyads[r, i, static.focal].tie > 0


@kernel
def coalition(examples, against, strength, weights):
    """Strength that wants the war, the same weighted by example, and all weighted strength.

    examples : bits of those with strength within reach whom one may follow: not itself, the enemy and its
    allies, the regime, the Kurdish forces, those at war with it, and the focal faction unless tied to it.
    against : as of `wanting_war`. weights : as of `weigh_examples`.
    """
    plain, fighting, total = 0.0, 0.0, 0.0
    while examples != 0:
        k, examples = lowest(examples), drop_lowest(examples)
        total += weights[k] * strength[k]
        if contains(against, k):
            plain += strength[k]
            fighting += weights[k] * strength[k]
    return plain, fighting, total


@kernel
def sides_of_the_war(static):
    """Factions of the war among rebels, wherever they are, as bits."""
    found = 0
    for f in range(len(static.kinds)):
        if static.kinds[f].side < REGIME:
            found |= 1 << f
    return found


@kernel
def taking_part(state, static, r):
    """Factions that take part in the war among rebels in the province, as bits."""
    found = 0
    for f in range(len(state.factions)):
        if static.kinds[f].side < REGIME and state.fronts[r, f].men > 0:
            found |= 1 << f
    return found


@kernel
def have_common_enemy(state, r, i, j, parties):
    """True if one of the parties fights both in the province."""
    return state.relations_index[r, i].wars & state.relations_index[r, j].wars & parties != 0


@kernel
def pull_of(state, static, r, i, j, examples, against, strength, weights, mood, parties, p):
    """The pull of faction i towards war on j in province r this morning."""
    dyad = state.dyads[r, i, j]
    plain, fighting, total = coalition(examples, against, strength, weights)
    spared = unneeded(plain, strength[j], WINNING) if static.distance[i, j] <= KIN else 0.0
    return pull(
        share_fighting(fighting, total),
        dyad.hostility,
        mood,
        static.distance[i, j],
        float(static.rival[i, j]),
        spared,
        1.0 if have_common_enemy(state, r, i, j, parties) else 0.0,
        p,
    )


@kernel
def go_to_war(state, static, ledger, now, r, i, j, score, threshold):
    """I joins the war on j: war is mutual, and fighting flares where both have men."""
    record_flow(ledger, now, JOINED_WAR, -1, r, i, j, 1, score, threshold)
    mine, theirs = state.dyads[r, i, j], state.dyads[r, j, i]
    mine.wants = 1
    mine.calm = 0
    if mine.war == 0:
        for t in range(len(state.towns)):
            both = men_in(state.garrisons[t, i]) > 0 and men_in(state.garrisons[t, j]) > 0
            if static.places[t].province == r and both:
                state.towns[t].combat_intensity = 1.0
    mine.war = 1
    theirs.war = 1
    mine.hostility = max(mine.hostility, 0.5)  # war makes enemies, whatever drew them into it
    theirs.hostility = max(theirs.hostility, 0.5)


@kernel
def stay_or_leave(state, ledger, now, r, i, j, score, threshold):
    """i, at war with j by its own will, leaves after enough days below its threshold less a margin."""
    mine, theirs = state.dyads[r, i, j], state.dyads[r, j, i]
    mine.calm = mine.calm + 1 if score < threshold - MARGIN else 0
    if mine.calm >= PATIENCE:
        record_flow(ledger, now, LEFT_WAR, -1, r, i, j, 1, score, threshold - MARGIN)
        mine.wants = 0
        mine.calm = 0
        if theirs.wants == 0:
            mine.war = 0
            theirs.war = 0


@kernel
def has_a_reason(state, static, r, i, j, parties, quarrel):
    """True where a faction has anything to decide about war on another.

    It wants that war or has orders; or has a quarrel of its own, with the focal faction any grudge; or
    somebody fights the focal faction; or the focal faction, to which it is tied, fights that other.
    """
    dyad = state.dyads[r, i, j]
    if dyad.wants == 1 or dyad.ordered > 0.0 or dyad.hostility > quarrel:
        return True
    enemies = state.relations_index[r, j].wars
    if j == static.focal:
        return dyad.hostility > 0.0 or enemies & parties != 0
    return contains(enemies, static.focal) and is_tied_to_focal(state, static, r, i)


@kernel
def decide(state, static, ledger, key, now, r, i, j, score):
    """One faction decides about one other in one province, on the morning's snapshot."""
    dyad = state.dyads[r, i, j]
    dyad.score = score
    threshold = state.factions[i].threshold
    if dyad.ordered > 0.0:
        pair = state.factions[i].uid ^ (state.factions[j].uid << 1)
        if uniform(key, JOIN, now, pair, r) < dyad.ordered:
            dyad.ordered = 0.0
            if dyad.wants == 0:
                go_to_war(state, static, ledger, now, r, i, j, score, 0.0)
            return
    if dyad.wants == 0 and dyad.truce < now and score >= threshold:
        go_to_war(state, static, ledger, now, r, i, j, score, threshold)
    elif dyad.wants == 1:
        stay_or_leave(state, ledger, now, r, i, j, score, threshold)


@kernel
def scores_in(state, static, r, score, pending, p):
    """Pull of every faction towards war on every other in one province, where there is anything to decide."""
    factions, parties = len(state.factions), taking_part(state, static, r)
    strength, weights, mood = np.zeros(factions), np.zeros(factions), np.full(factions, -1.0)
    friends, against = np.empty(factions, np.int64), np.empty(factions, np.int64)
    rebels = sides_of_the_war(static) & ~(1 << static.focal)
    left = parties
    while left != 0:
        i, left = lowest(left), drop_lowest(left)
        strong, others = 0, parties
        while others != 0:
            j, others = lowest(others), drop_lowest(others)
            if static.kinds[i].bloc == static.kinds[j].bloc:
                continue
            if not has_a_reason(state, static, r, i, j, parties, p.quarrel):
                continue
            if pending[i] == 0:
                strong = strengths_within(
                    state, static, state.relations_index[r, i].centre, p.reach, strength
                )
                weigh_examples(static, i, strong, p.loyalty, p.ideology_scale, weights)
            if mood[j] < 0.0:
                mood[j] = popular_mood(state, static, r, j)
                friends[j] = friends_of(state, r, j)
                against[j] = wanting_war(state, static, r, j)
            shunned = state.relations_index[r, i].wars | friends[j] | (1 << i) | (1 << j)
            leaders = rebels | (1 << static.focal) if is_tied_to_focal(state, static, r, i) else rebels
            score[i, j] = pull_of(
                state,
                static,
                r,
                i,
                j,
                strong & leaders & ~shunned,
                against[j],
                strength,
                weights,
                mood[j],
                parties,
                p,
            )
            pending[i] |= 1 << j


@kernel
def changes_of_side(ledger):
    """How often anybody has joined or left a war so far."""
    total = 0
    for f in range(len(ledger.flows)):
        total += ledger.flows[f, JOINED_WAR] + ledger.flows[f, LEFT_WAR]
    return total


@kernel
def alignment(state, static, ledger, key, now, p):
    """One round a day over all factions with men in a province; all see the same morning.

    Returns how many joined or left a war.
    """
    provinces, factions = state.fronts.shape
    score = np.empty((provinces, factions, factions))
    pending = np.zeros((provinces, factions), np.int64)  # bits: those about whom each has to decide
    for r in range(provinces):
        scores_in(state, static, r, score[r], pending[r], p)
    before = changes_of_side(ledger)
    for r in range(provinces):
        for i in range(factions):
            about = pending[r, i]
            while about != 0:
                j, about = lowest(about), drop_lowest(about)
                decide(state, static, ledger, key, now, r, i, j, score[r, i, j])
    return changes_of_side(ledger) - before
