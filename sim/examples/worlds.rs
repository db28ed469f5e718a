//! Random worlds with all that happens in them and all that the step makes of it, as one line of JSON each: what an
//! independent model needs to say whether it agrees. Those of `tests/reference`, with the same weather and levers.
//!
//! ```text
//! cargo run --example worlds -- FIRST N > worlds.jsonl
//! ```
//!
//! Amounts of the baseline are per year, spans in years or, where the name says so, days; amounts of levers, exposure and state are
//! per step. What is at rest is left out of levers and exposure. Infinite numbers are text.

#[path = "../tests/kit/mod.rs"]
mod kit;

use kit::random::MONTHS;
use kit::weather::{REACH, Weather};
use kit::{random, steered, weather};
use serde_json::{Map, Value, json};
use shortfall::baseline::{Baseline, Path};
use shortfall::exposure::Exposure;
use shortfall::levers::{Levers, Rules, Sharing, Stockpile};
use shortfall::math::Row;
use shortfall::network::{Consumer, Destination, Material, Plant};
use shortfall::step::{Plan, State, advance};
use std::io::Write;

fn main() -> Result<(), String> {
    let arguments: Vec<u64> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let [first, n] = arguments[..] else { return Err("worlds FIRST N".into()) };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for seed in first..first + n {
        writeln!(out, "{}", world(seed)).map_err(|error| error.to_string())?;
    }
    out.flush().map_err(|error| error.to_string())
}

fn world(seed: u64) -> Value {
    let model = random::world(seed).model();
    let baseline = &model.baseline;
    let rules = steered::rules(seed, baseline, weather::rules(seed, baseline));
    let weather = Weather::random(seed, baseline);
    let plan = Plan::new(baseline, &rules, REACH);
    let (mut state, mut levers) = (State::new(&plan), Levers::new(&rules));
    let mut steps = Vec::new();
    for t in 0..MONTHS {
        let mut exposure = Exposure::neutral(baseline, 0);
        weather.lay(t, &mut exposure);
        weather::pull(seed, t, baseline, &rules, &mut levers);
        steered::pull(seed, t, baseline, &rules, &mut levers);
        advance(&plan, t, &exposure, &levers, &mut state);
        steps
            .push(json!({ "exposure": happens(&exposure), "levers": moved(&levers), "state": left(&state) }));
    }
    let mut said = facts(baseline, &rules);
    said["seed"] = json!(seed);
    said["steps"] = Value::from(steps);
    said
}

fn facts(baseline: &Baseline, rules: &Rules) -> Value {
    let Baseline { network, path, .. } = baseline;
    let (settings, clock) = (&network.settings, network.clock);
    let moves = rules.moves;
    json!({
        "dt": clock.dt,
        "longest_delay": REACH.longest_delay,
        "n_classes": network.n_classes,
        "prices": format!("{:?}", settings.prices),
        "price_bounds": settings.price_bounds,
        "allocation": format!("{:?}", rules.allocation),
        "materials": each(&network.materials, material),
        "origins": each(&network.origins, |origin| json!({
            "material": origin.material.index(), "place": origin.place.index(), "unsold_days": origin.unsold_days,
        })),
        "destinations": each(&network.destinations, destination),
        "lanes": each(&network.lanes, |lane| json!({
            "origin": lane.origin.index(), "destination": lane.destination.index(), "transit": lane.transit,
        })),
        "plants": each(&network.plants, plant),
        "consumers": each(&network.consumers, consumer),
        "output": baseline.output, "need": baseline.need, "flow": baseline.flow, "weight": baseline.weight,
        "path": growth(path),
        "floors": rules.floors,
        "stockpiles": each(&rules.stockpiles, stock),
        "shifts": each(&rules.shifts, |shift| json!([shift.from.index(), shift.to.index(), shift.ratio])),
        "pools": each(&rules.pools, |pool| each(&pool.destinations, |i| json!(i.index())).into()),
        "extra_cover": each(&rules.extra_cover, |(i, years)| json!([i.index(), years])),
        "moves": {
            "capacity": moves.capacity, "support": moves.support, "orders": moves.orders, "reserved": moves.reserved,
            "returned": moves.returned, "cover": moves.cover, "alert": moves.alert, "members": moves.members,
        },
    })
}

fn material(material: &Material) -> Value {
    let m = &material.market;
    json!({
        "reference_price": material.reference_price, "cover_days": m.cover_days, "adjustment_days": m.adjustment_days,
        "smoothing_days": m.smoothing_days, "unsold_days": m.unsold_days,
        "unsold_adjustment_days": m.unsold_adjustment_days, "storage_days": number(m.storage_days),
        "spot_share": m.spot_share, "contract_share": m.contract_share, "contract_lag_days": m.contract_lag_days,
        "home_share": m.home_share, "switching_per_year": m.switching_per_year, "price_cover": m.price_cover,
        "price_unsold": m.price_unsold, "price_utilisation": m.price_utilisation, "price_unserved": m.price_unserved,
        "price_fear": m.price_fear, "price_cost": m.price_cost, "elasticity_later": m.elasticity_later,
        "capacity_later": m.capacity_later, "later_days": m.later_days, "price_days": m.price_days,
        "hoarding": m.hoarding, "front_loading": m.front_loading,
    })
}

