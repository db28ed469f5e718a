//! Equally likely between two bounds on a logarithmic scale.

use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, parameter};
use crate::math::exp;
use crate::math::ln;

pub(super) const KIND: Kind = Kind {
    name: "loguniform",
    summary: "Equally likely between two bounds on a logarithmic scale: for numbers known to within a factor.",
    forms: &[&["low", "high"]],
    parameters: &[
        parameter("low", "same", Allowed::Positive, "smallest value"),
        parameter("high", "same", Allowed::Positive, "largest value"),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    let (low, high) = (given.number("low"), given.number("high"));
    if !(low <= high) {
        return Err(Fault::at("low", format!("low is {low}, above high, {high}"), "low at or below high"));
    }
    Ok(Box::new(LogUniform { low, high }))
}

#[derive(Debug)]
struct LogUniform {
    low: f64,
    high: f64,
}

impl Distribution for LogUniform {
    fn quantile(&self, u: f64) -> f64 {
        exp(ln(self.low) * (1.0 - u) + ln(self.high) * u).clamp(self.low, self.high)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x >= self.high {
            1.0
        } else if x <= self.low {
            0.0
        } else {
            (ln(x) - ln(self.low)) / (ln(self.high) - ln(self.low))
        }
    }

    fn mean(&self) -> Option<f64> {
        let span = ln(self.high) - ln(self.low);
        Some(if span > 0.0 { (self.high - self.low) / span } else { self.low })
    }

    fn bounds(&self) -> (f64, f64) {
        (self.low, self.high)
    }
}
