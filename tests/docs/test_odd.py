"""The ODD: what the code says, nothing left out, and an alarm when the two differ."""

import types

import pytest
from sim.odd import __main__ as odd
from sim.odd import tables

from sim.core.processes import battle, grievance, plans, protest
from sim.core.state import TABLES
from sim.docs.equations import NotALawError, equation
from sim.params import PROCESSES, declared

TEXT = odd.ODD.read_text()


def test_it_is_what_the_code_says():
    assert odd.main(["--check"]) == 0, "sim/ODD.md is out of date: run make odd, and commit it"


def test_a_changed_number_is_noticed(tmp_path, monkeypatch, capsys):
    old = tmp_path / "ODD.md"
    old.write_text(TEXT.replace("| `grievance.half_life` | ", "| `grievance.half_life` | 9"))
    monkeypatch.setattr(odd, "ODD", old)
    before = old.read_text()
    assert odd.main(["--check"]) == 1
    said = capsys.readouterr()
    assert "grievance.half_life" in said.out
    assert "run make odd" in said.err
    assert old.read_text() == before
    assert odd.main([]) == 0
    assert old.read_text() == TEXT


def test_every_parameter_has_value_unit_bounds_meaning_and_source():
    for name, p in declared().items():
        row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{name}` |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[2:4] == [p.unit, f"{p.low:g} to {p.high:g}"]
        assert cells[1] == (f"{p.value:g}" if not isinstance(p.value, bool) else "on" if p.value else "off")
        assert cells[4:] == [p.meaning.replace("<", "&lt;"), p.source.replace("<", "&lt;")]


def test_every_column_of_state_and_every_process_is_there():
    for name, columns in TABLES.items():
        part = TEXT[TEXT.index(f"**`{name}`**") :]
        assert all(f"| `{column}` | {unit} |" in part for column, (_, unit, _) in columns.items())
    assert all(f"### 7.{k} {p.capitalize()}" in TEXT for k, p in enumerate(PROCESSES, 1))


def test_the_schedule_is_the_day_as_it_runs():
    numbered = [line.split("`")[1] for line in tables.schedule().splitlines()]
    assert [name for name in numbered if name in PROCESSES] == list(PROCESSES)
    assert numbered.index("look") == numbered.index("events") + 1


@pytest.mark.parametrize(
    ("module", "law", "says"),
    [
        (grievance, "next_grievance", r"\mathit{fade} &= 1 - 2^{-1/\mathit{half\_life}}"),
        (protest, "share_protesting", r"\frac{\mathit{spare}}{\mathit{risk}} & \text{otherwise}"),
        (battle, "expected_losses", r"\mathit{own}^{1 - \mathit{w}}\, \mathit{fire}^{\mathit{w}}"),
        (plans, "odds", r"99 & \text{if } \mathit{own} \ge 99\, \mathit{enemy}"),
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


def test_a_process_that_is_not_in_the_day_is_noticed(monkeypatch):
    monkeypatch.setattr(tables, "PROCESSES", (*PROCESSES, "rumour"))
    with pytest.raises(ValueError, match="schedule"):
        tables.schedule()


def test_a_table_without_a_word_on_its_rows_is_noticed(monkeypatch):
    monkeypatch.setattr(tables, "state", types.SimpleNamespace(TABLES={**TABLES, "rumours": {}}))
    with pytest.raises(ValueError, match="rumours"):
        tables.state_tables()
