//! Signals, readers that leave, a second process in a folder: R09 and R29.

use super::desk::says;
use super::{Desk, VALID, said, tables};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Runs that take a while.
const RUN: [&str; 6] = ["run", "scenario", "-o", "out", "-n", "200000"];

fn begin(desk: &Desk) -> Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shortfall"));
    let child =
        command.current_dir(desk.path("")).args(RUN).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let began = Instant::now();
    while !desk.path("out/.shortfall-partial/plan.json").exists() {
        assert!(began.elapsed() < Duration::from_secs(60), "the run does not begin");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.unwrap()
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn a_second_process_is_refused_and_told_who_holds_the_folder() {
    let desk = Desk::with(VALID);
    let mut first = begin(&desk);
    let before = desk.path("out/.shortfall-partial/plan.json").metadata().unwrap().modified().unwrap();
    for more in [&[][..], &["--overwrite"], &["--shard", "1/2"]] {
        let (words, code) = said(&desk, &[&RUN[..], more].concat());
        assert_eq!(code, Some(3), "{words}");
        says(
            &words,
            &["another process writes in it", &format!("process {}", first.id()), "wait for its end"],
        );
    }
    let (words, code) = said(&desk, &["merge", "out"]);
    assert_eq!(code, Some(3), "{words}");
    says(&words, &[&format!("process {}", first.id())]);
    assert_eq!(first.try_wait().unwrap(), None, "the first goes on");
    let after = desk.path("out/.shortfall-partial/plan.json").metadata().unwrap().modified().unwrap();
    assert_eq!(before, after);
    // It is gone with the process, however that ends.
    first.kill().unwrap();
    first.wait().unwrap();
    let desk_out = ["run", "scenario", "-o", "out", "-n", "10", "-q", "--overwrite"];
    assert_eq!(said(&desk, &desk_out).1, Some(0));
}

#[test]
fn whoever_runs_the_whole_is_told_which_shards_are_at_work() {
    let desk = Desk::with(VALID);
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shortfall"));
    command.current_dir(desk.path("")).args(RUN).args(["--shard", "1/2"]);
    let mut shard = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !desk.path("out/.shortfall-partial/plan.json").exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let (words, code) = said(&desk, &RUN);
    shard.kill().unwrap();
    shard.wait().unwrap();
    assert_eq!(code, Some(3), "{words}");
    says(&words, &[&format!("process {}", shard.id())]);
}

#[test]
fn a_signal_ends_a_run_within_5_seconds_and_a_second_ctrl_c_at_once() {
    let desk = Desk::with(VALID);
    for (signals, code) in [(&["-TERM"][..], 75), (&["-INT"], 130), (&["-INT", "-INT"], 130)] {
        let mut child = begin(&desk);
        std::thread::sleep(Duration::from_millis(100));
        let began = Instant::now();
        for name in signals {
            signal(&child, name);
        }
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signals:?}");
        assert!(began.elapsed() < Duration::from_secs(5), "{signals:?}: {:?}", began.elapsed());
        assert!(!desk.path("out/manifest.json").exists());
    }
    let small = ["run", "scenario", "-o", "out", "-n", "5000", "-q", "--overwrite"];
    assert_eq!(said(&desk, &small).1, Some(0));
    assert!(tables(&desk.path("out")) == tables(&Desk::with(VALID).run("out", &["-n", "5000"])));
}

#[test]
fn r29_a_reader_that_leaves_early_is_no_fault_of_any_verb() {
    let desk = Desk::with(VALID);
    desk.run("done", &[]);
    let story = ["story", "done", "--run", "0"];
    for arguments in [
        &["check", "scenario"][..],
        &["plan", "scenario", "--pilot", "8"],
        &["status", "done"],
        &story,
        &RUN[..3],
    ] {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shortfall"));
        command.current_dir(desk.path("")).args(arguments);
        if arguments[0] == "run" {
            command.args(["new", "-n", "10"]);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {words}");
        assert!(!words.contains("panicked") && !words.contains("Broken pipe"), "{arguments:?}: {words}");
    }
    assert!(desk.path("new/manifest.json").exists(), "results are there, whoever reads the table");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_stdout_is_an_error() {
    let desk = Desk::with(VALID);
    desk.run("done", &[]);
    for arguments in [&["check", "scenario"][..], &["status", "done"], &["explain"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shortfall"));
        let output = command.current_dir(desk.path("")).args(arguments).stdout(full).output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(5), "{arguments:?}: {words}");
        says(&words, &["cannot write to stdout", "No space left"]);
    }
}
