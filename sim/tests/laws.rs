//! Every law against its exact distribution, written here a second time from its density.

use shortfall::random::Key;
use shortfall::random::Law;
use shortfall::random::Stream;
use shortfall::random::laws::KINDS;
use shortfall::random::laws::Parameter;

const N: usize = 100_000;
/// Distance from the exact distribution function that chance exceeds once in a million samples of [`N`].
const KS_BOUND: f64 = 0.00852;

fn law(name: &str, numbers: &[(&str, f64)]) -> Law {
    let given: Vec<_> = numbers.iter().map(|(key, x)| ((*key).to_owned(), Parameter::Number(*x))).collect();
    Law::build(name, &given).unwrap_or_else(|faults| panic!("{name}: {faults:?}"))
}

fn draws(law: &Law, n: usize) -> Vec<f64> {
    let mut stream = Stream::new(Key { seed: 7, draw: 0, name: "law" }, 0, 0);
    (0..n).map(|_| law.sample(&mut stream)).collect()
}

/// The distribution function of a density known up to its scale, by Simpson's rule on a fine grid of `[low, high]`.
fn exact(low: f64, high: f64, density: impl Fn(f64) -> f64) -> impl Fn(f64) -> f64 {
    const CELLS: usize = 20_000;
    let h = (high - low) / CELLS as f64;
    let mut below = vec![0.0];
    for cell in 0..CELLS {
        let x = low + h * cell as f64;
        below.push(below[cell] + (density(x) + 4.0 * density(x + h / 2.0) + density(x + h)) / 6.0);
    }
    move |x| {
        let at = ((x - low) / h).clamp(0.0, CELLS as f64 - 1e-9);
        let cell = at as usize;
        (below[cell] + (below[cell + 1] - below[cell]) * (at - cell as f64)) / below[CELLS]
    }
}

fn distance(mut drawn: Vec<f64>, exact: &dyn Fn(f64) -> f64) -> f64 {
    drawn.sort_by(f64::total_cmp);
    let n = drawn.len() as f64;
    drawn.iter().enumerate().fold(0.0, |d, (i, x)| {
        let u = exact(*x);
        d.max((u - i as f64 / n).abs()).max((u - (i as f64 + 1.0) / n).abs())
    })
}

/// A law, a mutant with one parameter off by a few percent, and the law's density on an interval outside of which it has nothing.
struct Case {
    right: Law,
    mutant: Law,
    low: f64,
    high: f64,
    density: Box<dyn Fn(f64) -> f64>,
}

fn case(right: &Law, mutant: &Law, low: f64, high: f64, density: impl Fn(f64) -> f64 + 'static) -> Case {
    Case { right: right.clone(), mutant: mutant.clone(), low, high, density: Box::new(density) }
}

