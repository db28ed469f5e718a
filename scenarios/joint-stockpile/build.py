#!/usr/bin/env python3
"""Writes the tables of this scenario from the facts in data/.

Use by place comes first, output next, then lanes: known trade as a prior, fitted to both. Run it in any folder; it needs
nothing but Python:

    python3 scenarios/joint-stockpile/build.py
"""

import csv
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
SOURCED = ["source", "confidence", "note"]
MATERIALS = {
    "antimony": ("Antimony, metal and oxide", "Sb", "refined"),
    "dysprosium": ("Separated dysprosium", "Dy", "refined"),
    "ndfeb_magnet": ("NdFeB magnets", "gross", "component"),
}
# Members of the EU with a place of their own, by material; the others are EUR.
EU_PLACES = {"antimony": ["BEL", "FRA"], "ndfeb_magnet": ["DEU", "FRA"]}
OUTSIDE = ["USA", "JPN", "KOR"]
MEMBERS = ["BEL", "DEU", "FRA", "EUR", *OUTSIDE]
ELASTICITY = {"antimony": {"defence": 0.05, "civil": 0.1}, "ndfeb_magnet": {"defence": 0.03, "civil": 0.05}}
# A lane is kept if it carries at least this share of the importer's use.
SMALLEST_OF_USE = 0.01


