//! Units at the border: how long a year is in each unit that keys and columns name, and the calendar of a scenario.
//!
//! Inside, time is in years and flows are per year; the step works per step. These are the only conversions.

/// Days in a year: 365.25, so that a month is 30.4375 days in every conversion.
pub const DAYS_PER_YEAR: f64 = 365.25;
/// Months in a year.
pub const MONTHS_PER_YEAR: f64 = 12.0;

/// A span of time in years.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Years(pub f64);

impl Years {
    /// From a key that ends in `_days`.
    pub fn from_days(days: f64) -> Years {
        Years(days / DAYS_PER_YEAR)
    }

    /// From a key that ends in `_months`.
    pub fn from_months(months: f64) -> Years {
        Years(months / MONTHS_PER_YEAR)
    }

    /// As days, for words and reports.
    pub fn days(self) -> f64 {
        self.0 * DAYS_PER_YEAR
    }
}

/// The length of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepLength {
    /// 7 days; 52.178571… steps a year.
    Week,
    /// 1 day; 365.25 steps a year.
    Day,
    /// A twelfth of a year.
    Month,
    /// A quarter of a year.
    Quarter,
    /// One year.
    Year,
}

impl StepLength {
    /// Every length with its name in scenario files.
    pub const ALL: [(&'static str, StepLength); 5] = [
        ("day", StepLength::Day),
        ("week", StepLength::Week),
        ("month", StepLength::Month),
        ("quarter", StepLength::Quarter),
        ("year", StepLength::Year),
    ];

    /// The length in years.
    pub fn years(self) -> f64 {
        match self {
            StepLength::Day => 1.0 / DAYS_PER_YEAR,
            StepLength::Week => 7.0 / DAYS_PER_YEAR,
            StepLength::Month => 1.0 / MONTHS_PER_YEAR,
            StepLength::Quarter => 0.25,
            StepLength::Year => 1.0,
        }
    }
}
