//! Points, draws, shards and resume, as a user meets them: cases R05 to R09, R28 and R35.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "cases/desk.rs"]
mod desk;
#[path = "results/reading.rs"]
mod reading;

use desk::{Desk, files, says};
use reading::{numbers, read, texts};
use std::collections::BTreeSet;
use std::path::Path;

const VALID: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/invalid/valid");

/// The valid scenario with lines of scenario.toml replaced.
fn desk(changes: &[(&str, &str)]) -> Desk {
    let desk = Desk::with(VALID);
    for (old, new) in changes {
        desk.edit("scenario.toml", |text| {
            assert!(text.contains(old), "{old}");
            text.replace(old, new)
        });
    }
    desk
}

/// Three covers, two durations, uncertain target of the stockpile, three draws.
fn sweep() -> Desk {
    desk(&[
        ("cover_days = 45", "cover_days = { sweep = [30, 45, 60] }"),
        ("duration_months = 14", "duration_months = { sweep = [7, 14] }"),
        ("target_days = 90", "target_days = { uniform = { low = 30, high = 120 } }"),
        ("runs = 10", "runs = 20\ndraws = 3"),
    ])
}

fn tables(out: &Path) -> Vec<(String, Vec<u8>)> {
    files(out).into_iter().filter(|(name, _)| name.starts_with("tables/")).collect()
}

fn message(desk: &Desk, arguments: &[&str], code: i32) -> String {
    let assert = desk.shortfall(arguments).assert().code(code);
    String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
}

/// What a column holds, in whole numbers.
fn whole(out: &Path, table: &str, column: &str) -> Vec<u64> {
    numbers(&read(out, table), column).into_iter().map(|number| number.unwrap() as u64).collect()
}

#[test]
fn sweeps_make_a_grid_whose_last_axis_moves_first() {
    let desk = sweep();
    let out = desk.run("out", &[]);
    let points = read(&out, "points");
    assert_eq!(
        texts(&points, "key")[..2],
        ["market.cover_days", "hazard.gallium_ban.duration_months"].map(|key| Some(key.to_owned()))
    );
    let values: Vec<f64> = numbers(&points, "value").into_iter().flatten().collect();
    assert_eq!(values, [30.0, 7.0, 30.0, 14.0, 45.0, 7.0, 45.0, 14.0, 60.0, 7.0, 60.0, 14.0]);
    let keys: BTreeSet<(u64, u64, u64)> = whole(&out, "outcomes", "point")
        .into_iter()
        .zip(whole(&out, "outcomes", "draw"))
        .zip(whole(&out, "outcomes", "run"))
        .map(|((point, draw), run)| (point, draw, run))
        .collect();
    assert_eq!(keys.len(), 6 * 3 * 20, "each point has its draws and each draw its runs");
    assert!(whole(&out, "outcomes", "point").is_sorted());
}

#[test]
fn a_point_of_a_sweep_is_the_scenario_with_its_values_written() {
    let swept = sweep();
    let out = swept.run("out", &[]);
    let plain = sweep();
    plain.edit("scenario.toml", |text| {
        text.replace("{ sweep = [30, 45, 60] }", "45").replace("{ sweep = [7, 14] }", "14")
    });
    let alone = plain.run("out", &[]);
    let of = |out: &Path, point: u64, column: &str| -> Vec<u64> {
        let values =
            numbers(&read(out, "outcomes"), column).into_iter().map(|value| value.unwrap().to_bits());
        values
            .zip(whole(out, "outcomes", "point"))
            .filter(|(_, at)| *at == point)
            .map(|(value, _)| value)
            .collect()
    };
    for column in ["unserved", "priced_out", "price_peak"] {
        assert_eq!(of(&out, 3, column), of(&alone, 0, column), "{column}");
    }
    assert_ne!(of(&out, 3, "unserved"), of(&out, 2, "unserved"));
}

#[test]
fn draws_spread_an_uncertain_number_evenly_and_have_events_of_their_own() {
    let desk = sweep();
    let out = desk.run("out", &[]);
    let mut parts: Vec<f64> = numbers(&read(&out, "draws"), "share")
        .into_iter()
        .map(|share| (share.unwrap() * 3.0).floor())
        .collect();
    parts.sort_by(f64::total_cmp);
    assert_eq!(parts, [0.0, 1.0, 2.0], "one in each third of the law");
    let targets: BTreeSet<u64> = numbers(&read(&out, "stockpiles"), "target")
        .into_iter()
        .map(|target| target.unwrap().to_bits())
        .collect();
    assert_eq!(targets.len(), 3);
    let starts = numbers(&read(&out, "events"), "start_months");
    let of = |draw: u64| -> Vec<u64> {
        let rows = whole(&out, "events", "draw").into_iter().zip(whole(&out, "events", "point")).zip(&starts);
        rows.filter(|((d, point), _)| *d == draw && *point == 0)
            .map(|(_, start)| start.unwrap().to_bits())
            .collect()
    };
    assert!(of(0) != of(1) && !of(0).is_empty());
}

