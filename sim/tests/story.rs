//! `shortfall story`: what is told of a run is what the tables say of it.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "cases/desk.rs"]
mod desk;
#[path = "results/reading.rs"]
mod reading;

use desk::Desk;
use reading::{numbers, read, texts};
use serde_json::Value;
use std::path::Path;

const VALID: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/invalid/valid");

/// The valid scenario with two points, three draws and bans that are frequent.
fn desk() -> Desk {
    let desk = Desk::with(VALID);
    desk.edit("scenario.toml", |text| {
        text.replace("cover_days = 45", "cover_days = { sweep = [30, 45] }")
            .replace("per_year = 0.2", "per_year = 2")
            .replace("target_days = 90", "target_days = { uniform = { low = 5, high = 20 } }")
            .replace("runs = 10", "runs = 20\ndraws = 3")
    });
    desk
}

fn told(desk: &Desk, arguments: &[&str]) -> String {
    let done = desk.shortfall(&[&["story", "out"], arguments].concat()).assert().success();
    String::from_utf8(done.get_output().stdout.clone()).unwrap()
}

/// Rows of a table with these keys, one column, in the order of the table.
fn column(out: &Path, table: &str, keys: &[(&str, f64)], policy: &str, name: &str) -> Vec<Option<f64>> {
    let batch = read(out, table);
    let mut kept = vec![true; batch.num_rows()];
    for (key, wanted) in keys {
        for (kept, found) in kept.iter_mut().zip(numbers(&batch, key)) {
            *kept &= found == Some(*wanted);
        }
    }
    if batch.column_by_name("policy").is_some() {
        for (kept, found) in kept.iter_mut().zip(texts(&batch, "policy")) {
            // A row of events without a policy holds under all.
            *kept &= found.is_none_or(|found| found == policy);
        }
    }
    let values = numbers(&batch, name).into_iter().zip(kept);
    values.filter(|(_, kept)| *kept).map(|(value, _)| value).collect()
}

/// The same out of the story, which tells the worst first where tables go by name.
fn of_story(story: &Value, list: &str, name: &str) -> Vec<Option<f64>> {
    story[list].as_array().unwrap().iter().map(|item| item[name].as_f64()).collect()
}

/// Whether the same values stand in both, in whatever order; the reader of JSON may take a last bit for another.
fn alike(found: Vec<Option<f64>>, wanted: Vec<Option<f64>>) -> bool {
    let close = |pair: (&Option<f64>, &Option<f64>)| match pair {
        (Some(a), Some(b)) => (a - b).abs() <= f64::EPSILON * b.abs(),
        (a, b) => a == b,
    };
    found.len() == wanted.len() && sorted(found).iter().zip(&sorted(wanted)).all(close)
}

fn sorted(mut values: Vec<Option<f64>>) -> Vec<Option<f64>> {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    values
}

#[test]
fn a_story_has_the_events_that_only_its_policy_has() {
    let desk = Desk::with(concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/examples/rate_when"));
    let out = desk.run("out", &["-n", "32"]);
    let starts = |run: u64, policy: &str| {
        let arguments = ["--run", &run.to_string(), "--policy", policy, "--format", "json"];
        let story: Value = serde_json::from_str(&told(&desk, &arguments)).unwrap();
        let starts = of_story(&story, "events", "start_months");
        let keys = [("run", run as f64)];
        assert!(
            alike(starts.clone(), column(&out, "events", &keys, policy, "start_months")),
            "run {run}, {policy}"
        );
        starts.len()
    };
    let more = (0..32).filter(|run| starts(*run, "reserve") > starts(*run, "none"));
    assert!(more.count() > 2, "a low reserve brings events about");
}

#[test]
fn the_numbers_of_a_story_are_those_of_the_tables() {
    let desk = desk();
    let out = desk.run("out", &["--seed", "11", "--set", "market.spot_share=0.4"]);
    let mut any_short = false;
    for (point, draw, run, policy) in
        [(0, 0, 0, "none"), (1, 2, 19, "stock"), (0, 1, 7, "stock"), (1, 0, 9, "none")]
    {
        let [p, d, r] = [point, draw, run].map(|number: u64| number.to_string());
        let which = ["--point", &p, "--draw", &d, "--run", &r, "--policy", policy, "--format", "json"];
        let story: Value = serde_json::from_str(&told(&desk, &which)).unwrap();
        let keys = [("point", point as f64), ("draw", draw as f64), ("run", run as f64)];
        let pairs: [(&str, &str, &[&str]); 3] = [
            (
                "users",
                "outcomes",
                &[
                    "shortfall",
                    "requirement",
                    "shortfall_share",
                    "steps_short",
                    "longest_short_steps",
                    "worst_step_shortfall",
                    "first_short_step",
                    "recovery_steps",
                    "price_peak",
                ],
            ),
            ("stockpiles", "stockpiles", &["target", "released", "bought", "lowest_level", "steps_empty"]),
            ("events", "events", &["start_months", "end_months", "severity", "number"]),
        ];
        for (list, table, names) in pairs {
            for name in names {
                let (found, wanted) =
                    (of_story(&story, list, name), column(&out, table, &keys, policy, name));
                assert!(alike(found, wanted), "{table}.{name} of {which:?}");
            }
        }
        let required = column(&out, "required", &keys, policy, "required");
        assert!(alike(of_story(&story, "stockpiles", "required"), required));
        let cost: f64 = column(&out, "costs", &keys, policy, "usd").into_iter().flatten().sum();
        let told = story["cost_usd"].as_f64().unwrap_or(0.0);
        assert!((told - cost).abs() <= 1e-9 * cost.abs(), "{told} and {cost}");
        any_short |= of_story(&story, "users", "shortfall").into_iter().flatten().sum::<f64>() > 0.0;
    }
    assert!(any_short, "a story without a shortage tells nothing");
}

#[test]
fn a_story_is_told_in_words_with_months_amounts_and_units() {
    let desk = desk();
    let out = desk.run("out", &[]);
    let short = column(&out, "outcomes", &[("point", 0.0), ("draw", 0.0)], "none", "shortfall_share");
    let n_users =
        column(&out, "outcomes", &[("point", 0.0), ("draw", 0.0), ("run", 0.0)], "none", "run").len();
    let worst = (0..short.len()).max_by(|a, b| short[*a].partial_cmp(&short[*b]).unwrap()).unwrap();
    let text = told(&desk, &["--run", &(worst / n_users).to_string()]);
    for said in [
        "Gallium for two: run ",
        "Jan 2027 to Jan 2029, 24 months",
        "What happened",
        "gallium_ban (export_restriction), severity",
        "Who ran short",
        " missing (",
        "in the worst month",
    ] {
        assert!(text.contains(said), "{said:?} in\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn a_run_or_policy_that_is_not_there_is_refused_by_name() {
    let desk = desk();
    let says = |arguments: &[&str], code: i32| {
        let done = desk.shortfall(&[&["story", "out"], arguments].concat()).assert().code(code);
        String::from_utf8_lossy(&done.get_output().stderr).into_owned()
    };
    assert!(says(&["--run", "0"], 3).contains("holds no finished results"));
    desk.run("out", &[]);
    assert!(says(&["--run", "20"], 3).contains("there is no run 20; the last is 19"));
    assert!(says(&["--run", "0", "--draw", "3"], 3).contains("there is no draw 3; the last is 2"));
    assert!(says(&["--run", "0", "--policy", "stok"], 2).contains("did you mean \"stock\"?"));
}
