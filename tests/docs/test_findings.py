"""Findings at the top of README: what the result files say today, each with its number."""

import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.append(str(Path(__file__).parents[2] / "experiments"))
import findings

REPO = Path(__file__).parents[2]


def test_they_are_those_of_the_result_files(capsys):
    assert findings.main(["--check"]) == 0, capsys.readouterr().out


def test_another_result_makes_them_out_of_date(tmp_path, monkeypatch, capsys):
    table = pd.read_csv(findings.RESULTS / "02_record" / "answers.csv")
    rows = (table["draw"] == "posterior") & (table["measure"] == "P(broken)")
    table.loc[rows, "value"] = 0.123
    for folder in ("02_record", "16_other_wars"):
        (tmp_path / folder).mkdir()
        for file in (findings.RESULTS / folder).glob("*.[cj]s*"):
            (tmp_path / folder / file.name).write_bytes(file.read_bytes())
    table.to_csv(tmp_path / "02_record" / "answers.csv", index=False)
    monkeypatch.setattr(findings, "RESULTS", tmp_path)
    assert "broken in 12 % (90 to 97)" in " ".join(findings.block(REPO / "README.md").split())
    assert findings.main(["--check"]) == 1
    assert capsys.readouterr().out == "README.md: out of date\nexperiments/README.md: out of date\n"


def test_a_page_without_their_marks_is_named(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("nothing\n")
    with pytest.raises(SystemExit, match="expected the lines"):
        findings.written(page)
