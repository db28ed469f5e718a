//! Equal runs give equal bytes, whatever the threads and the machine; draws stay where they are when a scenario grows.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "cases/desk.rs"]
mod desk;
#[path = "results/reading.rs"]
mod reading;

use desk::{Desk, files};
use reading::{numbers, read, texts};
use std::collections::BTreeMap;
use std::path::Path;

const VALID: &str = "tests/invalid/valid";
const COBALT: &str = "../scenarios/cobalt-fpv";
const TRIGGERED: &str = "../scenarios/examples/rate_when";

/// Bytes of the tables.
fn tables(out: &Path) -> Vec<(String, Vec<u8>)> {
    files(out).into_iter().filter(|(name, _)| name.starts_with("tables/")).collect()
}

/// Columns of a table as text, row by row, every bit of every number kept.
fn rows(out: &Path, table: &str) -> Vec<String> {
    let batch = read(out, table);
    let mut rows = vec![String::new(); batch.num_rows()];
    for field in batch.schema().fields().iter() {
        let name = field.name();
        let cells: Vec<String> = match field.data_type() {
            arrow_schema::DataType::Dictionary(..) | arrow_schema::DataType::Utf8 => {
                texts(&batch, name).into_iter().map(|text| format!("{text:?}")).collect()
            }
            arrow_schema::DataType::Boolean => continue,
            _ => numbers(&batch, name).into_iter().map(|number| format!("{number:?}")).collect(),
        };
        for (row, cell) in rows.iter_mut().zip(cells) {
            row.push_str(&cell);
            row.push('|');
        }
    }
    rows
}

#[test]
fn tables_are_the_same_bytes_for_any_number_of_threads() {
    let desk = Desk::with(COBALT);
    let [one, again] = ["one", "again"].map(|out| tables(&desk.run(out, &["-n", "80", "-j", "1"])));
    assert!(one == again, "two runs in a row");
    for threads in ["2", "3", "8"] {
        assert!(one == tables(&desk.run(threads, &["-n", "80", "-j", threads])), "{threads} threads");
    }
}

#[test]
fn events_that_hang_on_the_market_are_the_same_bytes_for_any_threads_and_shards() {
    let desk = Desk::with(TRIGGERED);
    let whole = desk.run("whole", &["-n", "4100", "-j", "1"]);
    assert!(tables(&whole) == tables(&desk.run("threads", &["-n", "4100", "-j", "5"])), "five threads");
    for shard in ["2/2", "1/2"] {
        desk.shortfall(&["run", "scenario", "-o", "parts", "-n", "4100", "-q", "--shard", shard])
            .assert()
            .success();
    }
    desk.shortfall(&["merge", "parts"]).assert().success();
    assert!(tables(&whole) == tables(&desk.path("parts")), "two shards");
    let events = read(&whole, "events");
    let causes: Vec<String> = texts(&events, "cause").into_iter().flatten().collect();
    let triggered = |words: &str| causes.iter().filter(|cause| *cause == words).count();
    assert!(triggered("trigger: price of cobalt_hydroxide below 0.6") > 20, "{causes:?}");
    assert!(triggered("trigger: stock of us_reserve below 0.5") > 20);
    let policies: Vec<Option<String>> = texts(&events, "policy");
    assert!(
        policies.contains(&None) && policies.contains(&Some("reserve".into())),
        "some differ, some do not"
    );
}

/// What the C library picks by processor must not matter. This does not steer our own choice of vector width in `step`.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn tables_are_the_same_bytes_whatever_the_c_library_picks() {
    let desk = Desk::with(COBALT);
    let plain = tables(&desk.run("plain", &["-n", "16"]));
    for tunables in
        ["glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F", "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-FMA4,-AVX,-SSE4_1"]
    {
        let mut command = desk.shortfall(&["run", "scenario", "-o", "out", "-n", "16", "-q", "--overwrite"]);
        command.env("GLIBC_TUNABLES", tunables).assert().success();
        assert!(plain == tables(&desk.path("out")), "{tunables}");
    }
}

/// Rows of a table that belong to these names in one of its columns.
fn of<'a>(rows: &'a [String], name: &str) -> Vec<&'a str> {
    rows.iter().map(String::as_str).filter(|row| row.contains(&format!("Some({name:?})|"))).collect()
}

