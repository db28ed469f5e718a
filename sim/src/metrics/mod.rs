//! What is kept of a run, and the statistics of many.

mod bands;
mod bin;
mod compact;
mod cost;
mod distribution;
mod distributions;
mod interval;
mod quantity;
mod recorder;
mod risk;
mod service;
mod shortage;
mod stockpile;
mod watch;

pub use bands::{BANDS, Band, BandItems, Bands, Bins, Trace};
pub use bin::PARTS;
pub use compact::{put, take};
pub use distribution::{Bar, Distribution, Sorter};
pub use distributions::Distributions;
pub use interval::clopper_pearson;
pub use quantity::{OF_ACCOUNTS, OF_CONSUMERS, OF_STOCKPILES, OF_THE_MATERIAL, Quantity};
pub use recorder::Recorder;
pub use risk::Sample;
pub use service::{Outcome, SHORT, SHORT_RUN, Service};
pub use stockpile::StockOutcome;
pub use watch::{BandKind, Series, Watched, watched};

/// All of one run under one policy.
#[derive(Clone, Debug, PartialEq)]
pub struct RunMetrics {
    /// Run number.
    pub run: u64,
    /// Its weight: 1 unless rare histories are oversampled.
    pub weight: f64,
    /// By consumer, in id order.
    pub outcomes: Vec<Outcome>,
    /// `[consumer][year]`
    pub years: Vec<Service>,
    /// By stockpile, in the policy's order.
    pub stockpiles: Vec<StockOutcome>,
    /// USD by account of the policy, discounted; income is below zero.
    pub costs: Vec<f64>,
    /// `[item][step]` of [`Series`]; empty unless every step is kept.
    pub series: Vec<f64>,
}
