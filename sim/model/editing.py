"""Changing a world by hand: what is changed is booked, in ``model.edits`` and in the ledger."""

from sim.core.ledger import EDITED, EDITED_MONEY, book_money, record_flow


def plain(kernel):
    """A compiled rule as ordinary Python: right where it runs once and compiling would take a second."""
    return getattr(kernel, "py_func", kernel)


class Editing:
    """The changes of `RebelConflict` that need booking; the windows on its state make them."""

    def book_edit(self, what, old, new):
        """Remember a change made by hand, in ``model.edits``.

        Parameters
        ----------
        what : str
            What was changed, such as ``"people of azaz"``.
        old, new : object
            Its value before and after.

        Examples
        --------
        >>> import sim
        >>> model = sim.RebelConflict(seed=1)
        >>> model.town("azaz").weariness = 0.5
        >>> model.edits
        [(0, 'weariness of azaz', 0.0, 0.5)]
        """
        self.edits.append((self._day, what, old, new))

    def set_men(self, town, faction, part, men, what):
        """Set the men of a faction in a town; the ledger books the difference as ``edited``.

        Parameters
        ----------
        town, faction : int
            Rows.
        part : {"fighters", "local", "mobile"}
            All its armed men (local and mobile keep their proportion) or one kind.
        men : int
            How many there are from now on.
        what : str
            What it is called in ``model.edits``.

        Examples
        --------
        >>> import sim
        >>> model = sim.RebelConflict(seed=1)
        >>> model.faction("isis").fighters["raqqa"] = 100  # calls set_men
        >>> model.edits[0][1:2], model.edits[0][3]
        (("fighters of isis ['raqqa']",), 100)
        """
        garrison = self.state.garrisons[town, faction]
        local, mobile = int(garrison["local"]), int(garrison["mobile"])
        before = local + mobile
        if part == "fighters":
            part_mobile = mobile / before if before else float(self.static.kinds["mobile"][faction])
            mobile = round(men * part_mobile)
            local = men - mobile
        elif part == "local":
            local = men
        else:
            mobile = men
        self.book_edit(what, before if part == "fighters" else int(garrison[part]), men)
        garrison["local"], garrison["mobile"] = local, mobile
        province = int(self.static.places["province"][town])
        after = local + mobile
        entry = (self._day, EDITED, town, province, faction, -1, after - before, float(after), float(before))
        plain(record_flow)(self.ledger, *entry)
        self.diary.keep_entries(self)
        self._station_factions()

    def set_money(self, faction, treasury, what):
        """Set a faction's treasury; the ledger books the difference as ``edited_money``.

        Parameters
        ----------
        faction : int
            Row of the faction.
        treasury : float
            kUSD from now on, 0 or more.
        what : str
            What it is called in ``model.edits``.

        Examples
        --------
        >>> import sim
        >>> isis = sim.RebelConflict(seed=1).faction("isis")
        >>> isis.treasury = 500.0  # calls set_money
        >>> isis.treasury
        500.0
        """
        before = float(self.state.factions["treasury"][faction])
        self.book_edit(what, before, treasury)
        plain(book_money)(self.ledger, self.state, faction, EDITED_MONEY, treasury - before)
        self.state.factions["treasury"][faction] = treasury
