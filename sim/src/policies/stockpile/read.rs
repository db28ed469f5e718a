//! Reading `[stockpile.NAME]` against the network.

use super::Held;
use super::Refill;
use super::trigger::Trigger;
use crate::baseline::Baseline;
use crate::levers::Stockpile;
use crate::math::ln;
use crate::network::Clock;
use crate::network::ConsumerId;
use crate::network::DestinationId;
use crate::network::MaterialId;
use crate::network::PlaceId;
use crate::policies::Measure;
use crate::policies::Reading;
use crate::scenario::At;
use crate::scenario::Body;
use crate::scenario::Problems;
use crate::scenario::nearest;
use crate::scenario::parse_date;
use crate::units::MONTHS_PER_YEAR;
use crate::units::Years;

/// Reads a stockpile; every fault in one pass.
pub(super) fn read(reading: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
    let network = &reading.baseline.network;
    let dt = network.clock.dt;
    let body = &mut *reading.body;
    let places = holders(body, reading.baseline, problems);
    let material = material(body, reading.baseline, problems);
    let trigger = trigger(body, reading.baseline, reading.hazards, problems);
    let probability = body.share("probability", problems).unwrap_or(1.0);
    let decision_lag = years(body, "decision_lag_days", problems) / dt;
    let delivery_lag = years(body, "delivery_lag_days", problems);
    let initial_fill = body.share("initial_fill", problems).unwrap_or(1.0);
    let draw_per_month = body.share("draw_per_month", problems);
    let holding_cost = body.non_negative("holding_cost_usd", problems).unwrap_or(0.0);
    let spoilage = body.share("spoilage_per_year", problems).unwrap_or(0.0);
    let target = target(body, problems);
    let refill = refill(body, problems);
    let (places, material) = (places?, material?);
    let destinations = destinations(body, reading.baseline, &places, material, problems)?;
    let serves = serves(body, reading.baseline, &destinations, problems);
    let target = target?.amount(reading.baseline, &places, &destinations);
    if target.is_infinite() && (draw_per_month.is_some() || refill.is_some()) {
        let message = "an unlimited stock has no target that draw_per_month or refill could be a share of";
        body.error("target", message, Some("give a target, or leave these keys out".into()), problems);
        return None;
    }
    let per_step = dt * MONTHS_PER_YEAR;
    let price = network.materials[material.index()].reference_price;
    let need: f64 = destinations.iter().map(|i| reading.baseline.need[i.index()]).sum();
    let share = |i: &DestinationId| if need > 0.0 { reading.baseline.need[i.index()] / need } else { 0.0 };
    Some(Box::new(Held {
        index: 0,
        destinations: destinations.iter().map(|i| (i.index(), share(i))).collect(),
        trigger: trigger?,
        probability,
        decision_lag,
        draw_limit: draw_per_month.map_or(f64::INFINITY, |share| share * target * per_step),
        refill: refill.map(|refill| Refill {
            most: refill.per_month * target * per_step,
            budget: match (refill.budget_usd_per_year, price) {
                (Some(budget), Some(price)) if price > 0.0 => budget * dt / price,
                _ => f64::INFINITY,
            },
            price_cap: refill.price_cap,
        }),
        stockpile: Stockpile {
            name: reading.name.to_owned(),
            material,
            destinations,
            serves,
            target,
            initial: if target.is_infinite() { 0.0 } else { target * initial_fill },
            spoilage,
            delivery_lag,
            buys: refill.is_some(),
            holding_cost,
        },
    }))
}

fn years(body: &mut Body<'_>, key: &str, problems: &mut Problems) -> f64 {
    Years::from_days(body.non_negative(key, problems).unwrap_or(0.0)).0
}

