#!/usr/bin/env python3
"""Writes the tables of this scenario from the facts in data/.

Amounts are worked out from the last step of the chain to the first with the recipes, so that supply equals use of
every material by construction; lanes are fitted to both margins. Run it in any folder; it needs nothing but Python:

    python3 scenarios/cobalt-fpv/build.py
"""

import csv
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
F_SULPHATE = 0.209656  # t Co per t CoSO4.7H2O
BATTERY_GRADE = "cobalt_sulphate_7h2o"

# A lane is kept if it carries at least these shares of the exporter's supply or of the importer's use; others' flow is moved.
SMALLEST_OF_SUPPLY = 0.05
SMALLEST_OF_USE = 0.01

# How much likelier a unit stays at home than goes to one foreign place of the same size, by material (assumed).
HOME = defaultdict(lambda: 4.0, {"drone_fpv": 30.0, "cobalt": 0.0, "pack_fpv_6s": 8.0, "lco": 3.0, "nmc622": 6.0})

SOURCED = ["source", "confidence", "note"]


def rows(name):
    with open(HERE / "data" / f"{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(text, default=None):
    return float(text) if text else default


def written(value):
    """A number as the tables carry it: enough digits that sums close, no float noise."""
    return f"{value:.12g}" if isinstance(value, float) else value


def write(name, columns, lines):
    with open(HERE / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        for line in lines:
            table.writerow([written(line.get(column, "")) for column in columns])


def sourced(row):
    return {key: row[key] for key in SOURCED}


def with_sources(line, row, note=None):
    return {**line, **sourced(row), **({"note": note} if note else {})}


class Chain:
    """Plants, consumers and recipes of the chain, with the supply and use that they add up to."""

    def __init__(self):
        self.plants, self.consumers = [], []
        self.supply = defaultdict(lambda: defaultdict(float))
        self.use = defaultdict(lambda: defaultdict(float))
        self.recipes = {(r["output"], r["input"]): r for r in rows("recipes")}

    def ratio(self, output, source):
        recipe = self.recipes[output, source]
        return float(recipe["amount"]) / float(recipe["yield"])

    def plant(self, row, name, material, place, output, inputs, **columns):
        """A plant that makes `output` a year, and its use of each input, in units of input a unit of output."""
        if output <= 0:
            return
        headroom = number(row["headroom"], 0.0)
        line = {"plant": name, "material": material, "place": place, "owner": row.get("owner") or place,
                "capacity_per_year": output * (1 + headroom), "output_per_year": output,
                "ramp_months": number(row.get("ramp_months"), 0.0), **columns}
        self.plants.append(with_sources(line, row))
        self.supply[material][place] += output
        for source, ratio in inputs.items():
            self.use[source][place] += output * ratio

    def consumer(self, row, material, place, sector, demand, **columns):
        if demand <= 0:
            return
        line = {"material": material, "place": place, "sector": sector, "demand_per_year": demand,
                "priority": {"defence": 1, "civil": 2, "other": 3}[sector], "growth_per_year": 0, **columns}
        self.consumers.append(with_sources(line, row))
        self.use[material][place] += demand

    def total_supply(self, material):
        return sum(self.supply[material].values())

    def total_use(self, material):
        return sum(self.use[material].values())


def closing(row):
    """The columns of a plant that can close at a loss."""
    if not row.get("unit_cost"):
        return {}
    return {"unit_cost": float(row["unit_cost"]), "exit_lag_months": float(row["exit_lag_months"]),
            "restart_lag_months": float(row["restart_lag_months"])}


def drones_and_packs(chain, total):
    """Drones, the packs in them, spare packs, and the cells in all packs."""
    civil_made, spare = total["civil_drones"], total["defence_spare_packs"]
    facts = rows("drones")
    sent_abroad = sum(float(r["defence"]) * (1 - float(r["home_made"])) for r in facts)
    for row in facts:
        place, defence = row["place"], float(row["defence"])
        output = defence * float(row["home_made"]) + civil_made * float(row["assembly_share"])
        if place == "CHN":
            output += sent_abroad
        chain.plant(row, f"{place.lower()}_drone", "drone_fpv", place, output,
                    {"pack_fpv_6s": chain.ratio("drone_fpv", "pack_fpv_6s")})
        chain.consumer(row, "drone_fpv", place, "defence", defence, elasticity=0.02, backlog_share=0.5,
                       shortage_cost_usd=1740)
        chain.consumer(row, "drone_fpv", place, "civil", civil_made * float(row["civil_share"]), elasticity=0.03,
                       backlog_share=0, shortage_cost_usd=580)
        chain.consumer(row, "pack_fpv_6s", place, "defence", defence * spare, elasticity=0.02, backlog_share=0.5,
                       shortage_cost_usd=75)
        chain.consumer(row, "pack_fpv_6s", place, "civil", total["civil_packs"] * float(row["civil_share"]),
                       elasticity=0.05, backlog_share=0, shortage_cost_usd=25)


def packs_and_cells(chain):
    """Pack plants by place and chemistry, each with its own recipe, and cell plants."""
    packs = chain.total_use("pack_fpv_6s")
    own_recipes = []
    makers = rows("makers")
    for row in makers:
        if row["material"] != "pack_fpv_6s":
            continue
        for chemistry in rows("chemistry"):
            name = f"{row['plant']}_{chemistry['chemistry']}"
            cell, share = chemistry["cell"], float(chemistry["share"])
            inputs = {cell: chain.ratio("pack_fpv_6s", "cell")} if cell else {}
            chain.plant(row, name, "pack_fpv_6s", row["place"], packs * float(row["share"]) * share, inputs)
            if cell:
                own_recipes.append((name, cell))
    for cell, cathode in [("cell_lco_2200", "lco"), ("cell_nmc622_2200", "nmc622")]:
        cells = chain.total_use(cell)
        for row in makers:
            if row["material"] == cell:
                chain.plant(row, row["plant"], cell, row["place"], cells * float(row["share"]),
                            {cathode: chain.ratio(cell, cathode)})
    return own_recipes


def cathodes(chain, total):
    """Cathode plants; what the drone chain does not take is sold to other cell makers, by each place's output."""
    for material in ["lco", "nmc622"]:
        per_tonne = chain.ratio(material, BATTERY_GRADE) * F_SULPHATE
        made = total["world_use"] * total[f"{material}_share_of_use"] / per_tonne
        drone_cells = chain.total_use(material)
        for row in rows("makers"):
            if row["material"] == material:
                share = float(row["share"])
                chain.plant(row, row["plant"], material, row["place"], made * share,
                            {BATTERY_GRADE: chain.ratio(material, BATTERY_GRADE)})
                chain.consumer(row, material, row["place"], "civil", (made - drone_cells) * share, elasticity=0.15,
                               backlog_share=0)


def first_use(chain, total):
    """Cobalt used directly: battery chemicals that go into other cathodes, and metal and chemicals in all else."""
    facts = rows("use")
    stated = sum(number(r["first_use_t_co"], 0) for r in facts if r["first_use_t_co"] != "balance")
    amount = {r["place"]: total["world_use"] - stated if r["first_use_t_co"] == "balance" else float(r["first_use_t_co"])
              for r in facts}
    battery = {r["place"]: amount[r["place"]] * float(r["battery_share"]) for r in facts if r["battery_share"] != "balance"}
    for row in facts:
        if row["battery_share"] == "balance":
            battery[row["place"]] = total["world_use"] * total["battery_share"] - sum(battery.values())
    for row in facts:
        place = row["place"]
        in_cathodes = chain.use[BATTERY_GRADE][place]
        direct = battery[place] / F_SULPHATE - in_cathodes
        assert direct >= -1e-6, f"{place}: cathode plants use more battery cobalt than the place does"
        chain.consumer(row, BATTERY_GRADE, place, "civil", direct, elasticity=0.15, backlog_share=0)
        defence = amount[place] * float(row["defence_share"])
        rest = amount[place] - battery[place]
        chain.consumer(row, "cobalt_refined", place, "defence", min(defence, rest), elasticity=0.02, backlog_share=0.3)
        chain.consumer(row, "cobalt_refined", place, "civil", rest - min(defence, rest), elasticity=0.15, backlog_share=0)


def refineries(chain, total):
    """Refineries: stated outputs, and China's two products as what is left of its total and of the world's batteries."""
    facts = rows("refined")
    world_sulphate_co = chain.total_use(BATTERY_GRADE) * F_SULPHATE
    stated = defaultdict(float)
    for row in facts:
        if row["output_t_co"] != "balance":
            stated[row["material"]] += float(row["output_t_co"])
    sulphate = world_sulphate_co - stated[BATTERY_GRADE]
    balance = {BATTERY_GRADE: sulphate, "cobalt_refined": total["refined_CHN"] - sulphate}
    for row in facts:
        material = row["material"]
        cobalt = balance[material] if row["output_t_co"] == "balance" else float(row["output_t_co"])
        output = cobalt / F_SULPHATE if material == BATTERY_GRADE else cobalt
        chain.plant(row, row["plant"], material, row["place"], output,
                    {"cobalt_hydroxide": chain.ratio(material, "cobalt_hydroxide")}, **closing(row))
    surplus = chain.total_supply("cobalt_refined") - chain.total_use("cobalt_refined")
    assert surplus > 0
    for row in rows("totals"):
        if row["key"].startswith("stock_"):
            chain.consumer(row, "cobalt_refined", row["key"].removeprefix("stock_"), "other", surplus * float(row["value"]),
                           elasticity=1.0, backlog_share=0)


def mines(chain, total):
    """Mines and, beside each, the leach plant or smelter that turns its output into intermediate."""
    facts = rows("mines")
    congo = sum(float(r["output_t_co"]) for r in facts if r["place"] == "COD")
    for row in facts:
        scale = total["mined_COD"] / congo if row["place"] == "COD" else 1.0
        mined = float(row["output_t_co"]) * scale
        columns = {"minimum_run": number(row["minimum_run"], 0.0), **closing(row)}
        chain.plant(row, row["plant"], "cobalt", row["place"], mined, {}, ramp_months=6.0, **columns)
        per_tonne = chain.ratio("cobalt_hydroxide", "cobalt")
        leach = {**row, "headroom": str(float(row["headroom"]) + 0.05), "source": "", "confidence": "derived",
                 "note": f"intermediate from {row['plant']}: mined x 0.98; capacity 5 points above the mine's"}
        chain.plant(leach, f"{row['plant']}_intermediate", "cobalt_hydroxide", row["place"], mined / per_tonne,
                    {"cobalt": per_tonne}, minimum_run=columns["minimum_run"], ramp_months=3.0)
    left = chain.total_supply("cobalt_hydroxide") - chain.total_use("cobalt_hydroxide")
    assert left > 0
    row = {"source": "iea_cmde", "confidence": "derived",
           "note": "mined x 0.98 less refined / 0.97: losses, and stock built up at Congolese mines"}
    chain.consumer(row, "cobalt_hydroxide", "COD", "other", left, elasticity=1.0, backlog_share=0)


def fitted(supply, use, prior):
    """Flows that meet both margins, as near the prior as can be (iterative proportional fitting)."""
    flow = dict(prior)
    for _ in range(5000):
        for axis, margin in [(0, supply), (1, use)]:
            total = defaultdict(float)
            for lane, value in flow.items():
                total[lane[axis]] += value
            flow = {lane: value * margin[lane[axis]] / total[lane[axis]] for lane, value in flow.items() if total[lane[axis]] > 0}
        total = defaultdict(float)
        for lane, value in flow.items():
            total[lane[0]] += value
        if all(abs(total[e] - supply[e]) <= 1e-12 * supply[e] for e in supply):
            return flow
    raise SystemExit("lanes cannot be fitted to both margins")


def stated(known, material, e, i):
    """The row of known_flows.csv for a lane: its own, else the first pattern that fits; a flow of 0 closes the lane."""
    if (material, e, i) in known:
        return known[material, e, i]
    for (m, a, b), row in known.items():
        if "*" in (m, a, b) and m in (material, "*") and a in (e, "*") and b in (i, "*") and not (e == i and (a, b) != (e, i)):
            return row
    return None


def lanes(chain):
    """Lanes of every material: known flows, the rest by size, then fitted; small ones left out."""
    known = {(r["material"], r["from"], r["to"]): r for r in rows("known_flows")}
    lines = []
    for material in chain.supply:
        supply = {e: v for e, v in chain.supply[material].items() if v > 0}
        use = {i: v for i, v in chain.use[material].items() if v > 0}
        world = sum(supply.values())
        prior = {}
        for e in supply:
            for i in use:
                size = supply[e] * use[i] / world
                row = stated(known, material, e, i)
                if row:
                    size = float(row["flow_per_year"])
                elif material == "cobalt" or i == "COD":
                    size = size if e == i else 0.0
                elif e == i:
                    size *= HOME[material]
                if size > 0:
                    prior[e, i] = size
        flow = fitted(supply, use, prior)
        kept = {lane: v for lane, v in flow.items()
                if v >= SMALLEST_OF_SUPPLY * supply[lane[0]] or v >= SMALLEST_OF_USE * use[lane[1]] or (material, *lane) in known}
        flow = fitted(supply, use, kept)
        for (e, i), value in sorted(flow.items()):
            row = known.get((material, e, i))
            line = {"material": material, "from": e, "to": i, "flow_per_year": value, **route(material, e, i)}
            lines.append({**line, "source": row["source"] if row else "",
                          "confidence": row["confidence"] if row else "assumed",
                          "note": f"known flow {row['flow_per_year']} before fitting" if row else ""})
    return lines


REGION = {r["place"]: r["region"] for r in rows("places")}
ROUTES = rows("transit")
DISTANCES = {frozenset((r["from"], r["to"])): r for r in rows("regions")}


def route(material, e, i):
    """Days and chokepoints from `e` to `i`: a stated route, else the distance of their regions."""
    if e == i:
        return {"transit_days": 0, "chokepoints": ""}
    for row in ROUTES:
        if row["from"] in (e, "*") and row["to"] in (i, "*") and row["material"] in (material, "*"):
            return {"transit_days": row["transit_days"], "chokepoints": row["chokepoints"]}
    row = DISTANCES[frozenset((REGION[e], REGION[i]))]
    return {"transit_days": row["transit_days"], "chokepoints": row["chokepoints"]}


def recipe_lines(chain, own_recipes):
    lines = []
    for (output, source), row in chain.recipes.items():
        if output != "pack_fpv_6s":
            lines.append(with_sources({"output": output, "input": source, "amount": row["amount"], "yield": row["yield"]}, row))
    row = chain.recipes["pack_fpv_6s", "cell"]
    for plant, cell in own_recipes:
        line = {"output": "pack_fpv_6s", "input": cell, "amount": row["amount"], "yield": row["yield"], "plant": plant}
        lines.append(with_sources(line, row))
    return lines


def main():
    total = {row["key"]: float(row["value"]) for row in rows("totals")}
    chain = Chain()
    drones_and_packs(chain, total)
    own_recipes = packs_and_cells(chain)
    cathodes(chain, total)
    first_use(chain, total)
    refineries(chain, total)
    mines(chain, total)

    write("places", ["place", "name", "note"], rows("places"))
    write("plants", ["plant", "material", "place", "owner", "capacity_per_year", "output_per_year", "minimum_run", "ramp_months",
                     "unit_cost", "exit_lag_months", "restart_lag_months", *SOURCED], chain.plants)
    write("consumers", ["material", "place", "sector", "demand_per_year", "priority", "elasticity", "growth_per_year",
                        "backlog_share", "shortage_cost_usd", *SOURCED], chain.consumers)
    write("recipes", ["output", "input", "amount", "yield", "plant", *SOURCED], recipe_lines(chain, own_recipes))
    write("lanes", ["material", "from", "to", "flow_per_year", "transit_days", "chokepoints", *SOURCED], lanes(chain))
    for material in chain.supply:
        print(f"{material:22} supply {chain.total_supply(material):16.3f}  use {chain.total_use(material):16.3f}")


if __name__ == "__main__":
    main()
