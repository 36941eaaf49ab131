"""Chance without a generator: every draw is a function of what it decides (ODD 4).

``uniform(key, UPRISING, day, town.uid)`` is the same number whoever asks, in whatever order, in any
scenario: two runs with one seed share their chances wherever their histories agree.
Philox 4x32-10: Salmon et al. (2011), doi:10.1145/2063384.2063405.
"""

import math

import numpy as np

from sim.core.kernel import kernel

DECISIONS = {}  # number: what is decided, for the ODD


def decision(number, meaning):
    """Declare a decision that is drawn; returns its number, which is all that compiled rules see."""
    DECISIONS[number] = meaning
    return number


# One number per decision. Append only: renumbering changes every past result. Retired: 5, 8, 27 and 29.
WORLD = decision(1, "which random numbers a run of an ensemble has")
THRESHOLD = decision(2, "a faction's threshold for joining a war")
GARRISON = decision(3, "uncertain strengths of the factions and how their first garrisons are placed")
INCIDENT = decision(4, "a clash at a checkpoint, and whose fault it is")
JOIN = decision(6, "whether an ordered offensive begins today")
YIELD = decision(7, "whether hopeless men give up, and how")
LOSSES = decision(9, "men killed in battle")
CIVILIANS = decision(10, "civilians killed")
COMMANDER = decision(11, "whether a commander falls")
BREAKTHROUGH = decision(12, "men lost breaking through on the road")
PASSAGE = decision(13, "whether a column is let pass")
BOMBS = decision(14, "number of suicide attacks")
BOMB_TARGET = decision(15, "the town a suicide attack hits")
BOMB_DEAD = decision(16, "dead of a suicide attack")
THREAT = decision(17, "whether a faction threatens its enemies")
EXECUTION = decision(18, "prisoners and townspeople killed")
RECRUITS = decision(19, "who joins where he lives")
DESERTERS = decision(20, "who goes home")
DEFECTION = decision(21, "whether a garrison bargains, and how")
FOREIGNERS = decision(22, "fighters who come from abroad")
RELEASE = decision(23, "prisoners who get free")
REAPPEAR = decision(24, "men who come out of hiding")
TRUCE = decision(25, "whether a truce is offered, accepted or kept")
PRESSURE = decision(26, "whether the regime advances")
CAPTIVES = decision(28, "men taken prisoner")
IRAQ = decision(30, "men who come from Iraq")
RAID = decision(31, "a clash on a road between enemies")
RAID_LOSSES = decision(32, "men killed in a raid")
REPRISAL = decision(33, "captured foreigners killed at once")
RISING = decision(34, "whether a town rises, and whose men come out")

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _32, _11 = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(11)
_STEP = np.uint64(8)
MOST_PER_DRAW = 20.0  # expected count above which a draw is split: exp(-20) is far from vanishing


@kernel
def philox(c0, c1, c2, c3, k0, k1):
    """Ten rounds of Philox 4x32: four 32-bit counters and two keys, held in uint64."""
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@kernel
def run_key(seed, run):
    """The 64-bit key of run number ``run`` of an ensemble with this seed."""
    seed, run = np.uint64(seed), np.uint64(run)
    c0, c1, _, _ = philox(run & _LOW, run >> _32, np.uint64(0), np.uint64(WORLD), seed & _LOW, seed >> _32)
    return (c0 << _32) | c1


@kernel
def two_uniforms(key, decision, day, one, other=0, part=0):
    """Two independent numbers in [0, 1) for this decision, day, this one, that other, and part."""
    key = np.uint64(key)
    c0, c1, c2, c3 = philox(
        np.uint64(day) & _LOW,
        np.uint64(one) & _LOW,
        np.uint64(other) & _LOW,
        np.uint64(decision) | (np.uint64(part) << _STEP),
        key & _LOW,
        key >> _32,
    )
    first = np.float64(((c0 << _32) | c1) >> _11) * 2.0**-53
    second = np.float64(((c2 << _32) | c3) >> _11) * 2.0**-53
    return first, second


@kernel
def uniform(key, decision, day, one, other=0, part=0):
    """A number in [0, 1) for this decision, on this day, about this one (and that other)."""
    first, _ = two_uniforms(key, decision, day, one, other, part)
    return first


@kernel
def race(u, weight):
    """Time, from a uniform, of one of several in a race that each wins in proportion to its weight.

    ``-log(u) / weight``: whoever has the least time is drawn, in whatever order they are compared.
    """
    return -math.log(max(u, 1e-300)) / weight


@kernel
def binomial_from(u, n, p):
    """Binomial(n, p) by inversion of one uniform; ``n * p`` at most MOST_PER_DRAW or so."""
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if u < 1.0 - n * p:  # that is below the chance of none: the common case costs no exp
        return 0
    odds = p / (1.0 - p)
    term = math.exp(n * math.log(1.0 - p))
    total = term
    k = 0
    while u >= total and k < n:
        term = term * odds * (n - k) / (k + 1)
        k += 1
        total += term
        if term < 1e-300:
            break
    return k


@kernel
def binomial(key, decision, day, one, other, n, p):
    """Number of ``n`` that befall with chance ``p`` each: exact, split so that inversion is stable."""
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - binomial_small(key, decision, day, one, other, n, 1.0 - p)
    return binomial_small(key, decision, day, one, other, n, p)


@kernel
def binomial_small(key, decision, day, one, other, n, p):
    """Binomial for ``p`` up to a half: a sum over blocks of expected size MOST_PER_DRAW."""
    block = max(1, int(MOST_PER_DRAW / p))
    left, part, total = n, 0, 0
    while left > 0:
        size = min(left, block)
        total += binomial_from(uniform(key, decision, day, one, other, part), size, p)
        left -= size
        part += 1
    return total


@kernel
def poisson_from(u, mean):
    """Poisson(mean) by inversion of one uniform; ``mean`` at most MOST_PER_DRAW or so."""
    if mean <= 0.0 or u < 1.0 - mean:  # 1 - mean is below exp(-mean): the common case costs no exp
        return 0
    term = math.exp(-mean)
    total = term
    k = 0
    while u >= total and k < 1000:
        k += 1
        term = term * mean / k
        total += term
    return k


@kernel
def poisson(key, decision, day, one, other, mean):
    """Number of independent happenings with this mean."""
    left, part, total = mean, 0, 0
    while left > 0.0:
        size = min(left, MOST_PER_DRAW)
        total += poisson_from(uniform(key, decision, day, one, other, part), size)
        left -= size
        part += 1
    return total
