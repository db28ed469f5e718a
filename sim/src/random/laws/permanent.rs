//! Without end.

use super::given::Given;
use super::{Distribution, Fault, Kind};

pub(super) const KIND: Kind = Kind {
    name: "permanent",
    summary: "Without end: a duration that outlasts every run.",
    forms: &[&[]],
    parameters: &[],
    read,
};

fn read(_: &Given) -> Result<Box<dyn Distribution>, Fault> {
    Ok(Box::new(Permanent))
}

#[derive(Debug)]
struct Permanent;

impl Distribution for Permanent {
    fn quantile(&self, _: f64) -> f64 {
        f64::INFINITY
    }

    fn cdf(&self, x: f64) -> f64 {
        if x == f64::INFINITY { 1.0 } else { 0.0 }
    }

    fn mean(&self) -> Option<f64> {
        None
    }

    fn bounds(&self) -> (f64, f64) {
        (f64::INFINITY, f64::INFINITY)
    }

    fn may_be_permanent(&self) -> bool {
        true
    }
}