fn cases() -> Vec<Case> {
    fn e(x: f64) -> f64 {
        x.exp()
    }
    fn normal(x: f64, m: f64, s: f64) -> f64 {
        e(-0.5 * ((x - m) / s).powi(2))
    }
    let mut cases = Vec::new();
    let two = |name, a: (&'static str, f64), b: (&'static str, f64)| law(name, &[a, b]);
    cases.push(case(
        &law("exponential", &[("mean", 3.0)]),
        &law("exponential", &[("mean", 3.1)]),
        0.0,
        120.0,
        |x| e(-x / 3.0),
    ));
    cases.push(case(
        &two("normal", ("mean", 1.0), ("sd", 2.0)),
        &two("normal", ("mean", 1.0), ("sd", 2.1)),
        -20.0,
        22.0,
        |x| normal(x, 1.0, 2.0),
    ));
    cases.push(case(
        &two("lognormal", ("mu", 0.5), ("sigma", 0.4)),
        &two("lognormal", ("mu", 0.5), ("sigma", 0.42)),
        1e-3,
        30.0,
        |x| normal(x.ln(), 0.5, 0.4) / x,
    ));
    cases.push(case(
        &two("gamma", ("shape", 2.5), ("scale", 2.0)),
        &two("gamma", ("shape", 2.6), ("scale", 2.0)),
        0.0,
        100.0,
        |x| x.powf(1.5) * e(-x / 2.0),
    ));
    cases.push(case(
        &two("gamma", ("shape", 400.0), ("scale", 0.1)),
        &two("gamma", ("shape", 402.0), ("scale", 0.1)),
        20.0,
        60.0,
        |x| e(399.0 * (x / 40.0).ln() - 10.0 * (x - 40.0)),
    ));
    cases.push(case(
        &two("weibull", ("shape", 1.7), ("scale", 2.0)),
        &two("weibull", ("shape", 1.8), ("scale", 2.0)),
        0.0,
        30.0,
        |x| (x / 2.0).powf(0.7) * e(-(x / 2.0).powf(1.7)),
    ));
    cases.push(case(
        &two("beta", ("alpha", 2.0), ("beta", 3.5)),
        &two("beta", ("alpha", 2.1), ("beta", 3.5)),
        0.0,
        1.0,
        |x| x * (1.0 - x).powf(2.5),
    ));
    cases.push(case(
        &two("uniform", ("low", -1.0), ("high", 4.0)),
        &two("uniform", ("low", -1.0), ("high", 4.1)),
        -1.0,
        4.0,
        |_| 1.0,
    ));
    cases.push(case(
        &two("loguniform", ("low", 1.0), ("high", 4.0)),
        &two("loguniform", ("low", 1.0), ("high", 4.2)),
        1.0,
        4.0,
        |x| 1.0 / x,
    ));
    cases.push(case(
        &two("pareto", ("shape", 6.0), ("min", 2.0)),
        &two("pareto", ("shape", 6.3), ("min", 2.0)),
        2.0,
        30.0,
        |x| x.powf(-7.0),
    ));
    let three = |name, mode| law(name, &[("min", 1.0), ("mode", mode), ("max", 6.0)]);
    cases.push(case(&three("triangular", 2.0), &three("triangular", 2.1), 1.0, 6.0, |x| {
        if x < 2.0 { x - 1.0 } else { (6.0 - x) / 4.0 }
    }));
    cases.push(case(&three("pert", 2.0), &three("pert", 2.1), 1.0, 6.0, |x| {
        (x - 1.0).powf(0.8) * (6.0 - x).powf(3.2)
    }));
    let cut = |max| {
        let inner = Parameter::Laws(vec![two("normal", ("mean", 0.0), ("sd", 1.0))]);
        Law::build(
            "truncated",
            &[
                ("law".into(), inner),
                ("min".into(), Parameter::Number(0.5)),
                ("max".into(), Parameter::Number(max)),
            ],
        )
        .unwrap()
    };
    cases.push(case(&cut(2.0), &cut(2.1), 0.5, 2.0, |x| normal(x, 0.0, 1.0)));
    let mixed = |share| {
        let parts = Parameter::Laws(vec![
            two("uniform", ("low", 0.0), ("high", 1.0)),
            two("uniform", ("low", 1.0), ("high", 3.0)),
        ]);
        Law::build(
            "mixture",
            &[("parts".into(), parts), ("weights".into(), Parameter::List(vec![share, 1.0 - share]))],
        )
        .unwrap()
    };
    cases.push(case(&mixed(0.7), &mixed(0.68), 0.0, 3.0, |x| if x < 1.0 { 0.7 } else { 0.15 }));
    cases
}

#[test]
fn draws_follow_their_density_and_a_wrong_parameter_shows() {
    for Case { right, mutant, low, high, density } in cases() {
        let exact = exact(low, high, density);
        let far = distance(draws(&right, N), &exact);
        assert!(far < KS_BOUND, "{right:?} is {far} off");
        assert!(distance(draws(&mutant, N), &exact) > KS_BOUND, "{mutant:?} passes");
    }
}

/// Edges of classes in probability: a hundred in the middle, and tails down to `least` on both sides.
fn edges(least: f64) -> Vec<f64> {
    let tail: Vec<f64> = (0..).map(|n| least * 10.0_f64.powi(n)).take_while(|u| *u < 0.009).collect();
    let middle = (1..100).map(|n| f64::from(n) / 100.0);
    let upper = tail.iter().rev().map(|u| 1.0 - u);
    tail.iter().copied().chain(middle).chain(upper).collect()
}

