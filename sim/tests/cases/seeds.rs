//! R02, R04: the one seed that counts, with every digit.

use super::VALID;
use super::desk::{Desk, says};
use super::reading::{metadata, numbers, read};
use std::path::Path;

fn manifest(out: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap()
}

#[test]
fn r02_results_change_with_the_seed_and_no_other_key_is_taken_for_one() {
    let desk = Desk::with(VALID);
    let shortfall = |out: &Path| numbers(&read(out, "outcomes"), "shortfall");
    let [one, other] = [desk.run("one", &["-n", "40"]), desk.run("other", &["-n", "40", "--seed", "8"])];
    assert_ne!(shortfall(&one), shortfall(&other));
    let manifest = manifest(&one);
    let seeds: Vec<&String> =
        manifest.as_object().unwrap().keys().filter(|key| key.contains("seed")).collect();
    assert_eq!(seeds, ["seed"]);

    desk.edit("scenario.toml", |text| text.replace("seed = 7", "seed = 7\nseeds = 3\nrandom_state = 5"));
    let message = desk.refused(&[]);
    says(
        &message,
        &["scenario.toml:10:1", "\"seeds\"", "did you mean seed?", "scenario.toml:11:1", "\"random_state\""],
    );
}

#[test]
fn r04_seeds_keep_every_digit_or_are_refused_at_their_place() {
    let mut reader = csv::Reader::from_path("tests/invalid/R04-seeds.csv").unwrap();
    for record in reader.records() {
        let record = record.unwrap();
        let (written, outcome) = (&record[0], &record[1]);
        let desk = Desk::with(VALID);
        desk.edit("scenario.toml", |text| text.replace("seed = 7", &format!("seed = {written}")));
        if outcome.starts_with("refused") {
            says(&desk.refused(&[]), &["scenario.toml:9:"]);
            continue;
        }
        let digits = written.trim_matches('"');
        let out = desk.run("out", &["-n", "2"]);
        assert_eq!(manifest(&out)["seed"], digits);
        for table in ["outcomes", "events"] {
            assert_eq!(metadata(&out, table)["shortfall:seed"], digits);
        }
    }
}

#[test]
fn r04_seed_0_is_not_seed_1() {
    let desk = Desk::with(VALID);
    let [nought, one] = ["0", "1"].map(|seed| desk.run(seed, &["-n", "40", "--seed", seed]));
    assert_ne!(
        numbers(&read(&nought, "outcomes"), "shortfall"),
        numbers(&read(&one, "outcomes"), "shortfall")
    );
}
