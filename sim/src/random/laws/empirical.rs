//! A list of observed values.

use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, parameter};

pub(super) const KIND: Kind = Kind {
    name: "empirical",
    summary: "One of a list of observed values, equally likely or by weight.",
    forms: &[&["values"], &["values", "weights"]],
    parameters: &[
        parameter("values", "list", Allowed::Numbers, "the values"),
        parameter(
            "weights",
            "list",
            Allowed::Numbers,
            "one for each value, scaled to sum to 1; default equal",
        ),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    let values = given.list("values");
    let shares = given.shares("weights", values.len())?;
    let mut steps: Vec<(f64, f64)> =
        values.iter().copied().zip(shares).filter(|(_, share)| *share > 0.0).collect();
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mean = steps.iter().fold(0.0, |sum, (value, share)| sum + value * share);
    let mut total = 0.0;
    for (_, share) in &mut steps {
        total += *share;
        *share = total;
    }
    Ok(Box::new(Empirical { steps, mean }))
}

#[derive(Debug)]
struct Empirical {
    /// Values, ascending, each with the share at or below it. Never empty.
    steps: Vec<(f64, f64)>,
    mean: f64,
}

impl Distribution for Empirical {
    fn quantile(&self, u: f64) -> f64 {
        let at = self.steps.partition_point(|(_, below)| *below < u);
        self.steps[at.min(self.steps.len() - 1)].0
    }

    fn cdf(&self, x: f64) -> f64 {
        match self.steps.partition_point(|(value, _)| *value <= x) {
            0 => 0.0,
            n if n == self.steps.len() => 1.0,
            n => self.steps[n - 1].1,
        }
    }

    fn mean(&self) -> Option<f64> {
        Some(self.mean)
    }

    fn bounds(&self) -> (f64, f64) {
        (self.steps[0].0, self.steps[self.steps.len() - 1].0)
    }
}
