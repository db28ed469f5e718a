//! Log-normal: the usual law of durations and of prices.

use super::fixed::Fixed;
use super::given::Given;
use super::normal::from_quantiles;
use super::normal::normal_cdf;
use super::normal::normal_quantile;
use super::{Allowed, Distribution, Fault, Kind, parameter};
use crate::math::exp;
use crate::math::exp_m1;
use crate::math::ln;
use crate::math::ln_1p;
use crate::math::sqrt;

pub(super) const KIND: Kind = Kind {
    name: "lognormal",
    summary: "Positive, with a long right tail: its logarithm is normal.",
    forms: &[
        &["mean", "sd"],
        &["mean", "cv"],
        &["mu", "sigma"],
        &["p05", "p95"],
        &["p05", "p50"],
        &["p50", "p95"],
        &["p05", "p50", "p95"],
    ],
    parameters: &[
        parameter("mean", "same", Allowed::Positive, "mean, not that of the logarithm"),
        parameter("sd", "same", Allowed::NonNegative, "standard deviation"),
        parameter("cv", "ratio", Allowed::NonNegative, "standard deviation / mean"),
        parameter("mu", "ratio", Allowed::Finite, "mean of the logarithm"),
        parameter("sigma", "ratio", Allowed::NonNegative, "standard deviation of the logarithm"),
        parameter("p05", "same", Allowed::Positive, "value that 5 % of draws lie below"),
        parameter("p50", "same", Allowed::Positive, "median"),
        parameter("p95", "same", Allowed::Positive, "value that 95 % of draws lie below"),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    let (mu, sigma) = if let Some(mean) = given.optional("mean") {
        let cv = given.spread(mean) / mean;
        if cv == 0.0 {
            return Ok(Box::new(Fixed { value: mean }));
        }
        let variance = ln_1p(cv * cv);
        (ln(mean) - 0.5 * variance, sqrt(variance))
    } else if given.has("mu") {
        (given.number("mu"), given.number("sigma"))
    } else {
        from_quantiles(["p05", "p50", "p95"].map(|key| given.optional(key).map(ln)))?
    };
    if sigma == 0.0 {
        return Ok(Box::new(Fixed { value: exp(mu) }));
    }
    Ok(Box::new(LogNormal { mu, sigma }))
}

#[derive(Debug)]
struct LogNormal {
    mu: f64,
    sigma: f64,
}

impl Distribution for LogNormal {
    fn quantile(&self, u: f64) -> f64 {
        exp(self.mu + self.sigma * normal_quantile(u))
    }

    fn cdf(&self, x: f64) -> f64 {
        if x > 0.0 { normal_cdf((ln(x) - self.mu) / self.sigma) } else { 0.0 }
    }

    fn mean(&self) -> Option<f64> {
        Some(exp(self.mu + 0.5 * self.sigma * self.sigma))
    }

    fn bounds(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn warnings(&self) -> Vec<String> {
        // From a spread of ten means on, a mean of a million draws is uncertain by more than 1 % and itself skewed.
        const WIDE: f64 = 10.0;
        let cv = sqrt(exp_m1(self.sigma * self.sigma));
        if cv > WIDE {
            return vec![format!(
                "the standard deviation is {cv:.0} times the mean: sample means say little"
            )];
        }
        Vec::new()
    }
}
