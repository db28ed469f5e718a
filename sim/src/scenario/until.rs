//! `[run] until`: how well a statistic is to be known before a run ends.

use super::body::Body;
use super::keys;
use super::problem::{At, Location, Problems};

/// Most runs that may be asked for: a million chunks of work.
const MOST_RUNS: u64 = 1_000_000_000;

/// What is to be known, and how well.
#[derive(Clone, Debug)]
pub struct Until {
    /// Of the runs.
    pub statistic: Statistic,
    /// The quantity, by its name in the table `summary`.
    pub of: At<String>,
    /// Half the width of its 95 % interval, as a share of it.
    pub relative_half_width: f64,
    /// Runs under each policy, at most.
    pub max_runs: u64,
    /// Only of consumers of this material.
    pub material: Option<At<String>>,
    /// Only of consumers in this place.
    pub place: Option<At<String>>,
    /// Only of consumers in this sector.
    pub sector: Option<At<String>>,
    /// Where it stands.
    pub at: Location,
}

/// A statistic over runs that has an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// Mean.
    Mean,
    /// Mean of the worst runs beyond this level.
    Cvar(f64),
}

/// Names of the statistics.
const STATISTICS: [(&str, Statistic); 3] =
    [("mean", Statistic::Mean), ("cvar95", Statistic::Cvar(0.95)), ("cvar99", Statistic::Cvar(0.99))];

impl Statistic {
    /// As it is written.
    pub fn name(self) -> &'static str {
        STATISTICS.iter().find(|(_, statistic)| *statistic == self).map_or("", |(name, _)| name)
    }
}

/// Reads the table.
pub(super) fn read(mut body: Body<'_>, at: Location, problems: &mut Problems) -> Option<Until> {
    body.required("relative_half_width", "relative_half_width = 0.05", problems);
    body.required("max_runs", "max_runs = 100000", problems);
    let statistic = body.choice("statistic", &STATISTICS, problems).unwrap_or(Statistic::Cvar(0.95));
    let of = body.text("of", problems);
    let of = of.unwrap_or(At { value: keys::UNTIL.default("of").to_owned(), at });
    let relative_half_width = body.positive("relative_half_width", problems);
    let max_runs = body.whole("max_runs", problems);
    if let Some(runs) = max_runs.filter(|runs| !(1..=MOST_RUNS).contains(runs)) {
        let message = format!("{runs} is no number of runs: a whole number from 1 to {MOST_RUNS}");
        body.error("max_runs", &message, None, problems);
    }
    let mut name = |key: &str| body.text(key, problems);
    let (material, place, sector) = (name("material"), name("place"), name("sector"));
    body.finish(&keys::UNTIL.names(), problems);
    Some(Until {
        statistic,
        of,
        relative_half_width: relative_half_width?,
        max_runs: max_runs.filter(|runs| (1..=MOST_RUNS).contains(runs))?,
        material,
        place,
        sector,
        at,
    })
}
