//! When there are enough runs: the half width of an interval against what was asked for.

use super::users::main_consumers;
use crate::baseline::Baseline;
use crate::metrics::Distribution;
use crate::metrics::Distributions;
use crate::metrics::OF_CONSUMERS;
use crate::policies::Policy;
use crate::scenario::At;
use crate::scenario::Problems;
use crate::scenario::Statistic;
use crate::scenario::Until;
use crate::scenario::nearest;

/// `[run] until`, with its names found.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    statistic: Statistic,
    /// Of [`OF_CONSUMERS`].
    quantity: &'static str,
    relative_half_width: f64,
    consumers: Vec<usize>,
    /// All that decides when it ends, for the manifest.
    pub(super) words: String,
}

impl Rule {
    /// Finds the names of the table; what is not there is reported.
    pub(super) fn new(
        until: &Until,
        least: u64,
        baseline: &Baseline,
        policies: &[Policy],
        problems: &mut Problems,
    ) -> Option<Rule> {
        let network = &baseline.network;
        let quantity = OF_CONSUMERS.iter().find(|quantity| quantity.name == until.of.value);
        if quantity.is_none() {
            unknown("of", &until.of, OF_CONSUMERS.iter().map(|quantity| quantity.name), problems);
        }
        let mut known = |key, name: &Option<At<String>>, names: Vec<&str>| {
            if let Some(name) = name.as_ref().filter(|name| !names.contains(&name.value.as_str())) {
                unknown(key, name, names.into_iter(), problems);
            }
        };
        known("material", &until.material, network.materials.iter().map(|m| m.code.as_str()).collect());
        known("place", &until.place, network.places.iter().map(|place| place.code.as_str()).collect());
        known("sector", &until.sector, network.sectors.iter().map(String::as_str).collect());
        let is =
            |asked: &Option<At<String>>, name: &str| asked.as_ref().is_none_or(|asked| asked.value == name);
        let chosen = |index: &usize| {
            let consumer = &network.consumers[*index];
            let destination = &network.destinations[consumer.destination.index()];
            is(&until.material, &network.materials[destination.material.index()].code)
                && is(&until.place, &network.places[destination.place.index()].code)
                && is(&until.sector, &network.sectors[consumer.sector])
        };
        let consumers: Vec<usize> = match [&until.material, &until.place, &until.sector] {
            [None, None, None] => main_consumers(baseline, &policies.iter().collect::<Vec<_>>()),
            _ => (0..network.consumers.len()).filter(chosen).collect(),
        };
        if consumers.is_empty() && !problems.refused() {
            problems.error(until.at, "[run]: until: no consumer has all of these names", None);
        }
        let text =
            |name: &Option<At<String>>| name.as_ref().map_or("*", |name| name.value.as_str()).to_owned();
        let words = format!(
            "{} of {} within {} of itself, of {} {} {}; from {least} runs on",
            until.statistic.name(),
            until.of.value,
            until.relative_half_width,
            text(&until.material),
            text(&until.place),
            text(&until.sector),
        );
        Some(Rule {
            statistic: until.statistic,
            quantity: quantity?.name,
            relative_half_width: until.relative_half_width,
            consumers,
            words,
        })
    }

    /// True if the statistic is known well enough for every consumer under every policy. One that has the same number in every
    /// run has no interval and asks for none, unless all are so: then nothing is known.
    pub(super) fn reached(&self, policies: &[Distributions]) -> bool {
        let all = policies.iter().flat_map(|policy| {
            self.consumers.iter().filter_map(|consumer| policy.of_consumer(*consumer, self.quantity))
        });
        let mut spread = all.filter(|distribution| distribution.least() < distribution.most()).peekable();
        spread.peek().is_some()
            && spread.all(|distribution| {
                self.runs_needed(distribution).is_some_and(|n| n <= distribution.runs() as f64)
            })
    }

    fn runs_needed(&self, distribution: &Distribution) -> Option<f64> {
        runs_needed(distribution, self.statistic, self.relative_half_width)
    }
}

/// How many runs make `half_width` this share of `value`, if `runs` made it: widths go with 1 / √n.
pub fn runs_for(runs: f64, half_width: f64, value: f64, relative: f64) -> f64 {
    let times = half_width / (relative * value.abs());
    runs * times * times
}

/// How many runs give a 95 % interval of this relative half width; `None` if these can't tell.
fn runs_needed(distribution: &Distribution, statistic: Statistic, relative: f64) -> Option<f64> {
    let (value, half) = match statistic {
        Statistic::Mean => (distribution.mean(), distribution.mean_half_width()?),
        Statistic::Cvar(level) => (distribution.cvar(level), distribution.cvar_half_width(level)?),
    };
    Some(runs_for(distribution.runs() as f64, half, value, relative))
}

fn unknown<'a>(
    key: &str,
    written: &At<String>,
    names: impl Iterator<Item = &'a str> + Clone,
    problems: &mut Problems,
) {
    let hint = match nearest(&written.value, names.clone()) {
        Some(name) => format!("did you mean \"{name}\"?"),
        None => format!("there are: {}", names.collect::<Vec<_>>().join(", ")),
    };
    problems.error(written.at, format!("[run]: until: {key}: no \"{}\"", written.value), Some(hint));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Sorter;

    fn rule(statistic: Statistic, relative_half_width: f64) -> Rule {
        Rule {
            statistic,
            quantity: "shortfall",
            relative_half_width,
            consumers: vec![0],
            words: String::new(),
        }
    }

    fn policy(values: impl Iterator<Item = f64>) -> Distributions {
        let shortfall = Sorter::default().sort(values.map(|value| (value, 1.0)));
        let position = OF_CONSUMERS.iter().position(|quantity| quantity.name == "shortfall").unwrap();
        let mut of_one = vec![Distribution::default(); OF_CONSUMERS.len()];
        of_one[position] = shortfall;
        Distributions { consumers: vec![of_one], ..Distributions::default() }
    }

    #[test]
    fn a_mean_is_known_when_its_standard_error_is_small_enough() {
        // Ones and threes: mean 2, standard deviation 1, half width 1.96 / √n.
        let of = |n: u32| [policy((0..n).map(|n| f64::from(1 + 2 * (n % 2))))];
        // 1.96 / √n <= 0.1 · 2 from n = 96.04 on.
        assert!(!rule(Statistic::Mean, 0.1).reached(&of(96)));
        assert!(rule(Statistic::Mean, 0.1).reached(&of(98)));
        let needed =
            runs_needed(of(10)[0].of_consumer(0, "shortfall").unwrap(), Statistic::Mean, 0.1).unwrap();
        assert!((needed - 96.04).abs() < 0.01, "{needed}");
    }

    #[test]
    fn what_is_the_same_in_every_run_is_passed_over_unless_all_is() {
        let rule = rule(Statistic::Cvar(0.95), 0.5);
        let still = || policy((0..1000).map(|_| 0.0));
        let moving = || policy((0..1000).map(|n| f64::from(n % 7)));
        assert!(!rule.reached(&[still(), still()]));
        assert!(rule.reached(&[still(), moving()]));
        // One run in a thousand has something to tell, and the tail of the others nothing.
        assert!(!rule.reached(&[policy((0..20).map(|n| f64::from(n / 19))), moving()]));
    }
}
