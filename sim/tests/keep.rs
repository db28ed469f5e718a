//! What is kept of the runs: summaries are those of the rows, whatever else is kept and however the work is cut.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "cases/desk.rs"]
mod desk;
#[path = "results/reading.rs"]
mod reading;

use desk::{Desk, files};
use reading::{numbers, read, texts};
use shortfall::metrics::Sample;
use std::collections::BTreeMap;
use std::path::Path;

const VALID: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/invalid/valid");

/// Point, policy, and who or what it is of.
type Key = (u64, [Option<String>; 4]);

/// Two covers and an uncertain target, and a hazard that is sampled three times as often as it happens.
fn sweep() -> Desk {
    let desk = Desk::with(VALID);
    desk.edit("scenario.toml", |text| {
        text.replace("cover_days = 45", "cover_days = { sweep = [30, 60] }")
            .replace("target_days = 90", "target_days = { uniform = { low = 30, high = 120 } }")
            .replace("runs = 10", "runs = 20\ndraws = 3")
            .replace("[hazard.gallium_ban]", "[hazard.gallium_ban]\ntilt = 3")
    });
    desk
}

fn keys(out: &Path, table: &str, columns: [&str; 4]) -> Vec<Key> {
    let batch = read(out, table);
    let names = columns.map(|column| texts(&batch, column));
    let points = numbers(&batch, "point");
    let key = |row: usize| (points[row].unwrap() as u64, names.each_ref().map(|names| names[row].clone()));
    (0..batch.num_rows()).map(key).collect()
}

/// Values with weights of one column of a table, by key.
fn values(out: &Path, table: &str, columns: [&str; 4], column: &str) -> BTreeMap<Key, Vec<(f64, f64)>> {
    let batch = read(out, table);
    let rows = numbers(&batch, column).into_iter().zip(numbers(&batch, "weight"));
    let mut found: BTreeMap<Key, Vec<(f64, f64)>> = BTreeMap::new();
    for (key, (value, weight)) in keys(out, table, columns).into_iter().zip(rows) {
        if let Some(value) = value {
            found.entry(key).or_default().push((value, weight.unwrap()));
        }
    }
    found
}

/// Rows of the summary of one quantity: its statistics, by key.
fn summary(out: &Path, of: &str, columns: [&str; 4]) -> BTreeMap<Key, BTreeMap<&'static str, f64>> {
    let batch = read(out, "summary");
    let names = [
        "runs",
        "weight",
        "effective_runs",
        "mean",
        "sd",
        "least",
        "p50",
        "p95",
        "most",
        "cvar95",
        "cvar95_half_width",
    ];
    let statistics = names.map(|name| (name, numbers(&batch, name)));
    let quantities = texts(&batch, "of");
    let rows = keys(out, "summary", columns).into_iter().enumerate();
    rows.filter(|(row, _)| quantities[*row].as_deref() == Some(of))
        .map(|(row, key)| {
            (key, statistics.iter().map(|(name, list)| (*name, list[row].unwrap_or(f64::NAN))).collect())
        })
        .collect()
}

#[track_caller]
fn close(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() <= 1e-11 * expected.abs().max(1e-9), "{what}: {found} {expected}");
}

/// Compares the summary of a column with its rows.
fn compare(out: &Path, table: &str, column: &str, columns: [&str; 4]) {
    let rows = values(out, table, columns, column);
    let found = summary(out, column, columns);
    assert!(!rows.is_empty() && rows.keys().eq(found.keys()), "{column}: {:?}", found.keys());
    for (key, values) in rows {
        let (sample, found) = (Sample::weighted(values.clone()), &found[&key]);
        let what = format!("{column} {key:?} {found:?}");
        let weight: f64 = values.iter().map(|(_, weight)| weight).sum();
        let square: f64 = values.iter().map(|(x, w)| w * (x - sample.mean()).powi(2)).sum();
        assert_eq!(found["runs"], values.len() as f64, "{what}");
        close(found["weight"], weight, &what);
        close(found["mean"], sample.mean(), &what);
        close(found["effective_runs"], sample.effective_n(), &what);
        close(found["sd"], (square / weight).sqrt(), &what);
        assert_eq!((found["least"], found["most"]), (sample.quantile(0.0), sample.quantile(1.0)), "{what}");
        for (name, p) in [("p50", 0.5), ("p95", 0.95)] {
            let exact = sample.quantile(p);
            assert!(exact <= found[name] && found[name] - exact <= exact.abs() / 64.0, "{what}");
        }
        assert!(
            (found["cvar95"] - sample.cvar(0.95)).abs() <= sample.quantile(0.95).abs() / 64.0 + 1e-9,
            "{what}"
        );
    }
}

