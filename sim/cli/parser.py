"""One parser for every subcommand: the same help, the same words about what is wrong."""

import argparse

from sim._util.suggestions import did_you_mean


class UsageError(ValueError):
    """The words of a command cannot be understood."""


class Parser(argparse.ArgumentParser):
    """The arguments of one subcommand; ``examples`` (words after it: what they do) end the help.

    >>> parser = Parser("report", "Write a report.", {"results/mine": "of one result"})
    >>> print(parser.format_help().splitlines()[-1])
      infighting report results/mine   of one result
    """

    def __init__(self, command, text, examples):
        shown = {f"infighting {command} {words}".rstrip(): meaning for words, meaning in examples.items()}
        wide = max(map(len, shown))
        epilog = "\n".join(["examples:", *(f"  {words:<{wide}}   {what}" for words, what in shown.items())])
        super().__init__(
            prog=f"infighting {command}",
            description=text,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def parse_args(self, words):
        """The request that some words make, options before, between and after the others."""
        request, unknown = self.parse_known_intermixed_args(words)
        if unknown:
            options = [option for action in self._actions for option in action.option_strings]
            hint = did_you_mean(unknown[0], options) if unknown[0].startswith("-") else ""
            self.error(f"{unknown[0]} is not understood{hint}")
        return request

    def error(self, message):
        """Raise UsageError in place of leaving."""
        raise UsageError(f"{self.prog.split()[-1]}: {message}; see {self.prog} --help")