fn holders(body: &mut Body<'_>, baseline: &Baseline, problems: &mut Problems) -> Option<Vec<PlaceId>> {
    let network = &baseline.network;
    body.required("holders", "holders = [\"EU27\"]", problems);
    let mut places = Vec::new();
    for name in body.names("holders", problems)? {
        if let Some(index) = network.places.iter().position(|place| place.code == name.value) {
            places.push(PlaceId::new(index));
        } else if let Some((_, members)) = network.blocs.iter().find(|(bloc, _)| *bloc == name.value) {
            places.extend(members);
        } else {
            let known = network.places.iter().map(|place| place.code.as_str());
            no_such(
                "holders",
                "place or bloc",
                &name,
                known.chain(network.blocs.iter().map(|(bloc, _)| bloc.as_str())),
                problems,
            );
        }
    }
    places.sort();
    places.dedup();
    Some(places).filter(|places| !places.is_empty())
}

fn material(body: &mut Body<'_>, baseline: &Baseline, problems: &mut Problems) -> Option<MaterialId> {
    let materials = &baseline.network.materials;
    body.required("material", "material = \"cobalt_sulphate\"", problems);
    let name = body.text("material", problems)?;
    let found = materials.iter().position(|material| material.code == name.value);
    if found.is_none() {
        no_such(
            "material",
            "material",
            &name,
            materials.iter().map(|material| material.code.as_str()),
            problems,
        );
    }
    found.map(MaterialId::new)
}

fn no_such<'a>(
    key: &str,
    what: &str,
    name: &At<String>,
    known: impl Iterator<Item = &'a str>,
    problems: &mut Problems,
) {
    let hint = nearest(name, known).map(|near| format!("did you mean \"{near}\"?"));
    problems.error(name.at, format!("{key}: no {what} \"{}\"", name.value), hint);
}

fn destinations(
    body: &Body<'_>,
    baseline: &Baseline,
    places: &[PlaceId],
    material: MaterialId,
    problems: &mut Problems,
) -> Option<Vec<DestinationId>> {
    let range = baseline.network.materials[material.index()].destinations.clone();
    let held = |i: &usize| places.binary_search(&baseline.network.destinations[*i].place).is_ok();
    let destinations: Vec<DestinationId> = range.filter(held).map(DestinationId::new).collect();
    if destinations.is_empty() {
        let hint =
            "hold it in a form that is used there: consumers.csv and the recipes of plants there say what is";
        body.error("holders", "none of the holders uses the material", Some(hint.into()), problems);
        return None;
    }
    Some(destinations)
}

fn serves(
    body: &mut Body<'_>,
    baseline: &Baseline,
    destinations: &[DestinationId],
    problems: &mut Problems,
) -> Option<Vec<ConsumerId>> {
    let network = &baseline.network;
    let sectors = body.names("serves", problems)?;
    let mut served = Vec::new();
    for name in &sectors {
        let of_sector = |d: &usize| {
            let consumer = &network.consumers[*d];
            destinations.contains(&consumer.destination) && network.sectors[consumer.sector] == name.value
        };
        let before = served.len();
        served.extend((0..network.consumers.len()).filter(of_sector).map(ConsumerId::new));
        if served.len() == before {
            no_such(
                "serves",
                "consumer there of sector",
                name,
                network.sectors.iter().map(String::as_str),
                problems,
            );
        }
    }
    served.sort();
    Some(served)
}

/// A target as written.
enum Target {
    Amount(f64),
    Days(f64),
    ImportDays(f64),
    Unlimited,
}

fn target(body: &mut Body<'_>, problems: &mut Problems) -> Option<Target> {
    let keys = ["target", "target_days", "target_import_days"];
    let written: Vec<&str> = keys.into_iter().filter(|key| body.has(key)).collect();
    let [key] = written[..] else {
        let found = if written.is_empty() { "no target".to_owned() } else { written.join(" and ") };
        let hint = "give one of target (amount or \"unlimited\"), target_days, target_import_days";
        body.error("target", &format!("{found}: one is wanted"), Some(hint.into()), problems);
        for key in written {
            body.value(key);
        }
        return None;
    };
    let as_text = body.value(key).is_some_and(|value| value.get_ref().is_str());
    if key == "target" && as_text {
        return body.choice(key, &[("unlimited", ())], problems).map(|()| Target::Unlimited);
    }
    let amount = body.non_negative(key, problems)?;
    Some(match key {
        "target" => Target::Amount(amount),
        "target_days" => Target::Days(amount),
        _ => Target::ImportDays(amount),
    })
}

