//! A straight rise to the mode and a straight fall from it.

use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, parameter};
use crate::math::sqrt;

pub(super) const KIND: Kind = Kind {
    name: "triangular",
    summary: "A straight rise from the smallest value to the mode and a straight fall to the largest.",
    forms: &[&["min", "mode", "max"]],
    parameters: &[
        parameter("min", "same", Allowed::Finite, "smallest value"),
        parameter("mode", "same", Allowed::Finite, "likeliest value"),
        parameter("max", "same", Allowed::Finite, "largest value"),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    let (min, mode, max) = (given.number("min"), given.number("mode"), given.number("max"));
    check_order(min, mode, max)?;
    Ok(Box::new(Triangular { min, mode, max }))
}

/// Refuses a mode outside the bounds.
pub(super) fn check_order(min: f64, mode: f64, max: f64) -> Result<(), Fault> {
    if !(min <= max) {
        return Err(Fault::at("min", format!("min is {min}, above max, {max}"), "min at or below max"));
    }
    if !(min <= mode && mode <= max) {
        return Err(Fault::at(
            "mode",
            format!("mode {mode} is outside [{min}, {max}]"),
            "min <= mode <= max",
        ));
    }
    Ok(())
}

#[derive(Debug)]
struct Triangular {
    min: f64,
    mode: f64,
    max: f64,
}

impl Distribution for Triangular {
    fn quantile(&self, u: f64) -> f64 {
        let Triangular { min, mode, max } = *self;
        let width = max - min;
        if u * width <= mode - min {
            (min + sqrt(u) * sqrt(width) * sqrt(mode - min)).min(mode)
        } else {
            (max - sqrt(1.0 - u) * sqrt(width) * sqrt(max - mode)).max(mode)
        }
    }

    fn cdf(&self, x: f64) -> f64 {
        let Triangular { min, mode, max } = *self;
        if x >= max {
            1.0
        } else if x <= min {
            0.0
        } else if x <= mode {
            (x - min) / (max - min) * ((x - min) / (mode - min))
        } else {
            1.0 - (max - x) / (max - min) * ((max - x) / (max - mode))
        }
    }

    fn mean(&self) -> Option<f64> {
        Some(self.min / 3.0 + self.mode / 3.0 + self.max / 3.0)
    }

    fn bounds(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn mode_as_written(&self) -> Option<f64> {
        Some(self.mode)
    }
}
