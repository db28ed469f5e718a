//! How much is kept of the runs.

/// Each level keeps what those before it keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keep {
    /// Distributions over runs, by point: the size does not depend on the number of runs.
    Summary,
    /// Rows by run, and bands by step.
    Runs,
    /// Every step of every run.
    Series,
}

impl Keep {
    /// As flags and tables say it.
    pub fn name(self) -> &'static str {
        match self {
            Keep::Summary => "summary",
            Keep::Runs => "runs",
            Keep::Series => "series",
        }
    }
}
