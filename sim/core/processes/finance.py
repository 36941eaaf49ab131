"""Finance: taxes, tolls, oil and aid against pay; money becomes weapons and licence (ODD 7).

Staniland (2014) and Salehyan, Siroky and Wood (2014): outside money lowers a group's need of the people
and with it its restraint. Weinstein (2007): resources before discipline. Weapons are a stock, bought with
money beyond a month's pay, captured, and worn out; men fight by what there is for each of them.
"""

import numpy as np

from sim.core.kernel import kernel
from sim.core.ledger import BOUGHT, OIL, PAY, PURCHASES, TAXES, TOLLS, WORN, book_money, book_weapons
from sim.core.snapshot import men_in

READS = {
    "towns": "holder people protest contested open",
    "factions": "treasury aid weapons coercion",
    "garrisons": "local mobile",
    "columns": "faction local mobile",
}
WRITES = {"towns": "tax toll oil", "factions": "treasury paid weapons armed arms coercion"}
MONTH = 30.0  # days in which habits move, and of pay kept in hand


@kernel
def value_of_arms(armed, low, high):
    """Fighting value per man of so many weapons per man: from ``low`` with none to ``high``, 1 at 1.

    It saturates: ``low + (high - low) * x / (x + h)``, with ``h = (high - 1) / (1 - low)``.
    """
    half = (high - 1.0) / (1.0 - low)
    return low + (high - low) * armed / (armed + half)


@kernel
def spent_on_weapons(treasury, bill):
    """Money spent on weapons in a day: what there is beyond a month's pay is spent in a month."""
    return max(0.0, treasury - MONTH * bill) / MONTH


@kernel
def next_coercion(coercion, usual, outside, licence):
    """Coerciveness a day on: it moves in a month towards ``usual * (1 + licence * outside)``.

    outside : share of income from sponsors, 0 to 1.
    """
    target = min(1.0, usual * (1.0 + licence * outside))
    return coercion + (target - coercion) / MONTH


@kernel
def part_paid(treasury, bill):
    """Part of the pay that the treasury can meet, 0 to 1."""
    if bill <= 0.0:
        return 1.0
    return min(1.0, max(0.0, treasury) / bill)


@kernel
def collect(state, static, ledger, p):
    """Holders tax the calm part of their people and take tolls and oil; contested towns yield nothing."""
    for t in range(len(state.towns)):
        town, place = state.towns[t], static.places[t]
        town.tax = 0.0
        town.toll = 0.0
        town.oil = 0.0
        if town.holder < 0 or town.contested == 1:
            continue
        town.tax = p.tax * town.people / 1000.0 * (1.0 - town.protest)
        town.toll = p.toll * place.toll * town.open
        town.oil = p.oil * place.oil
        book_money(ledger, state, town.holder, TAXES, town.tax)
        book_money(ledger, state, town.holder, TOLLS, town.toll)
        book_money(ledger, state, town.holder, OIL, town.oil)


@kernel
def incomes(state, income):
    """Every faction's income of the day, kUSD: sponsors, taxes, tolls and oil."""
    for f in range(len(state.factions)):
        income[f] = state.factions[f].aid
    for t in range(len(state.towns)):
        town = state.towns[t]
        if town.holder >= 0:
            income[town.holder] += town.tax + town.toll + town.oil


@kernel
def men_to_pay(state, men):
    """Men of every faction in towns and on the road."""
    men[:] = 0
    for t in range(len(state.towns)):
        for k in range(state.town_index[t].count):
            f = state.snapshot[t, k].present
            men[f] += men_in(state.garrisons[t, f])
    for c in range(state.columns_in_use[0].rows):
        column = state.columns[c]
        men[column.faction] += column.local + column.mobile


@kernel
def buy_and_wear(state, ledger, f, bill, p):
    """Weapons wear out, and new ones are bought."""
    faction = state.factions[f]
    book_weapons(ledger, state, f, WORN, -faction.weapons / p.wear)
    spent = spent_on_weapons(faction.treasury, bill)
    book_money(ledger, state, f, PURCHASES, -spent)
    book_weapons(ledger, state, f, BOUGHT, spent / p.price)


@kernel
def take_stock(faction, men, p):
    """Weapons per man this morning, and what they are worth."""
    faction.armed = faction.weapons / men
    faction.arms = value_of_arms(faction.armed, p.arms_low, p.arms_high)


@kernel
def finance(state, static, ledger, p):
    """Every faction collects, pays its men, and arms itself with what is left."""
    collect(state, static, ledger, p)
    factions = len(state.factions)
    everybody, all_income = np.empty(factions, np.int64), np.empty(factions)
    men_to_pay(state, everybody)
    incomes(state, all_income)
    for f in range(factions):
        faction, men, income = state.factions[f], everybody[f], all_income[f]
        if men == 0:
            continue
        bill = p.wage * men / 1000.0
        faction.paid = part_paid(faction.treasury, bill)
        book_money(ledger, state, f, PAY, -faction.paid * bill)
        buy_and_wear(state, ledger, f, bill, p)
        take_stock(faction, men, p)
        outside = faction.aid / income if income > 0.0 else 0.0
        faction.coercion = next_coercion(faction.coercion, static.kinds[f].coercion, outside, p.aid_coercion)
