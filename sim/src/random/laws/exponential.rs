//! Exponential: the wait for something without memory.

use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, parameter};
use crate::math::exp_m1;
use crate::math::ln_1p;

pub(super) const KIND: Kind = Kind {
    name: "exponential",
    summary: "The wait for something that is as likely at any time: no memory.",
    forms: &[&["mean"], &["rate"]],
    parameters: &[
        parameter("mean", "same", Allowed::Positive, "mean"),
        parameter("rate", "1 / same", Allowed::Positive, "1 / mean"),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    let mean = given.optional("mean").unwrap_or_else(|| 1.0 / given.number("rate"));
    Ok(Box::new(Exponential { mean }))
}

#[derive(Debug)]
struct Exponential {
    mean: f64,
}

impl Distribution for Exponential {
    fn quantile(&self, u: f64) -> f64 {
        -self.mean * ln_1p(-u)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x > 0.0 { -exp_m1(-x / self.mean) } else { 0.0 }
    }

    fn mean(&self) -> Option<f64> {
        Some(self.mean)
    }

    fn bounds(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