/// Chi-square of `n` draws over classes by the exact distribution function, in its standard deviations above its mean.
fn excess(law: &Law, exact: &dyn Fn(f64) -> f64, edges: &[f64], n: usize) -> f64 {
    let mut seen = vec![0.0; edges.len() + 1];
    let mut stream = Stream::new(Key { seed: 8, draw: 0, name: "law" }, 0, 0);
    for _ in 0..n {
        let u = exact(law.sample(&mut stream));
        seen[edges.partition_point(|edge| *edge <= u)] += 1.0;
    }
    let bounds: Vec<f64> = [&[0.0], edges, &[1.0]].concat();
    let chi: f64 = bounds
        .windows(2)
        .zip(&seen)
        .map(|(ends, seen)| {
            let expected = (ends[1] - ends[0]) * n as f64;
            (seen - expected).powi(2) / expected
        })
        .sum();
    let freedom = edges.len() as f64;
    (chi - freedom) / (2.0 * freedom).sqrt()
}

/// A chi-square of a hundred classes is as far above its mean once in a million samples.
const EXCESS: f64 = 6.0;

#[test]
fn tails_of_a_thousandth_are_the_law_s() {
    tails(1e-3, N, N);
}

#[test]
#[ignore = "for make test-all: ten million draws a law"]
fn tails_of_a_hundred_thousandth_are_the_law_s() {
    tails(1e-5, 10_000_000, 1_000_000);
}

fn tails(least: f64, n: usize, n_mutant: usize) {
    let edges = edges(least);
    for Case { right, mutant, low, high, density } in cases() {
        let exact = exact(low, high, density);
        let far = excess(&right, &exact, &edges, n);
        assert!(far < EXCESS, "{right:?}: {far} standard deviations");
        let wrong = excess(&mutant, &exact, &edges, n_mutant);
        assert!(wrong > EXCESS, "{mutant:?} passes: {wrong}");
    }
}

#[test]
fn counts_follow_poisson_and_lists_their_weights() {
    for mean in [0.3, 4.0, 30.0] {
        let (drawn, mut share) = (draws(&law("poisson", &[("mean", mean)]), N), (-mean).exp());
        let (mut below, mut worst, mut mutant, mut wrong) = (share, 0.0_f64, 0.0_f64, (-1.05 * mean).exp());
        let mut wrong_below = wrong;
        for k in 0..80 {
            let seen = drawn.iter().filter(|x| **x <= f64::from(k)).count() as f64 / N as f64;
            (worst, mutant) = (worst.max((seen - below).abs()), mutant.max((seen - wrong_below).abs()));
            share *= mean / f64::from(k + 1);
            wrong *= 1.05 * mean / f64::from(k + 1);
            (below, wrong_below) = (below + share, wrong_below + wrong);
        }
        assert!(worst < KS_BOUND && mutant > KS_BOUND, "{mean}: {worst}, {mutant}");
    }
    let list = [
        ("values".into(), Parameter::List(vec![3.0, 1.0])),
        ("weights".into(), Parameter::List(vec![1.0, 3.0])),
    ];
    let drawn = draws(&Law::build("empirical", &list).unwrap(), N);
    let ones = drawn.iter().filter(|x| **x == 1.0).count() as f64 / N as f64;
    assert!((ones - 0.75).abs() < KS_BOUND && drawn.iter().all(|x| *x == 1.0 || *x == 3.0));
}

#[test]
fn quantiles_equal_closed_forms() {
    let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-11 * b.abs(), "{a} and {b}");
    let z = law("normal", &[("mean", 0.0), ("sd", 1.0)]);
    close(z.quantile(0.975), 1.959_963_984_540_054);
    close(z.quantile(1e-10), -6.361_340_902_404_056);
    close(z.quantile(0.95), 1.644_853_626_951_472_2);
    for u in [1e-12, 1e-3, 0.2, 0.5, 0.9, 1.0 - 1e-6] {
        close(law("gamma", &[("shape", 1.0), ("scale", 2.0)]).quantile(u), -2.0 * (-u).ln_1p());
        close(law("beta", &[("alpha", 3.0), ("beta", 1.0)]).quantile(u), u.powf(1.0 / 3.0));
        close(
            law("beta", &[("alpha", 0.5), ("beta", 0.5)]).quantile(u),
            (std::f64::consts::FRAC_PI_2 * u).sin().powi(2),
        );
        let half = law("gamma", &[("shape", 0.5), ("scale", 2.0)]).quantile(u);
        let chi = z.quantile(0.5 + u / 2.0).powi(2);
        assert!((half - chi).abs() <= 1e-9 * chi + 1e-20, "{u}: {half} and {chi}");
    }
}

