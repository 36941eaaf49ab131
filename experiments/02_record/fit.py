"""python experiments/02_record/fit.py: what the record of January to March 2014 leaves likely.

Worlds of the prior are played and kept (simulate.py), summaries are learned from them (summaries.py),
statistics out of the model's reach are named and weigh less (misfit.py), and what is then still likely is
where a second round of worlds is played. The posterior is tried on records of known truth (calibration.py).
Settings: fit.yaml. Goes on where it was stopped. Writes scenarios/january_2014/posterior.parquet and tables
into results/02_record/.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from calibration import mirrored, planted, ranks, recovery, row_of
from misfit import Errors, out_of_reach
from simulate import Region, simulate
from summaries import Posterior, Scale
from threadpoolctl import threadpool_limits
from tqdm import tqdm
from vector import of_record
from worlds import Theatre

from sim.core.kernel import source_hash

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OUT = ROOT / "results" / "02_record"
POSTERIOR = ROOT / "scenarios" / "january_2014" / "posterior.parquet"
BEFORE = "contraction_0.1.0.csv"  # what version 0.1.0 made of the same record
PLANTED = 150  # records in which errors are planted
TRIED = "C7d"  # the statistic that is turned round to see whether that is found: the dead to 22 January


class Round:
    """Worlds of one round, with what is learned from them.

    Parameters
    ----------
    theatre : Theatre
    settings : dict
    number : int
        0 or 1.
    region : Region
        In which its worlds lie.
    out : path
        Where shards are.
    more : pandas.DataFrame, optional
        Worlds of an earlier round; those within are of the same prior, and are used as well.
    """

    def __init__(self, theatre, settings, number, region, out, more=None):
        worlds, aside = simulate(theatre, settings, number, region, out), settings["aside"][number]
        points = [f"z {name}" for name in theatre.prior.names]
        if more is not None:
            worlds = pd.concat([worlds, more[region.has(more[points].to_numpy())]], ignore_index=True)
        self.worlds, self.z = worlds, worlds[points].to_numpy()
        self.statistics = worlds.drop(columns=[*points, "key"])
        self.rest, self.aside = slice(aside, None), slice(0, aside)
        self.scale = Scale(self.statistics[self.rest])
        self.x = self.scale(self.statistics)
        keys = worlds["key"].to_numpy()
        self.keys, few = keys[self.rest], {"folds": settings["folds"], "seed": settings["seed"]}
        count = settings["nearest"][number]
        self.posterior = Posterior(self.x[self.rest], self.z[self.rest], count=count, **few)
        self.errors = Errors(self.x[self.rest])

    def without_errors(self, record, settings, rng):
        """Summaries of a record without its errors, many times; chances that statistics are in error."""
        told, slab = self.errors.draw(record, settings["sweeps"], settings["keep"], rng)
        return np.moveaxis(self.posterior.summaries(told), 1, 0), slab

    def draws(self, record, settings, rng):
        """Draws of the posterior, as many as are asked for; keys of dealings; chances of error."""
        summaries, slab = self.without_errors(record, settings["errors"], rng)
        each, z, keys = -(-settings["draws"] // len(summaries)), [], []
        for summary in summaries:
            draws, weight, rows = self.posterior.draws(summary)
            chosen = rng.choice(len(draws), min(each, len(draws)), replace=False, p=weight)
            z.append(draws[chosen])
            keys.append(self.keys[rows[chosen]])
        wanted = slice(settings["draws"])
        return np.concatenate(z)[wanted], np.concatenate(keys)[wanted], slab


def misfit(part, record, slab):
    """Every statistic: the record's value, those of worlds, how far out it lies, chance of an error."""
    names, x = part.scale.names, part.statistics[part.scale.names]
    table = pd.DataFrame({"statistic": names, "record": [record[name] for name in names]})
    for q in (5, 50, 95):
        table[f"prior_{q}"] = x.quantile(q / 100).to_numpy()
    table["tail"] = out_of_reach(x.to_numpy(), table["record"].to_numpy(np.float32))
    table["error"] = slab
    return table.sort_values(["tail", "error"], ascending=[True, False], ignore_index=True)


def region_of(z, settings):
    """Where the second round is played: an ellipsoid that holds nearly all draws of the first."""
    columns = np.sort(np.argsort(z.var(axis=0))[: settings["dimensions"]])
    middle, spread = z[:, columns].mean(axis=0), np.cov(z[:, columns], rowvar=False)
    off = z[:, columns] - middle
    far = np.einsum("ni,ij,nj->n", off, np.linalg.inv(spread), off)
    return Region(columns, middle, spread, np.quantile(far, settings["share"]))


def contraction(prior, z):
    """How much the record narrowed each parameter: prior and posterior medians and spreads."""
    wide = prior.values(np.random.default_rng(0).standard_normal((20000, len(prior.names))))
    values = prior.values(z)
    out = pd.DataFrame({"name": prior.names, "low": prior.low, "high": prior.high})
    out["prior_median"], out["prior_sd"] = np.median(wide, axis=0), wide.std(axis=0)
    out["median"], out["sd"] = np.median(values, axis=0), values.std(axis=0)
    for q in (5, 95):
        out[f"q{q}"] = np.percentile(values, q, axis=0)
    out["contraction"] = 1.0 - (out["sd"] / out["prior_sd"]) ** 2
    out["shift"] = (out["median"] - out["prior_median"]) / out["prior_sd"]
    return out.sort_values("contraction", ascending=False, ignore_index=True)


