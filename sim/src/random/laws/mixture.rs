//! One of several laws.

use super::given::Given;
use super::{Allowed, Distribution, Fault, Kind, Law, parameter};
use crate::math::{Row, WIDTH};
use crate::random::{Cells, Purpose, Stream};

/// Largest gap of the weights' sum from 1: what rounding to three digits leaves.
const WEIGHTS_GAP: f64 = 1e-3;

pub(super) const KIND: Kind = Kind {
    name: "mixture",
    summary: "One of several laws, chosen anew for each draw.",
    forms: &[&["parts"], &["parts", "weights"]],
    parameters: &[
        parameter("parts", "laws", Allowed::Laws, "the laws"),
        parameter("weights", "list", Allowed::Numbers, "probability of each; they sum to 1; default equal"),
    ],
    read,
};

fn read(given: &Given) -> Result<Box<dyn Distribution>, Fault> {
    let laws = given.laws("parts");
    let shares = given.shares("weights", laws.len())?;
    if given.has("weights") {
        let total = crate::math::sum(given.list("weights"));
        if !((total - 1.0).abs() <= WEIGHTS_GAP) {
            return Err(Fault::at(
                "weights",
                format!("weights sum to {total}"),
                "probabilities that sum to 1",
            ));
        }
    }
    let parts = shares.into_iter().zip(laws.iter().cloned()).filter(|(share, _)| *share > 0.0).collect();
    Ok(Box::new(Mixture { parts }))
}

#[derive(Debug)]
struct Mixture {
    /// Probability, above 0, and law of each part. Never empty.
    parts: Vec<(f64, Law)>,
}

impl Distribution for Mixture {
    /// One uniform for the choice and one for the part, so that a part's draws keep their shape.
    fn sample(&self, stream: &mut Stream) -> f64 {
        let mut choice = stream.uniform();
        let mut chosen = &self.parts[self.parts.len() - 1].1;
        for (share, law) in &self.parts {
            if choice < *share {
                chosen = law;
                break;
            }
            choice -= share;
        }
        chosen.sample(stream)
    }

    fn draws(&self, cells: &Cells, purpose: Purpose, here: [bool; WIDTH]) -> Row {
        let draw = |run| if here[run] { self.sample(&mut cells.stream(run, purpose)) } else { 0.0 };
        Row(std::array::from_fn(draw))
    }

    /// Between the smallest and the largest quantile of the parts, halved until neighbouring numbers remain.
    fn quantile(&self, u: f64) -> f64 {
        let ends = self.parts.iter().map(|(_, law)| law.quantile(u));
        let (mut low, mut high) =
            ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end), high.max(end)));
        if self.cdf(low) >= u {
            return low;
        }
        if high == f64::INFINITY {
            if self.cdf(f64::MAX) < u {
                return high;
            }
            high = f64::MAX;
        }
        loop {
            // The geometric mean first, as the parts may differ by hundreds of orders of magnitude.
            let middle = if low > 0.0 && high > 4.0 * low {
                crate::math::sqrt(low) * crate::math::sqrt(high)
            } else {
                0.5 * low + 0.5 * high
            };
            if !(low < middle && middle < high) {
                return high;
            }
            if self.cdf(middle) >= u {
                high = middle;
            } else {
                low = middle;
            }
        }
    }

    fn cdf(&self, x: f64) -> f64 {
        self.parts.iter().fold(0.0, |sum, (share, law)| sum + share * law.cdf(x)).min(1.0)
    }

    fn mean(&self) -> Option<f64> {
        self.parts.iter().try_fold(0.0, |sum, (share, law)| Some(sum + share * law.mean()?))
    }

    fn bounds(&self) -> (f64, f64) {
        self.parts
            .iter()
            .map(|(_, law)| law.bounds())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), bounds| {
                (low.min(bounds.0), high.max(bounds.1))
            })
    }

    fn warnings(&self) -> Vec<String> {
        self.parts.iter().flat_map(|(_, law)| law.warnings()).collect()
    }

    fn may_be_permanent(&self) -> bool {
        self.parts.iter().any(|(_, law)| law.0.may_be_permanent())
    }
}
