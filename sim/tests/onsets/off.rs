//! Hazards that are switched off: no event of theirs, and no draw of the others moved.

use shortfall::ensemble::{Model, prepare};
use shortfall::exposure::{Cause, Event};
use shortfall::history;
use shortfall::math::WIDTH;
use shortfall::random::Block;
use shortfall::scenario::{Options, Problems};
use std::path::Path;

const BLOCKS: u64 = 50;

/// An example with settings, as by `--set`.
fn example(name: &str, set: &[&str]) -> Model {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/examples").join(name);
    let options = Options { set: set.iter().map(|text| text.to_string()).collect(), ..Options::default() };
    let mut problems = Problems::default();
    prepare(&folder, &options, &mut problems).unwrap_or_else(|_| panic!("{}", problems.render(false)))
}

/// Events of the hazard `name` in many runs; the weights of the runs.
fn events(model: &Model, name: &str) -> (Vec<Vec<Event>>, Vec<f64>) {
    let of = model.hazards.iter().position(|drawn| drawn.name == name).unwrap() as u32;
    let (mut found, mut weights) = (Vec::new(), Vec::new());
    for block in 0..BLOCKS {
        let block = Block { seed: 1, draw: 0, first_run: block * WIDTH as u64, n_runs: WIDTH };
        let history = history::sample(&model.hazards, model.baseline.network.clock, &block);
        found.extend(
            history
                .events
                .into_iter()
                .map(|of_run| of_run.into_iter().filter(|event| event.hazard == of).collect::<Vec<Event>>()),
        );
        weights.extend(history.weights);
    }
    (found, weights)
}

fn starts(events: &[Vec<Event>]) -> Vec<Vec<f64>> {
    events.iter().map(|of_run| of_run.iter().map(|event| event.start).collect()).collect()
}

#[test]
fn a_hazard_that_is_off_has_no_event_and_the_others_only_lose_what_it_would_have_excited() {
    let (full, off) =
        (example("excitation", &[]), example("excitation", &["hazard.export_ban.enabled=false"]));
    assert!(events(&full, "export_ban").0.iter().any(|of_run| !of_run.is_empty()));
    assert!(
        events(&off, "export_ban").0.iter().all(Vec::is_empty),
        "tariffs, past ones too, would excite it"
    );
    let of_their_own = events(&full, "tariff").0.into_iter().map(|mut of_run| {
        of_run.retain(|event| event.cause == Cause::Onset);
        of_run
    });
    let of_their_own: Vec<Vec<Event>> = of_their_own.collect();
    assert_ne!(of_their_own, events(&full, "tariff").0, "some are excited");
    assert_eq!(starts(&of_their_own), starts(&events(&off, "tariff").0));
}

#[test]
fn nothing_turns_into_a_hazard_that_is_off_and_what_would_have_stays() {
    let (full, off) = (example("regime", &[]), example("regime", &["hazard.graphite_ban.enabled=false"]));
    assert!(events(&full, "graphite_ban").0.iter().any(|of_run| !of_run.is_empty()));
    assert!(events(&off, "graphite_ban").0.iter().all(Vec::is_empty));
    assert_eq!(starts(&events(&full, "graphite_licence").0), starts(&events(&off, "graphite_licence").0));
}

#[test]
fn a_tilted_hazard_that_is_off_leaves_no_weight() {
    let tilted = ["hazard.tariff.tilt=2", "hazard.export_ban.tilt=2"];
    let off = [tilted[0], tilted[1], "hazard.tariff.enabled=false", "hazard.export_ban.enabled=false"];
    assert!(events(&example("excitation", &tilted), "tariff").1.iter().any(|weight| *weight != 1.0));
    assert!(events(&example("excitation", &off), "tariff").1.iter().all(|weight| *weight == 1.0));
}
