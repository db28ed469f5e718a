//! Weibull: a wait whose end grows likelier, or less likely, with time.

use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, parameter};
use crate::math::exp;
use crate::math::exp_m1;
use crate::math::ln_1p;
use crate::math::ln_gamma;
use crate::math::pow;

pub(super) const KIND: Kind = Kind {
    name: "weibull",
    summary: "A wait whose end grows likelier with time (shape above 1) or less likely (below 1).",
    forms: &[&["shape", "scale"], &["shape", "mean"]],
    parameters: &[
        parameter("shape", "ratio", Allowed::Positive, "1 is exponential"),
        parameter("scale", "same", Allowed::Positive, "value that 63.2 % of draws lie below"),
        parameter("mean", "same", Allowed::Positive, "mean"),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    let shape = given.number("shape");
    let scale =
        given.optional("scale").unwrap_or_else(|| given.number("mean") * exp(-ln_gamma(1.0 + 1.0 / shape)));
    if !(scale > 0.0) {
        return Err(Fault::at(
            "shape",
            format!("shape {shape} is too small to be given with a mean"),
            "give scale",
        ));
    }
    Ok(Box::new(Weibull { shape, scale }))
}

#[derive(Debug)]
struct Weibull {
    shape: f64,
    scale: f64,
}

impl Distribution for Weibull {
    fn quantile(&self, u: f64) -> f64 {
        self.scale * pow(-ln_1p(-u), 1.0 / self.shape)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x > 0.0 { -exp_m1(-pow(x / self.scale, self.shape)) } else { 0.0 }
    }

    fn mean(&self) -> Option<f64> {
        Some(self.scale * exp(ln_gamma(1.0 + 1.0 / self.shape)))
    }

    fn bounds(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn warnings(&self) -> Vec<String> {
        // At shape 0.3 the standard deviation is five times the mean and grows fast below.
        if self.shape < 0.3 {
            return vec![format!("shape {} has a very long tail: sample means say little", self.shape)];
        }
        Vec::new()
    }
}
