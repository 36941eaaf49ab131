"""Tab completion, as bash does it after the script has been sourced."""

import re
import shutil
import subprocess

import pytest

from sim.cli.command import COMMANDS
from sim.cli.completion import OPTIONS, SHELLS
from sim.scenario import scenario_names

TAB = """
source "$1"
COMP_LINE="$2"
COMP_POINT=${#COMP_LINE}
_infighting
printf '%s\\n' "${COMPREPLY[@]}"
complete -p infighting
"""


@pytest.fixture
def tab(called, tmp_path):
    """Press Tab after a line; what bash would offer."""
    code, script, err = called(tmp_path, "completion", "bash")
    assert (code, err) == (0, "")
    file = tmp_path / "infighting.bash"
    file.write_text(script)

    def press(line):
        bash = shutil.which("bash") or pytest.skip("there is no bash")
        words = [bash, "--norc", "-c", TAB, "bash", str(file), line]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        *offered, last = done.stdout.split("\n")[:-1]
        assert last.endswith("-F _infighting infighting")
        return offered

    return press


def test_tab_completes_commands_options_parameters_and_names(tab):
    assert tab("infighting repo") == ["report ", "report="]  # a command, and an option of a run
    assert {f"{name} " for name in COMMANDS} <= set(tab("infighting "))
    assert tab("infighting run params.march.sp") == ["params.march.speed="]
    assert tab("infighting scenario=tru") == ["truce"]  # bash splits at =, and keeps what is before it
    assert set(tab("infighting runs=2 scenario=")) - {""} == set(scenario_names())
    assert tab("infighting -m hydra/launcher=jo") == ["joblib"]
    assert tab("infighting compare --con") == ["--control"]
    assert tab("infighting report results/x --ov") == ["--overwrite"]
    assert tab("infighting report results/") == [""]  # then bash offers files


@pytest.mark.parametrize("command", OPTIONS)
def test_the_options_of_a_command_are_those_of_its_help(called, tmp_path, command):
    _, out, _ = called(tmp_path, command, "--help")
    told = set(re.findall(r"--[a-z-]+", out[: out.index("\nexamples:")].partition("options:")[2]))
    assert told - {"--help"} >= set(OPTIONS[command])
    assert set(re.findall(r"^  (--[a-z-]+)", out, re.MULTILINE)) <= set(OPTIONS[command])


def test_every_command_is_completed():
    assert set(OPTIONS) == set(COMMANDS) - {"run", "sweep"}


def test_zsh_begins_with_what_makes_it_complete_as_bash_does(called, tmp_path):
    scripts = {shell: called(tmp_path, "completion", shell)[1] for shell in SHELLS}
    assert "bashcompinit\n_infighting() {" in scripts["zsh"]
    assert scripts["zsh"].partition("_infighting()")[2] == scripts["bash"].partition("_infighting()")[2]


def test_another_shell_is_one_line(called, tmp_path):
    code, out, err = called(tmp_path, "completion", "fish")
    assert (code, out) == (2, "")
    assert err == "infighting: completion: there is none for 'fish' (there are: bash, zsh)\n"
