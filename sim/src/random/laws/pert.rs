//! PERT: a beta law on bounds, with its mode and the usual weight.

use super::beta::Beta;
use super::given::Given;
use super::triangular::check_order;
use super::{Allowed, Distribution, Fault, Kind, parameter};

/// Weight of the mode that makes the mean `(min + 4 mode + max) / 6`.
const USUAL_WEIGHT: f64 = 4.0;

pub(super) const KIND: Kind = Kind {
    name: "pert",
    summary: "A smooth hump between bounds: beta with mean (min + weight mode + max) / (weight + 2).",
    forms: &[&["min", "mode", "max"], &["min", "mode", "max", "weight"]],
    parameters: &[
        parameter("min", "same", Allowed::Finite, "smallest value"),
        parameter("mode", "same", Allowed::Finite, "likeliest value"),
        parameter("max", "same", Allowed::Finite, "largest value"),
        parameter(
            "weight",
            "ratio",
            Allowed::Within(0.0, 1e6),
            "how strongly draws gather at the mode; default 4",
        ),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    let (min, mode, max) = (given.number("min"), given.number("mode"), given.number("max"));
    let weight = given.optional("weight").unwrap_or(USUAL_WEIGHT);
    check_order(min, mode, max)?;
    // Halved, so that bounds at both ends of the range of numbers have a width.
    let width = 0.5 * max - 0.5 * min;
    let share = |from: f64, to: f64| if width > 0.0 { (0.5 * to - 0.5 * from) / width } else { 0.5 };
    let alpha = 1.0 + weight * share(min, mode);
    let beta = 1.0 + weight * share(mode, max);
    Ok(Box::new(Pert { beta: Beta { alpha, beta, low: min, high: max }, mode }))
}

#[derive(Debug)]
struct Pert {
    beta: Beta,
    mode: f64,
}

impl Distribution for Pert {
    fn quantile(&self, u: f64) -> f64 {
        self.beta.quantile(u)
    }

    fn cdf(&self, x: f64) -> f64 {
        self.beta.cdf(x)
    }

    fn mean(&self) -> Option<f64> {
        self.beta.mean()
    }

    fn bounds(&self) -> (f64, f64) {
        self.beta.bounds()
    }

    fn mode_as_written(&self) -> Option<f64> {
        Some(self.mode)
    }
}
