//! Events on dates: history, and what-if.

use super::{Kind, Onset, Reading};
use crate::scenario::problem::Problems;

pub(super) const KIND: Kind = Kind {
    name: "scheduled",
    summary: "On dates, in every run. Events before the start of the horizon count while they last.",
    keys: &[],
    example: "{ scheduled = [\"2027-03-01\"] }",
    read,
};

fn read(from: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Onset> {
    let dates = from.onset.dates(KIND.name, problems)?;
    Some(Onset::Scheduled(dates.into_iter().map(|date| date.value).collect()))
}
