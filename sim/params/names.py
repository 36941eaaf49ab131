"""Names of parameters: old ones, patterns, and the nearest to one that is none."""

from dataclasses import fields
from fnmatch import fnmatchcase

from sim._util.errors import InfightingError
from sim._util.suggestions import did_you_mean
from sim.params.groups import Params

# Old names, for one release: posteriors, designs, scenarios and manifests of 0.1.0 carry them.
ALIASES = {
    "events.causes": "events.prior_hostility",
    "finance.licence": "finance.aid_coercion",
    "alignment.spared": "alignment.oversized_coalition",
    "alignment.common": "alignment.common_enemy",
    "alignment.likeness": "alignment.ideology_scale",
    "plans.alarm": "plans.threat_weight",
    "plans.leave": "plans.withdrawal_odds",
    "plans.attack": "plans.attack_odds",
    "battle.helmbold": "battle.lanchester_exponent",
    "battle.tempo_half_life": "battle.combat_intensity_half_life",
    "battle.tips": "battle.civilian_tips",
    "battle.holder": "battle.defence_multiplier",
    "battle.real_share": "battle.contested_share",
    "raids.toll": "raids.lethality",
    "retaliation.usual": "retaliation.baseline_rate",
    "manpower.likeness": "bargains.ideology_scale",
    "manpower.ideology_scale": "bargains.ideology_scale",
    "outcomes.back": "outcomes.regained_people",
}


class ParameterError(InfightingError):
    """A parameter that does not exist or is out of bounds."""


DECLARED = {}  # as shipped; filled below


def declared(params=None):
    """Every parameter as it is declared, by dotted name.

    Parameters
    ----------
    params : Params, optional
        Whose values; those shipped by default.

    Returns
    -------
    dict of str to Parameter

    Examples
    --------
    >>> parameter = declared()["finance.arms_low"]
    >>> parameter.value, parameter.unit, parameter.low, parameter.high
    (0.7, '', 0.5, 0.9)
    """
    if params is None and DECLARED:
        return dict(DECLARED)
    params = params or Params()
    return {p.name: p for g in fields(params) for p in getattr(params, g.name).parameters(g.name)}


DECLARED |= declared()


def canonical(name):
    """The name a parameter has now: without ``params.``, and the new one for an old one.

    Examples
    --------
    >>> canonical("params.plans.alarm"), canonical("march.speed")
    ('plans.threat_weight', 'march.speed')
    """
    plain = str(name).removeprefix("params.")
    return ALIASES.get(plain, plain)


def renamed(values):
    """Values by the names that parameters have now; ParameterError if two stand for one parameter.

    Parameters
    ----------
    values : dict or pandas.Series
        ``{dotted name: value}``.

    Returns
    -------
    dict

    Examples
    --------
    >>> renamed({"plans.alarm": 0.4})
    {'plans.threat_weight': 0.4}
    """
    out, first = {}, {}
    for name, value in values.items():
        new = canonical(name)
        if new in first:
            raise ParameterError([f"{new} is set twice: by {first[new]} and by {name}"])
        out[new], first[new] = value, name
    return out


def unknown(name, other=()):
    """A sentence about a name or pattern that no parameter has, nor is among the ``other`` names."""
    rest = name.partition(".")[2]
    if set(rest) & set("*?["):  # what a pattern was meant to be is a pattern as well
        known = [f"{each}.{rest}" for each in dict.fromkeys(n.split(".")[0] for n in DECLARED)]
    else:
        known = [*DECLARED, *other]
    return f"there is no parameter {name!r}{did_you_mean(name, known)}"


def expand(requests):
    """The parameters that some names and patterns stand for.

    Parameters
    ----------
    requests : str or iterable of str
        Names, old names, patterns such as ``grievance.*`` (switches only if it fits nothing else), and
        ``all``: the numbers of every process that is on as shipped. With ``-`` before it, one takes away
        from those before.

    Returns
    -------
    dict of str to str
        Dotted names in order, each with the request that brought it.

    Raises
    ------
    ParameterError
        For a name that does not exist (the nearest is named), a pattern that fits nothing, and a parameter
        that comes twice.

    Examples
    --------
    >>> list(expand(["protest.*", "-protest.t*", "march.speed"]))
    ['protest.deterrence', 'protest.days', 'march.speed']
    """
    chosen, problems = resolve([requests] if isinstance(requests, str) else requests)
    if problems:
        raise ParameterError(problems)
    return chosen


def resolve(requests, other=()):
    """As `expand`, without raising: what was found, and a sentence for every problem."""
    chosen, problems = {}, []
    for request in requests:
        pattern = canonical(str(request).removeprefix("-"))
        found = _fitting(pattern)
        if not found:
            problems.append(unknown(pattern, other))
        elif str(request).startswith("-"):
            if chosen.keys().isdisjoint(found):
                problems.append(f"{request} takes nothing away: nothing before it names a parameter it fits")
            chosen = {name: by for name, by in chosen.items() if name not in found}
        else:
            twice = [name for name in found if name in chosen]
            problems += [f"{n} is named twice: by {chosen[n]} and by {request}" for n in twice]
            chosen |= dict.fromkeys(found, request)
    return chosen, problems


def _fitting(pattern):
    """Names that fit a pattern, in the order of their declaration."""
    if pattern == "all":
        on = [group for group in {n.split(".")[0]: 0 for n in DECLARED} if f"{group}.on" in DECLARED]
        on = [group for group in on if DECLARED[f"{group}.on"].value]
        return [n for n, p in DECLARED.items() if p.kind != "switch" and n.split(".")[0] in on]
    found = [name for name in DECLARED if fnmatchcase(name, pattern)]
    return [name for name in found if DECLARED[name].kind != "switch"] or found
