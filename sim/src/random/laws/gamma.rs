//! Gamma: a wait of several stages.

use super::fixed::Fixed;
use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, parameter};
use crate::math::exp;
use crate::random::incomplete::gamma_quantile;
use crate::random::incomplete::ln_gamma_cdf;

pub(super) const KIND: Kind = Kind {
    name: "gamma",
    summary: "Positive; a wait of several exponential stages, or of part of one.",
    forms: &[&["shape", "scale"], &["shape", "rate"], &["mean", "sd"], &["mean", "cv"]],
    parameters: &[
        parameter("shape", "ratio", Allowed::Within(f64::from_bits(1), 1e12), "number of stages"),
        parameter("scale", "same", Allowed::Positive, "mean of one stage"),
        parameter("rate", "1 / same", Allowed::Positive, "1 / scale"),
        parameter("mean", "same", Allowed::Positive, "mean"),
        parameter("sd", "same", Allowed::NonNegative, "standard deviation"),
        parameter("cv", "ratio", Allowed::NonNegative, "standard deviation / mean"),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    if given.has("shape") {
        let scale = given.optional("scale").unwrap_or_else(|| 1.0 / given.number("rate"));
        return Ok(Box::new(Gamma { shape: given.number("shape"), scale }));
    }
    let mean = given.number("mean");
    let cv = given.spread(mean) / mean;
    // At 1e-6 of the mean, the spread is below what any result shows.
    if cv <= 1e-6 {
        return Ok(Box::new(Fixed { value: mean }));
    }
    Ok(Box::new(Gamma { shape: 1.0 / (cv * cv), scale: mean * cv * cv }))
}

#[derive(Debug)]
struct Gamma {
    shape: f64,
    scale: f64,
}

impl Distribution for Gamma {
    fn quantile(&self, u: f64) -> f64 {
        self.scale * gamma_quantile(self.shape, u)
    }

    fn cdf(&self, x: f64) -> f64 {
        exp(ln_gamma_cdf(self.shape, x / self.scale).0)
    }

    fn mean(&self) -> Option<f64> {
        Some(self.shape * self.scale)
    }

    fn bounds(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
