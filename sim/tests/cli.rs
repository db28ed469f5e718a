//! The command line as people and scripts meet it: exit codes, streams, messages.

use assert_cmd::Command;
use std::process::Stdio;

/// The program, without variables of the machine that tests run on.
fn shortfall(arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shortfall"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SHORTFALL_"))
    {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

fn stdout(arguments: &[&str]) -> String {
    let output = shortfall(arguments).assert().success().get_output().clone();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("stdout is UTF-8")
}

fn refusal(arguments: &[&str], code: i32) -> String {
    let output = shortfall(arguments).assert().code(code).get_output().clone();
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).expect("stderr is UTF-8")
}

#[test]
fn sessions_in_tests_cmd_print_what_they_show() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}

#[test]
fn wrong_usage_is_exit_code_2_and_leaves_stdout_empty() {
    for arguments in [
        &["fly"][..],
        &["run", "scenario"],
        &["run", "scenario", "-o", "out", "--runs", "0"],
        &["run", "scenario", "-o", "out", "--runs", "many"],
        &["run", "scenario", "-o", "out", "--seed", "-1"],
        &["run", "scenario", "-o", "out", "--seed", "18446744073709551616"],
        &["run", "scenario", "-o", "out", "--threads", "100000"],
        &["run", "scenario", "-o", "out", "--set", "runs"],
        &["run", "scenario", "-o", "out", "--quiet", "--verbose"],
        &["completions", "cobol"],
    ] {
        refusal(arguments, 2);
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest_one() {
    assert!(refusal(&["explain", "outge"], 2).contains("did you mean \"outage\"?"));
    assert!(refusal(&["schema", "netwrok"], 2).contains("did you mean \"network\"?"));
    assert!(refusal(&["man", "chekc"], 2).contains("did you mean \"check\"?"));
}

#[test]
fn help_and_version_go_to_stdout() {
    assert!(stdout(&["--help"]).contains("Exit codes"));
    assert_eq!(stdout(&["--version"]), format!("shortfall {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_flag_of_every_verb_has_its_variable() {
    for verb in shortfall::cli::command().get_subcommands() {
        for flag in verb.get_arguments().filter(|flag| flag.get_long().is_some_and(|long| long != "help")) {
            let name = flag.get_long().unwrap().to_uppercase().replace('-', "_");
            let variable = flag.get_env().map(|variable| variable.to_string_lossy().into_owned());
            assert_eq!(variable, Some(format!("SHORTFALL_{name}")), "{} --{name}", verb.get_name());
        }
    }
}

#[test]
fn a_variable_stands_for_its_flag() {
    let assert = shortfall(&["run", "scenario", "-o", "out"]).env("SHORTFALL_RUNS", "0").assert().code(2);
    assert!(String::from_utf8_lossy(&assert.get_output().stderr).contains("--runs"));
}

#[test]
fn every_kind_measure_and_table_is_explained() {
    let list = stdout(&["explain"]);
    let hazards = shortfall::hazards::KINDS.iter().map(|kind| kind.name);
    let measures = shortfall::policies::KINDS.iter().map(|kind| kind.name);
    let laws = shortfall::random::laws::KINDS.iter().map(|kind| kind.name);
    for name in hazards.chain(measures).chain(laws).chain(["hazard", "market"]) {
        assert!(list.contains(&format!("\n  {name} ")) || list.contains(&format!("\n  {name}\n")), "{name}");
        assert!(stdout(&["explain", name]).starts_with(&format!("{name} (")));
    }
}

#[test]
fn the_schema_is_json_and_knows_every_kind() {
    let schema: serde_json::Value = serde_json::from_str(&stdout(&["schema"])).unwrap();
    let kinds = schema["properties"]["hazard"]["additionalProperties"]["oneOf"].as_array().unwrap();
    let kinds: Vec<&str> =
        kinds.iter().map(|kind| kind["properties"]["kind"]["const"].as_str().unwrap()).collect();
    let known: Vec<&str> = shortfall::hazards::KINDS.iter().map(|kind| kind.name).collect();
    assert_eq!(kinds, known);
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn a_table_of_the_schema_is_that_table_of_the_whole() {
    let mut table: serde_json::Value = serde_json::from_str(&stdout(&["schema", "time"])).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&stdout(&["schema"])).unwrap();
    table.as_object_mut().unwrap().remove("$schema");
    assert_eq!(table, whole["properties"]["time"]);
}

#[test]
fn completions_and_manual_pages_know_every_verb() {
    let verbs = ["new", "check", "run", "explain", "schema", "completions", "man"];
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = stdout(&["completions", shell]);
        assert!(verbs.iter().all(|verb| script.contains(verb)), "{shell}");
    }
    let page = stdout(&["man"]);
    assert!(verbs.iter().all(|verb| page.contains(verb)));
    assert!(stdout(&["man", "run"]).contains("\\-\\-overwrite"));
}

#[test]
fn a_reader_that_leaves_early_is_no_fault() {
    // The same as `| head -0`: the program's stdout is closed before it writes.
    for arguments in [&["completions", "bash"][..], &["schema"], &["man"], &["explain"], &["--help"]] {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("shortfall"));
        let mut child =
            command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_table_at_the_end_of_a_run_fits_80_columns() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/cobalt-fpv");
    let out = folder.path().join("out");
    let arguments = ["run", scenario, "-o", out.to_str().unwrap(), "-n", "9", "--progress", "none"];
    let done = shortfall(&arguments).assert().success();
    let said = String::from_utf8_lossy(&done.get_output().stdout).into_owned();
    assert!(said.contains("worst 5 %"), "{said}");
    let long = said.lines().filter(|line| line.chars().count() > 80);
    assert_eq!(long.collect::<Vec<&str>>(), Vec::<&str>::new());
}
