//! Hazards that touch nothing, their histories, and the statistics that judge them.

use shortfall::exposure::{Event, Script, Shape};
use shortfall::hazards::{Drawn, Excites, Hazard, Links, Spread, Times};
use shortfall::history;
use shortfall::math::WIDTH;
use shortfall::network::Clock;
use shortfall::random::laws::Parameter;
use shortfall::random::{Block, Law};
use shortfall::scenario::Recovery;

/// Paths of a test that runs with the others, and of one that runs with `--ignored`.
pub(crate) const FEW: u64 = 4_000;
pub(crate) const MANY: u64 = 100_000;

#[derive(Debug)]
struct Harmless {
    units: Vec<String>,
    spread: Option<Spread>,
}

impl Hazard for Harmless {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn spread(&self) -> Option<&Spread> {
        self.spread.as_ref()
    }

    fn effects(&self, _: &Event, _: &Shape, _: usize, _: &mut Script) {}
}

pub(crate) fn law(name: &str, parameters: &[(&str, f64)]) -> Law {
    let parameters: Vec<(String, Parameter)> =
        parameters.iter().map(|(key, value)| (key.to_string(), Parameter::Number(*value))).collect();
    Law::build(name, &parameters).unwrap()
}

/// Ten years of quarters.
pub(crate) fn clock() -> Clock {
    Clock { start: jiff::civil::date(2027, 1, 1), dt: 0.25, n_steps: 40 }
}

/// A hazard whose events last no time, on units a, b and c.
pub(crate) fn hazard(name: &str, onset: Times) -> Drawn {
    let shape = Shape { clock: clock(), lead: 0.0, ramp: 0.0, recovery: 0.0, form: Recovery::Linear };
    Drawn {
        name: name.to_owned(),
        kind: "outage",
        onset,
        duration: Some(Law::fixed(0.0)),
        duration_unit: 1.0,
        severity: Law::fixed(1.0),
        sample: None,
        shape,
        links: Links::default(),
        hazard: Box::new(Harmless { units: ["a", "b", "c"].map(str::to_owned).to_vec(), spread: None }),
    }
}

pub(crate) fn poisson(name: &str, per_year: f64) -> Drawn {
    hazard(name, Times::Poisson { per_year })
}

/// Events that pass from each unit to the next one in a ring.
pub(crate) fn spreading(mut drawn: Drawn, spread: Spread) -> Drawn {
    let units = drawn.hazard.units().to_vec();
    drawn.hazard = Box::new(Harmless { units, spread: Some(spread) });
    drawn
}

pub(crate) fn lasting(mut drawn: Drawn, years: Law) -> Drawn {
    drawn.duration = Some(years);
    drawn
}

pub(crate) fn exciting(mut drawn: Drawn, hazard: usize, extra: f64, decay: f64) -> Drawn {
    drawn.links.excites.push(Excites { hazard, extra, decay });
    drawn
}

/// Events of runs `0..runs`, by run.
pub(crate) fn histories(hazards: &[Drawn], runs: u64) -> Vec<Vec<Event>> {
    weighted(hazards, runs).into_iter().map(|(_, events)| events).collect()
}

/// Events of runs `0..runs`, by run, with its weight.
pub(crate) fn weighted(hazards: &[Drawn], runs: u64) -> Vec<(f64, Vec<Event>)> {
    let mut all = Vec::new();
    while (all.len() as u64) < runs {
        let first_run = all.len() as u64;
        let n_runs = (runs - first_run).min(WIDTH as u64) as usize;
        let block = Block { seed: 11, draw: 0, first_run, n_runs };
        let history = history::sample(hazards, hazards[0].shape.clock, &block);
        all.extend(history.weights.into_iter().zip(history.events));
    }
    all
}

/// Starts of the events of one hazard.
pub(crate) fn starts(events: &[Event], hazard: u32) -> Vec<f64> {
    events.iter().filter(|event| event.hazard == hazard).map(|event| event.start).collect()
}

