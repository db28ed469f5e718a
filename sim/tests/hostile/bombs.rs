//! Small files that would take all memory or time: refused, with the place, under a limit of memory that they would break.

use super::VALID;
use super::desk::{Desk, says};
use assert_cmd::Command;

/// Address space that the program may have, kB.
const MOST: &str = "1500000";

/// The program under the limit.
fn limited(desk: &Desk, more: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new("sh");
    let script = format!("ulimit -v {MOST}; exec \"$0\" \"$@\"");
    command.args(["-c", script.as_str(), assert_cmd::cargo::cargo_bin!("shortfall").to_str().unwrap()]);
    command.args(["run", "scenario", "-o", "out", "-j", "1"]).args(more).current_dir(desk.path(""));
    let output = command.timeout(std::time::Duration::from_secs(120)).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn refused(desk: &Desk, more: &[&str], parts: &[&str]) {
    let (code, said) = limited(desk, more);
    assert_eq!(code, Some(3), "{parts:?}: {}", said.chars().take(500).collect::<String>());
    assert!(said.len() < 200_000, "{parts:?}: {} bytes of message", said.len());
    says(&said, parts);
}

/// The correct scenario with something added at its end.
fn with(more: &str) -> Desk {
    let desk = Desk::with(VALID);
    desk.edit("scenario.toml", |text| format!("{text}\n{more}"));
    desk
}

fn replaced(from: &str, to: &str) -> Desk {
    let desk = Desk::with(VALID);
    desk.edit("scenario.toml", |text| {
        assert!(text.contains(from));
        text.replace(from, to)
    });
    desk
}

fn tables(n: usize, table: impl Fn(usize) -> String) -> String {
    (0..n).map(table).collect()
}

fn act(name: usize) -> String {
    format!(
        "[hazard.h{name}]\nkind = \"political_act\"\nonset = {{ poisson = {{ per_year = 0.01 }} }}\nduration_months = 1\n"
    )
}

#[test]
fn more_rows_columns_or_bytes_than_a_table_has_are_refused() {
    let desk = Desk::with(VALID);
    desk.edit("lanes.csv", |text| format!("{text}{}", "gallium,CHN,DEU,1\n".repeat(600_000)));
    refused(&desk, &[], &["lanes.csv:1:1", "at most 500000 are allowed"]);
    let desk = Desk::with(VALID);
    desk.edit("lanes.csv", |text| text.replacen('\n', &format!("{}\n", ",x".repeat(100_000)), 1));
    refused(&desk, &[], &["lanes.csv:1:1", "100004 columns; at most 1000"]);
    let desk = Desk::with(VALID);
    let file = std::fs::File::create(desk.path("scenario/lanes.csv")).unwrap();
    file.set_len(1 << 40).unwrap();
    refused(&desk, &[], &["lanes.csv", "larger than 64 MiB"]);
}

#[test]
fn a_hundred_thousand_faults_are_counted_and_some_are_shown() {
    let desk = Desk::with(VALID);
    desk.edit("lanes.csv", |text| format!("{text}{}", "gallium,CHN,DEX,x\n".repeat(30_000)));
    refused(&desk, &[], &["lanes.csv:4:", "\nand ", " more\n"]);
}

#[test]
fn nested_tables_end_in_a_message() {
    for nested in [
        format!("x = {}1{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("x = {}1{}", "{ a = ".repeat(100_000), " }".repeat(100_000)),
        format!("{} = 1", vec!["a"; 50_000].join(".")),
        format!("[{}]", vec!["a"; 50_000].join(".")),
    ] {
        let desk = with("");
        desk.edit("scenario.toml", |text| format!("{nested}\n{text}"));
        refused(&desk, &[], &["scenario.toml:"]);
    }
}

#[test]
fn more_hazards_policies_or_states_than_can_be_looked_at_are_refused() {
    refused(&with(&tables(1_500, act)), &[], &["scenario.toml:", "1501 tables [hazard.NAME]; at most 1000"]);
    let policies = tables(1_500, |name| format!("[policy.p{name}]\n"));
    refused(&with(&policies), &[], &["scenario.toml:", "1502 tables [policy.NAME]; at most 1000"]);
    let states: Vec<String> = (0..20_000).map(|name| format!("\"s{name}\"")).collect();
    let regime =
        format!("[regime.r]\nstates = [{}]\nper_year = {{ s0 = {{ s1 = 1 }} }}\n", states.join(", "));
    refused(&with(&regime), &[], &["20000 states; at most 100"]);
}

#[test]
fn excitation_that_grows_without_end_is_refused_also_in_a_ring_of_hundreds() {
    let ring = |extra: f64| {
        tables(400, |name| {
            format!(
                "{}excites = {{ h{} = {{ extra_events = {extra}, decay_months = 1 }} }}\n",
                act(name),
                (name + 1) % 400
            )
        })
    };
    refused(&with(&ring(1.5)), &[], &["events without end", "spectral radius", "1.5"]);
    let (code, said) = limited(&with(&ring(0.5)), &["-n", "8", "-q"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn events_and_gaps_without_number_are_refused() {
    for (key, value) in [
        ("onset", "{ poisson = { per_year = 1e12 } }"),
        ("onset", "{ renewal = { gap_months = 1e-9 } }"),
        ("onset", "{ renewal = { gap_months = { weibull = { scale = 1, shape = 0.01 } } } }"),
    ] {
        let set = format!("hazard.gallium_ban.{key}={value}");
        refused(&with(""), &["--set", &set], &["at most 10000"]);
    }
    let renews = "hazard.gallium_ban.renews={ probability = 1, most = 1000000000 }";
    refused(&with(""), &["--set", renews], &["renewals of one event"]);
}

#[test]
fn horizons_transits_runs_and_points_without_end_are_refused_before_they_are_made() {
    refused(&with(""), &["--set", "time.years=1e9"], &["years", "at most 365250 steps"]);
    refused(&with(""), &["--set", "time.years=1e308"], &["years", "at most 365250 steps"]);
    refused(
        &with(""),
        &["--set", "network.default_transit_days=1e12"],
        &["no time under way", "3652.5 days"],
    );
    let desk = Desk::with(VALID);
    desk.edit("lanes.csv", |_| {
        "material,from,to,flow_per_year,transit_days\ngallium,CHN,DEU,38.5,1e9\ngallium,CHN,JPN,61.25,1\n"
            .into()
    });
    refused(&desk, &[], &["lanes.csv:2:", "no time under way"]);
    refused(&with(""), &["-n", "9223372036854775807"], &["chunks of work", "fewer runs"]);
    let keys: Vec<String> =
        (0..50).map(|name| format!("\"hazard.h{name}.duration_months\" = [1, 2]")).collect();
    let design = |form: &str| format!("{}[design]\n{form}\n", tables(50, act));
    let latin = format!("latin_hypercube = {{ points = 1000000, over = {{ {} }} }}", keys.join(", "));
    refused(&with(&design(&latin)), &[], &["1000000 points of 50 keys"]);
    let sweep = |key: &str| {
        format!("{key}={{ sweep = [{}] }}", (1..4_000).map(|n| n.to_string()).collect::<Vec<_>>().join(", "))
    };
    refused(
        &with(""),
        &["--set", &sweep("market.cover_days"), "--set", &sweep("stockpile.japan.target_days")],
        &["points; at most 10000000"],
    );
    let laws = tables(50, act).replace("= 0.01", "= { uniform = { low = 0.01, high = 0.02 } }");
    let desk = with(&laws);
    desk.edit("scenario.toml", |text| text.replace("runs = 10", "draws = 1000000"));
    refused(&desk, &[], &["1000000 draws of 50 uncertain numbers"]);
}

#[test]
fn a_prior_that_joins_everything_with_everything_is_refused() {
    let n = 2_000;
    let rows = |head: &str, row: &dyn Fn(usize) -> String| format!("{head}\n{}", tables(n, row));
    let desk = Desk::with(VALID);
    std::fs::remove_file(desk.path("scenario/lanes.csv")).unwrap();
    desk.edit("places.csv", |_| rows("place", &|k| format!("P{k}\n")));
    desk.edit("plants.csv", |_| {
        rows("plant,material,place,capacity_per_year", &|k| format!("p{k},gallium,P{k},1\n"))
    });
    desk.edit("consumers.csv", |_| {
        rows("material,place,sector,demand_per_year", &|k| format!("gallium,P{k},civil,1\n"))
    });
    desk.edit("scenario.toml", |text| text.replace("CHN", "P1").replace("JPN", "P2"));
    refused(&desk, &[], &["materials.csv:2:1", "4000000 pairs", "at most 1000000 lanes"]);
}

#[test]
fn a_pattern_of_many_stars_takes_no_time() {
    let desk = replaced("[\"gallium\"]", &format!("[\"{}b\"]", "*a".repeat(2_000)));
    refused(&desk, &[], &["scenario.toml:23:"]);
}
