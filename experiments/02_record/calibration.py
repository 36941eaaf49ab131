"""python experiments/02_record/calibration.py: are the intervals of the sampler itself honest.

Simulation-based calibration (Talts and others 2018): parameters are drawn from the prior, a record is made
with them, and sampler.py makes a posterior from that record as fit.py does. If the posterior is right, the
truth's rank among the draws is uniform, and the 90 % interval holds it in 90 % of records. Done on a stand-in
whose posterior is known (standin.py; seconds), and on records made by the model, fitted with fewer worlds,
particles and parameters than the record of history (calibration.yaml). A finished record is put aside, so
that the same command goes on where it was stopped. Writes calibration.csv, calibration_records.csv and
calibration.png into results/02_record/.
"""

import argparse
import dataclasses
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from best import Climb
from ranks import clumps, picture, rank_of, row_of
from standin import Location, fitted, trial
from tqdm import tqdm
from worlds import Prior, Theatre, declared, screened_in

import sim
from sim import plots
from sim.core.kernel import source_hash
from sim.params import as_dict
from sim.record.targets import value_of

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OUT = ROOT / "results" / "02_record"
FEW = 5  # dimensions in which independent draws are near one another as well: no clumps are counted
APART = 10**6  # worlds of luck that each synthetic record has to itself


def synthetic(theatre, record, z, key):
    """What one world at a point leaves, in the form of the record; None if nothing changes hands.

    Towns and days are seen where the record sees them. A target keeps the tolerance it has in the record,
    around the value of this world; one without a value here, because a day never came, is left out.
    """
    _, observed = next(iter(theatre.observations(z[None], np.array([key]))))
    held = observed.holds("controller")[0], observed.holds("any")[0]
    if not all((those[0] != those).any() for those in held):
        return None
    targets = []
    for target in record.targets:
        value = float(value_of(target, observed, theatre.names, theatre.scenario.day)[0])
        if np.isfinite(value):
            low, high = target["lo"] - target["value"], target["hi"] - target["value"]
            targets.append(target | {"value": value, "lo": value + low, "hi": value + high})
    return dataclasses.replace(record, observed=observed._replace(seen=record.observed.seen), targets=targets)


def made(theatre, record, rng):
    """A truth from the prior, and a record of it; as in the fit, only points where towns march count."""
    while True:
        truth = rng.standard_normal(len(theatre.prior.names))
        if theatre.unmarched(theatre.tables(truth[None])[0])[0] > 0:
            continue
        known = synthetic(theatre, record, truth, int(rng.integers(0, 2**62)))
        if known is not None:
            return truth, known


def fit_synthetic(theatre, record, number, scheme, seed, bar):
    """One synthetic record, fitted: its truth, and the draws."""
    rng, theatre.played = np.random.default_rng([seed, number]), number * APART
    truth, known = made(theatre, record, rng)
    theatre.record = known
    climb = Climb(theatre, scheme["runs"], seed + number)
    best, *_ = climb.climb(declared(theatre), scheme["steps"], rng, lambda *_: bar.update(scheme["runs"]))

    def play(z, keys):
        return theatre.distances(z, keys, scheme["each"], bar.update)

    return truth, fitted(play, best, scheme, rng).z


def on_the_model(settings, screened, out):
    """Ranks of the truth of every synthetic record, with what the draws say: one row a dimension."""
    scheme = settings["model"]
    names = list(screened.loc[screened["fitted"], "name"])[: scheme["dimensions"]]
    theatre = Theatre(str(ROOT / "scenarios/january_2014/record"), names, settings["seed"])
    record, done = theatre.record, aside(out, settings, names, theatre)
    generations = scheme["generations"]
    played = 1 + generations["wide"] + sum(generations["narrowing"]) + sum(generations["staying"])
    each = scheme["each"] * (scheme["trials"] + scheme["particles"] * played)
    each += scheme["steps"] * scheme["runs"]
    tables = []
    with tqdm(total=scheme["records"] * each, unit="world", mininterval=20, smoothing=0) as bar:
        for number in range(scheme["records"]):
            file = done / f"{number}.npz"
            if not file.exists():
                truth, z = fit_synthetic(theatre, record, number, scheme, settings["seed"], bar)
                np.savez(done / "unfinished.npz", truth=truth, z=z)
                (done / "unfinished.npz").replace(file)
            bar.n = (number + 1) * each
            bar.refresh()
            with np.load(file) as kept:
                truth, z = kept["truth"], kept["z"]
            rank = rank_of(z, truth, np.random.default_rng([settings["seed"], number, 1]))
            columns = {"truth": truth, "mean": z.mean(axis=0), "sd": z.std(axis=0), "rank": rank}
            tables.append(pd.DataFrame({"record": number, "name": names, **columns}))
    return pd.concat(tables, ignore_index=True)