#[test]
fn without_draws_a_law_stands_at_its_central_value_and_is_one_draw() {
    let desk = desk(&[("target_days = 90", "target_days = { uniform = { low = 30, high = 120 } }")]);
    says(&desk.accepted(&[]), &["central value of its law"]);
    assert_eq!(read(&desk.path("out"), "draws").num_rows(), 0);
}

#[test]
fn a_law_may_be_unsure_of_its_own_parameter() {
    let desk = desk(&[
        (
            "duration_months = 14",
            "duration_months = { exponential = { mean = { uniform = { low = 5, high = 15 } } } }",
        ),
        ("runs = 10", "runs = 10\ndraws = 4"),
    ]);
    let out = desk.run("out", &[]);
    let keys = texts(&read(&out, "draws"), "key");
    assert_eq!(keys[0].as_deref(), Some("hazard.gallium_ban.duration_months.exponential.mean"));
    assert_eq!(keys.len(), 4);
}

#[test]
fn faults_of_any_point_are_refused_with_its_values_before_anything_runs() {
    let desk = desk(&[("hoarding = 0", "hoarding = 0\nspot_share = { sweep = [0.5, 1.5, 0.7, -2] }")]);
    let said = desk.refused(&[]);
    says(&said, &["spot_share", "1.5", "at point 1 (market.gallium.spot_share = 1.5)", "at point 3", "-2"]);
}

#[test]
fn the_seed_and_the_number_of_runs_are_no_axes() {
    says(&desk(&[("seed = 7", "seed = { sweep = [1, 2] }")]).refused(&[]), &["run.seed can't be swept"]);
}

#[test]
fn every_design_has_its_points() {
    let over =
        "over = { \"market.cover_days\" = [15.0, 60.0], \"hazard.gallium_ban.duration_months\" = [6, 24] }";
    for (design, n) in [
        (format!("latin_hypercube = {{ points = 10, {over} }}"), 10),
        (format!("sobol = {{ points = 8, {over} }}"), 8),
        (format!("morris = {{ trajectories = 2, {over} }}"), 6),
        (
            "one_at_a_time = { over = { \"market.cover_days\" = [30, 60], \"market.spot_share\" = [0.2] } }"
                .into(),
            4,
        ),
        ("list = \"points.csv\"".into(), 2),
    ] {
        let desk = desk(&[("[policy.none]", &format!("[design]\n{design}\n\n[policy.none]"))]);
        let list = "market.cover_days,network.allocation\n30,\n60,pro_rata\n";
        std::fs::write(desk.path("scenario/points.csv"), list).unwrap();
        let out = desk.run("out", &[]);
        let points: BTreeSet<u64> = whole(&out, "outcomes", "point").into_iter().collect();
        assert_eq!(points, (0..n).collect(), "{design}");
    }
}

#[test]
fn a_correlation_of_what_is_no_law_is_refused() {
    let desk = desk(&[
        ("target_days = 90", "target_days = { uniform = { low = 30, high = 120 } }"),
        (
            "runs = 10",
            "runs = 10\ndraws = 4\n\n[correlation]\n\"stockpile.japan.target_days\" = { \"market.hoard\" = 0.5 }",
        ),
    ]);
    says(&desk.refused(&[]), &["\"market.hoard\" is no law", "laws stand at stockpile.japan.target_days"]);
}

#[test]
fn shards_in_any_order_and_number_merge_into_the_bytes_of_one_run() {
    for (desk, more) in [(sweep(), "20"), (Desk::with(VALID), "9001")] {
        let whole = desk.run("whole", &["-n", more]);
        for of in [2, 7] {
            let out = format!("of-{of}");
            says(&message(&desk, &["merge", &out], 3), &["holds nothing that was begun"]);
            for shard in (1..=of).rev() {
                let share = format!("{shard}/{of}");
                desk.shortfall(&["run", "scenario", "-o", &out, "-n", more, "-q", "--shard", &share])
                    .assert()
                    .success();
            }
            desk.shortfall(&["status", &out]).assert().code(75);
            desk.shortfall(&["merge", &out]).assert().success();
            desk.shortfall(&["status", &out]).assert().success();
            assert!(tables(&desk.path(&out)) == tables(&whole), "{of} shards");
            says(&message(&desk, &["merge", &out], 0), &["already merged"]);
        }
    }
}

