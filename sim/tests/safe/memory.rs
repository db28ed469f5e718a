//! Peak memory does not grow with the number of runs.

use super::{Desk, VALID};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Peak memory of a run in KiB: the highest that its process ever had, looked at until it ends.
fn peak(desk: &Desk, runs: u64, keep: &str) -> f64 {
    let runs = runs.to_string();
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shortfall"));
    command.current_dir(desk.path("")).args(["run", "scenario", "-o", "out", "-q", "-j", "1", "--overwrite"]);
    command.args(["-n", &runs, "--keep", keep]).stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    let path = format!("/proc/{}/status", child.id());
    let mut most = 0.0_f64;
    loop {
        let status = std::fs::read_to_string(&path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
        most = most.max(now.unwrap_or(0.0));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            return most;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Two years become one, so that runs are cheap.
fn tiny() -> Desk {
    let desk = Desk::in_memory(VALID);
    desk.edit("scenario.toml", |text| text.replace("years = 2", "years = 1"));
    desk
}

fn is_flat(few: u64, many: u64, keep: &str) {
    let desk = tiny();
    let (small, large) = (peak(&desk, few, keep), peak(&desk, many, keep));
    println!("--keep {keep}: {few} runs {small} KiB, {many} runs {large} KiB");
    assert!(large <= 1.05 * small, "--keep {keep}: {few} runs take {small} KiB, {many} runs {large} KiB");
}

#[test]
fn peak_memory_is_the_same_for_five_times_the_runs() {
    is_flat(20_000, 100_000, "summary");
}

#[test]
#[ignore = "minutes: ten million runs"]
fn peak_memory_is_the_same_for_a_thousand_times_the_runs() {
    is_flat(10_000, 10_000_000, "summary");
}
