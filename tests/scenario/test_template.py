"""A template of a new war: it can be read and played at once, and says what is left to be replaced."""

import csv

import pytest
import toy

import sim
from sim.__main__ import main
from sim.scenario import ScenarioError, load_scenario
from sim.scenario.template import MARK, left_over, new_scenario


@pytest.mark.parametrize("like", ["idlib_2018", "truce"])
def test_a_template_says_what_its_base_says_under_another_name(like, tmp_path):
    made, base = load_scenario(new_scenario("my_war", like, tmp_path)), load_scenario(like)
    base = load_scenario(base.parents[-1]) if base.parents else base
    assert made.title == "my_war (template)"
    assert made.holders == base.holders
    assert (made.basemap, made.starts, made.focal) == (base.basemap, base.starts, base.focal)
    assert sum(left_over(made.folder).values()) > 100


def test_a_small_war_of_ones_own_is_made_from_a_template_step_by_step(tmp_path, capsys):
    toy.write(tmp_path / "toy")
    folder = new_scenario("village_war", tmp_path / "toy", tmp_path)
    with pytest.raises(SystemExit, match="1"):
        main(["scenario", "check", str(folder)])
    assert "factions: 5 of 5 rows are still the template's" in capsys.readouterr().out
    for file in folder.glob("*.csv"):
        rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
        rows = [[cell.removeprefix(f"{MARK}toy: ") for cell in row] for row in rows]
        if file.name == "control.csv":
            rows = [row for row in rows if row[0] != "wells"]
        if file.name == "factions.csv":
            rows = [[cell.replace(";wells", "") for cell in row] for row in rows]
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(rows)
    assert main(["garrisons", str(folder)]) is None
    assert main(["scenario", "check", str(folder)]) is None
    assert "village_war: 7 towns, 5 factions, from 2014-01-03: sound" in capsys.readouterr().out
    played = sim.run_ensemble(folder, runs=2, days=3, progress=False)
    assert len(played.runs) == 2


@pytest.mark.parametrize(
    ("name", "like", "said"),
    [
        ("My war", "truce", "'My war' is no name; expected lower-case letters"),
        ("mine", "truse", "did you mean 'truce'?"),
        ("taken", "truce", "is there already; expected a name that is free"),
    ],
)
def test_a_template_that_cannot_be_is_told(name, like, said, tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(ScenarioError, match=said.replace("?", r"\?")):
        new_scenario(name, like, tmp_path)
    assert [folder.name for folder in tmp_path.iterdir()] == ["taken"]
