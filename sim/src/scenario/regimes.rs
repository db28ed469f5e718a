//! `[regime.NAME]` and `[settlement.NAME]`: what several hazards share.

use super::body::Body;
use super::folder::Folder;
use super::header::named_tables;
use super::keys::{REGIME, SETTLEMENT};
use super::limits::{MOST_STATES, at_most};
use super::onset::{self, Onset};
use super::problem::{At, Location, Problems, nearest};
use super::value::quoted;
use crate::random::Law;
use toml::de::DeTable;

/// A continuous-time Markov chain that hazards share.
#[derive(Debug)]
pub struct RegimeEntry {
    /// Its name: the name of its random stream.
    pub name: At<String>,
    /// Names of its states.
    pub states: Vec<At<String>>,
    /// Index of the state at the start.
    pub start: usize,
    /// Transitions a year, `[from][to]`.
    pub per_year: Vec<Vec<f64>>,
}

/// An end that several hazards share.
#[derive(Debug)]
pub struct SettlementEntry {
    /// Its name: the name of its random streams.
    pub name: At<String>,
    /// When.
    pub onset: Onset,
    /// Names of hazards, or globs.
    pub hazards: Vec<At<String>>,
    /// Of each event under way: that it is settled.
    pub probability: f64,
    /// For how many months events are suspended; `None`: they are ended.
    pub suspends_months: Option<Law>,
    /// Where the table stands.
    pub at: Location,
}

/// Reads `[regime.NAME]`, sorted by name.
pub(super) fn regimes(document: &DeTable<'static>, problems: &mut Problems) -> Vec<RegimeEntry> {
    let tables = named_tables(document, "regime", problems);
    let mut regimes: Vec<RegimeEntry> =
        tables.into_iter().filter_map(|(name, table)| regime(name, table, problems)).collect();
    regimes.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    regimes
}

fn regime(name: At<String>, table: &DeTable<'static>, problems: &mut Problems) -> Option<RegimeEntry> {
    let mut body = Body::new(table, name.at, format!("regime {}", quoted(&name)));
    body.required("states", "states = [\"calm\", \"tense\"]", problems);
    body.required("per_year", "per_year = { calm = { tense = 0.3 }, tense = { calm = 1 } }", problems);
    let states = body.names("states", problems);
    let start = body.text("start", problems);
    let rates = body.table("per_year", problems);
    body.finish(&REGIME.names(), problems);
    let states = states?;
    if !at_most(MOST_STATES, states.len(), "states", name.at, problems) {
        return None;
    }
    for (index, state) in states.iter().enumerate() {
        if states[..index].iter().any(|before| before.value == state.value) {
            problems.error(state.at, format!("the state {} is named twice", quoted(state)), None);
        }
    }
    let per_year = transitions(rates?, &states, problems);
    let start = match &start {
        Some(start) => position(start, &states, problems)?,
        None => 0,
    };
    Some(RegimeEntry { name, states, start, per_year })
}

/// Rates by state; what is not written does not happen.
fn transitions(mut rates: Body<'_>, states: &[At<String>], problems: &mut Problems) -> Vec<Vec<f64>> {
    let mut per_year = vec![vec![0.0; states.len()]; states.len()];
    for from in rates.keys() {
        let row = rates.table(&from.value, problems);
        let (Some(mut row), Some(from_state)) = (row, position(&from, states, problems)) else { continue };
        for to in row.keys() {
            let rate = row.non_negative(&to.value, problems);
            let (Some(rate), Some(to_state)) = (rate, position(&to, states, problems)) else { continue };
            if from_state == to_state {
                problems.error(to.at, format!("{} passes into itself", quoted(&to)), None);
            }
            per_year[from_state][to_state] = rate;
        }
    }
    per_year
}

/// Index of a state, or the fault that there is none of this name.
fn position(state: &At<String>, states: &[At<String>], problems: &mut Problems) -> Option<usize> {
    let found = states.iter().position(|known| known.value == state.value);
    if found.is_none() {
        let names: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let hint = match nearest(state, names.iter().copied()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("states are {}", names.join(", ")),
        };
        problems.error(state.at, format!("no state {}", quoted(state)), Some(hint));
    }
    found
}

/// Reads `[settlement.NAME]`, sorted by name.
pub(super) fn settlements(
    document: &DeTable<'static>,
    folder: &Folder,
    problems: &mut Problems,
) -> Vec<SettlementEntry> {
    let tables = named_tables(document, "settlement", problems);
    let read = tables.into_iter().filter_map(|(name, table)| settlement(name, table, folder, problems));
    let mut settlements: Vec<SettlementEntry> = read.collect();
    settlements.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    settlements
}

fn settlement(
    name: At<String>,
    table: &DeTable<'static>,
    folder: &Folder,
    problems: &mut Problems,
) -> Option<SettlementEntry> {
    let mut body = Body::new(table, name.at, format!("settlement {}", quoted(&name)));
    let onset = match body.required("onset", "onset = { poisson = { per_year = 0.1 } }", problems) {
        true => onset::read(&name, &mut body, folder, problems),
        false => None,
    };
    let (ends, suspends) = (body.names("ends", problems), body.names("suspends", problems));
    let probability = body.share("probability", problems);
    let length = body.law("suspends_months", problems);
    if ends.is_some() == suspends.is_some() {
        let message = format!("settlement {} ends or suspends, one of the two", quoted(&name));
        problems.error(name.at, message, Some("write ends = [\"cod_*\"]".into()));
    }
    if suspends.is_some() != length.is_some() {
        let message = format!("settlement {}: suspends and suspends_months go together", quoted(&name));
        problems.error(name.at, message, Some("suspends_months = 12, a law, or \"permanent\"".into()));
    }
    if let Some(length) = &length
        && !(length.bounds().0 >= 0.0)
    {
        let message = format!("a suspension can't be negative, and {} is possible", length.bounds().0);
        body.error("suspends_months", &message, None, problems);
    }
    body.finish(&SETTLEMENT.names(), problems);
    Some(SettlementEntry {
        at: name.at,
        onset: onset?,
        hazards: ends.or(suspends)?,
        probability: probability.unwrap_or(1.0),
        suspends_months: length,
        name,
    })
}
