//! Events at a constant rate.

use super::{Kind, Onset, Reading};
use crate::scenario::keys::{REQUIRED, key};
use crate::scenario::problem::Problems;

pub(super) const KIND: Kind = Kind {
    name: "poisson",
    summary: "At a constant rate: waiting times are exponential and have no memory.",
    keys: &[
        key("per_year", "per year", REQUIRED, "Events a year; 0 or more."),
        key(
            "each",
            "true or false",
            "false",
            "The rate is that of each target, and every event touches one of them.",
        ),
    ],
    example: "{ poisson = { per_year = 0.25 } }",
    read,
};

fn read(from: &mut Reading<'_, '_>, problems: &mut Problems) -> Option<Onset> {
    let mut poisson = from.onset.table(KIND.name, problems)?;
    poisson.required("per_year", "per_year = 0.25", problems);
    let per_year = poisson.non_negative("per_year", problems);
    let each = poisson.flag("each", problems).unwrap_or(false);
    poisson.finish(&["per_year", "each"], problems);
    per_year.map(|per_year| match each {
        true => Onset::PoissonEach { per_year },
        false => Onset::Poisson { per_year },
    })
}