#[test]
fn quantile_and_distribution_function_are_each_other_s_inverse() {
    for shape in [1e-2, 0.3, 1.0, 7.0, 99.0, 101.0, 1e4, 1e7] {
        for u in [1e-9, 0.01, 0.3, 0.5, 0.7, 0.99, 1.0 - 1e-9] {
            let gamma = law("gamma", &[("shape", shape), ("scale", 3.0)]);
            let x = gamma.quantile(u);
            assert!(
                x < 1e-280 || (gamma.cdf(x) / u - 1.0).abs() < 1e-8,
                "gamma {shape} {u}: {x} {}",
                gamma.cdf(x)
            );
            for other in [1e-2, 2.0, 1e4, 1e7] {
                let beta = law("beta", &[("alpha", shape), ("beta", other)]);
                let x = beta.quantile(u);
                let ok = !(1e-280..=1.0 - 1e-9).contains(&x) || (beta.cdf(x) / u - 1.0).abs() < 1e-6;
                assert!(ok, "beta {shape} {other} {u}: {x} {}", beta.cdf(x));
            }
        }
    }
}

#[test]
fn means_central_values_and_bounds_are_the_law_s() {
    let three = law("triangular", &[("min", 1.0), ("mode", 2.0), ("max", 6.0)]);
    assert_eq!((three.central(), three.bounds()), (2.0, (1.0, 6.0)));
    for (law, mean) in [
        (three, 3.0),
        (law("pert", &[("min", 1.0), ("mode", 2.0), ("max", 6.0)]), 2.5),
        (law("lognormal", &[("mean", 9.0), ("sd", 6.0)]), 9.0),
        (law("gamma", &[("mean", 9.0), ("cv", 0.5)]), 9.0),
        (law("beta", &[("mean", 0.3), ("sd", 0.1)]), 0.3),
        (law("weibull", &[("shape", 0.8), ("mean", 4.0)]), 4.0),
        (law("pareto", &[("shape", 5.0), ("min", 4.0)]), 5.0),
        (law("exponential", &[("rate", 0.5)]), 2.0),
        (law("poisson", &[("mean", 3.0)]), 3.0),
    ] {
        assert!((law.mean().unwrap() - mean).abs() < 1e-12 * mean, "{law:?}");
        let drawn = draws(&law, N);
        let sample = drawn.iter().sum::<f64>() / N as f64;
        assert!((sample / mean - 1.0).abs() < 0.025, "{law:?}: {sample}");
        let (low, high) = law.bounds();
        assert!(drawn.iter().all(|x| low <= *x && *x <= high));
        let less = drawn.iter().filter(|x| **x <= law.quantile(0.5)).count();
        assert!(less > N * 49 / 100);
    }
    let log = law("lognormal", &[("p05", 2.0), ("p95", 8.0)]);
    assert!((log.central() - 4.0).abs() < 1e-12 && (log.quantile(0.95) - 8.0).abs() < 1e-12);
}

#[test]
fn permanent_has_no_end_and_no_mean() {
    let forever = Law::build("permanent", &[]).unwrap();
    assert_eq!((draws(&forever, 2), forever.mean()), (vec![f64::INFINITY; 2], None));
}

#[test]
fn every_fault_is_told_at_once_with_the_nearest_name() {
    let given =
        [("mean", f64::NAN), ("sd", -1.0), ("men", 1.0)].map(|(k, x)| (k.to_owned(), Parameter::Number(x)));
    let faults = Law::build("normal", &given).unwrap_err();
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert_eq!(faults[2].hint.as_deref(), Some("did you mean `mean`?"));
    assert_eq!(
        Law::build("lognorml", &[]).unwrap_err()[0].hint.as_deref(),
        Some("did you mean \"lognormal\"?")
    );
    assert!(Law::build("normal", &[("mean".into(), Parameter::Number(1.0))]).is_err());
    for kind in KINDS {
        assert!(
            kind.forms
                .iter()
                .flat_map(|form| form.iter())
                .all(|key| kind.parameters.iter().any(|p| p.name == *key))
        );
    }
}
