"""``infighting completion``: a script with which Tab completes commands, options, scenarios and experiments.

The script holds the names themselves, so that Tab waits for no Python.
"""

from sim.cli.choices import experiment_files
from sim.cli.options import option_names
from sim.cli.parser import Parser, UsageError
from sim.params import declared
from sim.scenario import scenario_names

OPTIONS = {  # command: its own options; a test compares them with --help
    "shards": ("--multirun", "--of", "--shard"),
    "experiments": ("--again", "--size"),
    "report": ("--out", "--overwrite"),
    "compare": ("--control", "--out", "--overwrite"),
    "forecast": ("--draw", "--issue", "--out", "--record", "--scenario", "--seed", "--until", "--worlds"),
    "score": ("--issue", "--observe", "--out", "--overwrite", "--record"),
    "record": ("--from", "--leave-out", "--out", "--overwrite", "--scenario"),
    "verify": ("--all", "--quiet", "--runs"),
    "params": (),
    "docs": ("--check", "--days", "--design-runs", "--out", "--runs"),
    "scenario": ("--folder", "--like"),
    "garrisons": ("--check",),
    "completion": (),
}
OF_A_RUN = ("-m", "--show", "--cfg", "--help")
LAUNCHERS = ("joblib", "slurm")
SHELLS = {
    "bash": "",
    "zsh": "autoload -U +X compinit bashcompinit\n(( $+functions[compdef] )) || compinit\nbashcompinit\n",
}
SCRIPT = """# Tab completion of infighting, written by: infighting completion {shell}
{begin}_infighting() {{
    local IFS=$'\\n'
    local line="${{COMP_LINE:0:$COMP_POINT}}"
    local cur="${{line##* }}"
    local rest="${{line#* }}"
    local command="${{rest%% *}}"
    local words
    case "$command" in
        "$cur") words='{first}' ;;
{commands}
        *) words='{run}' ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    case "$COMP_WORDBREAKS" in
        *=*) case "$cur" in *=*) COMPREPLY=("${{COMPREPLY[@]#"${{cur%=*}}="}}") ;; esac ;;
    esac
}}
complete -o nospace -o default -F _infighting infighting
"""


def completion(words):
    """``infighting completion``."""
    text = "Print a script with which Tab completes commands, options, parameters, scenarios and experiments."
    examples = {
        "bash > ~/.infighting.bash": "and in ~/.bashrc: source ~/.infighting.bash",
        "zsh > ~/.infighting.zsh": "and in ~/.zshrc: source ~/.infighting.zsh",
    }
    parser = Parser("completion", text, examples)
    parser.add_argument("shell", metavar="SHELL", help=" or ".join(SHELLS))
    request = parser.parse_args(words)
    if request.shell not in SHELLS:
        raise UsageError(f"completion: there is none for {request.shell!r} (there are: {', '.join(SHELLS)})")
    print(script(request.shell), end="")


def script(shell):
    """The script for a shell of `SHELLS`."""
    from sim.cli.command import COMMANDS  # here: it imports this module by name

    values = {"scenario": scenario_names(), "experiment": experiment_files(), "hydra/launcher": LAUNCHERS}
    values |= {f"params.{name}": ("true", "false") for name, p in declared().items() if p.kind == "switch"}
    named = [f"{name}={value}" for name, known in values.items() for value in known]
    of_a_run = [*OF_A_RUN, *(f"{name}=" for name in option_names()), "hydra/launcher=", *named]
    first = [*(f"{name} " for name in COMMANDS), *of_a_run, "--version"]
    cases = [
        f"        {name}) words='{_lines(['--help', *options])}' ;;" for name, options in OPTIONS.items()
    ]
    begin, run = SHELLS[shell], _lines(of_a_run)
    return SCRIPT.format(shell=shell, begin=begin, first=_lines(first), commands="\n".join(cases), run=run)


def _lines(words):
    """Words one a line, as the script splits them; a name with a quote would end the script."""
    return "\n".join(word for word in words if "'" not in word and "\n" not in word)
