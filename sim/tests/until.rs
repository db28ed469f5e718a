//! When there are enough runs, and what `plan` says before the first.
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
const UNTIL: &str = "until = { statistic = \"mean\", relative_half_width = 0.1, max_runs = 20000 }";

/// The valid scenario with a line more in `[run]`, and others replaced.
fn desk(line: &str, changes: &[(&str, &str)]) -> Desk {
    let desk = Desk::with(VALID);
    desk.edit("scenario.toml", |text| text.replace("runs = 10", &format!("runs = 10\n{line}")));
    for (old, new) in changes {
        desk.edit("scenario.toml", |text| {
            assert!(text.contains(old), "{old}");
            text.replace(old, new)
        });
    }
    desk
}

fn tables(out: &Path) -> Vec<(String, Vec<u8>)> {
    files(out).into_iter().filter(|(name, _)| name.starts_with("tables/")).collect()
}

fn manifest(out: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap()
}

fn stderr(desk: &Desk, arguments: &[&str], code: i32) -> String {
    let assert = desk.shortfall(arguments).assert().code(code);
    String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
}

fn stdout(desk: &Desk, arguments: &[&str]) -> String {
    let assert = desk.shortfall(arguments).assert().success();
    String::from_utf8_lossy(&assert.get_output().stdout).into_owned()
}

/// Relative half widths of the mean shortfall, of what differs between runs.
fn widths(out: &Path) -> Vec<f64> {
    let summary = read(out, "summary");
    let (of, means, halves) =
        (texts(&summary, "of"), numbers(&summary, "mean"), numbers(&summary, "mean_half_width"));
    let rows = (0..of.len()).filter(|row| of[*row].as_deref() == Some("shortfall"));
    rows.filter_map(|row| Some(halves[row]? / means[row].unwrap())).collect()
}

#[test]
fn a_run_ends_when_its_statistic_is_known_and_is_the_first_part_of_a_longer_one() {
    let desk = desk(UNTIL, &[]);
    let out = desk.run("out", &["-j", "1"]);
    let made = manifest(&out)["runs_made"][0].as_u64().unwrap();
    assert!(made.is_multiple_of(1024) && made > 1024 && made < 20_000, "{made}");
    let found = widths(&out);
    assert!(!found.is_empty() && found.iter().all(|width| *width <= 0.1), "{found:?}");
    // One look earlier it was not known.
    let plain = Desk::with(VALID);
    let before = plain.run("before", &["-n", &(made - 1024).to_string()]);
    assert!(widths(&before).iter().any(|width| *width > 0.1));
    // The rows are those of a run of that many.
    let same = plain.run("same", &["-n", &made.to_string()]);
    for table in ["outcomes", "years", "stockpiles", "required", "costs", "events"] {
        assert!(read(&out, table) == read(&same, table), "{table}");
    }
    // Neither threads nor an end in between leave a trace.
    assert!(tables(&desk.run("threads", &["-j", "3"])) == tables(&out));
    let arguments = ["run", "scenario", "-o", "resumed", "-q"];
    let stopped = stderr(&desk, &[&arguments[..], &["--shard", "1/2"]].concat(), 3);
    says(&stopped, &["--shard", "until", "shortfall plan"]);
    desk.run("resumed", &[]);
    let chunk = desk.path("resumed/tables/outcomes/part-00001.parquet");
    std::fs::write(chunk, "").unwrap();
    assert!(tables(&desk.run("resumed", &[])) == tables(&out), "what is damaged is made again");
    says(&stderr(&desk, &["run", "scenario", "-o", "out"], 0), &["already done"]);
    says(&stderr(&desk, &["run", "scenario", "-o", "out", "-n", "20"], 3), &["until", "from 20 runs on"]);
}

#[test]
fn every_point_ends_by_itself_and_at_least_runs_are_made() {
    let changes = [("per_year = 0.2", "per_year = { sweep = [0.05, 2.0] }")];
    let desk = desk(UNTIL, &changes);
    let out = desk.run("out", &[]);
    let made = manifest(&out)["runs_made"].clone();
    assert!(made[0].as_u64() > made[1].as_u64(), "rare events take more runs: {made}");
    let points = numbers(&read(&out, "summary"), "point");
    assert_eq!((points.first().unwrap(), points.last().unwrap()), (&Some(0.0), &Some(1.0)));
    let more = desk.run("more", &["-n", "5000"]);
    assert_eq!(manifest(&more)["runs_made"][1], 5120, "the first look at or after 5,000");
    // Nothing is ever short: nothing is known, and the end is the most.
    let never = Desk::with(VALID);
    never.edit("scenario.toml", |text| {
        text.replace("runs = 10", &UNTIL.replace("20000", "3000")).replace("per_year = 0.2", "per_year = 0.0")
    });
    assert_eq!(manifest(&never.run("out", &[]))["runs_made"][0], 3000);
}

