"""``infighting shards``: a result in parts, each played by a process that any batch system starts."""

from pathlib import Path

from sim.cli.options import OptionError
from sim.cli.parser import Parser
from sim.cli.run import run


def shards(job, words):
    """``infighting shards``; ``job(options, folder, cfg)`` plays what the options of a run say."""
    text = """Play a result in parts: the same words for every part, and its number.

Any batch system can start them (sbatch --array, PBS, HTCondor, Snakemake), in any order and more than once;
all they need is one folder that each of them sees. Without --shard what is missing is played, and the whole
is shown and drawn. infighting run --help lists the options of a run."""
    examples = {
        "run runs=1000000 --of 1000 --shard 7": "the eighth of a thousand parts",
        "run runs=1000000 --of 1000": "what is missing; then the whole",
        "missing results/january_2014_1000000_runs_seed_1": "as sbatch --array= takes it",
    }
    parser = Parser("shards", text, examples)
    parser.add_argument("what", choices=("run", "missing"), help="play; or say which parts are not complete")
    parser.add_argument("--shard", metavar="K", type=int, help="which part, from 0 to N - 1")
    parser.add_argument("--of", metavar="N", type=int, help="how many parts the result has")
    parser.add_argument("-m", "--multirun", action="store_true", help="of a grid, as sweep plays it")
    parser.add_argument("words", metavar="WORD", nargs="*", help="OPTION=VALUE as of run; or results/NAME")
    request = parser.parse_args(words)
    if request.what == "missing":
        return _missing(parser, request)
    if request.of is None:
        parser.error("run needs --of, the number of parts, the same for all of them")
    own = [f"design.shards={request.of}", *(["-m"] if request.multirun else [])]
    if request.shard is None:
        return run(job, [*request.words, *own])
    if not 0 <= request.shard < request.of:
        parser.error(f"--shard {request.shard}: expected a whole number from 0 to {request.of - 1}")
    own += [f"design.shard={request.shard}", "progress=false"]

    def part(options, folder, cfg):
        """Play the one part, and name the file that vouches for it."""
        from sim.ensemble.store.receipts import receipt_file  # here: --help waits for no table

        if options.overwrite:
            raise OptionError(
                "overwrite=true: each part would begin the result anew; remove its folder first"
            )
        job(options, folder, cfg)
        if not options.dry_run:
            print(f"shard {request.shard} of {request.of}: {receipt_file(folder, request.shard)}")

    return run(part, [*request.words, *own])


def _missing(parser, request):
    """Print the numbers of the parts that are not complete; exit code 1 if there are any."""
    others = (request.shard, request.of, request.multirun or None)
    if others != (None, None, None) or len(request.words) != 1:
        parser.error("missing takes a folder of results and nothing else")
    from sim.ensemble.store.manifest import read_manifest
    from sim.ensemble.store.writer import Store

    folder = Path(request.words[0])
    left = Store(folder, read_manifest(folder)).missing()
    print(",".join(map(str, left)))
    return 1 if left else 0
