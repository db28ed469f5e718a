//! Reading `[stockpile.NAME]` against the network.

use super::held::Held;
use super::held::Refill;
use super::members;
use super::release;
use super::target;
use super::terms;
use crate::levers::Stockpile;
use crate::network::DestinationId;
use crate::network::MaterialId;
use crate::network::PlaceId;
use crate::policies::Measure;
use crate::policies::Reading;
use crate::policies::reading::Holder;
use crate::scenario::Body;
use crate::scenario::Problems;
use crate::scenario::Severity;

/// Reads a stockpile; every fault in one pass.
pub(super) fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    let before = problems.list.len();
    reading.body.required("holders", "holders = [\"EU27\"]", problems);
    let holders = reading.holders("holders", problems);
    let material = reading.material("material", problems);
    let places = holders.as_ref().map(|holders| places_of(holders));
    let found = match (&places, material) {
        (Some(places), Some(material)) => used_at(reading, places, material, problems),
        _ => None,
    };
    let destinations = found.clone().unwrap_or_default();
    let held = held(reading, destinations, material, places.as_deref().unwrap_or_default(), problems);
    let rules = members::read(reading, holders.as_deref(), material, problems);
    let (held, destinations) = (held?, found?);
    if problems.list.iter().skip(before).any(|problem| problem.severity == Severity::Error) {
        return None;
    }
    match rules {
        None => Some(Box::new(held)),
        Some(rules) => Some(members::joint(reading, &rules, held, &destinations)),
    }
}

fn places_of(holders: &[Holder]) -> Vec<PlaceId> {
    let mut places: Vec<PlaceId> = holders.iter().flat_map(|holder| holder.places.clone()).collect();
    places.sort();
    places.dedup();
    places
}

fn used_at(
    reading: &Reading<'_, '_>,
    places: &[PlaceId],
    material: MaterialId,
    problems: &mut Problems,
) -> Option<Vec<DestinationId>> {
    let destinations = reading.destinations(material, places);
    if destinations.is_empty() {
        let hint =
            "hold it in a form that is used there: consumers.csv and the recipes of plants there say what is";
        let message = "none of the holders uses the material";
        reading.body.error("holders", message, Some(hint.into()), problems);
        return None;
    }
    Some(destinations)
}

/// All of it as one stock; `None` if something is missing.
fn held(
    reading: &mut Reading<'_, '_>,
    destinations: Vec<DestinationId>,
    material: Option<MaterialId>,
    places: &[PlaceId],
    problems: &mut Problems,
) -> Option<Held> {
    let lanes = intake_lanes(reading, &destinations);
    let trigger = release::trigger(reading, "release", lanes, problems);
    let probability = reading.body.share("probability", problems).unwrap_or(1.0);
    let decision_lag = reading.days("decision_lag_days", problems);
    if decision_lag >= reading.baseline.network.clock.n_steps as f64 {
        let hint = "decide within the horizon";
        reading.body.error(
            "decision_lag_days",
            "no release can come within the horizon",
            Some(hint.into()),
            problems,
        );
    }
    let delivery_lag = reading.days("delivery_lag_days", problems) * reading.baseline.network.clock.dt;
    let initial_fill = reading.body.share("initial_fill", problems).unwrap_or(1.0);
    let draw_per_month = reading.body.share("draw_per_month", problems);
    if draw_per_month == Some(0.0) {
        let hint = "leave it out for no limit";
        reading.body.error("draw_per_month", "nothing could ever be released", Some(hint.into()), problems);
    }
    let spoilage = reading.body.share("spoilage_per_year", problems).unwrap_or(0.0);
    let target = target::read(reading.body, problems);
    let refill = refill(reading.body, problems);
    let terms = terms::read(reading, spoilage > 0.0, problems);
    let serves = reading.consumers("serves", &destinations, problems);
    let material = material.filter(|_| !destinations.is_empty())?;
    let passage = passage(reading, material, &destinations, problems);
    let target = target?.amount(reading.baseline, places, &destinations);
    if target.is_infinite() && (draw_per_month.is_some() || refill.is_some()) {
        let message = "an unlimited stock has no target that draw_per_month or refill could be a share of";
        let hint = "give a target, or leave these keys out";
        reading.body.error("target", message, Some(hint.into()), problems);
        return None;
    }
    let per_step = reading.months_per_step();
    let price = reading.price_of(material);
    let dt = reading.baseline.network.clock.dt;
    let money = terms?.money(reading, material);
    Some(Held {
        index: 0,
        destinations: shares_of_need(reading, &destinations),
        trigger: trigger?,
        probability,
        decision_lag,
        draw_limit: draw_per_month.map_or(f64::INFINITY, |share| share * target * per_step),
        refill: refill.map(|refill| Refill {
            most: refill.per_month * target * per_step,
            budget: match refill.budget_usd_per_year {
                Some(budget) if price > 0.0 => budget * dt / price,
                _ => f64::INFINITY,
            },
            price_cap: refill.price_cap,
        }),
        passage,
        lead: 0.0,
        stockpile: Stockpile {
            name: reading.name.to_owned(),
            material,
            destinations,
            serves,
            sharing: None,
            target,
            initial: if target.is_infinite() { 0.0 } else { target * initial_fill },
            spoilage,
            delivery_lag,
            buys: refill.is_some(),
        },
        money,
    })
}

