//! Faulty scenarios, each with the message that people get: wording is a feature.

use shortfall::scenario::{Options, Problems, Scenario, load};
use std::path::Path;

fn read(path: &str, options: &Options) -> (Option<Scenario>, Problems) {
    let mut problems = Problems::default();
    let scenario = load(&Path::new("tests/invalid").join(path), options, &mut problems);
    (scenario, problems)
}

#[test]
fn a_correct_scenario_has_no_problems() {
    let (scenario, problems) = read("valid", &Options::default());
    assert_eq!(problems.render(false), "");
    println!("{:#?}", scenario.unwrap());
}
