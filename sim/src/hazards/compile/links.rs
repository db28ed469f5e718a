//! Links of a scenario's hazards: names resolved, and what makes no sense refused.

use super::conditions::condition;
use super::regimes::{named, state, unknown};
use super::{Drawn, Times};
use crate::baseline::Baseline;
use crate::hazards::{Escalates, Excites, Links, Modulation, Regime, Renews, state_dependent};
use crate::math::exp;
use crate::scenario::At;
use crate::scenario::HazardEntry;
use crate::scenario::Onset;
use crate::scenario::Problems;
use crate::scenario::RegimeUse;
use crate::scenario::Scenario;
use crate::units::MONTHS_PER_YEAR;
use crate::units::Years;
use std::sync::Arc;

/// Share of runs that weights must leave effective.
const LEAST_EFFECTIVE: f64 = 0.01;

/// The links of every hazard, in the order of names.
pub(super) fn resolve(
    scenario: &Scenario,
    regimes: &[Arc<Regime>],
    baseline: &Baseline,
    problems: &mut Problems,
) -> Vec<Links> {
    let mut links = Vec::new();
    for entry in &scenario.hazards {
        let written = &entry.links;
        let mut hazard = |name: &At<String>| position(name, scenario, problems);
        let excites = written.excites.iter().filter_map(|excites| {
            let decay = MONTHS_PER_YEAR / excites.decay_months;
            Some(Excites { hazard: hazard(&excites.hazard)?, extra: excites.extra_events, decay })
        });
        let excites = excites.collect();
        let escalates = written.escalates.iter().filter_map(|next| {
            Some(Escalates {
                hazard: hazard(&next.hazard)?,
                probability: next.probability,
                after: next.after_months.clone(),
                after_unit: 1.0 / MONTHS_PER_YEAR,
                ends_this: next.ends_this,
            })
        });
        let escalates = escalates.collect();
        links.push(Links {
            excites,
            escalates,
            past: past(entry, scenario, problems),
            regimes: written.regimes.iter().filter_map(|of| modulation(of, regimes, problems)).collect(),
            when: written.when.iter().filter_map(|of| condition(of, scenario, baseline, problems)).collect(),
            renews: written.renews.map(|(probability, most)| Renews { probability, most }),
            settles: None,
            tilt: written.tilt.as_ref().map_or(1.0, |tilt| tilt.value),
        });
    }
    links
}

/// Position of the hazard of this name.
pub(super) fn position(name: &At<String>, scenario: &Scenario, problems: &mut Problems) -> Option<usize> {
    let found = scenario.hazards.iter().position(|entry| entry.name.value == name.value);
    if found.is_none() {
        unknown("hazard", name, scenario.hazards.iter().map(|entry| entry.name.as_str()), problems);
    }
    found
}

/// Dates of `past` in years, ascending.
fn past(entry: &HazardEntry, scenario: &Scenario, problems: &mut Problems) -> Vec<f64> {
    let start = scenario.time.start;
    let mut years = Vec::new();
    for date in &entry.links.past {
        let days = start.until(date.value).expect("the span of two dates in days fits").get_days();
        if days >= 0 {
            let message = format!("{} is not before the start, {start}", date.value);
            let hint = "an event that is yet to come excites nothing; schedule it in `onset`".to_string();
            problems.error(date.at, message, Some(hint));
        }
        years.push(Years::from_days(f64::from(days)).0);
    }
    years.sort_by(f64::total_cmp);
    years
}

fn modulation(of: &RegimeUse, regimes: &[Arc<Regime>], problems: &mut Problems) -> Option<Modulation> {
    let regime = named(&of.regime, regimes, problems)?;
    let mut factors = vec![1.0; regime.states.len()];
    for (name, factor) in &of.factors {
        factors[state(name, &regime, problems)?] = *factor;
    }
    Some(Modulation { regime, factors })
}

/// Refuses links that have no effect or no meaning, now that every hazard is read.
pub(super) fn check(scenario: &Scenario, hazards: &[Drawn], problems: &mut Problems) {
    let late = state_dependent(hazards);
    let aimed_at = |index: usize| {
        let to = |drawn: &Drawn| {
            drawn.links.excites.iter().any(|excites| excites.hazard == index)
                || drawn.links.escalates.iter().any(|next| next.hazard == index)
        };
        hazards.iter().any(to)
    };
    for (index, (entry, drawn)) in scenario.hazards.iter().zip(hazards).enumerate() {
        let name = &entry.name.value;
        let links = &drawn.links;
        let mut error = |message: &str, hint: &str| {
            let hint = Some(hint.to_string()).filter(|hint| !hint.is_empty());
            problems.error(entry.at, format!("hazard {name:?}: {message}"), hint);
        };
        let has_rate = matches!(drawn.onset, Times::Poisson { per_year } if per_year > 0.0);
        for (key, written) in [
            ("regime", !links.regimes.is_empty()),
            ("rate_when", !links.when.is_empty()),
            ("tilt", links.tilt != 1.0),
        ] {
            if written && !has_rate {
                error(
                    &format!("{key} multiplies a rate of its own, and it has none"),
                    "onset = { poisson = … }",
                );
            }
        }
        if links.tilt != 1.0 && !links.when.is_empty() {
            error("tilt and rate_when exclude each other", "a run has one weight, whatever the policy");
        }
        if late[index] && drawn.shape.lead > 0.0 {
            error(
                "nothing announces what the state of the market decides on the day",
                "leave lead_months out, or let the hazard escalate to another after a time",
            );
        }
        if let Times::Poisson { per_year } = drawn.onset {
            // 1 / E[w²] of a Poisson number of events: what weights leave of the runs.
            let expected = per_year * (drawn.shape.horizon() + drawn.shape.lead);
            let left = exp(-expected * (links.tilt + 1.0 / links.tilt - 2.0));
            if !(left >= LEAST_EFFECTIVE) {
                let percent = 100.0 * LEAST_EFFECTIVE;
                error(
                    &format!(
                        "with tilt = {} the weights leave fewer than {percent} % of the runs effective",
                        links.tilt
                    ),
                    "a tilt nearer to 1: it is for events that are rare within the horizon",
                );
            }
        }
        if links.escalates.iter().any(|next| next.hazard == index) {
            error("it escalates to itself", "an event that goes on is `renews`");
        }
        if let Times::Scheduled(dates) = &drawn.onset {
            let twice = entry.links.past.iter().find(|past| dates.contains(&past.value));
            if let Some(twice) = twice {
                error(
                    &format!("{} is both scheduled and past", twice.value),
                    "keep one of them: both excite",
                );
            }
        }
        if !links.past.is_empty() && links.excites.is_empty() {
            error("past events have no effect without `excites`", "");
        }
        let permanent = drawn.duration.as_ref().is_none_or(|law| law.bounds().0 == f64::INFINITY);
        if links.renews.is_some() && (permanent || matches!(drawn.onset, Times::Catalogue(_))) {
            error("its events have no end to be renewed at", "leave `renews` out");
        }
        if matches!(entry.onset, Onset::None) && !aimed_at(index) {
            error(
                "nothing brings its events about",
                "give it an onset, or let another hazard excite or escalate to it",
            );
        }
    }
}
