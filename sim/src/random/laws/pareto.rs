//! Pareto: a power law above a smallest value.

use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, parameter};
use crate::math::exp;
use crate::math::ln;

pub(super) const KIND: Kind = Kind {
    name: "pareto",
    summary: "A power law above a smallest value: the share above x is (min / x)^shape.",
    forms: &[&["shape", "min"]],
    parameters: &[
        parameter(
            "shape",
            "ratio",
            Allowed::Positive,
            "exponent of the tail; no mean at 1 or below, no variance at 2 or below",
        ),
        parameter("min", "same", Allowed::Positive, "smallest value"),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    Ok(Box::new(Pareto { shape: given.number("shape"), min: given.number("min") }))
}

#[derive(Debug)]
struct Pareto {
    shape: f64,
    min: f64,
}

impl Distribution for Pareto {
    fn quantile(&self, u: f64) -> f64 {
        self.min * exp(-ln(1.0 - u) / self.shape)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x > self.min { 1.0 - exp(self.shape * (ln(self.min) - ln(x))) } else { 0.0 }
    }

    fn mean(&self) -> Option<f64> {
        (self.shape > 1.0).then(|| self.min * self.shape / (self.shape - 1.0))
    }

    fn bounds(&self) -> (f64, f64) {
        (self.min, f64::INFINITY)
    }

    fn warnings(&self) -> Vec<String> {
        if self.shape <= 1.0 {
            return vec![format!(
                "with shape {} the mean does not exist: sample means grow without end",
                self.shape
            )];
        }
        if self.shape <= 2.0 {
            return vec![format!(
                "with shape {} the variance does not exist: sample means converge slowly",
                self.shape
            )];
        }
        Vec::new()
    }
}
