"""A chain's tables, worked out from the last material to the first, so that supply equals use of every one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from shortfall.chains.facts import DEFENCE_SHARE, Facts, Figure, home
from shortfall.hindcast.parameters import Parameters

# Value lost per unit short, in multiples of its price (assumed).
SHORTAGE_COST = {"civil": 1.0, "defence": 3.0}


class Network:
    """Plants, recipes, consumers and lanes of the materials of a chain.toml."""

    def __init__(self, chain: dict[str, Any], facts: Facts, parameters: Parameters) -> None:
        self.places, self.facts, self.parameters = [*chain["places"], "ROW"], facts, parameters
        self.use: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.supply: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.plants, self.recipes, self.consumers, self.lanes = [], [], [], []
        # Material, what the chain uses and what the table of its makers counts, where there is one.
        self.levels: list[tuple[str, float, float]] = []
        for material in chain["material"]:
            self.consume(material)
            self.make(material)
            self.trade(material)

    def consume(self, material: dict[str, Any]) -> None:
        """Final demand by place, civil and defence."""
        for said in material.get("use", []):
            if "of" in said:
                rows = self.facts.by_place(self.places, "demand", material=said["of"], sector=said.get("sector", "all"))
                shares = self.defence(said["of"])
            else:
                rows = {place: figure(value, said) for place, value in said["amounts"].items()}
                shares = {}
            for place, amount in rows.items():
                share = shares.get(place, figure(said.get("defence", DEFENCE_SHARE), said))
                for sector, part in [("defence", share.value), ("civil", 1.0 - share.value)]:
                    self.consumer(material, place, sector, amount, part * said.get("times", 1.0), said.get("note", ""))

    def defence(self, of: str) -> dict[str, Figure]:
        """Shares of defence in a material's use, where the table has them."""
        try:
            rows = self.facts.by_place(self.places, "demand", material=of, sector="defence")
        except LookupError:
            return {}
        return {place: Figure(row.value / 100.0, row.source, row.confidence, row.note) for place, row in rows.items()}

    def consumer(
        self, material: dict[str, Any], place: str, sector: str, amount: Figure, part: float, why: str
    ) -> None:
        demand = amount.value * part
        if demand <= 0.0:
            return
        of = "defence" if sector == "defence" else material["class"]
        note = "; ".join(text for text in [f"{100 * part:.3g} % of {amount.value:.6g}", amount.note, why] if text)
        confidence = "assumed" if sector == "defence" else amount.confidence
        self.consumers.append({
            "material": material["name"], "place": place, "sector": sector, "demand_per_year": demand,
            "priority": 1 if sector == "defence" else 2, "elasticity": self.parameters.get("elasticity", of).mode,
            "growth_per_year": 0, "backlog_share": 0.5 if sector == "defence" else 0,
            "shortage_cost_usd": SHORTAGE_COST[sector] * material["price_usd"],
            "source": amount.source, "confidence": confidence, "note": note,
        })  # fmt: skip
        self.use[material["name"]][place] += demand

    def make(self, material: dict[str, Any]) -> None:
        """Plants that together make what is used, by the shares of those who make it."""
        total = sum(self.use[material["name"]].values())
        if "secondary" in material:
            total -= sum(material["secondary"]["amounts"].values())
            for place, amount in material["secondary"]["amounts"].items():
                self.plant(material, place, "secondary", amount, figure(amount, material["secondary"]), None)
        made = self.makers(material)
        whole = sum(row.value for row in made.values())
        if "shares" not in material["makers"]:
            self.levels.append((material["name"], total, whole))
        for place, row in made.items():
            for route, (share, recipe) in self.routes(material).items():
                self.plant(material, place, route, total * row.value / whole * share, row, recipe)

    def makers(self, material: dict[str, Any]) -> dict[str, Figure]:
        said = material["makers"]
        if "shares" in said:
            return {place: figure(share, said) for place, share in said["shares"].items()}
        return self.facts.by_place(self.places, "production", **said)

    @staticmethod
    def routes(material: dict[str, Any]) -> dict[str, tuple[float, str | None]]:
        """Ways to make it: share and recipe of each."""
        if "routes" in material:
            return {name: (route["share"], route.get("recipe")) for name, route in material["routes"].items()}
        return {"": (1.0, material.get("recipe"))}

    def plant(
        self, material: dict[str, Any], place: str, route: str, output: float, of: Figure, recipe: str | None
    ) -> None:
        if output <= 0.0:
            return
        name = "_".join(part for part in [place.lower(), material["name"], route] if part)
        spare = material.get("spare", {}).get(place)
        spare = self.parameters.get("spare_capacity", material["class"]).mode if spare is None else spare
        self.plants.append({
            "plant": name, "material": material["name"], "place": place, "owner": place,
            "capacity_per_year": output * (1.0 + spare), "output_per_year": output,
            "ramp_months": self.parameters.get("ramp_months").mode,
            "source": of.source, "confidence": of.confidence, "note": of.note,
        })  # fmt: skip
        self.supply[material["name"]][place] += output
        for row in self.facts.find("recipes", recipe_id=recipe) if recipe else []:
            source = material.get("inputs", {}).get(row["input"], row["input"])
            if not source:
                continue
            self.recipes.append({
                "output": material["name"], "input": source, "plant": name,
                "amount": float(row["qty_per_output_ideal"]) * material.get("per", {}).get(source, 1.0),
                "yield": float(row["yield_mode"]), "source": row["source_id"], "confidence": row["confidence"],
                "note": "; ".join(text for text in [
                    f"yield {row['yield_low']} to {row['yield_high']}", row["note"],
                    material.get("per_note", "") if source in material.get("per", {}) else "",
                ] if text),
            })  # fmt: skip
            used = self.recipes[-1]
            self.use[source][place] += output * used["amount"] / used["yield"]

    def trade(self, material: dict[str, Any]) -> None:
        """Known flows: shares of an importer's purchases. The program fits all lanes to both margins."""
        name = material["name"]
        if "imports" not in material:
            return
        rows = [
            row for row in self.facts.find("import_shares", material=material["imports"]) if "2024" in row["period"]
        ]
        flows: dict[tuple[str, str], Figure] = {}
        for row in rows:
            origin, importer = home(row["exporter"], self.places), home(row["importer"], self.places)
            bought = self.use[name][importer] - self.supply[name][importer]
            if origin == importer or self.supply[name][origin] <= 0.0 or bought <= 0.0:
                continue
            flow = Figure(bought * float(row["share"]) / 100.0, row["source_id"], "derived", f"{row['share']} %")
            flows[origin, importer] = flows[origin, importer] + flow if (origin, importer) in flows else flow
        for (origin, importer), flow in flows.items():
            self.lanes.append({
                "material": name, "from": origin, "to": importer, "flow_per_year": flow.value,
                "source": flow.source, "confidence": "derived", "note": f"{flow.note} of imports",
            })  # fmt: skip


def figure(value: float, said: dict[str, Any]) -> Figure:
    """A number of chain.toml with what it says of its source."""
    return Figure(value, said.get("source", ""), said.get("confidence", "assumed"), said.get("note", ""))
