"""``-m``: several values of some options, as a design of the same kind as any other."""

import itertools

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Quote, QuotedString

from sim.cli.options import OptionError, no_values
from sim.params import declared

FACTORS = ("scenario", "seed", "days")  # what may vary beside parameters
NO = ("false", "no", "off", "0")
OFF = ("figures", "report")  # what a design has none of; to do without is no mistake


class Request:
    """The overrides of a call with ``-m``, parsed: with several values, about the launcher, and others."""

    def __init__(self, words, loader):
        self.overrides = OverridesParser.create(config_loader=loader).parse_overrides(list(words))
        self.swept = [one for one in self.overrides if one.is_sweep_override()]
        others = [one.input_line for one in self.overrides if not one.is_sweep_override()]
        launcher = ("hydra/launcher", "hydra.launcher")
        self.launcher = [word for word in others if word.lstrip("+").startswith(launcher)]
        self.fixed = [word for word in others if word not in self.launcher]
        self.values = {one.get_key_element(): list(one.sweep_string_iterator()) for one in self.swept}
        for one in self.swept:
            if not self.values[one.get_key_element()]:
                raise no_values(one.input_line)

    def settings(self):
        """Every combination of the values, as overrides; the last varies fastest."""
        spans = ([f"{name}={value}" for value in values] for name, values in self.values.items())
        return [[*self.fixed, *words] for words in itertools.product(*spans)]

    def design(self, runs, folders):
        """Overrides of a grid over the values, with so many runs of each point."""
        if not self.swept:
            return self.fixed
        parts = {word: word.partition("=") for word in self.fixed}
        words = [
            word for word, (name, _, value) in parts.items() if name not in OFF or value.lower() not in NO
        ]
        problems = [
            _not_a_factor(one.input_line, name)
            for one in self.swept
            if (name := one.get_key_element()) not in FACTORS and not name.startswith("params.")
        ]
        if problems:
            raise OptionError("\n".join(problems))
        words = [word for word in words if word.partition("=")[0] != "runs"]
        words += ["design.kind=grid", f"design.runs_per_point={runs}"]
        for one in self.swept:
            values = ",".join(_written(value, folders) for value in one.sweep_iterator())
            words.append(f"+design.over.{one.get_key_element()}={{values:[{values}]}}")
        return words


def _not_a_factor(word, name):
    """Why an option cannot have several values; of a parameter, how it is written."""
    if name in declared():
        return f"{word}: there is no option {name}; did you mean 'params.{name}'?"
    return f"{word}: -m goes through parameters, {', '.join(FACTORS)}; {name}= is the same for all"


def _written(value, folders):
    """A value as Hydra reads it; a scenario's folder by its path."""
    text = value.text if isinstance(value, QuotedString) else value
    if text in folders:
        return QuotedString(str(folders[text]), Quote.single).with_quotes()
    if isinstance(value, QuotedString):
        return value.with_quotes()
    return str(value).lower() if isinstance(value, bool) else str(value)
