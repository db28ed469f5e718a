//! Beta: shares, or any bounded quantity on a stretched scale.

use super::fixed::Fixed;
use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, parameter};
use crate::math::exp;
use crate::math::ln;
use crate::random::incomplete::beta_quantile;
use crate::random::incomplete::ln_beta_cdf;

/// Above this shape the law is a point to eight digits, and its function loses as many.
const LARGEST_SHAPE: f64 = 1e8;

pub(super) const KIND: Kind = Kind {
    name: "beta",
    summary: "A share between 0 and 1.",
    forms: &[&["alpha", "beta"], &["mean", "sd"], &["mean", "cv"]],
    parameters: &[
        parameter("alpha", "ratio", Allowed::Within(f64::from_bits(1), LARGEST_SHAPE), "shape at 0"),
        parameter("beta", "ratio", Allowed::Within(f64::from_bits(1), LARGEST_SHAPE), "shape at 1"),
        parameter("mean", "same", Allowed::Within(0.0, 1.0), "mean"),
        parameter(
            "sd",
            "same",
            Allowed::NonNegative,
            "standard deviation, below the root of mean (1 - mean)",
        ),
        parameter("cv", "ratio", Allowed::NonNegative, "standard deviation / mean"),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    if given.has("alpha") {
        return Ok(Box::new(Beta {
            alpha: given.number("alpha"),
            beta: given.number("beta"),
            low: 0.0,
            high: 1.0,
        }));
    }
    let mean = given.number("mean");
    let sd = given.spread(mean);
    if sd == 0.0 {
        return Ok(Box::new(Fixed { value: mean }));
    }
    let size = mean * (1.0 - mean) / (sd * sd) - 1.0;
    let (alpha, beta) = (mean * size, (1.0 - mean) * size);
    if !(alpha > 0.0 && beta > 0.0 && alpha <= LARGEST_SHAPE && beta <= LARGEST_SHAPE) {
        return Err(Fault::whole(
            format!("no beta law has mean {mean} and standard deviation {sd}"),
            format!("a standard deviation above 0 and below {}", crate::math::sqrt(mean * (1.0 - mean))),
        ));
    }
    Ok(Box::new(Beta { alpha, beta, low: 0.0, high: 1.0 }))
}

/// A beta law stretched from (0, 1) to (`low`, `high`).
#[derive(Debug)]
pub(super) struct Beta {
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Distribution for Beta {
    fn quantile(&self, u: f64) -> f64 {
        let share = beta_quantile(self.alpha, self.beta, u);
        (self.low * (1.0 - share) + self.high * share).clamp(self.low, self.high)
    }

    fn cdf(&self, x: f64) -> f64 {
        if x >= self.high {
            1.0
        } else if x <= self.low {
            0.0
        } else {
            exp(ln_beta_cdf(self.alpha, self.beta, ln((x - self.low) / (self.high - x))))
        }
    }

    fn mean(&self) -> Option<f64> {
        // Divided by the larger shape first, as their sum may be too small to divide by.
        let larger = self.alpha.max(self.beta);
        let (a, b) = (self.alpha / larger, self.beta / larger);
        Some(self.low * (b / (a + b)) + self.high * (a / (a + b)))
    }

    fn bounds(&self) -> (f64, f64) {
        (self.low, self.high)
    }
}
