//! Distribution over runs at every step, as counts in fixed bins: bounded memory, mergeable, the same in any order of threads.

/// What a band is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BandKind {
    /// Shortfall as a share of the requirement, by consumer.
    ShortfallShare,
    /// Price relative to the baseline, by destination.
    Price,
    /// Stock as a share of the target, by stockpile.
    StockLevel,
}

/// Histograms by kind, item and step.
#[derive(Clone, Debug)]
pub struct Bands {}
