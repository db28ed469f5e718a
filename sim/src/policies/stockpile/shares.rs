//! Who contributes and who pays how much of a joint stockpile.

use crate::network::DestinationId;
use crate::network::MaterialId;
use crate::policies::Reading;
use crate::policies::reading::Holder;
use crate::policies::reading::no_such;
use crate::scenario::At;
use crate::scenario::Problems;

/// A member as read: its name, places and destinations of the material.
pub(super) struct Party {
    pub(super) holder: Holder,
    pub(super) destinations: Vec<DestinationId>,
}

/// Rounding of shares written in decimals; a third written as 0.3333 is refused: a ten-thousandth of the stock would be nobody's.
const ROUNDING: f64 = 1e-9;

/// Shares under `key`, one a member, that sum to 1; a fault is a problem.
pub(super) fn read(
    reading: &mut Reading<'_, '_>,
    key: &str,
    material: MaterialId,
    parties: &[Party],
    problems: &mut Problems,
) -> Option<Vec<f64>> {
    if reading.body.is_table(key) {
        return custom(reading, key, parties, problems);
    }
    let by =
        reading.body.choice(key, &[("use", Key::Use), ("gdp", Key::Gdp), ("risk", Key::Risk)], problems)?;
    let amounts: Option<Vec<f64>> = match by {
        Key::Use => Some(parties.iter().map(|party| reading.need(&party.destinations)).collect()),
        Key::Gdp => gdp(reading, key, parties, problems),
        Key::Risk => Some(parties.iter().map(|party| risk(reading, material, party)).collect()),
    };
    let amounts = amounts?;
    let total: f64 = amounts.iter().sum();
    if !(total > 0.0) {
        let hint = "give shares by name: { FIN = 0.4, USA = 0.6 }";
        reading.body.error(key, "the members' shares are all 0", Some(hint.into()), problems);
        return None;
    }
    Some(amounts.iter().map(|amount| amount / total).collect())
}

#[derive(Clone, Copy)]
enum Key {
    Use,
    Gdp,
    Risk,
}

/// `{ FIN = 0.4, USA = 0.6 }`: every member once, 1 in all.
fn custom(
    reading: &mut Reading<'_, '_>,
    key: &str,
    parties: &[Party],
    problems: &mut Problems,
) -> Option<Vec<f64>> {
    let before = problems.list.len();
    let mut table = reading.body.table(key, problems)?;
    let names = || parties.iter().map(|party| party.holder.name.as_str());
    let written: Vec<At<String>> = table.keys();
    for name in written.iter().filter(|name| !names().any(|known| known == name.as_str())) {
        table.value(name);
        no_such(key, "holder", name, names(), problems);
    }
    let mut shares = Vec::new();
    for name in names() {
        if !table.has(name) {
            table.missing(name, Some(format!("write {name} = 0.25, or leave it out of holders")), problems);
            continue;
        }
        shares.extend(table.non_negative(name, problems));
    }
    if problems.list.len() > before {
        return None;
    }
    let sum: f64 = shares.iter().sum();
    if !((sum - 1.0).abs() <= ROUNDING) {
        // Sums of decimals show their rounding in the last digits: nobody wrote those.
        let shown = (sum * 1e9).round() / 1e9;
        let hint = if (sum - 100.0).abs() <= 100.0 * ROUNDING {
            "shares lie in [0, 1]: divide each by 100"
        } else {
            "shares must sum to 1: all that is held is somebody's"
        };
        reading.body.error(key, &format!("the shares sum to {shown}"), Some(hint.into()), problems);
        return None;
    }
    Some(shares.iter().map(|share| share / sum).collect())
}

fn gdp(reading: &Reading<'_, '_>, key: &str, parties: &[Party], problems: &mut Problems) -> Option<Vec<f64>> {
    let places = &reading.baseline.network.places;
    let mut unknown = Vec::new();
    let mut of = |party: &Party| {
        let mut sum = 0.0;
        for place in party.holder.places.iter().map(|place| &places[place.index()]) {
            match place.gdp {
                Some(gdp) => sum += gdp,
                None => unknown.push(place.code.as_str()),
            }
        }
        sum
    };
    let amounts: Vec<f64> = parties.iter().map(&mut of).collect();
    if unknown.is_empty() {
        return Some(amounts);
    }
    let message = format!("no gdp_usd is known of {}", unknown.join(", "));
    reading.body.error(key, &message, Some("add the column gdp_usd to places.csv".into()), problems);
    None
}

/// Imports in the baseline times the concentration of their origins: Σ shares², 1 if all comes from one place.
fn risk(reading: &Reading<'_, '_>, material: MaterialId, party: &Party) -> f64 {
    let network = &reading.baseline.network;
    let mut by_place = vec![0.0; network.places.len()];
    for l in network.materials[material.index()].lanes.clone() {
        let lane = &network.lanes[l];
        let from = network.origins[lane.origin.index()].place;
        if party.destinations.contains(&lane.destination) && !party.holder.places.contains(&from) {
            by_place[from.index()] += reading.baseline.flow[l];
        }
    }
    let imports: f64 = by_place.iter().sum();
    let squares: f64 = by_place.iter().map(|flow| flow * flow).sum();
    // imports · Σ (flow / imports)²
    if imports > 0.0 { squares / imports } else { 0.0 }
}
