//! When events of a hazard begin, as written: one file per form.

mod catalogue;
mod enters;
mod poisson;
mod renewal;
mod scheduled;

pub use catalogue::CatalogueEvent;
pub use renewal::GapFrom;

use super::body::Body;
use super::calendar::Date;
use super::folder::Folder;
use super::keys::Key;
use super::problem::{At, Problems};
use crate::random::Law;

/// Every form, in the order of the documentation. A new form is one file, its `mod` line and its line here.
pub const KINDS: &[Kind] = &[poisson::KIND, renewal::KIND, scheduled::KIND, catalogue::KIND, enters::KIND];

/// When events begin.
#[derive(Clone, Debug)]
pub enum Onset {
    /// Only other hazards bring its events about.
    None,
    /// At a constant rate: exponential waiting times from the start of the horizon.
    Poisson {
        /// Events a year.
        per_year: f64,
    },
    /// At a constant rate for each unit of the footprint, each event on one of them.
    PoissonEach {
        /// Events a year and unit.
        per_year: f64,
    },
    /// After gaps of a law.
    Renewal {
        /// The law.
        gap: Law,
        /// Years per unit of `gap`.
        unit: f64,
        /// Where a gap begins.
        from: GapFrom,
    },
    /// On dates.
    Scheduled(Vec<Date>),
    /// As listed by run. Runs that have no row have no event.
    Catalogue(Vec<CatalogueEvent>),
    /// When a regime passes into a state.
    Enters {
        /// The regime.
        regime: At<String>,
        /// The state.
        state: At<String>,
    },
}

/// A form of onset: what documentation and the reader need.
#[derive(Clone, Copy)]
pub struct Kind {
    /// As written: `onset = { poisson = … }`.
    pub name: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The keys inside; none if the form's value is no table.
    pub keys: &'static [Key],
    /// The form as a value.
    pub example: &'static str,
    pub(super) read: fn(&mut Reading<'_, '_>, &mut Problems) -> Option<Onset>,
}

/// What a form is read from.
pub(super) struct Reading<'a, 'b> {
    /// Name of the hazard.
    pub(super) hazard: &'a str,
    /// The table of `onset`, in which the form is a key.
    pub(super) onset: &'a mut Body<'b>,
    /// Where files are looked for.
    pub(super) folder: &'a Folder,
}

/// The word for a hazard whose events are all brought about by others.
const NONE: &str = "none";

/// Reads `onset`; `None` if it is faulty, which is then reported.
pub(super) fn read(
    hazard: &str,
    head: &mut Body<'_>,
    folder: &Folder,
    problems: &mut Problems,
) -> Option<Onset> {
    if head.says("onset", NONE) {
        return Some(Onset::None);
    }
    let mut onset = head.table("onset", problems)?;
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let written: Vec<&Kind> = KINDS.iter().filter(|kind| onset.has(kind.name)).collect();
    if written.len() > 1 || onset.keys().is_empty() {
        let message = format!("{} onsets where one is wanted", written.len());
        let examples: Vec<&str> = KINDS.iter().map(|kind| kind.example).collect();
        head.error("onset", &message, Some(format!("write one of {}", examples.join(", "))), problems);
        return None;
    }
    let read = written
        .first()
        .and_then(|kind| (kind.read)(&mut Reading { hazard, onset: &mut onset, folder }, problems));
    onset.finish(&names, problems);
    read
}
