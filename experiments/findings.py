"""python experiments/findings.py: what was found, in sentences, from the result files that are kept.

Writes the findings between their marks in README.md and experiments/README.md. With ``--check`` it writes
nothing and says which of the two is out of date (exit code 1), as a test does.
"""

import argparse
import json
import sys
import textwrap
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "results"
FILES = (ROOT / "README.md", ROOT / "experiments" / "README.md")
BEGIN, END = "<!-- findings: written by experiments/findings.py -->", "<!-- end of findings -->"
WIDE = 120  # letters a line
LEGEND = "In brackets: 95 % intervals; of days and of the dead, what nine runs in ten give."
FINDINGS = (
    """**Both can happen.** Drawn from what January to March 2014 leaves likely, ISIS is broken in {broken}
    of the runs, and of those it comes back in {back} by 30 September, at the median on day {day}. With
    the shipped parameters it is {usual_broken} and {usual_back}: the answer hangs on numbers that the
    record does not settle.""",
    """**What decides.** With all its mechanisms the shipped model has a chance of {all_on} to come back
    once broken, without any of them {all_off}. Of sixteen what-ifs {moved} move a headline measure
    ([which, and why the others do not](scenarios/README.md#what-moves-nothing)).""",
    """**How well the record is met.** {inside} of {targets} targets of January to March lie in the 90 %
    bands. Who holds which town is told better than by the map of 2 January, with a Brier skill of
    {skill}, where 0 is no better and 1 is perfect; but within a month not better than by the map of the
    day itself ([forecasts](experiments/02_record/README.md#forecasts)). Drawn wars are bloodier than
    the record: {dead} times its dead to 22 January.""",
    """**Another war.** The same rules, with no number fitted to it, say better than the map of the eve who
    holds what in Idlib 2018 over ten weeks, with a skill of {skill_2018}, but have many times too many
    dead, and nobody who leaves by agreement ([16](experiments/16_other_wars/README.md)).""",
    """**What not to believe.** Of {numbers} parameters and strengths the record identifies {identified},
    and {weakly} weakly. Raqqa, which ISIS held on 31 January, is held then in {raqqa} of the runs.
    Single towns and days are luck, and nothing here is advice. The questions 01 and 03 to 15 were last
    answered with older rules.""",
)


def percent(share):
    """A share as a percentage.

    >>> percent(0.4787)
    '48 %'
    """
    return f"{100 * share:.0f} %"


def plain(number):
    """A number to two digits after the point.

    >>> plain(1.3899)
    '1.39'
    """
    return f"{number:.2f}"


def between(row, form):
    """A value with its interval: 95 % of a share or a skill, nine runs in ten of what varies from run to run.

    >>> between({"value": 0.5, "low": 0.4, "high": 0.6}, percent)
    '50 % (40 to 60)'
    """
    value, low, high = (form(row[name]) for name in ("value", "low", "high"))
    return f"{value} ({low.removesuffix(' %')} to {high.removesuffix(' %')})"


def answers(draw):
    """Rows of what the record's experiment answers, by the first words of the measure."""
    table = pd.read_csv(RESULTS / "02_record" / "answers.csv")
    rows = table[table["draw"] == draw].to_dict("records")
    return {row["measure"].partition(",")[0].partition(" over the record")[0]: row for row in rows}


def skill_2018():
    """Skill over the map of the eve in Idlib 2018, all days."""
    table = pd.read_csv(RESULTS / "16_other_wars" / "idlib_2018_map.csv")
    asked = {"held": "controller", "rows": "all", "forecast": "as on the eve", "start": "order on day 1"}
    for column, value in asked.items():
        table = table[table[column] == value]
    last = table.loc[table["horizon"].idxmax()]
    return {"value": last["skill"], "low": last["skill_low"], "high": last["skill_high"]}


def numbers():
    """What the sentences are filled with."""
    drawn, usual = answers("posterior"), answers("defaults")
    aims = pd.read_csv(RESULTS / "02_record" / "aims.csv", index_col="measure").iloc[:, -1]
    told = json.loads((RESULTS / "02_record" / "answer.json").read_text(encoding="utf-8"))["verdicts"]
    inside = drawn["targets in the 90 % bands"]
    return {
        "broken": between(drawn["P(broken)"], percent),
        "back": between(drawn["P(back given broken)"], percent),
        "day": between(drawn["day from which it is back"], "{:.0f}".format),
        "usual_broken": percent(usual["P(broken)"]["value"]),
        "usual_back": percent(usual["P(back given broken)"]["value"]),
        "all_on": percent(aims["7 all on: back"]),
        "all_off": percent(aims["7 all off: back"]),
        "moved": f"{aims['6 scenarios of 16 that move a headline measure']:.0f}",
        "inside": f"{inside['value']:.0f}",
        "targets": f"{inside['of']:.0f}",
        "skill": between(drawn["Brier skill over as on the eve"], plain),
        "dead": between(drawn["dead to 22 January"], plain),
        "skill_2018": between(skill_2018(), plain),
        "numbers": sum(told.values()),
        "identified": told["identified"],
        "weakly": told["weakly"],
        "raqqa": percent(aims["2 raqqa held on day 29"]),
    }


def block(file):
    """The findings as a file shows them; links lead from where it is."""
    up = "../" * (len(file.relative_to(ROOT).parts) - 1)
    filled = numbers()
    told = (" ".join(text.split()).format(**filled).replace("](", f"]({up}") for text in FINDINGS)
    wrap = textwrap.TextWrapper(WIDE, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    return "\n".join([BEGIN, *(wrap.fill(f"- {text}") for text in told), "", LEGEND, END])


def written(file):
    """The text of a file with the findings of today's results in it."""
    before, begin, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{file}: expected the lines {BEGIN} and {END}")
    return before + block(file) + after


def main(words=None):
    """Write the findings, or say where they are out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args(words).check
    stale = [file for file in FILES if written(file) != file.read_text(encoding="utf-8")]
    for file in stale:
        if not check:
            file.write_text(written(file), encoding="utf-8")
        print(f"{file.relative_to(ROOT)}: {'out of date' if check else 'written'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
