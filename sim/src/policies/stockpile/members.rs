//! Members of a joint stockpile: who they are, what each brings, and what each holds alone.

use super::held::Held;
use super::held::Refill;
use super::joint::Joint;
use super::joint::Member;
use super::joint::Separate;
use super::read::intake_lanes;
use super::read::shares_of_need;
use super::shares;
use super::shares::Party;
use crate::levers::Sharing;
use crate::levers::Stockpile;
use crate::network::ConsumerId;
use crate::network::DestinationId;
use crate::network::MaterialId;
use crate::policies::Measure;
use crate::policies::Reading;
use crate::policies::reading::Holder;
use crate::scenario::Problems;

/// Who holds it jointly, and how.
pub(super) struct JointRules {
    parties: Vec<Party>,
    contributions: Vec<f64>,
    costs: Vec<f64>,
    sharing: By,
    separate: bool,
}

#[derive(Clone, Copy)]
enum By {
    Priority,
    Need,
    Contribution,
    Targeted,
}

/// Reads the rules of a joint stockpile; `None` if it is of one holder, or a fault.
pub(super) fn read(
    reading: &mut Reading<'_, '_>,
    holders: Option<&[Holder]>,
    material: Option<MaterialId>,
    problems: &mut Problems,
) -> Option<JointRules> {
    let options = [
        ("priority", By::Priority),
        ("need", By::Need),
        ("contribution", By::Contribution),
        ("targeted", By::Targeted),
    ];
    let joint = reading.body.has("contributions");
    for key in ["release_by", "cost_shares", "separate"] {
        if reading.body.has(key) && !joint {
            let hint = "write contributions = \"use\", or shares by name";
            reading.body.error(key, "is for a joint stockpile", Some(hint.into()), problems);
            reading.body.value(key);
        }
    }
    if !joint {
        return None;
    }
    let by = if reading.body.has("release_by") {
        reading.body.choice("release_by", &options, problems)
    } else {
        Some(By::Priority)
    };
    let separate = reading.body.flag("separate", problems).unwrap_or(false);
    let (holders, material) = (holders?, material?);
    let parties = parties(reading, holders, material, problems)?;
    let contributions = shares::read(reading, "contributions", material, &parties, problems);
    let costs = if reading.body.has("cost_shares") {
        shares::read(reading, "cost_shares", material, &parties, problems)
    } else {
        contributions.clone()
    };
    Some(JointRules { parties, contributions: contributions?, costs: costs?, sharing: by?, separate })
}

/// Members: each uses the material, and no place is in two.
fn parties(
    reading: &Reading<'_, '_>,
    holders: &[Holder],
    material: MaterialId,
    problems: &mut Problems,
) -> Option<Vec<Party>> {
    let before = problems.list.len();
    let mut parties: Vec<Party> = Vec::new();
    for holder in holders {
        let destinations = reading.destinations(material, &holder.places);
        let mut fault = |message: String, hint: &str| {
            reading.body.error("holders", &message, Some(hint.into()), problems);
        };
        if destinations.is_empty() {
            fault(
                format!("\"{}\" does not use the material and would get nothing", holder.name),
                "leave it out, or hold a form that it uses",
            );
        }
        let twice = |other: &&Party| holder.places.iter().any(|place| other.holder.places.contains(place));
        if let Some(other) = parties.iter().find(twice) {
            fault(
                format!("\"{}\" and \"{}\" have a place in common", other.holder.name, holder.name),
                "a place is a member once, by itself or in its bloc",
            );
        }
        parties.push(Party { holder: holder.clone(), destinations });
    }
    (problems.list.len() == before).then_some(parties)
}

