//! How many events there are: chi-square against the exact distribution, whatever brings them about.

use crate::exact::{self, Counted, MOST};
use crate::kit::*;
use shortfall::ensemble;
use shortfall::hazards::{Drawn, Escalates, Modulation, Regime, Times};
use shortfall::random::Block;
use shortfall::scenario::{GapFrom, Options, Problems};
use std::sync::Arc;

/// Paths of ten years: 3 % more events than a constant rate has are seen.
const PATHS: u64 = 12_000;
const YEARS: f64 = 10.0;
/// Decay of excitation, per year.
const BETA: f64 = 3.0;

/// The first of the hazards, the exact distribution of its number of events, and a wrong one.
struct Case {
    what: &'static str,
    hazards: Vec<Drawn>,
    exact: Vec<f64>,
    mutant: Vec<f64>,
}

fn tension() -> Arc<Regime> {
    let states = ["calm", "crisis"].map(str::to_owned).to_vec();
    let per_year = vec![vec![0.0, 0.5], vec![2.0, 0.0]];
    Arc::new(Regime { name: "tension".into(), states, start: 0, per_year })
}

fn follows(mut drawn: Drawn, factors: [f64; 2]) -> Drawn {
    drawn.links.regimes.push(Modulation { regime: tension(), factors: factors.to_vec() });
    drawn
}

fn tilted(mut drawn: Drawn, tilt: f64) -> Drawn {
    drawn.links.tilt = tilt;
    drawn
}

fn renewal(shape: f64, from: GapFrom) -> Drawn {
    let gap = law("gamma", &[("shape", shape), ("scale", 1.0 / shape)]);
    hazard("a", Times::Renewal { gap, unit: 1.0, from })
}

/// Bans that licences at 4 a year turn into with 0.3, after a year in the mean, if they last so long: 0.7 years in the mean.
fn bans() -> Vec<Drawn> {
    let mut licence = lasting(poisson("b", 4.0), law("exponential", &[("mean", 0.7)]));
    let after = law("exponential", &[("mean", 1.0)]);
    licence.links.escalates.push(Escalates {
        hazard: 0,
        probability: 0.3,
        after,
        after_unit: 1.0,
        ends_this: false,
    });
    vec![poisson("a", 0.0), licence]
}

fn cases() -> Vec<Case> {
    let pair = |base: [f64; 2], alpha: [[f64; 2]; 2]| -> Vec<Drawn> {
        let one = |from: usize| {
            let drawn = poisson(["a", "b"][from], base[from]);
            exciting(exciting(drawn, 0, alpha[from][0], BETA), 1, alpha[from][1], BETA)
        };
        vec![one(0), one(1)]
    };
    let excited = |base, alpha, beta| exact::excited(base, alpha, beta, YEARS);
    let own = [[0.5, 0.0], [0.0, 0.0]];
    let mutual = [[0.2, 0.3], [0.3, 0.2]];
    let leaves = [0.5, 2.0];
    let follows_rates = |leaves| exact::regime(leaves, Counted::Rates([0.2, 5.0]), YEARS);
    let enters = |leaves, state| exact::regime(leaves, Counted::Enters(state), YEARS);
    // A ban comes at the rate of both clocks if that of the escalation is the first to ring.
    let bans_of = |licence_years: f64| {
        let both = 1.0 + 1.0 / licence_years;
        4.0 * 0.3 / both * (YEARS - (1.0 - (-both * YEARS).exp()) / both)
    };
    vec![
        Case {
            what: "a constant rate; the mutant's is 3 % higher",
            hazards: vec![poisson("a", 0.8)],
            exact: exact::poisson(8.0),
            mutant: exact::poisson(1.03 * 8.0),
        },
        Case {
            what: "a constant rate among hazards that it is tied to; the mutant's is 3 % lower",
            hazards: vec![exciting(follows(poisson("a", 0.8), [1.0, 1.0]), 1, 0.5, BETA), poisson("b", 0.1)],
            exact: exact::poisson(8.0),
            mutant: exact::poisson(0.97 * 8.0),
        },
        Case {
            what: "a tilted rate; the mutant forgets the tilt of 1.5",
            hazards: vec![tilted(poisson("a", 0.4), 1.5)],
            exact: exact::poisson(6.0),
            mutant: exact::poisson(4.0),
        },
        Case {
            what: "gamma gaps of shape 3; the mutant's have shape 2.5, by half and half of its neighbours",
            hazards: vec![renewal(3.0, GapFrom::Start)],
            exact: exact::erlang(3, 1.0, YEARS),
            mutant: (0..MOST)
                .map(|n| 0.5 * (exact::erlang(2, 1.0, YEARS)[n] + exact::erlang(3, 1.0, YEARS)[n]))
                .collect(),
        },
        Case {
            what: "gamma gaps from the end of an event of no length; the mutant's are exponential",
            hazards: vec![exciting(renewal(2.0, GapFrom::End), 1, 0.1, BETA), poisson("b", 0.1)],
            exact: exact::erlang(2, 1.0, YEARS),
            mutant: exact::erlang(1, 1.0, YEARS),
        },
        Case {
            what: "a rate that follows a regime; the mutant's regime is quicker by a third",
            hazards: vec![follows(poisson("a", 1.0), [0.2, 5.0])],
            exact: follows_rates(leaves),
            mutant: follows_rates([2.0 / 3.0, 8.0 / 3.0]),
        },
        Case {
            what: "entries into a crisis; the mutant's crises are longer by a tenth",
            hazards: vec![hazard("a", Times::Enters { regime: tension(), state: 1 })],
            exact: enters(leaves, 1),
            mutant: enters([0.5, 1.8], 1),
        },
        Case {
            what: "entries into calm; the mutant counts entries into crises",
            hazards: vec![hazard("a", Times::Enters { regime: tension(), state: 0 })],
            exact: enters(leaves, 0),
            mutant: enters(leaves, 1),
        },
        Case {
            what: "a hazard that excites itself; the mutant's events come from a rate of the same mean",
            hazards: pair([0.6, 0.0], own),
            exact: excited([0.6, 0.0], own, BETA),
            mutant: exact::poisson(mean(&excited([0.6, 0.0], own, BETA))),
        },
        Case {
            what: "a hazard that excites itself; the mutant's excitation fades half as fast",
            hazards: pair([0.6, 0.0], own),
            exact: excited([0.6, 0.0], own, BETA),
            mutant: excited([0.6, 0.0], own, 0.5 * BETA),
        },
        Case {
            what: "two that excite each other; the mutant's matrix is read the wrong way round",
            hazards: pair([0.8, 0.4], [[0.2, 0.4], [0.2, 0.2]]),
            exact: excited([0.8, 0.4], [[0.2, 0.4], [0.2, 0.2]], BETA),
            mutant: excited([0.8, 0.4], [[0.2, 0.2], [0.4, 0.2]], BETA),
        },
        Case {
            what: "two that excite each other; the mutant's rates of their own are 5 % higher",
            hazards: pair([0.8, 0.4], mutual),
            exact: excited([0.8, 0.4], mutual, BETA),
            mutant: excited([1.05 * 0.8, 1.05 * 0.4], mutual, BETA),
        },
        Case {
            what: "bans that licences turn into; the mutant's licences last for ever",
            hazards: bans(),
            exact: exact::poisson(bans_of(0.7)),
            mutant: exact::poisson(bans_of(f64::INFINITY)),
        },
    ]
}

