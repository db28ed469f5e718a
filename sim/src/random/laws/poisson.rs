//! Poisson: how many of something.

use super::fixed::Fixed;
use super::given::Given;
use super::normal::normal_quantile;
use super::{Allowed, Distribution, Fault, Kind, parameter};
use crate::math::exp;
use crate::math::sqrt;
use crate::random::incomplete::ln_gamma_cdf;

pub(super) const KIND: Kind = Kind {
    name: "poisson",
    summary: "How many of something that comes independently of itself.",
    forms: &[&["mean"]],
    parameters: &[parameter("mean", "count", Allowed::Within(0.0, 1e12), "mean number")],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    let mean = given.number("mean");
    if mean == 0.0 {
        return Ok(Box::new(Fixed { value: 0.0 }));
    }
    Ok(Box::new(Poisson { mean }))
}

#[derive(Debug)]
struct Poisson {
    mean: f64,
}

impl Distribution for Poisson {
    /// From the normal approximation with its skew, bracketed by doubling steps, then halved.
    fn quantile(&self, u: f64) -> f64 {
        let z = normal_quantile(u);
        let mut high = (self.mean + sqrt(self.mean) * z + (z * z - 1.0) / 6.0).max(0.0).floor();
        let mut step = 1.0;
        let mut low;
        if self.cdf(high) >= u {
            low = high - 1.0;
            while low >= 0.0 && self.cdf(low) >= u {
                high = low;
                low -= step;
                step *= 2.0;
            }
            low = low.max(-1.0);
        } else {
            low = high;
            high += 1.0;
            while self.cdf(high) < u {
                low = high;
                high += step;
                step *= 2.0;
            }
        }
        while high - low > 1.0 {
            let middle = (0.5 * (low + high)).floor();
            if self.cdf(middle) >= u {
                high = middle;
            } else {
                low = middle;
            }
        }
        high
    }

    fn cdf(&self, x: f64) -> f64 {
        if x >= 0.0 { exp(ln_gamma_cdf(x.floor() + 1.0, self.mean).1) } else { 0.0 }
    }

    fn mean(&self) -> Option<f64> {
        Some(self.mean)
    }

    fn bounds(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}