#[test]
fn what_until_can_not_mean_is_refused_with_its_place() {
    for (written, parts) in [
        (
            "until = { of = \"shortfal\", relative_half_width = 0.1, max_runs = 9000 }",
            &["of: no \"shortfal\"", "\"shortfall\"?"][..],
        ),
        ("until = { relative_half_width = 0, max_runs = 9000 }", &["relative_half_width: 0 is not above 0"]),
        (
            "until = { relative_half_width = 0.1, max_runs = 9 }",
            &["10 runs are the least, and max_runs = 9 the most"],
        ),
        ("until = { relative_half_width = 0.1, max_runs = 0 }", &["a whole number from 1 to"]),
        ("until = { max_runs = 9000 }", &["relative_half_width is missing", "relative_half_width = 0.05"]),
        (
            "until = { relative_half_width = 0.1, max_runs = 9000, place = \"JPM\" }",
            &["place: no \"JPM\"", "\"JPN\"?"],
        ),
        (
            "until = { statistic = \"p95\", relative_half_width = 0.1, max_runs = 9000 }",
            &["statistic", "cvar95"],
        ),
        ("draws = 3\nuntil = { relative_half_width = 0.1, max_runs = 9000 }", &["draws leave open"]),
    ] {
        says(&desk(written, &[]).refused(&[]), parts);
    }
}

/// Lines of a plan that tell of worst runs.
fn tail(said: &str) -> BTreeSet<String> {
    said.lines().filter(|line| line.contains('±') && line.starts_with("gallium")).map(str::to_owned).collect()
}

#[test]
fn a_plan_counts_the_work_measures_it_and_says_how_many_runs_a_precision_needs() {
    let desk = Desk::with(VALID);
    desk.edit("scenario.toml", |text| text.replace("cover_days = 45", "cover_days = { sweep = [30, 60] }"));
    let arguments = ["plan", "scenario", "-n", "9000", "--shards", "4", "--pilot", "800"];
    let said = stdout(&desk, &arguments);
    says(
        &said,
        &[
            "points    2, 1 draws",
            "18000 in all, under 2 policies",
            "chunks    6,",
            "of at most 2 chunks",
            "with 800 runs",
            "runs for ± 5 % of it",
        ],
    );
    assert_eq!(
        files(&desk.path("")).keys().filter(|name| !name.starts_with("scenario/")).count(),
        0,
        "nothing is kept"
    );
    // Ten times the precision needs a hundred times the runs.
    let needed = |precision: &str| -> Vec<f64> {
        let said = stdout(&desk, &[&arguments[..], &["--precision", precision]].concat());
        let lines = said.lines().filter(|line| line.contains('±') && line.starts_with("gallium"));
        lines.map(|line| line.split_whitespace().last().unwrap().parse().unwrap()).collect()
    };
    let (coarse, fine) = (needed("0.1"), needed("0.01"));
    assert!(!coarse.is_empty() && coarse.len() == fine.len());
    assert!(
        coarse.iter().zip(&fine).all(|(coarse, fine)| (fine / coarse - 100.0).abs() < 5.0),
        "{coarse:?} {fine:?}"
    );
    // Of finished results, the same from what they hold.
    let out = desk.run("out", &["-n", "800"]);
    let from = stdout(&desk, &[&arguments[..6], &["--from", "out", "--pilot", "8"]].concat());
    says(&from, &["from out;", "gallium DEU civil"]);
    assert!(tail(&from).is_subset(&tail(&said)) && !tail(&from).is_empty(), "{from}\n{said}");
    std::fs::write(out.join("tables/summary/part-00001.parquet"), "").unwrap();
    says(&stderr(&desk, &[&arguments[..], &["--from", "out"]].concat(), 3), &["holds no whole results"]);
    assert_eq!(
        desk.shortfall(&["plan", "scenario", "--precision", "2"]).assert().get_output().status.code(),
        Some(2)
    );
}