def write_posterior(theatre, z, keys, file):
    """The file of draws: values to four digits, within their bounds, and what they were fitted with."""
    prior = theatre.prior
    values = prior.values(z)
    digits = 10.0 ** (3 - np.floor(np.log10(np.maximum(np.abs(values), 1e-12))))
    values = np.clip(np.rint(values * digits) / digits, prior.low, prior.high)
    table = pd.DataFrame(values, columns=prior.names)
    table.insert(0, "weight", 1.0 / len(z))
    table["dealing"] = keys
    table = pa.Table.from_pandas(table, preserve_index=False)
    told = {"rules": source_hash(), "record": json.dumps(theatre.record.files)}
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, **told}), file, compression="zstd")


def tried(first, second, prior, settings, before, rng):
    """Calibration of both rounds on worlds put aside; planted errors; and recovery by parameter."""
    rows, told = [], first.posterior.told
    summaries = np.moveaxis(first.posterior.summaries(first.x[first.aside]), 1, 0)[:, None]
    truth = first.z[first.aside]
    found = ranks(first.posterior, summaries, truth, "records of the prior")
    rows.append(row_of(found[0], told, what="records of the prior"))
    few = slice(0, PLANTED)
    rows += planted(first.posterior, summaries[few], truth[few], [part[few] for part in found], told)
    robust = settings["errors_of_synthetic"]
    some = slice(0, robust["records"])
    unsure = [
        first.without_errors(x, robust, rng)[0]
        for x in tqdm(first.x[first.aside][some], desc="errors of records", unit="record", mininterval=10)
    ]
    with_errors = ranks(first.posterior, unsure, truth[some], "the same, errors allowed for")
    rows.insert(1, row_of(with_errors[0], told, what="the same, errors allowed for"))
    summaries = np.moveaxis(second.posterior.summaries(second.x[second.aside]), 1, 0)[:, None]
    again = ranks(second.posterior, summaries, second.z[second.aside], "records of the second round")
    rows.insert(2, row_of(again[0], second.posterior.told, what="records of the second round"))
    column = first.scale.names.index(TRIED)
    signs = mirrored(first.errors, first.x[first.aside], column, robust["sweeps"], rng)
    table = recovery(prior.names, truth, found, first.posterior.summaries.explained, before)
    return pd.DataFrame(rows), table, found[0], signs


def main(words=None):
    """Fit, and write what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", default=HERE / "fit.yaml", help="another file of settings")
    parser.add_argument("--out", default=OUT, type=Path, help="where shards and tables go")
    parser.add_argument("--posterior", default=POSTERIOR, type=Path, help="the file of draws to write")
    asked = parser.parse_args(words)
    settings, out = yaml.safe_load(Path(asked.settings).read_text()), asked.out
    started, rng = time.perf_counter(), np.random.default_rng(settings["seed"] + 1)
    theatre = Theatre(str(ROOT / settings["record"]), None, settings["seed"])
    known = of_record(theatre.record, theatre.scenario.town_ids, theatre.scenario.provinces)
    first = Round(theatre, settings, 0, Region(), out)
    z, _, slab = first.draws(first.scale(pd.DataFrame([known]))[0], settings, rng)
    misfit(first, known, slab).to_csv(out / "misfit.csv", index=False, float_format="%.5g")
    region = region_of(z, settings["region"])
    part = region.draw(1, len(theatre.prior.names), np.random.default_rng(0))[1]
    second = Round(theatre, settings, 1, region, out, first.worlds)
    z, keys, _ = second.draws(second.scale(pd.DataFrame([known]))[0], settings, rng)
    write_posterior(theatre, z, keys, asked.posterior)
    contraction(theatre.prior, z).to_csv(out / "contraction.csv", index=False, float_format="%.4g")
    before = pd.read_csv(OUT / BEFORE).set_index("name")["contraction"].to_dict()
    rows, table, rank, signs = tried(first, second, theatre.prior, settings, before, rng)
    rows.to_csv(out / "calibration.csv", index=False, float_format="%.4g")
    table.to_csv(out / "recovery.csv", index=False, float_format="%.4f")
    pd.DataFrame(rank, columns=theatre.prior.names).to_parquet(out / "ranks.parquet", index=False)
    answer = {
        "worlds": [len(first.worlds), settings["worlds"][1]],
        "worlds_of_the_first_round_in_the_second": len(second.worlds) - settings["worlds"][1],
        "part_of_the_prior_in_the_second_round": part,
        "estimators": [p.posterior.summaries.best for p in (first, second)],
        "explained": [
            p.posterior.summaries.explained.clip(lower=0).mean().to_dict() for p in (first, second)
        ],
        "summaries": [len(p.posterior.told) for p in (first, second)],
        "draws": len(z),
        "distinct_draws": len(np.unique(z, axis=0)),
        "verdicts": table["verdict"].value_counts().to_dict(),
        f"sign_of_{TRIED}_found": signs,
    }
    (out / "answer.json").write_text(json.dumps(answer, indent=1) + "\n")
    print(rows.to_string(float_format="{:.3f}".format), json.dumps(answer, indent=1), sep="\n")
    print(f"{time.perf_counter() - started:.0f} s: {asked.posterior}, {out}")


if __name__ == "__main__":
    with threadpool_limits(1):  # the same bits whatever the number of cores
        main()
