//! What a run will take is told before it begins, is near what it takes, and is refused if it is not there.

use super::VALID;
use super::desk::{Desk, says};
use std::process::{Command, Stdio};

/// The estimate in bytes, as a dry run tells it.
fn estimate(desk: &Desk, more: &[&str]) -> f64 {
    let output =
        desk.shortfall(&[&["run", "scenario", "-o", "out", "--dry-run"], more].concat()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let line = said.lines().find_map(|line| line.strip_prefix("takes")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    let unit =
        [("kB", 1e3), ("MB", 1e6), ("GB", 1e9)].into_iter().find(|(unit, _)| *unit == words[2]).unwrap();
    words[1].parse::<f64>().unwrap() * unit.1
}

/// Most memory that the run really takes, bytes.
fn taken(desk: &Desk, more: &[&str]) -> f64 {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("shortfall"))
        .args(["run", "scenario", "-o", "out", "-q", "--overwrite"])
        .args(more)
        .current_dir(desk.path(""))
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let path = format!("/proc/{}/status", child.id());
    let mut most: f64 = 0.0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(&path).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        most = most.max(1024.0 * peak.unwrap_or(0.0));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success());
    most
}

#[test]
#[ignore = "makes runs for minutes; `make test-all` makes them"]
#[cfg(target_os = "linux")]
fn the_estimate_of_memory_is_no_less_than_what_is_taken_and_not_many_times_more() {
    let scenarios = [
        (VALID, vec!["-n", "2000", "-j", "2"]),
        (VALID, vec!["-n", "8", "-j", "1", "--set", "time.years=1000"]),
        (VALID, vec!["-n", "500", "-j", "1", "--keep", "series", "--set", "time.years=20"]),
        (VALID, vec!["-n", "500", "-j", "1", "--keep", "summary"]),
        ("../scenarios/examples/measures", vec!["-n", "64", "-j", "2"]),
        ("../scenarios/urea-korea", vec!["-n", "8", "-j", "2"]),
    ];
    let (mut worst, mut faults) = (0.0_f64, Vec::new());
    for (scenario, more) in scenarios {
        let desk = Desk::with(scenario);
        let (told, taken) = (estimate(&desk, &more), taken(&desk, &more));
        println!("{scenario} {more:?}: told {told:e}, taken {taken:e}");
        if !(taken..=8.0 * taken).contains(&told) {
            faults.push(format!("{scenario} {more:?}: told {told:e}, taken {taken:e}"));
        }
        worst = worst.max(told / taken);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!(
        "trust: an estimate of memory is printed before a run | never below what is taken, at most {worst:.1} times it"
    );
}

#[test]
fn a_run_says_what_it_will_take_and_one_that_is_too_large_is_refused() {
    let desk = Desk::with(VALID);
    let output = desk.shortfall(&["run", "scenario", "-o", "out", "-n", "3"]).output().unwrap();
    says(&String::from_utf8_lossy(&output.stderr), &["3 runs under each policy: some ", "MB of memory and "]);
    let policies: String = (0..900).map(|k| format!("[policy.p{k}]\n")).collect();
    desk.edit("scenario.toml", |text| format!("{text}{policies}"));
    let large = ["--set", "time.years=1000", "--set", "time.step=day"];
    for verb in [&["run", "scenario", "-o", "other"][..], &["plan", "scenario"]] {
        let output = desk.shortfall(&[verb, &large].concat()).output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        says(
            &String::from_utf8_lossy(&output.stderr),
            &["of memory are needed", "are free", "--ignore-memory"],
        );
    }
    assert!(!desk.path("other").exists());
}
