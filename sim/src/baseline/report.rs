//! What the balance changed, and what it comes to.

use super::Baseline;

/// A value that the balance changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjustment {
    /// `cobalt_refined: demand of sector other in EU27`.
    pub what: String,
    /// Before, per year; `None` if it did not exist.
    pub before: Option<f64>,
    /// After, per year.
    pub after: f64,
    /// Unit.
    pub unit: String,
    /// Why.
    pub why: String,
}

/// Cover of one destination in the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverRow {
    /// Material code.
    pub material: String,
    /// Place code.
    pub place: String,
    /// Use per year.
    pub need_per_year: f64,
    /// Days of use in inventory.
    pub cover_days: f64,
    /// Mean days under way, weighted by flow.
    pub transit_days: f64,
    /// Largest share of one foreign place in the intake, and its code.
    pub largest_supplier: Option<(String, f64)>,
}

/// Cover and concentration of every destination, in id order.
pub fn cover(baseline: &Baseline) -> Vec<CoverRow> {
    let _ = baseline;
    todo!()
}