/// The stock of one member: its share of everything, for its own users.
fn share_of(reading: &Reading<'_, '_>, whole: &Held, party: &Party, share: f64) -> Held {
    let part = |amount: f64| if amount.is_finite() { amount * share } else { amount };
    let is_own = |d: &ConsumerId| {
        let consumer = &reading.baseline.network.consumers[d.index()];
        party.destinations.contains(&consumer.destination)
    };
    let of_own = |lanes: &[(usize, f64)]| {
        let here = |(l, _): &&(usize, f64)| {
            party.destinations.contains(&reading.baseline.network.lanes[*l].destination)
        };
        let kept: Vec<(usize, f64)> = lanes.iter().filter(here).copied().collect();
        let sum: f64 = kept.iter().map(|(_, share)| share).sum();
        kept.into_iter().map(|(l, share)| (l, if sum > 0.0 { share / sum } else { 0.0 })).collect::<Vec<_>>()
    };
    let mut own = whole.clone();
    own.destinations = shares_of_need(reading, &party.destinations);
    own.trigger.lanes = intake_lanes(reading, &party.destinations);
    own.passage = of_own(&whole.passage);
    own.draw_limit = part(whole.draw_limit);
    own.refill =
        whole.refill.map(|refill| Refill { most: part(refill.most), budget: part(refill.budget), ..refill });
    let stockpile = &whole.stockpile;
    own.stockpile = Stockpile {
        name: format!("{}: {}", stockpile.name, party.holder.name),
        destinations: party.destinations.clone(),
        serves: stockpile.serves.as_ref().map(|all| all.iter().copied().filter(is_own).collect()),
        target: part(stockpile.target),
        initial: part(stockpile.initial),
        ..stockpile.clone()
    };
    own.money.bill = whole.money.bill.for_party(&party.holder.name);
    own
}

/// One stock or several, with members.
pub(super) fn joint(
    reading: &Reading<'_, '_>,
    rules: &JointRules,
    mut pool: Held,
    destinations: &[DestinationId],
) -> Box<dyn Measure> {
    let members = || rules.parties.iter().zip(&rules.contributions);
    if rules.separate {
        return Box::new(Separate(
            members().map(|(party, share)| share_of(reading, &pool, party, *share)).collect(),
        ));
    }
    pool.stockpile.sharing = Some(match rules.sharing {
        By::Priority => Sharing::ByClass,
        By::Need => Sharing::ByNeed,
        By::Targeted => Sharing::Targeted,
        By::Contribution => Sharing::ByWeight(weights(reading, rules, destinations)),
    });
    let names = rules.parties.iter().map(|party| party.holder.name.clone());
    pool.money.bill = pool.money.bill.for_parties(names.zip(rules.costs.iter().copied()).collect());
    // Without a hazard that takes members out, nobody ever has a stock of its own.
    if !reading.scenario.hazards.iter().any(|hazard| hazard.kind.value == "member_withdrawal") {
        return Box::new(pool);
    }
    let member = |((party, share), cost): ((&Party, &f64), &f64)| {
        let mut own = share_of(reading, &pool, party, *share);
        own.stockpile.initial = 0.0;
        own.stockpile.sharing = None;
        let position = |i: &DestinationId| destinations.iter().position(|known| known == i);
        Member {
            places: places_of_member(reading, party),
            positions: party.destinations.iter().filter_map(position).collect(),
            contribution: *share,
            cost: *cost,
            own,
        }
    };
    let members = members().zip(&rules.costs).map(member).collect();
    Box::new(Joint { pool, members, first: 0 })
}

/// Places of a member with their shares of its need.
fn places_of_member(reading: &Reading<'_, '_>, party: &Party) -> Vec<(usize, f64)> {
    let place = |i: usize| reading.baseline.network.destinations[i].place.index();
    shares_of_need(reading, &party.destinations).into_iter().map(|(i, share)| (place(i), share)).collect()
}

/// A member's contribution, split over its destinations by need.
fn weights(reading: &Reading<'_, '_>, rules: &JointRules, destinations: &[DestinationId]) -> Vec<f64> {
    let mut weights = vec![0.0; destinations.len()];
    for (party, contribution) in rules.parties.iter().zip(&rules.contributions) {
        for (i, share) in shares_of_need(reading, &party.destinations) {
            let position = destinations.iter().position(|known| known.index() == i);
            weights[position.expect("members' destinations are the stock's")] = contribution * share;
        }
    }
    weights
}
