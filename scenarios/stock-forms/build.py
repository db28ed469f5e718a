#!/usr/bin/env python3
"""Writes the tables of this scenario from the packs that are used, back to the Congo, with the recipes of cobalt-fpv.

Run it in any folder; it needs nothing but Python:

    python3 scenarios/stock-forms/build.py
"""

import csv
from pathlib import Path

HERE = Path(__file__).parent
COBALT = HERE.parent / "cobalt-fpv"
HYDROXIDE, SULPHATE, LCO, CELL, PACK = "cobalt_hydroxide", "cobalt_sulphate_7h2o", "lco", "cell_lco_2200", "pack_fpv_6s"
TIERS = [HYDROXIDE, SULPHATE, LCO, CELL, PACK]

# Packs used a year and their makers' shares of each place's packs, cells, cathode and sulphate: round, in the sizes of cobalt-fpv.
USED = {"FIN": 200_000, "POL": 600_000, "UKR": 6_000_000, "CHN": 8_000_000}
SENT = {
    PACK: {"FIN": {"FIN": 1}, "POL": {"POL": 1}, "UKR": {"UKR": 0.4, "POL": 0.1, "CHN": 0.5}, "CHN": {"CHN": 1}},
    CELL: {"FIN": {"FIN": 0.8, "CHN": 0.2}, "POL": {"POL": 0.6, "CHN": 0.4}, "UKR": {"POL": 0.2, "CHN": 0.8}, "CHN": {"CHN": 1}},
    LCO: {"FIN": {"FIN": 0.6, "CHN": 0.4}, "POL": {"POL": 0.6, "CHN": 0.4}, "CHN": {"CHN": 1}},
    SULPHATE: {"FIN": {"FIN": 0.7, "CHN": 0.3}, "POL": {"FIN": 0.2, "CHN": 0.8}, "CHN": {"CHN": 1}},
    HYDROXIDE: {"FIN": {"COD": 1}, "CHN": {"COD": 1}},
}
HEADROOM = {HYDROXIDE: 0.1, SULPHATE: 0.3, LCO: 0.2, CELL: 0.2, PACK: 0.5}
RAMP = {HYDROXIDE: 6, SULPHATE: 3, LCO: 3, CELL: 3, PACK: 1}
DAYS = {("CHN", "FIN"): 38, ("CHN", "POL"): 38, ("CHN", "UKR"): 30, ("COD", "FIN"): 55, ("COD", "CHN"): 50,
        ("FIN", "POL"): 4, ("POL", "UKR"): 3}  # fmt: skip


def rows(name):
    with open(COBALT / f"{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def ratio(output, source):
    """Units of input in a unit of output, losses included."""
    row = next(r for r in rows("recipes") if (r["output"], r["input"]) == (output, source))
    return float(row["amount"]) / float(row["yield"])


def write(name, columns, lines):
    with open(HERE / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        table.writerows([f"{value:.12g}" if isinstance(value, float) else value for value in line] for line in lines)


def main():
    plants, lanes, recipes = [], [], []
    need = {place: float(packs) for place, packs in USED.items()}
    for tier in reversed(TIERS):
        made = {}
        for place, tonnes in need.items():
            for maker, share in SENT[tier][place].items():
                made[maker] = made.get(maker, 0.0) + tonnes * share
                lanes.append((tier, maker, place, tonnes * share, DAYS.get((maker, place), 0)))
        for maker, output in made.items():
            plants.append((f"{maker.lower()}_{tier.split('_')[0]}", tier, maker, output * (1 + HEADROOM[tier]), output, RAMP[tier]))
        if tier != TIERS[0]:
            source = TIERS[TIERS.index(tier) - 1]
            recipes.append((tier, source, ratio(tier, source)))
            need = {maker: output * ratio(tier, source) for maker, output in made.items()}
    write("plants", ["plant", "material", "place", "capacity_per_year", "output_per_year", "ramp_months"], plants)
    write("lanes", ["material", "from", "to", "flow_per_year", "transit_days"], lanes)
    write("recipes", ["output", "input", "amount"], recipes)
    kept = ["material", "name", "unit", "basis", "tier", "reference_price_usd", "source", "confidence", "note"]
    write("materials", kept, [[row[c] for c in kept] for row in rows("materials") if row["material"] in TIERS])
    write("consumers", ["material", "place", "sector", "demand_per_year", "shortage_cost_usd"],
          [(PACK, place, "defence", packs, 75) for place, packs in USED.items()])


if __name__ == "__main__":
    main()
