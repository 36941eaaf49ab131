"""Worlds of the fit, kept: parameters, dealing and statistics of each, in shards of Parquet.

A shard is a function of its number alone and is put aside when it is whole, so that the same command goes on
where it was stopped. The folder is named by all that its worlds depend on.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import vector
from tqdm import tqdm
from vector import of_worlds, reported

from sim.core.kernel import source_hash
from sim.params import as_dict

VECTOR = Path(vector.__file__)  # what is kept of a world
APART = 10**7  # runs of luck that each round has to itself


class Region:
    """Where the prior is cut off: an ellipsoid over some dimensions, or nowhere.

    Parameters
    ----------
    columns : ndarray of int
        Dimensions over which it reaches; none for the whole prior.
    middle, spread : ndarray
        Mean and covariance of what is likely, over these.
    most : float
        Largest squared distance from the middle, in spreads.
    """

    def __init__(self, columns=(), middle=(), spread=(), most=np.inf):
        self.columns, self.middle = np.asarray(columns, int), np.asarray(middle, float)
        self.inverse = np.linalg.inv(spread) if len(self.columns) else np.empty((0, 0))
        self.most = float(most)

    def has(self, z):
        """Whether points lie within."""
        off = z[:, self.columns] - self.middle
        return np.einsum("ni,ij,nj->n", off, self.inverse, off) <= self.most

    def draw(self, count, dimensions, rng):
        """Points of the prior within; and the part of the prior that lies there."""
        z, tried = rng.standard_normal((count, dimensions)), 0
        found = [np.empty((0, len(self.columns)))]
        while len(self.columns) and sum(map(len, found)) < count:
            some = np.zeros((100_000, dimensions))
            some[:, self.columns] = rng.standard_normal((len(some), len(self.columns)))
            found.append(some[self.has(some)][:, self.columns])
            tried += len(some)
        if len(self.columns):
            found = np.concatenate(found)
            z[:, self.columns] = found[:count]
            return z, len(found) / tried
        return z, 1.0

    def told(self):
        """What it is, for a name."""
        return [
            self.columns.tolist(),
            *(part.round(9).tolist() for part in (self.middle, self.inverse)),
            self.most,
        ]


def shard(theatre, settings, number, round_, region):
    """One shard: parameters as ``z``, key of the dealing, statistics."""
    rng, size = np.random.default_rng([settings["seed"], round_, number]), settings["shard"]
    z, _ = region.draw(size, len(theatre.prior.names), rng)
    keys = rng.integers(0, 2**62, size)
    parts = []
    for _, observed in theatre.observations(z, keys, round_ * APART + number * size):
        seen = reported(observed, settings["observation"], theatre.names.province_of, rng)
        parts.append(pd.DataFrame(of_worlds(seen, theatre)))
    table = pd.concat(parts, ignore_index=True)
    table["marches"] = theatre.unmarched(theatre.tables(z)[0])
    points = pd.DataFrame(z, columns=[f"z {name}" for name in theatre.prior.names])
    return pd.concat([points, pd.Series(keys, name="key"), table.astype(np.float32)], axis=1)


def folder_of(theatre, settings, round_, region, out):
    """Folder of the shards of a round."""
    told = [settings[name] for name in ("seed", "shard", "observation")]
    told += [round_, region.told(), source_hash(), theatre.scenario.hash, as_dict(theatre.begin.params)]
    prior = theatre.prior
    told += [prior.names, prior.low.tolist(), prior.high.tolist(), theatre.record.files]
    told += [VECTOR.read_text()]
    folder = out / "worlds" / hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def simulate(theatre, settings, round_, region, out):
    """All worlds of a round, played as far as they are not there: one row a world."""
    folder, size = folder_of(theatre, settings, round_, region, out), settings["shard"]
    shards = range(settings["worlds"][round_] // size)
    files = [folder / f"{number:05}.parquet" for number in shards]
    with tqdm(total=len(shards) * size, unit="world", mininterval=10, desc=f"round {round_ + 1}") as bar:
        for number, file in zip(shards, files, strict=True):
            if not file.exists():
                half = file.with_suffix(".part")
                shard(theatre, settings, number, round_, region).to_parquet(half, index=False)
                half.replace(file)
            bar.update(size)
    return pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)