fn mean(shares: &[f64]) -> f64 {
    shares.iter().enumerate().map(|(n, share)| n as f64 * share).sum()
}

#[test]
fn counts_have_their_exact_distribution_under_every_onset() {
    for case in cases() {
        let runs = histories(&case.hazards, PATHS);
        let counts: Vec<usize> = runs.iter().map(|events| starts(events, 0).len()).collect();
        assert_counts(case.what, &counts, &case.exact, &case.mutant);
    }
}

#[test]
fn expected_events_are_the_means_of_the_exact_distributions() {
    for case in cases().iter().filter(|case| case.hazards[0].links.tilt == 1.0) {
        let (expected, exact) = (shortfall::hazards::expected_events(&case.hazards)[0], mean(&case.exact));
        assert!((expected / exact - 1.0).abs() < 2e-3, "{}: {expected} {exact}", case.what);
    }
}

#[test]
fn a_run_s_weight_is_the_ratio_of_the_exact_shares() {
    let (tilted_shares, plain) = (exact::poisson(6.0), exact::poisson(4.0));
    for (weight, events) in weighted(&[tilted(poisson("a", 0.4), 1.5)], 500) {
        let ratio = plain[events.len()] / tilted_shares[events.len()];
        assert!((weight / ratio - 1.0).abs() < 1e-12, "{weight} {ratio}");
    }
}

#[test]
fn a_rate_drawn_from_a_gamma_law_gives_negative_binomial_counts_over_draws() {
    let rate = "{ poisson = { per_year = { gamma = { mean = 4, cv = 0.5 } } } }";
    let set = vec![format!("hazard.gallium_ban.onset={rate}"), "run.draws=2000".to_owned()];
    let options = Options { set, ..Options::default() };
    let mut problems = Problems::default();
    let study = ensemble::study("tests/invalid/valid".as_ref(), &options, &mut problems)
        .unwrap_or_else(|_| panic!("{}", problems.render(false)));
    let counts = (0..2_000).map(|draw| {
        let model = study.model(study.case(0, draw), &mut Problems::default());
        let model = model.unwrap_or_else(|_| panic!("draw {draw} is refused"));
        let block = Block { seed: 11, draw, first_run: 0, n_runs: 1 };
        let history = shortfall::history::sample(&model.hazards, model.baseline.network.clock, &block);
        history.events[0].iter().filter(|event| event.start < 2.0).count()
    });
    let counts: Vec<usize> = counts.collect();
    let exact = exact::mixed_poisson(8.0, 0.5);
    assert_counts("the mutant's law is narrower", &counts, &exact, &exact::mixed_poisson(8.0, 0.4));
    assert_counts("the mutant keeps the mean rate", &counts, &exact, &exact::poisson(8.0));
}

#[test]
fn counts_of_neighbouring_runs_and_of_hazards_that_differ_in_their_name_are_uncorrelated() {
    let runs = histories(&[poisson("a", 0.8), poisson("b", 0.8)], PATHS);
    let counts = |hazard: u32| -> Vec<f64> {
        runs.iter().map(|events| (starts(events, hazard).len() as f64 - 8.0) / 8.0_f64.sqrt()).collect()
    };
    let (a, b) = (counts(0), counts(1));
    let correlation =
        |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / a.len() as f64;
    // Normal with sd 1/√n: five of these is a false alarm in 2 million.
    let bound = 5.0 / (PATHS as f64).sqrt();
    assert!(correlation(&a[1..], &a).abs() < bound && correlation(&a, &b).abs() < bound);
    // The mutant shares a seventh of its draws with the neighbour.
    let shared: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 0.85 * b + 0.15 * a).collect();
    assert!(correlation(&a, &shared) > bound);
}