#[test]
fn adding_a_hazard_moves_no_draw_of_another() {
    let desk = Desk::with(VALID);
    let before = rows(&desk.run("before", &["-n", "60"]), "events");
    desk.edit("scenario.toml", |text| {
        format!(
            "{text}\n[hazard.a_fire]\nkind = \"outage\"\nplaces = [\"CHN\"]\nonset = {{ poisson = {{ per_year = 1 }} }}\n\
             duration_months = {{ exponential = {{ mean = 2 }} }}\n"
        )
    });
    let after = rows(&desk.run("after", &["-n", "60"]), "events");
    assert!(after.len() > before.len());
    assert_eq!(of(&before, "gallium_ban"), of(&after, "gallium_ban"));
}

#[test]
fn adding_a_policy_changes_no_event_and_no_outcome_of_another() {
    let desk = Desk::with(VALID);
    let before = desk.run("before", &["-n", "60"]);
    desk.edit("scenario.toml", |text| {
        text.replace("[policy.none]", "[policy.rated]\nallocation = \"rated\"\n[policy.none]")
    });
    let after = desk.run("after", &["-n", "60"]);
    assert_eq!(rows(&before, "events"), rows(&after, "events"));
    for policy in ["none", "stock"] {
        let [old, new] = [&before, &after].map(|out| rows(out, "outcomes"));
        assert_eq!(of(&old, policy), of(&new, policy));
        assert_eq!(of(&old, policy).len(), 2 * 60);
    }
    let alone = desk.run("alone", &["-n", "60", "--policy", "stock"]);
    assert_eq!(of(&rows(&after, "outcomes"), "stock"), rows(&alone, "outcomes"));
}

#[test]
fn a_thousand_runs_are_the_first_thousand_of_a_thousand_and_one() {
    let desk = Desk::with(VALID);
    let [short, long] = ["1000", "1001"].map(|runs| desk.run(runs, &["-n", runs]));
    for table in ["outcomes", "years", "stockpiles", "required", "costs", "events"] {
        let run = |out: &Path| numbers(&read(out, table), "run").into_iter().map(Option::unwrap);
        let first: Vec<String> = rows(&long, table)
            .into_iter()
            .zip(run(&long))
            .filter(|(_, run)| *run < 1000.0)
            .map(|(row, _)| row)
            .collect();
        assert_eq!(rows(&short, table), first, "{table}");
    }
}

/// Shortfall by policy, run and consumer.
fn shortfalls(out: &Path) -> BTreeMap<String, (f64, f64)> {
    let batch = read(out, "outcomes");
    let keys = ["policy", "material", "place", "sector"].map(|name| texts(&batch, name));
    let [run, requirement, shortfall] = ["run", "requirement", "shortfall"].map(|name| numbers(&batch, name));
    let rows = 0..batch.num_rows();
    rows.map(|row| {
        let key = keys.iter().map(|column| format!("{:?} ", column[row])).collect::<String>();
        (format!("{key}{:?}", run[row]), (requirement[row].unwrap(), shortfall[row].unwrap()))
    })
    .collect()
}

#[test]
fn the_order_of_rows_and_tables_changes_nothing_beyond_rounding() {
    let desk = Desk::with(COBALT);
    let plain = shortfalls(&desk.run("plain", &["-n", "16"]));
    for table in ["places", "materials", "plants", "recipes", "lanes", "chokepoints", "consumers", "stocks"] {
        desk.edit(&format!("{table}.csv"), |text| {
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].reverse();
            lines.join("\n") + "\n"
        });
    }
    desk.edit("scenario.toml", |text| {
        // Tables of one file may stand in any order; policies keep theirs, which the report follows.
        let mut parts: Vec<String> = text.split("\n[").map(|part| format!("{part}\n")).collect();
        let head = parts.remove(0);
        parts.sort_by_key(|part| part.starts_with("policy.") as u8);
        let n = parts.iter().filter(|part| !part.starts_with("policy.")).count();
        parts[..n].reverse();
        format!("{head}[{}", parts.join("["))
    });
    let turned = shortfalls(&desk.run("turned", &["-n", "16"]));
    assert!(plain.keys().eq(turned.keys()));
    for (key, (requirement, shortfall)) in &plain {
        let other = turned[key].1;
        assert!(
            (shortfall - other).abs() <= 1e-6 * requirement,
            "{key}: {shortfall} and {other} of {requirement}"
        );
    }
}
