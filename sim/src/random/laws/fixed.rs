//! Always the same value.

use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, parameter};

pub(super) const KIND: Kind = Kind {
    name: "fixed",
    summary: "Always the same value.",
    forms: &[&["value"]],
    parameters: &[parameter("value", "same", Allowed::Finite, "the value")],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    Ok(Box::new(Fixed { value: given.number("value") }))
}

/// Also what other laws become when they are written without spread.
#[derive(Debug)]
pub(in crate::random) struct Fixed {
    pub(in crate::random) value: f64,
}

impl Distribution for Fixed {
    fn quantile(&self, _: f64) -> f64 {
        self.value
    }

    fn cdf(&self, x: f64) -> f64 {
        if x >= self.value { 1.0 } else { 0.0 }
    }

    fn mean(&self) -> Option<f64> {
        Some(self.value)
    }

    fn bounds(&self) -> (f64, f64) {
        (self.value, self.value)
    }
}