impl Target {
    fn amount(self, baseline: &Baseline, places: &[PlaceId], destinations: &[DestinationId]) -> f64 {
        match self {
            Target::Amount(amount) => amount,
            Target::Unlimited => f64::INFINITY,
            Target::Days(days) => {
                let need: f64 = destinations.iter().map(|i| baseline.need[i.index()]).sum();
                Years::from_days(days).0 * need
            }
            Target::ImportDays(days) => {
                Years::from_days(days).0 * net_imports(baseline, places, destinations)
            }
        }
    }
}

/// Imports of the holders less their exports, per year; at least 0.
fn net_imports(baseline: &Baseline, places: &[PlaceId], destinations: &[DestinationId]) -> f64 {
    let network = &baseline.network;
    let material = network.destinations[destinations[0].index()].material;
    let held = |place: PlaceId| places.binary_search(&place).is_ok();
    let mut net = 0.0;
    for l in network.materials[material.index()].lanes.clone() {
        let lane = &network.lanes[l];
        let from = held(network.origins[lane.origin.index()].place);
        let to = held(network.destinations[lane.destination.index()].place);
        net += match (from, to) {
            (false, true) => baseline.flow[l],
            (true, false) => -baseline.flow[l],
            _ => 0.0,
        };
    }
    net.max(0.0)
}

fn trigger(
    body: &mut Body<'_>,
    baseline: &Baseline,
    hazards: &[String],
    problems: &mut Problems,
) -> Option<Trigger> {
    let mut trigger = Trigger::default();
    if !body.has("release") {
        return Some(trigger);
    }
    let clock = baseline.network.clock;
    let mut release = body.table("release", problems)?;
    if release.flag("always", problems) == Some(true) {
        release.finish(&["always"], problems);
        return Some(trigger);
    }
    trigger.shortage_above = release.share("when_shortage_above", problems);
    trigger.log_price_above = release.positive("when_price_above", problems).map(ln);
    let cover = release.positive("when_cover_below_days", problems);
    trigger.cover_below = cover.map(|days| Years::from_days(days).0 / clock.dt);
    for name in release.names("when_active", problems).unwrap_or_default() {
        match hazards.iter().position(|hazard| *hazard == name.value) {
            Some(index) => trigger.active.push(index),
            None => no_such("when_active", "hazard", &name, hazards.iter().map(String::as_str), problems),
        }
    }
    for interval in release.names("dates", problems).unwrap_or_default() {
        match steps(&interval, clock) {
            Ok(span) => trigger.dates.push(span),
            Err(message) => {
                let hint =
                    "an interval is \"2027-03-01/2027-09-01\"; the second date is the first day after it";
                problems.error(interval.at, format!("dates: {message}"), Some(hint.into()));
            }
        }
    }
    let keys = [
        "always",
        "when_shortage_above",
        "when_price_above",
        "when_cover_below_days",
        "when_active",
        "dates",
    ];
    release.finish(&keys, problems);
    Some(trigger)
}

/// An interval of dates as steps from the start.
fn steps(interval: &str, clock: Clock) -> Result<(f64, f64), String> {
    let (from, until) = interval.split_once('/').ok_or_else(|| format!("\"{interval}\" is no interval"))?;
    let step = |written: &str| {
        let date = parse_date(written)?;
        let days = (date - clock.start).get_days();
        Ok::<f64, String>(Years::from_days(f64::from(days)).0 / clock.dt)
    };
    let (from, until) = (step(from)?, step(until)?);
    if from < until { Ok((from, until)) } else { Err(format!("\"{interval}\" ends before it begins")) }
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