/// Share of seeds at which a test of a right sampler would fail.
pub(crate) const FALSE_ALARM: f64 = 1e-6;

/// Largest distance from the uniform distribution function, but for [`FALSE_ALARM`] of samples of size `n` (Massart 1990).
pub(crate) fn ks_bound(n: usize) -> f64 {
    ((2.0_f64 / FALSE_ALARM).ln() / 2.0 / n as f64).sqrt()
}

/// Largest distance of the empirical distribution function from the uniform one.
pub(crate) fn ks_distance(mut shares: Vec<f64>) -> f64 {
    assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "shares lie in 0 to 1");
    shares.sort_by(f64::total_cmp);
    let n = shares.len() as f64;
    let far = |(i, u): (usize, &f64)| (u - i as f64 / n).abs().max((u - (i as f64 + 1.0) / n).abs());
    shares.iter().enumerate().map(far).fold(0.0, f64::max)
}

/// Refuses shares that are not uniform, and takes care that the mutants are not.
#[track_caller]
pub(crate) fn assert_uniform(shares: Vec<f64>, mutant: Vec<f64>) {
    let (n, m) = (shares.len(), mutant.len());
    let (distance, wrong) = (ks_distance(shares), ks_distance(mutant));
    assert!(distance < ks_bound(n), "{distance} of {n}");
    assert!(wrong > ks_bound(m), "the mutant passes: {wrong} of {m}");
}

/// Mean and standard error.
pub(crate) fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (square / n).sqrt())
}

/// Refuses a mean more than `errors` standard errors off, and takes care that `mutant` is refused.
#[track_caller]
pub(crate) fn assert_mean(values: &[f64], expected: f64, mutant: f64, errors: f64) {
    let (mean, error) = mean(values);
    let off = (mean - expected).abs() / error;
    assert!(off < errors, "{mean} ± {error}, expected {expected}: {off} standard errors");
    assert!((mean - mutant).abs() / error > errors, "the mutant {mutant} passes: {mean} ± {error}");
}

/// Classes of a chi-square test expect as many as this.
const LEAST_EXPECTED: f64 = 20.0;

/// Chi-square of counts against the shares of 0, 1, …, by the bound that it exceeds in [`FALSE_ALARM`] of samples.
fn chi_square(counts: &[usize], shares: &[f64]) -> f64 {
    let n = counts.len() as f64;
    let mut observed = vec![0.0; shares.len()];
    for count in counts.iter().filter(|count| **count < shares.len()) {
        observed[*count] += 1.0;
    }
    let (mut chi, mut classes) = (0.0, 0);
    let (mut seen, mut expected) = (0.0, 0.0);
    let (mut seen_left, mut expected_left) = (n, n);
    for (observed, share) in observed.iter().zip(shares) {
        (seen, expected) = (seen + observed, expected + n * share);
        if expected >= LEAST_EXPECTED && expected_left - expected >= LEAST_EXPECTED {
            chi += (seen - expected).powi(2) / expected;
            classes += 1;
            (seen_left, expected_left) = (seen_left - seen, expected_left - expected);
            (seen, expected) = (0.0, 0.0);
        }
    }
    assert!(classes > 0, "too few counts for a test");
    chi += (seen_left - expected_left).powi(2) / expected_left;
    // A chi-square of k degrees of freedom is a gamma law of shape k / 2.
    let law = law("gamma", &[("shape", f64::from(classes) / 2.0), ("scale", 2.0)]);
    chi / law.quantile(1.0 - FALSE_ALARM)
}

/// Refuses counts that do not have the shares `exact`, and takes care that they are refused for `mutant`.
#[track_caller]
pub(crate) fn assert_counts(what: &str, counts: &[usize], exact: &[f64], mutant: &[f64]) {
    let (chi, wrong) = (chi_square(counts, exact), chi_square(counts, mutant));
    assert!(chi < 1.0, "{what}: chi-square is {chi} of its bound");
    assert!(wrong > 1.0, "{what}: the mutant passes, {wrong} of the bound");
}
