"""The ODD: what the code says, nothing left out, and an alarm when the two differ."""

import types

import pytest

from sim.core import rng
from sim.core.processes import battle, grievance, protest
from sim.core.processes.plans import threat
from sim.core.state import TABLES
from sim.docs import odd, pages, tables
from sim.docs.equations import NotALawError, equation
from sim.params import PROCESSES, table

TEXT = odd.PAGE.read_text()


@pytest.mark.parametrize("name", pages.PAGES)
def test_a_page_is_what_the_code_says(name):
    assert pages.changes(name) == [], f"{pages.PAGES[name].PAGE} is out of date: run make docs, and commit it"


def test_a_changed_number_is_noticed_and_written_anew(tmp_path, monkeypatch):
    old = tmp_path / "ODD.md"
    old.write_text(TEXT.replace("| `grievance.half_life` | ", "| `grievance.half_life` | 9"))
    monkeypatch.setattr(odd, "PAGE", old)
    before = old.read_text()
    assert any("grievance.half_life" in line for line in pages.changes("odd"))
    assert old.read_text() == before
    assert "written" in pages.write("odd")
    assert old.read_text() == TEXT
    assert "unchanged" in pages.write("odd")


def test_every_parameter_has_value_unit_bounds_and_source():
    for name, value, unit, low, high, source, _ in table():
        row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{name}` |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[2:4] == [unit, f"{low:g} to {high:g}"]
        assert cells[1] == (f"{value:g}" if not isinstance(value, bool) else "on")
        assert cells[4] == source.replace("<", "&lt;")


def test_every_column_of_state_and_every_process_is_there():
    for name, columns in TABLES.items():
        part = TEXT[TEXT.index(f"**`{name}`**") :]
        assert all(f"| `{column}` | {unit} |" in part for column, (_, unit, _) in columns.items())
    assert all(f"### 7.{k} {p.capitalize()}" in TEXT for k, p in enumerate(PROCESSES, 1))


def test_the_schedule_is_the_day_as_it_runs():
    numbered = [line.split("`")[1] for line in tables.schedule().splitlines()]
    assert [name for name in numbered if name in PROCESSES] == list(PROCESSES)
    assert numbered.index("take_snapshot") == numbered.index("events") + 1


@pytest.mark.parametrize(
    ("module", "law", "says"),
    [
        (grievance, "next_grievance", r"\mathit{fade} &= 1 - 2^{-1/\mathit{half\_life}}"),
        (protest, "share_protesting", r"\frac{\mathit{surplus}}{\mathit{risk}} & \text{otherwise}"),
        (battle, "expected_losses", r"\mathit{own}^{1 - \mathit{w}}\, \mathit{fire}^{\mathit{w}}"),
        (threat, "odds", r"99 & \text{if } \mathit{own} \ge 99\, \mathit{enemy}"),
    ],
)
def test_a_law_is_its_equation(module, law, says):
    text = equation(getattr(module, law), module)
    assert says in text
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")
    assert f"```math\n{text}\n```" in TEXT


def test_a_step_is_no_law():
    with pytest.raises(NotALawError):
        equation(grievance.grievance, grievance)


def test_every_decision_has_a_meaning_and_somebody_who_draws_it():
    lines = {int(line.split("|")[1]): line.split("|") for line in tables.draws().splitlines()[2:]}
    assert list(lines) == sorted(rng.DECISIONS)
    for number, meaning in rng.DECISIONS.items():
        _, _, name, told, files, _ = lines[number]
        assert getattr(rng, name.strip(" `")) == number
        assert told.strip() == meaning
        assert ".py" in files


def test_a_submodel_of_several_files_is_one():
    text = tables.submodel("processes", "sim.core.processes")
    assert "[core/processes/](core/processes/)" in text
    assert "**`next_grievance`**" in text
    assert "**`share_protesting`**" in text


def test_words_of_codes_are_told():
    assert "| `HOW_LOST` | never, withdrawal, " in TEXT


def test_a_process_that_is_not_in_the_day_is_noticed(monkeypatch):
    monkeypatch.setattr(tables, "PROCESSES", (*PROCESSES, "rumour"))
    with pytest.raises(ValueError, match="schedule"):
        tables.schedule()


def test_a_table_without_a_word_on_its_rows_is_noticed(monkeypatch):
    monkeypatch.setattr(tables, "state", types.SimpleNamespace(TABLES={**TABLES, "rumours": {}}))
    with pytest.raises(ValueError, match="rumours"):
        tables.state_tables()
