"""Whole sets of parameters: listed, checked, changed, and packed for the kernels."""

from dataclasses import dataclass, field, fields

import numpy as np

from sim._util.errors import InfightingError
from sim._util.suggestions import did_you_mean
from sim.params.alignment import Alignment
from sim.params.battle import Battle
from sim.params.events import Events
from sim.params.finance import Finance
from sim.params.grievance import Grievance
from sim.params.manpower import Manpower
from sim.params.march import March
from sim.params.outcomes import Outcomes
from sim.params.plans import Plans
from sim.params.protest import Protest
from sim.params.provocation import Provocation
from sim.params.raids import Raids
from sim.params.recovery import Recovery
from sim.params.retaliation import Retaliation
from sim.params.sponsorship import Sponsorship
from sim.params.support import Support


@dataclass
class Params:
    """The model's parameters, one group per process, and the thresholds of outcomes.

    Units, bounds and sources are in their declarations, in `table` and in ``sim/ODD.md``. A whole set is
    checked where it is used; `with_values` makes a changed one.

    Examples
    --------
    >>> Params().plans.withdrawal, with_values(Params(), {"plans.pursuit": 0.5}).plans.pursuit
    (True, 0.5)
    """

    events: Events = field(default_factory=Events)
    sponsorship: Sponsorship = field(default_factory=Sponsorship)
    finance: Finance = field(default_factory=Finance)
    grievance: Grievance = field(default_factory=Grievance)
    support: Support = field(default_factory=Support)
    protest: Protest = field(default_factory=Protest)
    provocation: Provocation = field(default_factory=Provocation)
    alignment: Alignment = field(default_factory=Alignment)
    plans: Plans = field(default_factory=Plans)
    march: March = field(default_factory=March)
    battle: Battle = field(default_factory=Battle)
    raids: Raids = field(default_factory=Raids)
    retaliation: Retaliation = field(default_factory=Retaliation)
    manpower: Manpower = field(default_factory=Manpower)
    recovery: Recovery = field(default_factory=Recovery)
    outcomes: Outcomes = field(default_factory=Outcomes)


PROCESSES = tuple(f.name for f in fields(Params) if f.name != "outcomes")

# Old names, for one release: posteriors, designs and manifests of 0.1.0 carry them.
ALIASES = {
    "events.causes": "events.prior_hostility",
    "finance.licence": "finance.aid_coercion",
    "alignment.spared": "alignment.oversized_coalition",
    "alignment.common": "alignment.common_enemy",
    "alignment.likeness": "alignment.ideology_scale",
    "plans.trust": "plans.ally_weight",
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
    "manpower.likeness": "manpower.ideology_scale",
    "manpower.too_far": "manpower.max_ideological_distance",
    "outcomes.back": "outcomes.regained_people",
}


class ParameterError(InfightingError):
    """A parameter that does not exist or is out of bounds."""


def table(params=None):
    """Every parameter, one row each.

    Yields
    ------
    tuple
        (dotted name, value, unit, low, high, source, kind).

    Examples
    --------
    >>> next(row for row in table() if row[0] == "finance.arms_low")[:5]
    ('finance.arms_low', 0.7, '1', 0.5, 0.9)
    """
    params = params or Params()
    for group in fields(params):
        values = getattr(params, group.name)
        for f in fields(values):
            m = f.metadata
            yield (
                f"{group.name}.{f.name}", getattr(values, f.name), m["unit"], *m["bounds"],
                m["source"], m["kind"],
            )  # fmt: skip


def check(params):
    """Raise ParameterError with a sentence for every value out of bounds."""
    problems = [p for g in fields(params) for p in getattr(params, g.name).problems(g.name)]
    if problems:
        raise ParameterError(problems)
    return params


def as_dict(params):
    """Parameters as ``{dotted name: value}``."""
    return {name: value for name, value, *_ in table(params)}


def convert(name, value, kind):
    """A value in the type its parameter has; ParameterError if it is not a number of that kind."""
    wanted = {"real": "a number", "integer": "a whole number", "switch": "true or false"}[kind]
    number_like = isinstance(value, (bool, int, float, np.integer, np.floating, np.bool_))
    if kind == "switch" and number_like and value in (0, 1):
        return bool(value)
    if kind == "integer" and number_like and not isinstance(value, bool) and value == int(value):
        return int(value)
    if kind == "real" and number_like and not isinstance(value, bool) and np.isfinite(value):
        return float(value)
    raise ParameterError([f"params.{name} = {value!r} is not {wanted}"])


def with_values(params, values):
    """Parameters with some of them changed.

    Parameters
    ----------
    params : Params
        Where to start; it is left alone.
    values : dict
        ``{dotted name: value}``.

    Returns
    -------
    Params

    Raises
    ------
    ParameterError
        For an unknown name (the nearest is named), a wrong type or a value out of bounds; all together.

    Examples
    --------
    >>> with_values(Params(), {"grievance.rise": 0.03}).grievance.rise
    0.03
    """
    known = {row[0]: row[6] for row in table(params)}
    changed = {g.name: dict(vars(getattr(params, g.name))) for g in fields(params)}
    problems = []
    for name, value in values.items():
        plain = name.removeprefix("params.")
        plain = ALIASES.get(plain, plain)
        if plain not in known:
            problems.append(f"there is no parameter {name!r}{did_you_mean(plain, known)}")
            continue
        group, field_name = plain.split(".")
        try:
            changed[group][field_name] = convert(plain, value, known[plain])
        except ParameterError as error:
            problems += error.problems
    result = Params(**{g.name: type(getattr(params, g.name))(**changed[g.name]) for g in fields(params)})
    problems += [p for g in fields(result) for p in getattr(result, g.name).problems(g.name)]
    if problems:
        raise ParameterError(problems)
    return result


DTYPE = np.dtype(
    [(g.name, [(f.name, "f8") for f in fields(getattr(Params(), g.name))]) for g in fields(Params())]
)


def rows(design):
    """Pack parameter sets into the table the kernels read: one row, one run.

    Parameters
    ----------
    design : list of Params

    Returns
    -------
    numpy.recarray
        Shape (len(design),), one nested record per group.
    """
    out = np.recarray(len(design), DTYPE)
    for row, params in zip(out, design, strict=True):
        for g in fields(params):
            group = getattr(params, g.name)
            row[g.name] = tuple(float(getattr(group, f.name)) for f in fields(group))
    return out


def problem(names=None):
    """Bounds in the form SALib wants, for all uncertain parameters or those named.

    Switches and the declared thresholds of outcomes are left out unless named.
    """
    wanted = [
        row for row in table()
        if (row[0] in names if names else row[6] != "switch" and not row[0].startswith("outcomes."))
    ]  # fmt: skip
    return {
        "num_vars": len(wanted),
        "names": [row[0] for row in wanted],
        "bounds": [[row[3], row[4]] for row in wanted],
    }
