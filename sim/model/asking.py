"""What a model can be asked: who is where, who fights whom, what happened, and why."""

import numpy as np
import pandas as pd

from sim.core.state import PURPOSE
from sim.model.explain import explain


class Asking:
    """The questions of `RebelConflict`; none of them changes anything."""

    def town(self, name):
        """The town of an id.

        Parameters
        ----------
        name : str
            Id of the town, as in ``model.town_ids``.

        Returns
        -------
        Town
            A window on its row of the state.

        Raises
        ------
        sim._util.validation.UnknownNameError
            No town is called that; a KeyError that names the nearest.

        Examples
        --------
        >>> import sim
        >>> sim.RebelConflict(seed=1).town("azaz").province
        'Aleppo'
        """
        return self.towns[name]

    def faction(self, name):
        """The faction of an id.

        Parameters
        ----------
        name : str
            Id of the faction, as in ``model.faction_ids``.

        Returns
        -------
        Faction
            A window on its row of the state.

        Raises
        ------
        sim._util.validation.UnknownNameError
            No faction is called that; a KeyError that names the nearest.

        Examples
        --------
        >>> import sim
        >>> sim.RebelConflict(seed=1).faction("isis").label
        'ISIS'
        """
        return self.factions[name]

    def sponsor(self, name):
        """The sponsor of an id.

        Parameters
        ----------
        name : str
            Id of the sponsor, as in ``model.sponsor_ids``.

        Returns
        -------
        Sponsor
            A window on its row of the state.

        Raises
        ------
        sim._util.validation.UnknownNameError
            No sponsor is called that; a KeyError that names the nearest.

        Examples
        --------
        >>> import sim
        >>> sim.RebelConflict(seed=1).sponsor("turkey").label
        'Turkey'
        """
        return self.sponsors[name]

    @property
    def focal(self):
        """The faction whose fate is asked."""
        return self.factions[self.faction_ids[self.static.focal]]

    def strengths(self):
        """Armed men of each faction, in towns, on the road and hiding.

        Returns
        -------
        numpy.ndarray of int, (factions,)
            Men, in the order of ``model.faction_ids``.

        Examples
        --------
        >>> import sim
        >>> model = sim.RebelConflict(seed=1)
        >>> int(model.strengths().sum()) == sum(f.strength for f in model.factions.values())
        True
        """
        garrisons, columns = self.state.garrisons, self.state.columns
        men = (garrisons["local"] + garrisons["mobile"] + garrisons["sheltered"]).sum(axis=0)
        marching = columns["local"] + columns["mobile"]
        np.add.at(men, columns["faction"][marching > 0], marching[marching > 0])
        return men

    @property
    def columns(self):
        """Columns on the road as a DataFrame: faction, men, where from and to, due day, purpose."""
        on_road = self.state.columns[self.state.columns["local"] + self.state.columns["mobile"] > 0]
        return pd.DataFrame(
            {
                "faction": [self.faction_ids[f] for f in on_road["faction"]],
                "men": on_road["local"] + on_road["mobile"],
                "origin": [self.town_ids[t] for t in on_road["origin"]],
                "goal": [self.town_ids[t] for t in on_road["goal"]],
                "left": on_road["left"],
                "due": on_road["due"],
                "purpose": [PURPOSE[code] for code in on_road["purpose"]],
            }
        )

    @property
    def wars(self):
        """Pairs at war as a DataFrame: province, faction_a, faction_b; where both have men."""
        war = self.state.dyads["war"] == 1
        there = self.state.fronts["men"] > 0
        pairs = np.argwhere(np.triu(war & there[:, :, None] & there[:, None, :]))
        return pd.DataFrame(
            [(self.provinces[p], self.faction_ids[i], self.faction_ids[j]) for p, i, j in pairs],
            columns=["province", "faction_a", "faction_b"],
        )

    def history(self, table, column, name):
        """Values of one faction or town, one per day from day 0.

        Parameters
        ----------
        table : {"factions", "towns"}
            Table of the data collector.
        column : str
            Column of it, such as ``"men"``.
        name : str
            Id of the faction or town.

        Returns
        -------
        list
            Numbers (names, for a town's holder), ``model.day + 1`` of them.

        Raises
        ------
        sim._util.validation.UnknownNameError
            No such table, column, faction or town; the nearest is named.

        Examples
        --------
        >>> import sim
        >>> len(sim.RebelConflict(seed=1).run(3).history("factions", "men", "isis"))
        4
        """
        return self.diary.history(table, column, name)

    def explain(self, *, day=None, faction=None, town=None):
        """Tell what happened and why, from the ledger.

        Parameters
        ----------
        day : int, date, str or tuple, optional
            A day by number or date (``"2014-01-05"``), or a pair: first and last. By default the day played
            last, or every day if a town or faction is asked about.
        faction : str, optional
            Only what this faction did or suffered.
        town : str, optional
            Only what happened there.

        Returns
        -------
        Explanation
            ``.text`` in words, ``.table`` as a DataFrame; it prints and shows itself in a notebook.

        Raises
        ------
        ValueError
            The model was made with ``explain=False``, or the day has not been played.
        sim._util.validation.UnknownNameError
            No such town or faction.

        Examples
        --------
        >>> import sim
        >>> print(sim.RebelConflict(seed=1).run(3).explain(faction="isis", day=1).title)
        ISIS, 3 January 2014 (day 1)
        """
        return explain(self, day=day, faction=faction, town=town)
