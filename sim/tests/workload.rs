//! The general engine on a workload whose results are known: 352 lanes, 120 months, 64 runs with their events given.

use shortfall::ensemble::{Model, prepare};
use shortfall::exposure::Reach;
use shortfall::history;
use shortfall::math::WIDTH;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::scenario::{Options, Problems};
use shortfall::step::Plan;
use std::path::Path;

/// Columns of expected.csv: run, unmet by place, largest monthly sum, lowest stock by place.
struct Expected {
    unmet: Vec<f64>,
    peak: f64,
    lowest: Vec<f64>,
}

fn expected() -> Vec<Expected> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workload/expected.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let row = |record: csv::Result<csv::StringRecord>| {
        let numbers: Vec<f64> = record.unwrap().iter().map(|cell| cell.parse().unwrap()).collect();
        Expected { unmet: numbers[1..9].to_vec(), peak: numbers[9], lowest: numbers[10..18].to_vec() }
    };
    reader.records().map(row).collect()
}

fn model() -> Model {
    let mut problems = Problems::default();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workload");
    prepare(&path, &Options::default(), &mut problems)
        .unwrap_or_else(|_| panic!("{}", problems.render(false)))
}

fn assert_agrees(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{what}: {found} for {expected}");
}

#[test]
fn every_run_agrees_with_the_known_results_to_1e_9() {
    let model = model();
    let network = &model.baseline.network;
    let policy = &model.policies[0];
    let plan = Plan::new(&model.baseline, &policy.rules, Reach::default());
    let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
    let mut short_runs = 0;
    for first_run in (0..64).step_by(WIDTH) {
        let block = Block { seed: 1, draw: 0, first_run, n_runs: WIDTH };
        let history = history::sample(&model.hazards, network.clock, &block);
        let mut peak = [0.0_f64; WIDTH];
        let metrics = workspace.simulate(&history, &block, |_, state| {
            for (run, peak) in peak.iter_mut().enumerate() {
                let unserved = |d: usize| state.demand[d].0[run] - state.served[d].0[run];
                *peak = peak.max((0..network.consumers.len()).map(unserved).sum());
            }
        });
        for (run, (found, expected)) in metrics.iter().zip(&expected()[first_run as usize..]).enumerate() {
            let what = |place: usize, of: &str| format!("run {} place p{place} {of}", first_run + run as u64);
            for place in 0..8 {
                let name = format!("p{place}");
                let at = |index: usize| &network.places[network.destinations[index].place.index()].code;
                let d = (0..8).find(|d| *at(network.consumers[*d].destination.index()) == name).unwrap();
                let k = policy.rules.stockpiles.iter().position(|stockpile| stockpile.name == name).unwrap();
                assert_agrees(found.outcomes[d].whole.unserved, expected.unmet[place], &what(place, "unmet"));
                assert_agrees(
                    found.stockpiles[k].lowest,
                    expected.lowest[place],
                    &what(place, "lowest stock"),
                );
            }
            assert_agrees(peak[run], expected.peak, &what(0, "peak"));
            short_runs += usize::from(expected.unmet.iter().sum::<f64>() > 0.0);
        }
    }
    assert_eq!(short_runs, 30);
}
