//! R29: stdout and stderr as scripts meet them.

use super::VALID;
use super::desk::Desk;
use std::process::{Command, Stdio};

fn plain(bytes: &[u8]) -> bool {
    String::from_utf8_lossy(bytes).chars().all(|letter| letter == '\n' || !letter.is_control())
}

#[test]
fn r29_no_control_characters_reach_files() {
    for (name, value) in
        [("CI", "true"), ("TERM", "dumb"), ("TERM", "xterm-256color"), ("CLICOLOR_FORCE", "1")]
    {
        let desk = Desk::with(VALID);
        for arguments in [
            &["check", "scenario", "-v"][..],
            &["run", "scenario", "-o", "out", "--progress", "bar"],
            &["run", "scenario", "-o", "out"],
            &["run", "scenario", "-o", "other", "--progress", "lines", "-v"],
            &["check", "nowhere"],
            &["explain"],
        ] {
            let output = desk.shortfall(arguments).env(name, value).output().unwrap();
            assert!(plain(&output.stdout) && plain(&output.stderr), "{arguments:?} with {name}={value}");
        }
    }
}

#[test]
fn r29_informational_lines_stay_off_stdout() {
    let desk = Desk::with(VALID);
    let output = desk.shortfall(&["run", "scenario", "-o", "out"]).assert().success().get_output().clone();
    assert!(!String::from_utf8_lossy(&output.stdout).contains("results are in"));
    let silent =
        desk.shortfall(&["run", "scenario", "-o", "other", "-q"]).assert().success().get_output().clone();
    assert!(silent.stdout.is_empty() && silent.stderr.is_empty());
}

#[test]
fn r29_a_reader_that_leaves_early_loses_no_results() {
    let desk = Desk::with(VALID);
    for arguments in [
        &["check", "scenario"][..],
        &["check", "scenario", "--format", "json"],
        &["run", "scenario", "-o", "out"],
    ] {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shortfall"));
        command.current_dir(desk.path("")).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
    }
    assert!(desk.path("out/manifest.json").exists());
}