def rows(name):
    with open(HERE / "data" / f"{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def written(value):
    """A number as the tables carry it: enough digits that sums close, no float noise."""
    return f"{value:.12g}" if isinstance(value, float) else value


def write(name, columns, lines):
    with open(HERE / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        for line in lines:
            table.writerow([written(line.get(column, "")) for column in columns])


def sourced(row, note=None):
    return {**{key: row[key] for key in SOURCED}, **({"note": note} if note else {})}


TOTAL = {row["key"]: row for row in rows("totals")}


def total(key):
    return float(TOTAL[key]["value"])


def place_of(country, material):
    """Where a country's trade is counted: its own place, EUR for other members of the EU, ROW for the rest."""
    named = EU_PLACES[material]
    if country in (*named, *OUTSIDE, "CHN", "TJK"):
        return country
    return "EUR" if country in EU_COUNTRIES else "ROW"


EU_COUNTRIES = (
    "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK SVN ESP SWE".split()
)


def imports(material, column):
    """Recorded trade from origin to destination place."""
    flow = defaultdict(float)
    for row in rows("trade"):
        if row["material"] == material:
            e, i = (place_of(row[side], material) for side in ("exporter", "importer"))
            flow[e, i] += float(row[column])
    return flow


def demand(material, place, sector="all"):
    found = [r for r in rows("demand") if (r["material"], r["place"], r["sector"]) == (material, place, sector)]
    return found[0] if found else None


def value(row):
    return float(row["value"])


def use_of_antimony():
    """Use by place, with the rows it is from. First use of metal: what members of the EU import, less oxide sold to the USA."""
    use = {place: (value(demand("antimony", place)), demand("antimony", place)) for place in ["CHN", *OUTSIDE]}
    row = demand("antimony", "ROW")
    use["ROW"] = (value(row) + value(demand("antimony", "IND")), sourced(row, "remainder, and India"))
    metal = imports("antimony", "quantity_t")
    bought = defaultdict(float)
    for (_, i), tonnes in metal.items():
        if i in ("BEL", "FRA", "EUR"):
            bought[i] += tonnes
    bought["BEL"] -= us_import_share("BEL") * us_imports_of_antimony(use)
    row = demand("antimony", "EU27")
    for place, tonnes in bought.items():
        share = tonnes / sum(bought.values())
        note = f"{share:.3f} of 18,000 t, by imports of metal less oxide sold to the USA"
        use[place] = (value(row) * share, {"source": "baci_v202601", "confidence": "derived", "note": note})
    return use


def us_imports_of_antimony(use):
    own = next(float(r["value"]) for r in rows("output") if r["plant"] == "usa_antimony")
    return use["USA"][0] * (1.0 - own)


def us_import_share(exporter, material="antimony_total"):
    return sum(float(r["share"]) for r in rows("import_shares") if (r["material"], r["exporter"]) == (material, exporter)) / 100


def use_of_magnets():
    """Use by place; members of the EU by the value of what they import from China."""
    use = {place: (value(demand("ndfeb_magnet", place)), demand("ndfeb_magnet", place)) for place in ["CHN", *OUTSIDE]}
    others = ["VNM", "MEX", "IND", "THA", "ROW"]
    row = demand("ndfeb_magnet", "ROW")
    use["ROW"] = (sum(value(demand("ndfeb_magnet", place)) for place in others), sourced(row, "remainder, with Vietnam, Mexico, India and Thailand"))
    from_china = {i: v for (e, i), v in imports("ndfeb_magnet", "value_kusd").items() if e == "CHN" and i not in OUTSIDE}
    row = demand("ndfeb_magnet", "EU27")
    made = {r["place"]: float(r["value"]) for r in rows("output") if r["material"] == "ndfeb_magnet" and r["place"] == "DEU"}
    abroad = value(row) - sum(made.values())
    for place, worth in from_china.items():
        tonnes = abroad * worth / sum(from_china.values()) + made.get(place, 0.0)
        note = "Chinese exports by value of trade, and home output"
        use[place] = (tonnes, {"source": "baci_v202601", "confidence": "derived", "note": note})
    return use


def outputs(material, use, exports=0.0):
    """Plants of a material: stated output, shares of use or of the world, exports, and one as the balance."""
    world = sum(tonnes for tonnes, _ in use.values())
    facts = [r for r in rows("output") if r["material"] == material]
    made = {}
    for row in facts:
        if row["of"] == "t":
            made[row["plant"]] = float(row["value"])
        elif row["of"] == "share_of_use":
            made[row["plant"]] = float(row["value"]) * use[row["place"]][0]
        elif row["of"] == "share_of_world":
            made[row["plant"]] = float(row["value"]) * world
    for row in facts:
        if row["of"] == "exports":
            made[row["plant"]] = exports - sum(v for plant, v in made.items() if place_of_plant(plant) == row["place"])
    for row in facts:
        if row["of"] == "balance":
            made[row["plant"]] = world - sum(made.values())
    return [(row, made[row["plant"]]) for row in facts]


def place_of_plant(plant):
    return next(r["place"] for r in rows("output") if r["plant"] == plant)


def antimony_prior(use, made):
    """Known trade in metal, with the oxide that no open table has: shares of US imports stand for Japan's and Korea's."""
    flow = {lane: v for lane, v in imports("antimony", "quantity_t").items() if lane[1] != "USA"}
    home = defaultdict(float)
    for row, tonnes in made:
        home[row["place"]] += tonnes
    bought = us_imports_of_antimony(use)
    belgian = us_import_share("BEL") * bought
    flow["CHN", "USA"] = us_import_share("CHN") * bought
    flow["TJK", "USA"] = flow.get(("TJK", "USA"), 0.0) + belgian
    flow["TJK", "BEL"] -= belgian
    flow["ROW", "USA"] = bought - flow["CHN", "USA"] - belgian
    chinese = us_import_share("CHN", "antimony_trioxide")
    abroad = sum(v for (e, i), v in flow.items() if e == "KOR" and i != "KOR")
    for place in ("JPN", "KOR"):
        own = home[place] - abroad if place == "KOR" else 0.0
        oxide = use[place][0] - own - sum(v for (_, i), v in flow.items() if i == place)
        flow["CHN", place] += chinese * oxide
        flow["ROW", place] += (1.0 - chinese) * oxide
    flow["CHN", "CHN"], flow["CHN", "ROW"] = use["CHN"][0], total("chn_antimony_to_row")
    for place in ("USA", "BEL", "FRA", "EUR"):
        flow[place, place] = home[place]
    flow["KOR", "KOR"] = home["KOR"] - abroad
    flow["ROW", "ROW"] = use["ROW"][0] - flow["CHN", "ROW"] - flow.get(("TJK", "ROW"), 0.0)
    return flow


def magnet_prior(use, made):
    """Chinese exports by value of trade; Japan's to others at the same value a tonne; the rest is used where it is made."""
    worth = imports("ndfeb_magnet", "value_kusd")
    members = sum(v for (e, _), v in worth.items() if e == "CHN")
    sold = sum(use[i][0] - home_of(made, i) for (e, i) in worth if e == "CHN")
    flow = {lane: v * sold / members for lane, v in worth.items() if lane[0] == "JPN" and lane[1] != "JPN"}
    for row, tonnes in made:
        if row["place"] != "CHN":
            flow[row["place"], row["place"]] = tonnes - sum(v for (e, _), v in flow.items() if e == row["place"])
    for place in use:
        flow["CHN", place] = use[place][0] - (home_of(made, place) if place != "CHN" else 0.0)
    return {lane: v for lane, v in flow.items() if v > 0.0}


def home_of(made, place):
    return sum(tonnes for row, tonnes in made if row["place"] == place)


def gravity(use, made):
    """Flows by size where nothing is known."""
    world = sum(tonnes for tonnes, _ in use.values())
    return {(row["place"], i): tonnes * use[i][0] / world for row, tonnes in made for i in use}


def fitted(supply, use, prior):
    """Flows that meet both margins, as near the prior as can be (iterative proportional fitting)."""
    flow = dict(prior)
    for _ in range(5000):
        for axis, margin in [(0, supply), (1, use)]:
            sums = defaultdict(float)
            for lane, v in flow.items():
                sums[lane[axis]] += v
            flow = {lane: v * margin[lane[axis]] / sums[lane[axis]] for lane, v in flow.items()}
        sums = defaultdict(float)
        for lane, v in flow.items():
            sums[lane[0]] += v
        if all(abs(sums[e] - supply[e]) <= 1e-12 * supply[e] for e in supply):
            return flow
    raise SystemExit("lanes cannot be fitted to both margins")


def lanes(material, use, made, prior):
    supply = defaultdict(float)
    for row, tonnes in made:
        supply[row["place"]] += tonnes
    margin = {place: tonnes for place, (tonnes, _) in use.items()}
    flow = fitted(supply, margin, prior)
    kept = {lane: v for lane, v in flow.items() if v >= SMALLEST_OF_USE * margin[lane[1]] or lane[0] == lane[1]}
    for (e, i), v in sorted(fitted(supply, margin, kept).items()):
        yield {"material": material, "from": e, "to": i, "flow_per_year": v, **route(e, i), **lane_source(material, e, i, prior)}


def lane_source(material, e, i, prior):
    if material == "dysprosium":
        return {"confidence": "assumed", "note": "by size of both"}
    note = f"{prior[e, i]:.5g} t before fitting"
    if e == i:
        return {"confidence": "derived", "note": f"made and used there: {note}"}
    if (material, e, i) == ("antimony", "CHN", "ROW"):
        return {"confidence": "assumed", "note": note}
    source = "usgs_mcs2026" if (material, i) == ("antimony", "USA") else "baci_v202601"
    return {"source": source, "confidence": "derived", "note": note}


def route(e, i):
    """Days and chokepoints between two places; a stated route counts for every material and for all of the EU."""
    if e == i:
        return {"transit_days": 0}
    alike = {"BEL": "EU", "DEU": "EU", "FRA": "EU", "EUR": "EU"}
    if e in alike and i in alike:
        return {"transit_days": 3}
    for row in rows("transit"):
        origin = "ROW" if row["from"] == "THA" else row["from"]
        if (alike.get(origin, origin), alike.get(row["to"], row["to"])) == (alike.get(e, e), alike.get(i, i)):
            corridor = row["chokepoints"] if row["chokepoints"] == "caspian_middle" else ""
            return {"transit_days": row["days_mode"], "chokepoints": corridor}
    return {"transit_days": 30}


def consumers(material, use):
    for place, (tonnes, row) in use.items():
        union = "EU27" if place in ("BEL", "DEU", "FRA", "EUR") else place
        stated = demand(material, union, "defence")
        share = value(stated) / 100 if stated else total("defence_share_elsewhere")
        for sector, priority, part in (("defence", 1, share), ("civil", 2, 1.0 - share)):
            note = f"{part:.3g} of {tonnes:.6g} t ({row['note'] or 'use of all sectors'})"
            yield {"material": material, "place": place, "sector": sector, "demand_per_year": tonnes * part,
                   "priority": priority, "elasticity": ELASTICITY[material][sector], "backlog_share": 0.5 if sector == "defence" else 0,
                   **sourced(row, note), **({"confidence": "assumed"} if sector == "defence" else {})}


def main():
    antimony, magnets = use_of_antimony(), use_of_magnets()
    exports = sum(v for (e, _), v in imports("antimony", "quantity_t").items() if e == "TJK")
    smelters, makers = outputs("antimony", antimony, exports), outputs("ndfeb_magnet", magnets)
    taken = defaultdict(float)
    for row, tonnes in makers:
        taken[row["place"]] += tonnes * total("dysprosium_per_magnet")
    dysprosium = {place: (tonnes, TOTAL["dysprosium_per_magnet"]) for place, tonnes in taken.items()}
    separated = outputs("dysprosium", dysprosium)

    write("places", ["place", "name", "gdp_usd", *SOURCED], rows("places"))
    write("materials", ["material", "name", "unit", "basis", "tier", "reference_price_usd", *SOURCED],
          [{"material": code, "name": name, "unit": "t", "basis": basis, "tier": tier,
            "reference_price_usd": TOTAL[f"price_{code}"]["value"], **sourced(TOTAL[f"price_{code}"])}
           for code, (name, basis, tier) in MATERIALS.items()])
    write("plants", ["plant", "material", "place", "owner", "capacity_per_year", "output_per_year", "ramp_months", *SOURCED],
          [{**row, "output_per_year": tonnes, "capacity_per_year": tonnes * (1 + float(row["headroom"]))}
           for row, tonnes in smelters + separated + makers])
    row = TOTAL["dysprosium_per_magnet"]
    write("recipes", ["output", "input", "amount", "yield", "plant", *SOURCED],
          [{"output": "ndfeb_magnet", "input": "dysprosium", "amount": row["value"], "yield": 1, **sourced(row)}])
    write("consumers", ["material", "place", "sector", "demand_per_year", "priority", "elasticity", "backlog_share", *SOURCED],
          [*consumers("antimony", antimony), *consumers("ndfeb_magnet", magnets)])
    write("lanes", ["material", "from", "to", "flow_per_year", "transit_days", "chokepoints", *SOURCED],
          [*lanes("antimony", antimony, smelters, antimony_prior(antimony, smelters)),
           *lanes("dysprosium", dysprosium, separated, gravity(dysprosium, separated)),
           *lanes("ndfeb_magnet", magnets, makers, magnet_prior(magnets, makers))])
    days = next(r for r in rows("stocks") if r["measure"] == "days of use")
    write("stocks", ["material", "place", "kind", "cover_days", *SOURCED],
          [{"material": "antimony", "place": "USA", "kind": "inventory", "cover_days": days["value"], **sourced(days)}])
    for name, use, made in (("antimony", antimony, smelters), ("dysprosium", dysprosium, separated), ("ndfeb_magnet", magnets, makers)):
        print(f"{name:14} use {sum(v for v, _ in use.values()):12.3f}  output {sum(v for _, v in made):12.3f}")


if __name__ == "__main__":
    main()
