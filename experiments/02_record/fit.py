"""python experiments/02_record/fit.py: what the record leaves likely around the best point.

Sequential ABC over the parameters and strengths that screening showed to matter, from the declared values,
which ship.py has made the best point. Every point is played ``each`` times, so that luck does not choose it.
The last tolerances are those which the best point itself keeps in ``as_good`` of its trials.
Settings: fit.yaml. Writes scenarios/january_2014/posterior.parquet and history.csv, answer.json.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from sampler import sample
from tqdm import tqdm
from worlds import Theatre, declared, screened_in

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OUT = ROOT / "results" / "02_record"
POSTERIOR = ROOT / "scenarios" / "january_2014" / "posterior.parquet"


def posterior_table(theatre, people, draws, rng):
    """A few hundred of the particles as rows of posterior.parquet."""
    row = rng.choice(len(people.z), size=draws, replace=False)
    values = theatre.prior.values(people.z[row])
    table = pd.DataFrame(values, columns=theatre.prior.names)
    table.insert(0, "weight", 1.0 / draws)
    table["dealing"] = people.keys[row]
    return table


def main(words=None):
    """Fit, and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", default=HERE / "fit.yaml", help="another file of settings")
    parser.add_argument("--out", default=OUT, type=Path, help="where diagnostics go")
    parser.add_argument("--posterior", default=POSTERIOR, type=Path, help="the file of draws to write")
    asked = parser.parse_args(words)
    settings = yaml.safe_load(Path(asked.settings).read_text())
    started, rng = time.perf_counter(), np.random.default_rng(settings["seed"] + 1)
    screened = screened_in(asked.out / "screening.csv")
    names = list(screened.loc[screened["fitted"], "name"])
    theatre = Theatre(str(ROOT / settings["record"]), names, settings["seed"])
    each, size, steps = settings["each"], settings["particles"], settings["generations"]
    generations = steps["wide"] + sum(steps["narrowing"]) + sum(steps["staying"])
    worlds = each * (settings["trials"] + size * (1 + generations))
    with tqdm(total=worlds, unit="world", mininterval=20) as bar:

        def play(z, keys):
            return theatre.distances(z, keys, each, bar.update)

        def told(entry, people):
            tqdm.write(json.dumps({name: round(value, 4) for name, value in entry.items()}))
            np.savez(asked.out / "so_far.npz", z=people.z, keys=people.keys, off=people.off, names=names)

        start = declared(theatre)
        trials = np.repeat(start[None], settings["trials"], axis=0)
        at_best = play(trials, rng.integers(0, 2**62, len(trials)))
        lasts = [float(np.quantile(at_best, share)) for share in settings["as_good"]]
        tqdm.write(f"the best point keeps {lasts} in {settings['as_good']} of its trials")
        people = sample(play, start, schedule(lasts, settings), size=size, rng=rng, told=told)
    table = posterior_table(theatre, people, min(settings["draws"], size), rng)
    table.to_parquet(asked.posterior, index=False)
    pd.DataFrame(people.history).to_csv(asked.out / "history.csv", index=False, float_format="%.5f")
    summary = {
        "settings": settings,
        "worlds": theatre.played,
        "seconds": round(time.perf_counter() - started),
        "best_point_keeps": lasts,
        **people.history[-1],
    }
    (asked.out / "answer.json").write_text(json.dumps(summary, indent=1) + "\n")
    print(f"{theatre.played:,} worlds, {summary['seconds']} s: {asked.posterior}, {asked.out}")


def schedule(lasts, settings):
    """Tolerances: wide for a while, narrowing to each of the last ones, and there for a while."""
    now, out = settings["wide"] * lasts[0], []
    out += [now] * settings["generations"]["wide"]
    for last, narrowing, staying in zip(
        lasts, settings["generations"]["narrowing"], settings["generations"]["staying"], strict=True
    ):
        out += [*np.geomspace(now, last, narrowing + 1)[1:], *[last] * staying]
        now = last
    return out


if __name__ == "__main__":
    main()
