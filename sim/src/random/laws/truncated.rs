//! A law cut off at bounds.

use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, Law, parameter};
use crate::math::exp;

/// Smallest share of the law that the bounds may keep: below it, the uniform's digits would show in the draws.
const LEAST_KEPT: f64 = 1e-6;

pub(super) const KIND: Kind = Kind {
    name: "truncated",
    summary: "Another law, given that it falls between bounds.",
    forms: &[&["law", "min"], &["law", "max"], &["law", "min", "max"]],
    parameters: &[
        parameter("law", "laws", Allowed::Laws, "the law that is cut off"),
        parameter("min", "same", Allowed::Finite, "lower bound; default none"),
        parameter("max", "same", Allowed::Finite, "upper bound; default none"),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    let [law] = given.laws("law") else {
        return Err(Fault::at("law", "more than one law", "one law; make a mixture of several first"));
    };
    let min = given.optional("min").unwrap_or(f64::NEG_INFINITY);
    let max = given.optional("max").unwrap_or(f64::INFINITY);
    if !(min <= max) {
        return Err(Fault::at("min", format!("min is {min}, above max, {max}"), "min at or below max"));
    }
    // The largest number below min, so that a law with steps keeps the one at min.
    let below = if min == f64::NEG_INFINITY { 0.0 } else { law.cdf(min.next_down()) };
    let kept = law.cdf(max) - below;
    if !(kept >= LEAST_KEPT) {
        return Err(Fault::whole(
            format!("only {kept:e} of the law lies between the bounds"),
            format!("bounds that keep at least {LEAST_KEPT:e} of it"),
        ));
    }
    let bounds = law.bounds();
    Ok(Box::new(Truncated { law: law.clone(), below, kept, min: min.max(bounds.0), max: max.min(bounds.1) }))
}

#[derive(Debug)]
struct Truncated {
    law: Law,
    /// Share of the law below the lower bound.
    below: f64,
    /// Share of it between the bounds.
    kept: f64,
    min: f64,
    max: f64,
}

impl Distribution for Truncated {
    fn quantile(&self, u: f64) -> f64 {
        let of_law = (self.below + u * self.kept).clamp(f64::EPSILON / 2.0, 1.0 - f64::EPSILON / 2.0);
        self.law.quantile(of_law).clamp(self.min, self.max)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x < self.min {
            0.0
        } else if x >= self.max {
            1.0
        } else {
            ((self.law.cdf(x) - self.below) / self.kept).clamp(0.0, 1.0)
        }
    }

    /// The quantile integrated over (0, 1), in `t` with `u = 1 / (1 + e^(−t))`, where tails at both ends are smooth.
    fn mean(&self) -> Option<f64> {
        const REACH: f64 = 36.0;
        const PIECES: u32 = 720;
        if self.max == f64::INFINITY || self.min == f64::NEG_INFINITY {
            self.law.mean()?;
        }
        let (mut total, mut weights) = (0.0, 0.0);
        for piece in 0..=PIECES {
            let t = REACH * (2.0 * f64::from(piece) / f64::from(PIECES) - 1.0);
            let u = 1.0 / (1.0 + exp(-t));
            let weight = u / (1.0 + exp(t));
            total += weight * self.quantile(u);
            weights += weight;
        }
        Some(total / weights).filter(|mean| mean.is_finite())
    }

    fn bounds(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn mode_as_written(&self) -> Option<f64> {
        self.law.0.mode_as_written().map(|mode| mode.clamp(self.min, self.max))
    }

    fn warnings(&self) -> Vec<String> {
        if self.max == f64::INFINITY { self.law.warnings() } else { Vec::new() }
    }

    fn may_be_permanent(&self) -> bool {
        self.max == f64::INFINITY && self.law.0.may_be_permanent()
    }
}