#[test]
fn r06_damaged_and_missing_chunks_are_named_and_only_they_are_made_again() {
    let desk = Desk::with(VALID);
    let arguments = ["run", "scenario", "-o", "out", "-n", "20000", "-q"];
    let whole = desk.run("whole", &["-n", "20000"]);
    desk.shortfall(&[&arguments[..], &["--shard", "1/2"]].concat()).assert().success();
    desk.shortfall(&[&arguments[..], &["--shard", "2/2"]].concat()).assert().success();
    let chunk = |number: u64| desk.path(&format!("out/.shortfall-partial/chunks/{number:08}.chunk"));
    let bytes = std::fs::read(chunk(0)).unwrap();
    std::fs::write(chunk(0), &bytes[..bytes.len() - 8]).unwrap();
    std::fs::write(chunk(2), "").unwrap();
    std::fs::remove_file(chunk(4)).unwrap();
    std::fs::copy(chunk(1), desk.path("out/.shortfall-partial/chunks/copy.chunk")).unwrap();
    let untouched = std::fs::metadata(chunk(1)).unwrap().modified().unwrap();
    let said = message(&desk, &["merge", "out"], 3);
    says(
        &said,
        &[
            "00000000.chunk: damaged",
            "00000002.chunk: empty",
            "chunk 4 of 5: missing",
            "copy.chunk: no chunk of this study",
        ],
    );
    let status = desk.shortfall(&["status", "out"]).assert().code(3).get_output().clone();
    says(&String::from_utf8_lossy(&status.stdout), &["2 of 5", "00000000.chunk: damaged"]);
    std::fs::remove_file(desk.path("out/.shortfall-partial/chunks/copy.chunk")).unwrap();
    desk.shortfall(&[&arguments[..], &["--shard", "1/2"]].concat()).assert().success();
    assert!(std::fs::read(chunk(0)).unwrap() == bytes, "made again, and the same");
    assert_eq!(std::fs::metadata(chunk(1)).unwrap().modified().unwrap(), untouched);
    // The work may be cut otherwise: the whole makes what no shard has made.
    desk.shortfall(&arguments).assert().success();
    assert!(tables(&desk.path("out")) == tables(&whole));
}

#[test]
fn r07_what_was_begun_is_refused_by_what_changed_and_goes_on_with_other_threads() {
    let desk = Desk::with(VALID);
    desk.shortfall(&["run", "scenario", "-o", "out", "-n", "9000", "--shard", "1/3"]).assert().success();
    let other = |more: &[&str]| {
        message(&desk, &[&["run", "scenario", "-o", "out", "--shard", "2/3"], more].concat(), 3)
    };
    says(&other(&["-n", "9001"]), &["another run was begun", "runs: the folder has 9000, this run has 9001"]);
    says(&other(&["-n", "9000", "--seed", "8"]), &["seed: the folder has 7, this run has 8"]);
    says(&other(&["-n", "9000", "--set", "market.spot_share=0.2"]), &["--set", "market.spot_share=0.2"]);
    let old = std::fs::read_to_string(desk.path("scenario/plants.csv")).unwrap();
    desk.edit("plants.csv", |text| text.replace("120", "121"));
    says(&other(&["-n", "9000"]), &["plants.csv", "sha256"]);
    desk.edit("plants.csv", |_| old);
    desk.shortfall(&["run", "scenario", "-o", "out", "-n", "9000", "-q", "-j", "3"]).assert().success();
    assert!(tables(&desk.path("out")) == tables(&desk.run("whole", &["-n", "9000"])));
}

#[test]
fn r09_a_run_stops_by_itself_before_its_walltime_and_goes_on() {
    let desk = Desk::with(VALID);
    let arguments = ["run", "scenario", "-o", "out", "-n", "2000000", "-q"];
    let began = std::time::Instant::now();
    let said = message(&desk, &[&arguments[..], &["--walltime", "2"]].concat(), 75);
    assert!(began.elapsed().as_secs() < 4);
    says(&said, &["stopped: ", "kept; the same command goes on"]);
    // On a busy machine not even one chunk may be done by then; then the folder is as it was.
    if !said.contains("nothing was kept") {
        desk.shortfall(&["status", "out"]).assert().code(75);
    }
}

#[test]
fn r28_shards_without_events_or_stockpiles_have_the_same_columns() {
    let desk = desk(&[
        ("per_year = 0.2", "per_year = { sweep = [0.0, 5.0] }"),
        ("use = [\"stockpile.japan\"]", "use = { sweep = [[], [\"stockpile.japan\"]] }"),
    ]);
    let out = desk.run("out", &["-n", "9"]);
    let points = whole(&out, "events", "point");
    assert!(!points.contains(&0) && points.contains(&2), "{points:?}");
    assert_eq!(whole(&out, "outcomes", "point").len(), 4 * 2 * 9 * 2, "rows for zero events are there");
}

#[cfg(unix)]
#[test]
fn r35_thousands_of_points_take_few_files() {
    let covers: Vec<String> = (0..1000).map(|n| format!("{}", 20.0 + f64::from(n) / 20.0)).collect();
    let desk = desk(&[("cover_days = 45", &format!("cover_days = {{ sweep = [{}] }}", covers.join(", ")))]);
    let program = assert_cmd::cargo::cargo_bin!("shortfall");
    let limited = format!("ulimit -n 256; {} run scenario -o out -n 20 -q", program.display());
    let status = std::process::Command::new("sh").current_dir(desk.path("")).args(["-c", &limited]).status();
    assert!(status.unwrap().success());
    assert!(files(&desk.path("out")).len() < 30);
}