/// Destinations with their shares of the need of all.
pub(super) fn shares_of_need(reading: &Reading<'_, '_>, destinations: &[DestinationId]) -> Vec<(usize, f64)> {
    let need = reading.need(destinations);
    let share = |i: &DestinationId| if need > 0.0 { reading.baseline.need[i.index()] / need } else { 0.0 };
    destinations.iter().map(|i| (i.index(), share(i))).collect()
}

/// Lanes into destinations with their shares of the intake of all.
pub(super) fn intake_lanes(reading: &Reading<'_, '_>, destinations: &[DestinationId]) -> Vec<(usize, f64)> {
    let of = |(i, share): (usize, f64)| {
        let lanes = reading.lanes_into(DestinationId::new(i));
        lanes.into_iter().map(move |l| (l, share * reading.baseline.weight[l]))
    };
    shares_of_need(reading, destinations).into_iter().flat_map(of).collect()
}

/// Lanes from the producers who keep the stock to its users, with shares that sum to 1.
fn passage(
    reading: &mut Reading<'_, '_>,
    material: MaterialId,
    destinations: &[DestinationId],
    problems: &mut Problems,
) -> Vec<(usize, f64)> {
    let Some(producers) = reading.holders("producers", problems) else { return Vec::new() };
    let network = &reading.baseline.network;
    let places = places_of(&producers);
    let from_producers = |l: &usize| {
        let lane = &network.lanes[*l];
        destinations.contains(&lane.destination)
            && places.contains(&network.origins[lane.origin.index()].place)
    };
    let lanes: Vec<usize> =
        network.materials[material.index()].lanes.clone().filter(from_producers).collect();
    if lanes.is_empty() {
        let hint = "list a lane in lanes.csv, or name who sells there";
        let message = "no lane of the material leads from them to the holders";
        reading.body.error("producers", message, Some(hint.into()), problems);
    }
    let flow: f64 = lanes.iter().map(|l| reading.baseline.flow[*l]).sum();
    let share = |l: usize| {
        if flow > 0.0 { reading.baseline.flow[l] / flow } else { 1.0 / lanes.len() as f64 }
    };
    lanes.iter().map(|l| (*l, share(*l))).collect()
}

/// A refill as written.
#[derive(Clone, Copy)]
struct Purchases {
    per_month: f64,
    budget_usd_per_year: Option<f64>,
    price_cap: f64,
}

fn refill(body: &mut Body<'_>, problems: &mut Problems) -> Option<Purchases> {
    let mut refill = body.table("refill", problems)?;
    let purchases = Purchases {
        per_month: refill.share("per_month", problems).unwrap_or(1.0),
        budget_usd_per_year: refill.non_negative("budget_usd_per_year", problems),
        price_cap: refill.positive("price_cap", problems).unwrap_or(f64::INFINITY),
    };
    refill.finish(&["per_month", "budget_usd_per_year", "price_cap"], problems);
    Some(purchases)
}
