//! Events after gaps of any law.

use super::{Kind, Onset, Reading};
use crate::scenario::keys::{REQUIRED, key};
use crate::scenario::problem::Problems;
use crate::units::MONTHS_PER_YEAR;

/// Where the gap before the next event begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapFrom {
    /// At the end of the event before: the two never overlap.
    End,
    /// At its start.
    Start,
}

pub(super) const KIND: Kind = Kind {
    name: "renewal",
    summary: "After gaps of any law, the first from the start of the horizon: events that come with some regularity, or in \
              clusters.",
    keys: &[
        key("gap_months", "months, or a law", REQUIRED, "Time to the next event; above 0."),
        key(
            "from",
            "end or start",
            "end",
            "Whether a gap begins at the end of the event before, or at its start.",
        ),
    ],
    example: "{ renewal = { gap_months = { weibull = { shape = 2, scale = 60 } } } }",
    read,
};

fn read(from: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Onset> {
    let mut renewal = from.onset.table(KIND.name, problems)?;
    renewal.required("gap_months", "gap_months = { weibull = { shape = 2, scale = 60 } }", problems);
    let gap = renewal.law("gap_months", problems);
    let ends = [("end", GapFrom::End), ("start", GapFrom::Start)];
    let begins = renewal.choice("from", &ends, problems).unwrap_or(GapFrom::End);
    // A draw of 0 is possible for many laws, but a mean of 0 is a gap that is always 0: events without end.
    if let Some(law) = &gap
        && (!(law.bounds().0 >= 0.0) || law.mean().is_some_and(|mean| !(mean > 0.0)))
    {
        let message = format!("a gap of {} is possible", law.bounds().0);
        renewal.error("gap_months", &message, Some("gaps are above 0".into()), problems);
        return None;
    }
    renewal.finish(&["gap_months", "from"], problems);
    gap.map(|gap| Onset::Renewal { gap, unit: 1.0 / MONTHS_PER_YEAR, from: begins })
}
