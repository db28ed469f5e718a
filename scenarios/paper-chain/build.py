#!/usr/bin/env python3
"""Writes the tables of this scenario from the constants of the source paper and of chemistry.

Each place is one reading of the chain for one cathode, closed in itself: its drones are made of its own packs, and so on
down to its own ore. So the balanced use of a material in a place is the answer of that reading.

    python3 scenarios/paper-chain/build.py
"""

import csv
from pathlib import Path

HERE = Path(__file__).parent

DRONES = 4_500_000
CHARGE_MAH = 2200
MAH_PER_G = {"lco": 145, "nmc622": 185}
LOADING = 0.96
GRADE = 0.0035
CELLS_IN_6S = 6

LI, CO, NI, MN, O, S, H = 6.94, 58.933, 58.693, 54.938, 15.999, 32.06, 1.008
COSO4 = CO + S + 4 * O
COSO4_7H2O = COSO4 + 7 * (2 * H + O)
CATHODE = {"lco": LI + CO + 2 * O, "nmc622": LI + 0.6 * NI + 0.2 * MN + 0.2 * CO + 2 * O}
COBALT_ATOMS = {"lco": 1.0, "nmc622": 0.2}

# Yields of pack, cell, cathode, refinery, mine to hydroxide (assumed).
NO_LOSSES = (1, 1, 1, 1, 1)
YIELDS = {"best": (1.00, 0.95, 0.98, 0.99, 0.85), "mode": (0.98, 0.88, 0.96, 0.97, 0.70), "worst": (0.95, 0.80, 0.93, 0.95, 0.55)}

TITLES = {"printed": "as the paper prints it", "one_cell": "the paper's cathode mass, right chemistry", "corrected": "corrected, no losses",
          "best": "corrected, best yields", "mode": "corrected, yields at their mode", "worst": "corrected, worst yields"}
READINGS = list(TITLES)

MATERIALS = [
    ("cobalt_ore", "Run-of-mine ore", "t", "gross", "ore"),
    ("cobalt", "Cobalt in ore", "t", "Co", "ore"),
    ("cobalt_hydroxide", "Crude cobalt hydroxide", "t", "Co", "intermediate"),
    ("cobalt_sulphate_anhydrous", "Cobalt sulphate, the anhydrous part", "t", "gross", "refined"),
    ("cobalt_sulphate_7h2o", "Cobalt sulphate heptahydrate", "t", "gross", "refined"),
    ("lco", "LCO cathode material", "t", "gross", "component"),
    ("nmc622", "NMC622 cathode material", "t", "gross", "component"),
    ("cell", "Cell, 2.2 Ah", "cell", "", "component"),
    ("battery", "Battery of one drone", "battery", "", "component"),
    ("drone_fpv", "First-person-view drone", "drone", "", "product"),
]


def steps(reading, cathode):
    """The chain from drone to ore: (output, input, amount, yield, note)."""
    active = CHARGE_MAH / MAH_PER_G[cathode] * 1e-6
    if reading == "printed":
        return [
            ("drone_fpv", "battery", 1, 1, "one battery a drone"),
            ("battery", "cell", 1, 1, "2,200 mAh taken for the charge of the whole battery: one cell, implied"),
            ("cell", cathode, active * LOADING, 1, "Q / q x w: the loading multiplies"),
            (cathode, "cobalt_sulphate_anhydrous", COBALT_ATOMS[cathode], 1, "a ratio of moles of cobalt, used as one of masses"),
            ("cobalt_sulphate_anhydrous", "cobalt_ore", 1 / GRADE, 1, "the grade counts cobalt, here it divides sulphate"),
        ]
    pack, cell, cam, refinery, mine = YIELDS.get(reading, NO_LOSSES)
    one_cell = reading == "one_cell"
    return [
        ("drone_fpv", "battery", 1, 1, "one battery a drone"),
        ("battery", "cell", 1 if one_cell else CELLS_IN_6S, pack, "22.2 V / 3.7 V" if not one_cell else "as printed"),
        ("cell", cathode, active * LOADING if one_cell else active, cell, "Q / q" if not one_cell else "as printed: Q / q x w"),
        (cathode, "cobalt_sulphate_7h2o", COBALT_ATOMS[cathode] * COSO4_7H2O / CATHODE[cathode], cam, "moles of cobalt x molar masses"),
        ("cobalt_sulphate_7h2o", "cobalt_sulphate_anhydrous", COSO4 / COSO4_7H2O, 1, "the rest is water"),
        ("cobalt_sulphate_anhydrous", "cobalt_hydroxide", CO / COSO4, refinery, "contained cobalt"),
        ("cobalt_hydroxide", "cobalt", 1, mine, "contained cobalt"),
        ("cobalt", "cobalt_ore", 1 / GRADE, 1, "0.35 % Co, the Congolese mean"),
    ]


def write(name, columns, lines):
    with open(HERE / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        table.writerows([f"{x:.15g}" if isinstance(x, float) else x for x in line] for line in lines)


def main():
    places, plants, recipes, lanes, consumers = [], [], [], [], []
    for reading in READINGS:
        for cathode in CATHODE:
            place = f"{reading}_{cathode}"
            places.append((place, f"{cathode.upper()}, {TITLES[reading]}"))
            consumers.append(("drone_fpv", place, "defence", DRONES, "paper_iai2511", "quoted"))
            amount = {"drone_fpv": float(DRONES)}
            for output, source, per_output, share, note in steps(reading, cathode):
                plant = f"{place}_{output}"
                confidence = "assumed" if share < 1 else "derived"
                # What the table holds is what the next step is worked out from, so that a closed place closes to the last digit.
                per_output = float(f"{per_output:.12g}")
                recipes.append((output, source, per_output, share, plant, "paper_iai2511", confidence, note))
                amount[source] = amount[output] * per_output / share
            for material, needed in amount.items():
                plants.append((f"{place}_{material}", material, place, 1.25 * needed, "assumed", "a quarter above the need: capacity is not the question here"))
                lanes.append((material, place, place))
    write("places", ["place", "name"], places)
    write("materials", ["material", "name", "unit", "basis", "tier"], MATERIALS)
    write("plants", ["plant", "material", "place", "capacity_per_year", "confidence", "note"], plants)
    write("recipes", ["output", "input", "amount", "yield", "plant", "source", "confidence", "note"], recipes)
    write("lanes", ["material", "from", "to"], lanes)
    write("consumers", ["material", "place", "sector", "demand_per_year", "source", "confidence"], consumers)


if __name__ == "__main__":
    main()
