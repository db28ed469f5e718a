//! Files that are none, and paths that lead out of the scenario's folder.

use super::VALID;
use super::desk::{Desk, says};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// Asserts that the program refuses the scenario and does not wait for anything.
fn refused(desk: &Desk, more: &[&str], parts: &[&str]) {
    let mut command = desk.shortfall(&[&["run", "scenario", "-o", "out"], more].concat());
    let output = command.timeout(std::time::Duration::from_secs(60)).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    says(&said, parts);
    assert!(!desk.path("out").exists());
}

fn pipe(path: &Path) {
    let _ = std::fs::remove_file(path);
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn pipes_devices_and_folders_are_no_scenario_files_and_are_not_waited_for() {
    for file in ["lanes.csv", "places.csv", "materials.csv"] {
        let desk = Desk::with(VALID);
        pipe(&desk.path("scenario").join(file));
        refused(&desk, &[], &[file, "no regular file"]);
    }
    let desk = Desk::with(VALID);
    pipe(&desk.path("scenario/scenario.toml"));
    refused(&desk, &[], &["scenario.toml", "no regular file"]);

    let desk = Desk::with(VALID);
    refused(
        &desk,
        &["--allow-outside", "--set", "network.lanes=/dev/zero"],
        &["/dev/zero", "no regular file"],
    );
    std::fs::remove_file(desk.path("scenario/lanes.csv")).unwrap();
    std::fs::create_dir(desk.path("scenario/lanes.csv")).unwrap();
    refused(&desk, &[], &["lanes.csv", "no regular file"]);
}

#[test]
fn a_table_that_is_there_and_leads_nowhere_is_not_passed_over() {
    let desk = Desk::with(VALID);
    std::fs::remove_file(desk.path("scenario/lanes.csv")).unwrap();
    symlink("nowhere.csv", desk.path("scenario/lanes.csv")).unwrap();
    refused(&desk, &[], &["lanes.csv", "no such file"]);
}

#[test]
fn neither_dots_nor_roots_nor_links_lead_out_of_the_folder() {
    let desk = Desk::with(VALID);
    let outside = desk.path("lanes.csv");
    std::fs::copy(desk.path("scenario/lanes.csv"), &outside).unwrap();
    let whole = outside.display().to_string();
    for path in [
        "../lanes.csv",
        "./../lanes.csv",
        "x/../../lanes.csv",
        &whole,
        "/etc/passwd",
        "../../../../etc/passwd",
    ] {
        refused(&desk, &["--set", &format!("network.lanes='{path}'")], &["outside the scenario's folder"]);
    }
    let list = |file: &str| format!("design={{ list = '{file}' }}");
    refused(&desk, &["--set", &list("../lanes.csv")], &["outside the scenario's folder"]);
    let catalogue = "hazard.gallium_ban.onset={ catalogue = '../lanes.csv' }";
    refused(&desk, &["--set", catalogue], &["outside the scenario's folder"]);

    std::fs::remove_file(desk.path("scenario/lanes.csv")).unwrap();
    symlink(&outside, desk.path("scenario/lanes.csv")).unwrap();
    refused(&desk, &[], &["outside the scenario's folder", "--allow-outside"]);
    desk.run("out", &["--allow-outside", "-n", "2"]);
}

#[test]
fn bytes_of_nought_are_no_text() {
    let desk = Desk::with(VALID);
    desk.edit("lanes.csv", |text| text.replace("CHN", "CH\0N"));
    refused(&desk, &[], &["lanes.csv:2:", "can't be a name"]);
}