def aside(out, settings, names, theatre):
    """Folder of finished records, by all that they depend on."""
    told = [settings["seed"], {k: v for k, v in settings["model"].items() if k != "records"}, names]
    told += [source_hash(), as_dict(theatre.begin.params)]
    folder = out / "calibration" / hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def on_the_standin(scheme, names, noise, records, rng):
    """Ranks of the truth on the stand-in, with the exact mean and spread beside the sampler's."""
    location, tables = Location(Prior(sim.load_scenario("january_2014"), names), noise), []
    for number in tqdm(range(records), unit="record", mininterval=20):
        truth, z, mean, sd = trial(location, scheme, rng)
        columns = {"truth": truth, "mean": z.mean(axis=0), "sd": z.std(axis=0)}
        columns |= {"rank": rank_of(z, truth, rng), "exact_mean": mean, "exact_sd": sd}
        columns |= {"told": np.arange(len(names)) < location.told}
        columns["clumps"] = clumps(z)[1] if len(names) > FEW else np.nan
        tables.append(pd.DataFrame({"record": number, "name": names, **columns}))
    return pd.concat(tables, ignore_index=True)


def standin_schemes(settings, fit, names):
    """Of the stand-in, by name: scheme, dimensions, and how noisy what is told is."""
    told, patient = settings["told"], settings["patient"]
    few = names[: patient["dimensions"]]
    return {
        "patient": (patient, few, np.geomspace(*settings["patient_noise"], patient["told"])),
        "as the fit": (fit, names, np.geomspace(*settings["noise"], told)),
        "one world a point": (fit | {"each": 1}, names, np.geomspace(*settings["noise"], told)),
    }


def shipped_clumps(posterior):
    """How many clumps the draws of posterior.parquet are."""
    table = pd.read_parquet(posterior).drop(columns=["weight", "dealing"])
    prior = Prior(sim.load_scenario("january_2014"), list(table))
    wide = prior.values(np.random.default_rng(0).standard_normal((20000, len(prior.names))))
    return clumps(((table - wide.mean(axis=0)) / wide.std(axis=0)).to_numpy())


def main(words=None):
    """Calibrate on the stand-in and on the model; write the tables and the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", default=HERE / "calibration.yaml", help="another file of settings")
    parser.add_argument("--screening", default=OUT / "screening.csv", help="which parameters are fitted")
    parser.add_argument("--posterior", default=ROOT / "scenarios" / "january_2014" / "posterior.parquet")
    parser.add_argument("--out", default=OUT, type=Path, help="where tables and picture go")
    asked = parser.parse_args(words)
    settings = yaml.safe_load(Path(asked.settings).read_text())
    fit = yaml.safe_load((HERE / "fit.yaml").read_text())
    screened = screened_in(asked.screening)
    rows, panels, rng = [], {}, np.random.default_rng(settings["seed"])
    schemes = standin_schemes(settings["standin"], fit, list(screened.loc[screened["fitted"], "name"]))
    for problem, (scheme, names, noise) in schemes.items():
        table = on_the_standin(scheme, names, noise, settings["standin"]["records"], rng)
        for told, what in ((True, "told"), (False, "not told")):
            part = table[table["told"] == told]
            rows.append(row_of(part, problem=problem, name=what) | {"clumps": part["clumps"].median()})
            panels[f"Stand-in, {problem}:\n{what}"] = part["rank"], 20
    table = on_the_model(settings, screened, asked.out)
    rows.append(row_of(table, problem="model", name="all"))
    panels["Model:\nall parameters"] = table["rank"], 10
    for name, part in table.groupby("name", sort=False):
        rows.append(row_of(part, problem="model", name=name))
        panels[f"Model:\n{name}"] = part["rank"], 5
    rows = pd.DataFrame(rows)
    rows.to_csv(asked.out / "calibration.csv", index=False, float_format="%.4f")
    table.to_csv(asked.out / "calibration_records.csv", index=False, float_format="%.4f")
    note = (
        "Where the truth stands among the draws of the posterior, 0 below all to 1 above all. Grey: 95 % of "
        "the bars of honest posteriors, if dimensions are independent. Bars high at both ends: intervals too "
        f"narrow. Stand-in: {settings['standin']['records']} records; model: {settings['model']['records']}."
    )
    plots.save(picture(panels, note), asked.out / "calibration.png", dpi=150)
    shutil.rmtree(asked.out / "calibration")  # finished records, put aside
    print(rows.to_string(float_format="{:.3f}".format))
    print(
        "the shipped posterior: {} clumps, as good as {:.1f} of equal size".format(
            *shipped_clumps(asked.posterior)
        )
    )


if __name__ == "__main__":
    main()