fn destination(i: &Destination) -> Value {
    json!({ "material": i.material.index(), "place": i.place.index(), "cover_days": i.cover_days })
}

fn plant(plant: &Plant) -> Value {
    json!({
        "origin": plant.origin.index(), "capacity": plant.capacity, "minimum_run": plant.minimum_run,
        "ramp": plant.ramp, "unit_cost": plant.unit_cost, "exit_lag": plant.exit_lag,
        "restart_price": plant.restart_price, "restart_lag": plant.restart_lag, "priority": plant.class,
        "host": plant.host.map(|(host, ratio)| json!([host.index(), ratio])), "planned": plant.planned,
        "inputs": each(&plant.inputs, |input| json!([input.destination.index(), input.per_output])),
    })
}

fn consumer(consumer: &Consumer) -> Value {
    json!({
        "destination": consumer.destination.index(), "sector": consumer.sector, "demand": consumer.demand,
        "elasticity": consumer.elasticity, "priority": consumer.class, "backlog_share": consumer.backlog_share,
    })
}

fn stock(stockpile: &Stockpile) -> Value {
    let sharing = stockpile.sharing.as_ref().map(|sharing| match sharing {
        Sharing::ByWeight(weights) => json!({ "ByWeight": weights }),
        other => json!(format!("{other:?}")),
    });
    json!({
        "material": stockpile.material.index(),
        "destinations": each(&stockpile.destinations, |i| json!(i.index())),
        "serves": stockpile.serves.as_ref().map(|served| each(served, |d| json!(d.index()))),
        "sharing": sharing, "target": number(stockpile.target), "initial": stockpile.initial,
        "spoilage": stockpile.spoilage, "delivery_lag": stockpile.delivery_lag, "buys": stockpile.buys,
    })
}

/// Growth factors by step, `[step][item]`; the last step holds from there on.
fn growth(path: &Path) -> Value {
    let rows = |table: &ndarray::Array2<f64>| table.outer_iter().map(|row| row.to_vec()).collect::<Vec<_>>();
    json!({ "demand": rows(&path.demand), "need": rows(&path.need), "output": rows(&path.output) })
}

fn happens(exposure: &Exposure) -> Value {
    let zero = 0.0;
    object([
        ("availability", &exposure.availability[..], 1.0),
        ("control", &exposure.control, zero),
        ("openness", &exposure.openness, 1.0),
        ("passage", &exposure.passage, 1.0),
        ("lane_cap", &exposure.lane_cap, f64::INFINITY),
        ("export_cap", &exposure.export_cap, f64::INFINITY),
        ("carry_over", &exposure.carry_over, zero),
        ("added_transit", &exposure.added_transit, zero),
        ("wedge", &exposure.wedge, zero),
        ("barred", &exposure.barred, zero),
        ("refused_consumer", &exposure.refused_consumer, zero),
        ("refused_plant", &exposure.refused_plant, zero),
        ("surge", &exposure.surge, 1.0),
        ("shock", &exposure.shock, zero),
        ("threat", &exposure.threat, zero),
        ("announced", &exposure.announced, zero),
    ])
}

fn moved(levers: &Levers) -> Value {
    object([
        ("draw_limit", &levers.draw_limit[..], 0.0),
        ("fill_order", &levers.fill_order, 0.0),
        ("transfer", &levers.transfer, 0.0),
        ("member", &levers.member, 1.0),
        ("built", &levers.built, 0.0),
        ("relief", &levers.relief, 0.0),
        ("support", &levers.support, f64::NEG_INFINITY),
        ("kept", &levers.kept, 1.0),
        ("moved", &levers.moved, 0.0),
        ("reserved", &levers.reserved, 0.0),
        ("returned", &levers.returned, 0.0),
        ("cover", &levers.cover, 0.0),
        ("alert", &levers.alert, 0.0),
        ("shift", &levers.shift, 0.0),
        ("pool", &levers.pool, 0.0),
    ])
}

fn left(state: &State) -> Value {
    let all = |rows: &[Row]| rows.iter().map(|row| row.0.to_vec()).collect::<Vec<_>>();
    json!({
        "requirement": all(&state.requirement), "demand": all(&state.demand), "served": all(&state.served),
        "recovered": all(&state.recovered), "inventory": all(&state.inventory), "barred": all(&state.barred),
        "arrived": all(&state.arrived), "log_price": all(&state.log_price),
        "contract_price": all(&state.contract_price), "unsold": all(&state.unsold),
        "log_price_origin": all(&state.log_price_origin), "output": all(&state.output),
        "shipped": all(&state.shipped), "stock": all(&state.stock), "released": all(&state.released),
    })
}

/// Rows that differ from what they are at rest, by name, then item.
fn object<const N: usize>(channels: [(&str, &[Row], f64); N]) -> Value {
    let mut all = Map::new();
    for (name, rows, rest) in channels {
        let off = rows.iter().enumerate().filter(|(_, row)| **row != Row::splat(rest));
        let rows: Map<String, Value> =
            off.map(|(item, row)| (item.to_string(), row.0.iter().map(|x| number(*x)).collect())).collect();
        if !rows.is_empty() {
            all.insert(name.into(), rows.into());
        }
    }
    all.into()
}

fn number(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { json!(value.to_string()) }
}

fn each<T>(items: &[T], say: impl Fn(&T) -> Value) -> Vec<Value> {
    items.iter().map(say).collect()
}
