"""One past, many futures: a world is copied, saved, and gone on with."""

import numpy as np

from sim._util import validation
from sim.core.ledger import empty_ledger
from sim.core.rng import run_key
from sim.model import checkpoint
from sim.model.given import check_names, one_seed
from sim.params import Params, as_dict, with_values
from sim.scenario import Scenario, load_scenario
from sim.scenario.build import build


class Futures:
    """How a `RebelConflict` becomes another one, which has its past."""

    def fork(self, *, seed=None, run=0, days=None, **kwargs):
        """A copy that shares the past and nothing else; the original is left alone.

        Parameters
        ----------
        seed : int, optional
            Other luck from here on: that of run ``run`` of an ensemble with this seed. Without it the copy
            keeps the luck, and stays the same run as long as nothing is changed.
        run : int
            See ``seed``.
        days : int, optional
            Another horizon.
        **kwargs
            Parameters that change from here on, by dotted name.

        Returns
        -------
        RebelConflict
            The copy.

        Examples
        --------
        >>> import sim
        >>> model = sim.RebelConflict(seed=1).run(3)
        >>> other = model.fork()
        >>> other.faction("isis").fighters["raqqa"] = 0
        >>> model.faction("isis").fighters["raqqa"] > 0
        True
        """
        check_names(type(self), kwargs)
        if days is not None:
            validation.whole("days", days, max(1, self._day))
        number, key = self.run_number, self.key
        if seed is not None:
            seed, number = one_seed(seed, None), validation.whole("run", run, 0, validation.HIGHEST_SEED)
            key = np.uint64(run_key(np.uint64(seed), np.uint64(run)))
        twin = type(self).__new__(type(self))
        twin._open(
            self.story,
            self.static,
            self.state.copy(),
            self.ledger.copy(),
            with_values(self.params, kwargs),
            self.seed if seed is None else seed,
            number,
            key,
            days=self.days if days is None else days,
            day=self._day,
            edits=self.edits,
        )
        twin.diary.take(self.diary.books(), self.diary.entries, self.story.date)
        return twin

    def save(self, path, *, overwrite=False):
        """Write the world into one file, to go on from later.

        Parameters
        ----------
        path : str or Path
            The file; written whole or not at all.
        overwrite : bool
            Replace an existing file.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        FileExistsError
            The file is there and ``overwrite`` is not given.
        sim.model.checkpoint.SavedWorldError
            It cannot be written.

        Examples
        --------
        >>> import tempfile, sim
        >>> file = sim.RebelConflict(seed=1).run(2).save(tempfile.mkdtemp() + "/world")
        >>> sim.RebelConflict.load(file).run(1).day
        3
        """
        about = {
            "scenario": self.story.name,
            "folder": str(self.story.folder),
            "scenario_hash": self.story.hash,
            "params": as_dict(self.params),
            "seed": self.seed,
            "run": self.run_number,
            "key": int(self.key),
            "day": self._day,
            "days": self.days,
            "edits": self.edits,
        }
        arrays = {f"state.{name}": self.state[name] for name in self.state.dtype.names}
        arrays |= {f"ledger.{name}": self.ledger[name] for name in self.ledger.dtype.names}
        arrays["entries"] = self.diary.entries
        for table, columns in self.diary.books().items():
            arrays |= {f"{table}.{name}": np.array(column) for name, column in columns.items()}
        return checkpoint.write(path, about, arrays, overwrite=overwrite)

    @classmethod
    def load(cls, path, *, scenario=None):
        """Go on with a saved world, to the same bits.

        Parameters
        ----------
        path : str or Path
            What ``save`` wrote.
        scenario : str, Path or Scenario, optional
            Where the scenario is now, if it is not where it was.

        Returns
        -------
        RebelConflict
            The model as it was saved: state, ledger, luck, parameters and history.

        Raises
        ------
        sim.model.checkpoint.SavedWorldError
            There is no such file, or it is damaged, or was saved by other code or with another scenario.

        Examples
        --------
        >>> import tempfile, sim
        >>> file = sim.RebelConflict(seed=1).save(tempfile.mkdtemp() + "/world")
        >>> sim.RebelConflict.load(file)
        <RebelConflict january_2014, day 0 of 271 (2014-01-02), seed 1>
        """
        about, arrays = checkpoint.read(path)
        story = (
            scenario if isinstance(scenario, Scenario) else load_scenario(scenario or checkpoint.place(about))
        )
        checkpoint.refuse_other_scenario(path, about, story)
        static, start = build(story)
        ledger = empty_ledger(*start.garrisons.shape)
        checkpoint.fill(path, start, arrays, "state")
        checkpoint.fill(path, ledger, arrays, "ledger")
        model = cls.__new__(cls)
        model._open(
            story,
            static,
            start,
            ledger,
            with_values(Params(), about["params"]),
            about["seed"],
            about["run"],
            np.uint64(about["key"]),
            days=about["days"],
            day=about["day"],
            edits=[tuple(edit) for edit in about["edits"]],
        )
        books, entries = checkpoint.history(path, arrays, model.diary.books(), ledger.entries.dtype)
        model.diary.take(books, entries, story.date)
        return model