#[test]
fn a_finished_set_of_shards_names_merge() {
    let desk = Desk::with(VALID);
    let shard =
        |shard: &str| stderr(&desk, &["run", "scenario", "-o", "out", "-n", "9000", "--shard", shard], 0);
    says(&shard("2/2"), &["shard 2 of 2 is done; when all are, `shortfall merge out`"]);
    says(&stderr(&desk, &["status", "out"], 75), &["the same command goes on"]);
    says(&shard("1/2"), &["shard 1 of 2 is done; and all others are: `shortfall merge out`"]);
    says(&stderr(&desk, &["status", "out"], 75), &["all chunks are done; `shortfall merge out`"]);
}

#[test]
fn messages_are_json_on_request_and_results_stay_text() {
    let desk = Desk::with(VALID);
    for (out, code) in [("out", 0), ("out", 0), ("scenario", 3)] {
        let assert =
            desk.shortfall(&["run", "scenario", "-o", out, "--log-format", "json"]).assert().code(code);
        let said = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        let lines = said.lines().map(|line| serde_json::from_str(line).unwrap());
        let lines: Vec<serde_json::Value> = lines.collect();
        for told in &lines {
            assert!(told["message"].is_string() && told["at"].as_str().unwrap().ends_with('Z'), "{told}");
        }
        let last = &lines.last().expect("something is said")["level"];
        assert_eq!(last, if code == 0 { "info" } else { "error" }, "{said}");
    }
}

/// A folder first in PATH, with programs that stand for Slurm's.
#[cfg(unix)]
fn bin(desk: &Desk) -> String {
    use std::os::unix::fs::PermissionsExt;
    let bin = desk.path("bin");
    std::fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(assert_cmd::cargo::cargo_bin!("shortfall"), bin.join("shortfall")).unwrap();
    std::fs::write(bin.join("scontrol"), "#!/bin/sh\necho \"$@\" >> requeued\n").unwrap();
    std::fs::set_permissions(bin.join("scontrol"), std::fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
}

#[cfg(unix)]
#[test]
fn the_script_of_a_job_array_makes_every_shard_and_goes_back_into_the_queue_when_stopped() {
    use std::process::{Command, Stdio};
    let desk = Desk::with(VALID);
    let arguments =
        ["plan", "scenario", "-n", "20000", "--shards", "5", "--slurm", "--tasks", "2", "-o", "it's here"];
    let script =
        stdout(&desk, &[&arguments[..], &["--walltime", "90m", "-j", "2", "--pilot", "100"]].concat());
    says(
        &script,
        &[
            "#SBATCH --array=1-2\n",
            "#SBATCH --cpus-per-task=2\n",
            "#SBATCH --time=0-01:30:00\n",
            "--requeue",
            "for ((number = SLURM_ARRAY_TASK_ID; number <= 5; number += 2))",
        ],
    );
    std::fs::write(desk.path("job.sh"), &script).unwrap();
    let path = bin(&desk);
    let task = |number: &str| {
        let mut command = Command::new("bash");
        command
            .current_dir(desk.path(""))
            .arg("job.sh")
            .env("PATH", &path)
            .env("SLURM_ARRAY_TASK_ID", number);
        command.env("SLURM_JOB_ID", format!("70{number}")).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    // Stopped while the first shard is under way.
    let mut child = task("1").spawn().unwrap();
    while !desk.path("it's here/.shortfall-partial/plan.json").exists() {
        assert_eq!(child.try_wait().unwrap(), None, "the task ended before it began");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(75));
    assert_eq!(std::fs::read_to_string(desk.path("requeued")).unwrap(), "requeue 701\n");
    for number in ["2", "1"] {
        assert_eq!(task(number).status().unwrap().code(), Some(0));
    }
    desk.shortfall(&["merge", "it's here", "-q"]).assert().success();
    assert!(tables(&desk.path("it's here")) == tables(&desk.run("whole", &["-n", "20000"])));
    // Anything else than a stop ends the task with its code.
    desk.edit("scenario.toml", |text| text.replace("seed = 7", "seed = 8"));
    assert_eq!(task("1").status().unwrap().code(), Some(3));
}
