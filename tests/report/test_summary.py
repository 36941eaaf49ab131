"""The table of a design in the terminal."""

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from sim.core.outcomes import CLASSES
from sim.report.summary import show_summary, summary


@pytest.fixture
def played():
    """Twelve runs at three points, as a result holds them."""
    rng = np.random.default_rng(1)
    runs = pd.DataFrame({"point": np.repeat([0, 1, 2], 4), "run": np.tile(range(4), 3)})
    runs["end_towns"] = rng.integers(2, 40, 12)
    for name in ("trough_day", "regroup_day", "dead", "dead_isis", "dead_rebels"):
        runs[name] = rng.integers(1000, 20000, 12)
    for name in ("trough_share", "end_people_share"):
        runs[name] = rng.random(12)
    runs["broken"] = [True, True, True, False] * 3
    runs["back"] = [0.0, 1.0, 1.0, np.nan] * 3
    runs["outcome"] = rng.choice(CLASSES, 12)
    return summary(runs)


def shown(frame, capsys):
    show_summary(frame, console=Console(width=80, legacy_windows=False))
    return capsys.readouterr().out


def test_a_design_is_readable_in_eighty_letters(played, capsys):
    for name, values in {
        "battle.attrition": [0.01, 0.02, 0.03],
        "manpower.desertion_after_defeat": [0.0215, 0.03, 0.05],
        "scenario": ["january_2014", "truce", "pursuit"],
    }.items():
        played.insert(0, name, values)
    said = shown(played, capsys)
    assert "…" not in said
    assert max(map(len, said.splitlines())) <= 80
    for word in ("january_2014", "desertion", "0.0215", "broken %", "back %", "people %", "towns"):
        assert word in said.partition("Share of runs in each class")[0]
    assert "Not shown for want of room: battle.attrition." in said


def test_factors_of_one_name_are_told_apart_by_their_group(played, capsys):
    played.insert(0, "grievance.on", [0, 1, 1])
    played.insert(0, "march.on", [0, 1, 1])
    head = shown(played, capsys).partition("───")[0]
    assert "grievance" in head
    assert "march" in head