#[test]
fn a_summary_is_that_of_the_rows() {
    let many = Desk::with(VALID);
    // Points that share a chunk, and a point of several chunks.
    for out in [sweep().run("out", &[]), many.run("out", &["-n", "4200"])] {
        let consumers = ["policy", "material", "place", "sector"];
        for column in
            ["shortfall_share", "shortfall", "worst_step_shortfall", "longest_short_steps", "price_peak"]
        {
            compare(&out, "outcomes", column, consumers);
        }
        compare(&out, "required", "required", ["policy", "stockpile", "material", "stockpile"]);
        compare(&out, "stockpiles", "lowest_level", ["policy", "stockpile", "material", "stockpile"]);
        compare(&out, "costs", "usd", ["policy", "party", "item", "policy"]);
    }
}

#[test]
fn a_histogram_holds_the_weight_of_every_run() {
    let desk = sweep();
    let out = desk.run("out", &[]);
    let bins = read(&out, "histograms");
    let of = texts(&bins, "of");
    let (weights, means, edges) =
        (numbers(&bins, "bin_weight"), numbers(&bins, "bin_mean"), numbers(&bins, "upto"));
    let mut sums: BTreeMap<Key, (f64, f64)> = BTreeMap::new();
    let columns = ["policy", "material", "place", "sector"];
    for (row, key) in keys(&out, "histograms", columns).into_iter().enumerate() {
        let (weight, mean) = (weights[row].unwrap(), means[row].unwrap());
        let below = edges[row].unwrap() - mean;
        let rounding = 1e-12 * mean.abs();
        assert!(-rounding <= below && below <= mean.abs() / 64.0 + rounding);
        if of[row].as_deref() == Some("shortfall_share") {
            let sum = sums.entry(key).or_default();
            *sum = (sum.0 + weight, sum.1 + weight * mean);
        }
    }
    for (key, found) in summary(&out, "shortfall_share", columns) {
        close(sums[&key].0, found["weight"], "weight");
        close(sums[&key].1 / sums[&key].0, found["mean"], "mean");
    }
}

#[test]
fn each_level_keeps_what_the_one_before_keeps_and_a_summary_keeps_no_run() {
    let desk = sweep();
    let [summary, runs, series] = ["summary", "runs", "series"].map(|keep| desk.run(keep, &["--keep", keep]));
    let part = |out: &Path, table: &str| {
        std::fs::read(out.join(format!("tables/{table}/part-00001.parquet"))).unwrap()
    };
    for table in ["summary", "histograms", "points", "draws"] {
        assert!(
            part(&summary, table) == part(&runs, table) && part(&runs, table) == part(&series, table),
            "{table}"
        );
    }
    for table in ["outcomes", "years", "stockpiles", "required", "costs", "events", "bands"] {
        assert_eq!(read(&summary, table).num_rows(), 0, "{table}");
        assert!(read(&runs, table) == read(&series, table), "{table}");
    }
    assert_eq!(read(&runs, "series").num_rows(), 0);
    assert!(
        desk.shortfall(&["run", "scenario", "-o", "runs", "--keep", "summary"])
            .assert()
            .code(3)
            .get_output()
            .stderr
            .len()
            > 20
    );
}

#[test]
fn shards_of_a_summary_merge_into_the_bytes_of_one_run() {
    let desk = Desk::with(VALID);
    let arguments = ["-n", "9001", "--keep", "summary"];
    let whole = desk.run("whole", &arguments);
    for shard in ["2/2", "1/2"] {
        desk.run("out", &[&arguments[..], &["--shard", shard]].concat());
    }
    desk.shortfall(&["merge", "out", "-q"]).assert().success();
    let tables = |out: &Path| files(&out.join("tables"));
    assert!(tables(&desk.path("out")) == tables(&whole));
}

#[test]
fn a_series_has_every_step_and_agrees_with_what_is_kept_of_its_run() {
    let desk = Desk::with(VALID);
    let out = desk.run("out", &["-n", "20", "--keep", "series"]);
    let columns = ["policy", "material", "place", "sector"];
    let series = read(&out, "series");
    let (of, values, runs) = (texts(&series, "of"), numbers(&series, "value"), numbers(&series, "run"));
    let mut peaks: BTreeMap<(u64, [Option<String>; 4]), f64> = BTreeMap::new();
    for (row, (_, [policy, material, place, _])) in keys(&out, "series", columns).into_iter().enumerate() {
        if of[row].as_deref() == Some("price") {
            let peak =
                peaks.entry((runs[row].unwrap() as u64, [policy, material, place, None])).or_insert(0.0);
            *peak = peak.max(values[row].unwrap());
        }
    }
    let outcomes = read(&out, "outcomes");
    let (peak, run) = (numbers(&outcomes, "price_peak"), numbers(&outcomes, "run"));
    for (row, (_, [policy, material, place, _])) in keys(&out, "outcomes", columns).into_iter().enumerate() {
        close(
            peaks[&(run[row].unwrap() as u64, [policy, material, place, None])].max(1.0),
            peak[row].unwrap().max(1.0),
            "peak",
        );
    }
    let share = |row: usize| of[row].as_deref() == Some("shortfall_share");
    let short = (0..of.len()).filter(|row| share(*row) && values[*row].unwrap() > 1e-6).count() as f64;
    let counted: f64 = numbers(&outcomes, "steps_short").into_iter().flatten().sum();
    assert_eq!(short, counted);
}
