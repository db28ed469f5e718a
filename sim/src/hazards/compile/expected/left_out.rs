//! What expected numbers of events leave out.

use crate::hazards::compile::{Drawn, Times};
use crate::scenario::GapFrom;

/// What the expected number of each hazard's events leaves out, in words; nothing where it is the mean.
pub fn left_out(hazards: &[Drawn]) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = (0..hazards.len()).map(|index| of_its_own(hazards, index)).collect();
    let own: Vec<bool> = found.iter().map(|words| !words.is_empty()).collect();
    for (index, words) in found.iter_mut().enumerate() {
        for from in causes(hazards, index).into_iter().filter(|from| own[*from]) {
            words.push(format!("events that come of what {} leaves out", hazards[from].name));
        }
    }
    found
}

fn of_its_own(hazards: &[Drawn], index: usize) -> Vec<String> {
    let drawn = &hazards[index];
    let mut words = Vec::new();
    if !drawn.links.when.is_empty() {
        words.push("the factors of its rate_when".to_owned());
    }
    if drawn.hazard.spread().is_some_and(|spread| spread.probability > 0.0) {
        words.push("its spread".to_owned());
    }
    if matches!(drawn.onset, Times::Renewal { from: GapFrom::End, .. }) {
        let ends = settlements(hazards, index).map(|settlement| &settlement.name);
        let ends = ends.chain(endings(hazards, index));
        words.extend(ends.map(|name| format!("gaps that begin early when {name} ends an event")));
    }
    for (from, parent) in hazards.iter().enumerate() {
        for next in parent.links.escalates.iter().filter(|next| next.hazard == index) {
            let uneven = settlements(hazards, from)
                .filter(|other| !matches!(other.onset, Times::Poisson { .. } | Times::Scheduled(_)));
            words.extend(
                uneven.map(|other| format!("how {}, which ends {}, clusters", other.name, parent.name)),
            );
            let first = endings(hazards, from).filter(|name| **name != hazards[next.hazard].name);
            words.extend(first.map(|name| format!("{name}, which may end {} first", parent.name)));
            if begins_early(parent) {
                words.push(format!("events of {} from before the start", parent.name));
            }
        }
    }
    words
}

/// Settlements that end events of a hazard.
fn settlements(hazards: &[Drawn], index: usize) -> impl Iterator<Item = &Drawn> {
    let ends = move |drawn: &&Drawn| {
        let settles = drawn.links.settles.as_ref();
        settles.is_some_and(|settles| settles.suspension.is_none() && settles.hazards.contains(&index))
    };
    hazards.iter().filter(ends)
}

/// Names of the hazards that end an event of this one when it turns into them.
fn endings(hazards: &[Drawn], index: usize) -> impl Iterator<Item = &String> {
    let ends = hazards[index].links.escalates.iter().filter(|next| next.ends_this);
    ends.map(|next| &hazards[next.hazard].name)
}

fn begins_early(drawn: &Drawn) -> bool {
    match &drawn.onset {
        Times::Scheduled(dates) => dates.iter().any(|date| drawn.shape.years_until(*date) < 0.0),
        Times::Catalogue(events) => events.iter().any(|event| event.start < 0.0),
        _ => false,
    }
}

/// Other hazards whose events bring this one's about, over any number of steps, in the order of their positions.
fn causes(hazards: &[Drawn], index: usize) -> Vec<usize> {
    let leads_to = |from: usize, to: usize| {
        let links = &hazards[from].links;
        links.excites.iter().any(|excites| excites.hazard == to && excites.extra > 0.0)
            || links.escalates.iter().any(|next| next.hazard == to)
    };
    let mut seen = vec![false; hazards.len()];
    let mut open = vec![index];
    while let Some(to) = open.pop() {
        for from in 0..hazards.len() {
            if leads_to(from, to) && !std::mem::replace(&mut seen[from], true) {
                open.push(from);
            }
        }
    }
    (0..hazards.len()).filter(|from| seen[*from] && *from != index).collect()
}
