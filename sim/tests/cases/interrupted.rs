//! R07, R08, R09: runs that are stopped, folders that are not empty.

use super::VALID;
use super::desk::{Desk, files, says};
use std::path::Path;

/// Runs that take long enough to be interrupted.
const MANY: &str = "30000";

/// Nothing in a folder looks like results.
fn holds_no_results(out: &Path) {
    if out.exists() {
        let names: Vec<String> = files(out).into_keys().collect();
        assert!(names.iter().all(|name| name.starts_with(".shortfall-partial/")), "{names:?}");
    }
}

/// Bytes of the tables.
fn tables(out: &Path) -> Vec<(String, Vec<u8>)> {
    files(out).into_iter().filter(|(name, _)| name.starts_with("tables/")).collect()
}

#[cfg(unix)]
mod signals {
    use super::*;
    use std::process::{Child, Command, ExitStatus, Stdio};
    use std::time::{Duration, Instant};

    /// Chunks that are kept.
    fn chunks(out: &Path) -> usize {
        std::fs::read_dir(out.join(".shortfall-partial/chunks")).map_or(0, |chunks| {
            chunks
                .filter(|name| name.as_ref().unwrap().path().extension().is_some_and(|end| end == "chunk"))
                .count()
        })
    }

    const ARGUMENTS: [&str; 6] = ["run", "scenario", "-o", "out", "-n", MANY];

    fn begin(desk: &Desk) -> Child {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shortfall"));
        command.current_dir(desk.path("")).args(ARGUMENTS);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let began = Instant::now();
        while !desk.path("out/.shortfall-partial/plan.json").exists() {
            assert!(began.elapsed() < Duration::from_secs(30), "the run does not begin");
            std::thread::sleep(Duration::from_millis(1));
        }
        child
    }

    fn stop(mut child: Child, signal: &str, after: u64) -> ExitStatus {
        std::thread::sleep(Duration::from_millis(after));
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        child.wait().unwrap()
    }

    #[test]
    fn r09_a_killed_run_leaves_nothing_that_looks_whole_and_the_same_command_makes_it_good() {
        let unbroken = Desk::with(VALID);
        unbroken.shortfall(&ARGUMENTS).assert().success();
        let desk = Desk::with(VALID);
        let mut kept = 0;
        for after in [0, 40, 40] {
            let status = stop(begin(&desk), "-KILL", after);
            assert_eq!(status.code(), None, "it was killed while it ran");
            holds_no_results(&desk.path("out"));
            let now = chunks(&desk.path("out"));
            assert!(now >= kept, "what was kept stays");
            kept = now;
        }
        desk.shortfall(&ARGUMENTS).assert().success();
        assert!(tables(&desk.path("out")) == tables(&unbroken.path("out")));
        assert!(!desk.path("out/.shortfall-partial").exists());
    }

    #[test]
    fn r09_sigterm_says_that_the_same_command_goes_on_and_sigint_that_it_was_interrupted() {
        let desk = Desk::with(VALID);
        for (signal, code) in [("-TERM", 75), ("-INT", 130)] {
            let began = Instant::now();
            assert_eq!(stop(begin(&desk), signal, 40).code(), Some(code));
            assert!(began.elapsed() < Duration::from_secs(5));
            holds_no_results(&desk.path("out"));
        }
        desk.shortfall(&ARGUMENTS).assert().success();
        let unbroken = Desk::with(VALID);
        unbroken.shortfall(&ARGUMENTS).assert().success();
        assert!(tables(&desk.path("out")) == tables(&unbroken.path("out")));
    }
}

#[test]
fn r05_finished_results_are_done_and_others_are_refused_by_what_changed() {
    let desk = Desk::with(VALID);
    let out = desk.run("out", &[]);
    let before = files(&out);
    let again = desk.shortfall(&["run", "scenario", "-o", "out", "-j", "1"]).assert().success();
    says(&String::from_utf8_lossy(&again.get_output().stderr), &["already done"]);

    let other = |more: &[&str]| {
        let assert = desk.shortfall(&[&["run", "scenario", "-o", "out"], more].concat()).assert().code(3);
        String::from_utf8_lossy(&assert.get_output().stderr).into_owned()
    };
    says(&other(&["--seed", "8"]), &["seed: the folder has 7, this run has 8", "--overwrite"]);
    says(&other(&["-n", "11"]), &["runs: the folder has 10, this run has 11"]);
    says(&other(&["--set", "market.spot_share=0.1"]), &["--set", "market.spot_share=0.1"]);
    desk.edit("plants.csv", |text| text.replace("120", "121"));
    says(&other(&[]), &["plants.csv", "sha256"]);
    assert_eq!(before, files(&out), "refusals touch nothing");
}

#[test]
fn r08_overwrite_replaces_results_and_never_removes_what_is_not_ours() {
    let desk = Desk::with(VALID);
    let out = desk.run("out", &[]);
    let old = tables(&out);
    std::fs::write(out.join("notes.txt"), "mine").unwrap();
    std::fs::write(out.join("tables/outcomes/mine.parquet"), "mine").unwrap();
    desk.run("out", &["--seed", "8", "--overwrite"]);
    assert!(tables(&out) != old);
    for mine in ["notes.txt", "tables/outcomes/mine.parquet"] {
        assert_eq!(std::fs::read_to_string(out.join(mine)).unwrap(), "mine");
    }

    std::fs::create_dir(desk.path("theirs")).unwrap();
    std::fs::write(desk.path("theirs/thesis.doc"), "theirs").unwrap();
    for more in [&[][..], &["--overwrite"]] {
        let assert = desk.shortfall(&[&["run", "scenario", "-o", "theirs"], more].concat()).assert().code(3);
        says(
            &String::from_utf8_lossy(&assert.get_output().stderr),
            &["thesis.doc", "nothing of theirs is ever removed"],
        );
        assert_eq!(files(&desk.path("theirs")).len(), 1);
    }
}
