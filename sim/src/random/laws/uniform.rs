//! Equally likely between two bounds.

use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, parameter};

pub(super) const KIND: Kind = Kind {
    name: "uniform",
    summary: "Equally likely anywhere between two bounds.",
    forms: &[&["low", "high"]],
    parameters: &[
        parameter("low", "same", Allowed::Finite, "smallest value"),
        parameter("high", "same", Allowed::Finite, "largest value"),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    let (low, high) = (given.number("low"), given.number("high"));
    if !(low <= high) {
        return Err(Fault::at("low", format!("low is {low}, above high, {high}"), "low at or below high"));
    }
    Ok(Box::new(Uniform { low, high }))
}

#[derive(Debug)]
struct Uniform {
    low: f64,
    high: f64,
}

impl Distribution for Uniform {
    fn quantile(&self, u: f64) -> f64 {
        (self.low * (1.0 - u) + self.high * u).clamp(self.low, self.high)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x >= self.high { 1.0 } else { ((x - self.low) / (self.high - self.low)).max(0.0) }
    }

    fn mean(&self) -> Option<f64> {
        Some(0.5 * self.low + 0.5 * self.high)
    }

    fn bounds(&self) -> (f64, f64) {
        (self.low, self.high)
    }
}
