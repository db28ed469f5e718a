//! What theory says of a stock against one outage after another, through the whole engine.

use crate::kit::World;
use shortfall::ensemble::Model;
use shortfall::hazards::reach;
use shortfall::history;
use shortfall::metrics::RunMetrics;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::step::Plan;

/// Ten a month from AAA to BBB, with no inventory, no other origin and no spare capacity that would make good a part of a step.
fn chain(months: usize, onset: &str, duration: &str, policies: &str) -> Model {
    World::new(months)
        .material("ore")
        .plant("mine", "ore", "AAA", 10.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 10.0, 1)
        .toml(&format!(
            "[hazard.out]\nkind = \"outage\"\nplants = [\"mine\"]\nonset = {onset}\nduration_months = {duration}"
        ))
        .toml(policies)
        .model()
}

/// The first `runs` runs under a policy.
fn outcomes(model: &Model, policy: usize, runs: u64) -> Vec<RunMetrics> {
    let policy = &model.policies[policy];
    let plan = Plan::new(&model.baseline, &policy.rules, reach(&model.hazards));
    let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
    let mut all = Vec::new();
    for first_run in (0..runs).step_by(8) {
        let block = Block { seed: 3, draw: 0, first_run, n_runs: 8 };
        let history = history::sample(&model.hazards, model.baseline.network.clock, &block);
        all.extend(workspace.simulate(&history, &block, |_, _| {}));
    }
    all
}

/// Refuses a mean five standard errors off, one false alarm in 1.7 million, and takes care that a mutant is refused.
fn assert_mean(values: &[f64], expected: f64, mutant: f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let error = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt();
    assert!((mean - expected).abs() < 5.0 * error, "{mean} ± {error}, expected {expected}");
    assert!((mean - mutant).abs() > 5.0 * error, "the mutant {mutant} passes: {mean} ± {error}");
}

fn shortfall(run: &RunMetrics) -> f64 {
    run.outcomes[0].whole.shortfall()
}

/// An outage from the start, exponential with mean m: a stock S leaves E max(0, DX − S) = D m e^(−S / D m) unserved, and at a cost
/// of 1 a unit held and c a unit short the best is S = D m ln c, the newsvendor's quantile 1 − 1 / c (Arrow, Harris, Marschak 1951).
#[test]
fn a_stock_against_one_outage_is_a_newsvendor_s() {
    const RUNS: u64 = 3_000;
    let (mean, dear) = (4.0_f64, 6.0_f64);
    let scale = 10.0 * mean;
    let best = scale * dear.ln();
    let sizes = [0.5 * best, best, 1.4 * best];
    let stocks: Vec<String> = sizes
        .iter()
        .enumerate()
        .map(|(n, size)| {
            format!(
                "[stockpile.k{n}]\nholders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = {size}\n\
                 [policy.p{n}]\nuse = [\"stockpile.k{n}\"]\n"
            )
        })
        .collect();
    let unlimited = "[stockpile.all]\nholders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = \"unlimited\"\n\
                     [policy.all]\nuse = [\"stockpile.all\"]\n";
    let policies = format!("{unlimited}{}", stocks.concat());
    let duration = format!("{{ exponential = {{ mean = {mean} }} }}");
    let model = chain(72, "{ scheduled = [\"2027-01-01\"] }", &duration, &policies);
    let index = |name: &str| model.policies.iter().position(|policy| policy.name == name).expect("a policy");

    let mut required: Vec<f64> =
        outcomes(&model, index("all"), RUNS).iter().map(|run| run.stockpiles[0].required).collect();
    let costs: Vec<f64> = sizes
        .iter()
        .enumerate()
        .map(|(n, size)| {
            let short: Vec<f64> =
                outcomes(&model, index(&format!("p{n}")), RUNS).iter().map(shortfall).collect();
            // Run by run what the size that would have sufficed says is missing.
            for (short, required) in short.iter().zip(&required) {
                assert!(
                    (short - (required - size).max(0.0)).abs() < 1e-6,
                    "{short} of {required} with {size}"
                );
            }
            let expected = scale * (-size / scale).exp();
            assert_mean(&short, expected, 2.0 * expected);
            size + dear * short.iter().sum::<f64>() / RUNS as f64
        })
        .collect();
    assert!(costs[1] < costs[0] && costs[1] < costs[2], "{costs:?}: the best of three is the newsvendor's");
    required.sort_by(f64::total_cmp);
    let quantile = required[(RUNS as f64 * (1.0 - 1.0 / dear)) as usize];
    assert!((quantile / best - 1.0).abs() < 0.1, "{quantile} for {best}");
}

/// Outages for a time of mean d after gaps of mean u, both exponential: the share p = d / (u + d) of a long time, less
/// p (1 − e^(−aT)) / (aT) with a = 1/u + 1/d of a time T that begins with a gap.
#[test]
fn what_goes_short_without_a_stock_is_the_share_of_an_alternating_renewal_process() {
    let (up, down, months) = (24.0_f64, 8.0_f64, 120.0_f64);
    let onset = format!("{{ renewal = {{ gap_months = {{ exponential = {{ mean = {up} }} }} }} }}");
    let duration = format!("{{ exponential = {{ mean = {down} }} }}");
    let model = chain(120, &onset, &duration, "");
    let expected = |down: f64| {
        let (share, rate) = (down / (up + down), 1.0 / up + 1.0 / down);
        10.0 * months * share * (1.0 - (1.0 - (-rate * months).exp()) / (rate * months))
    };
    let short: Vec<f64> = outcomes(&model, 0, 1_500).iter().map(shortfall).collect();
    assert_mean(&short, expected(down), expected(1.15 * down));
}

/// Sequent peak: the largest draw so far less what was put back, over two outages with a refill between them (Rippl 1883).
#[test]
fn the_size_that_would_have_sufficed_is_the_sequent_peak() {
    for (first, gap, second) in [(5.0, 3.0, 4.0), (4.0, 1.0, 5.0), (2.0, 9.0, 6.0)] {
        let size = 200.0;
        let refill = 8.0;
        let policies = format!(
            "[stockpile.k]\nholders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = {size}\n\
             refill = {{ per_month = {share} }}\n[policy.p]\nuse = [\"stockpile.k\"]\n",
            share = refill / size
        );
        let mut world = World::new(24)
            .material("ore")
            .plant("mine", "ore", "AAA", 40.0, 10.0)
            .lane("ore", "AAA", "BBB", 10.0, 0.0)
            .consumer("ore", "BBB", "civil", 10.0, 1)
            .event("out", 0.0, first)
            .event("out", first + gap, first + gap + second)
            .toml("[hazard.out]\nkind = \"outage\"\nplants = [\"mine\"]\nonset = { catalogue = \"events.csv\" }");
        world = world.toml(&policies);
        let model = world.model();
        let found = outcomes(&model, 0, 8)[0].stockpiles[0].required;
        // Purchases of one step arrive in it: as many months of them as lie between the outages, at most all that was drawn.
        let back = (refill * gap).min(10.0 * first);
        let peak = (10.0 * first).max(10.0 * first - back + 10.0 * second);
        assert!(
            (found - peak).abs() < 1e-6,
            "outages of {first} and {second}, {gap} between: {found} for {peak}"
        );
    }
}
