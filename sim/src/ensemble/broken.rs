//! What becomes of a run if any of its file operations fails, or if the process dies or the power goes there.
//!
//! A run is made once to count its calls to the system; then again with a fault at each of them. After every fault the same
//! command must give the bytes of the unbroken run.

use super::Progress;
use super::merge::{Merged, merge};
use super::simulate::{Finished, RunOptions, Stopped, simulate};
use super::study::{Study, study};
use crate::disk::Step;
use crate::disk::shadow::Loss;
use crate::disk::trial::{EIO, EMFILE, ENOSPC, EROFS, Fault, Trial};
use crate::results;
use crate::results::Found;
use crate::results::Home;
use crate::results::Keep;
use crate::scenario::Options;
use crate::scenario::Problems;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;

const VALID: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/invalid/valid");
const ERRORS: [i32; 4] = [ENOSPC, EIO, EROFS, EMFILE];

/// All of `all` in a thorough test, else one of them, another at each call.
fn some<T: Copy>(all: &[T], call: usize) -> Vec<T> {
    if std::env::var_os("SHORTFALL_CASES").is_some() { all.to_vec() } else { vec![all[call % all.len()]] }
}

fn valid(seed: u64, runs: u64) -> Study {
    let options =
        Options { seed: Some(seed.to_string()), runs: Some(runs.to_string()), ..Options::default() };
    let Ok(study) = study(Path::new(VALID), &options, &mut Problems::default()) else {
        panic!("the scenario is valid")
    };
    study
}

fn options(out: &Path, shard: &str, overwrite: bool) -> RunOptions {
    RunOptions {
        home: Home::from(out),
        overwrite,
        threads: Some(1),
        progress: Progress::None,
        policy: None,
        keep: Keep::Runs,
        shard: shard.parse().expect("a shard"),
        deadline: None,
        command: Vec::new(),
    }
}

/// Commands that are given one after another; a failure ends them.
type Commands = fn(&Study, &Path) -> Result<(), Stopped>;

fn whole(study: &Study, out: &Path) -> Result<(), Stopped> {
    match simulate(study, &options(out, "1/1", false), &AtomicBool::new(false)) {
        Ok(Finished::Results(_)) | Err(Stopped::AlreadyDone) => Ok(()),
        Ok(Finished::Shard(..)) => panic!("the whole is no shard"),
        Err(stopped) => Err(stopped),
    }
}

fn replacing(study: &Study, out: &Path) -> Result<(), Stopped> {
    simulate(study, &options(out, "1/1", true), &AtomicBool::new(false)).map(|_| ())
}

fn in_shards(study: &Study, out: &Path) -> Result<(), Stopped> {
    for shard in ["2/2", "1/2"] {
        match simulate(study, &options(out, shard, false), &AtomicBool::new(false)) {
            Ok(Finished::Shard(..)) | Err(Stopped::AlreadyDone) => {}
            Ok(Finished::Results(_)) => panic!("a shard is not the whole"),
            Err(stopped) => return Err(stopped),
        }
    }
    match merge(out, false)? {
        Merged::Results(_) | Merged::Already => Ok(()),
    }
}

/// Every file below a folder but for those that say when they were made.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("listed") {
        let path = entry.expect("listed").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).expect("readable"));
        }
    }
    found
}

/// What commands do to a folder when nothing goes wrong.
struct Case {
    study: Study,
    commands: Commands,
    /// Results that are there before, if any.
    before: Option<Study>,
    calls: Vec<(Step, PathBuf)>,
    /// By name.
    unbroken: BTreeMap<PathBuf, Vec<u8>>,
}

impl Case {
    fn new(runs: u64, commands: Commands, before: Option<Study>) -> Case {
        let study = valid(7, runs);
        let mut case = Case { study, commands, before, calls: Vec::new(), unbroken: BTreeMap::new() };
        let desk = case.desk();
        let trial = Trial::begin(desk.path(), None);
        (case.commands)(&case.study, &desk.path().join("out")).expect("nothing goes wrong");
        case.calls = trial.end();
        case.unbroken = case.content(&desk);
        assert!(case.calls.len() > 100, "a run makes calls: {}", case.calls.len());
        case
    }

    /// A folder in which `out` is as it is before the commands.
    fn desk(&self) -> TempDir {
        // In memory where that can be: what would be on a disk is kept by the trial, and to wait for a real one is slow.
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let desk = tempfile::tempdir_in(place).expect("a folder for the test");
        if let Some(before) = &self.before {
            whole(before, &desk.path().join("out")).expect("nothing goes wrong");
        }
        desk
    }

    /// What the results folder holds, but for times.
    fn content(&self, desk: &TempDir) -> BTreeMap<PathBuf, Vec<u8>> {
        let out = desk.path().join("out");
        let timed = |path: &Path| path.ends_with("manifest.json") || path.starts_with("receipts");
        let named = files(&out).into_iter();
        let named = named.map(|(path, bytes)| (path.strip_prefix(&out).expect("below").to_owned(), bytes));
        named.map(|(path, bytes)| if timed(&path) { (path, Vec::new()) } else { (path, bytes) }).collect()
    }

    /// Gives the commands with a fault at this call; what came of them, and the trial.
    fn with(&self, desk: &TempDir, call: usize, fault: Fault) -> (Result<(), Stopped>, Trial) {
        let trial = Trial::begin(desk.path(), Some((call, fault)));
        ((self.commands)(&self.study, &desk.path().join("out")), trial)
    }

    /// Whatever happened: what looks whole is whole, and the same commands end as if nothing had happened.
    fn goes_on(&self, desk: &TempDir, what: &str) {
        let out = desk.path().join("out");
        if let Found::Results(found, damaged) = results::look(&out).expect("readable")
            && damaged.is_empty()
        {
            let seeds = [Some("7"), self.before.as_ref().map(|_| "8")];
            assert!(seeds.contains(&Some(found.seed.as_str())), "{what}");
        }
        let found = results::look(&out).expect("readable");
        let whole = matches!(&found, Found::Results(_, damaged) if damaged.is_empty());
        let moving = out.join(".shortfall-partial/commit.json").exists();
        assert!(
            whole || moving || self.before.is_none(),
            "{what}: the old results are gone, the new not there"
        );
        if let Some(status) = results::status(&out).expect("readable") {
            for chunk in status.receipts.iter().flat_map(|receipt| &receipt.chunks) {
                assert!(status.whole.contains(chunk), "{what}: a receipt is of what is not there");
            }
        }
        if let Err(stopped) = (self.commands)(&self.study, &out) {
            panic!("{what}: the same commands fail: {stopped:?}");
        }
        let (found, wanted) = (self.content(desk), &self.unbroken);
        assert!(found.keys().eq(wanted.keys()), "{what}: {:?} and not {:?}", found.keys(), wanted.keys());
        let other: Vec<&PathBuf> =
            found.iter().zip(wanted).filter(|(a, b)| a != b).map(|((name, _), _)| name).collect();
        assert!(other.is_empty(), "{what}: {other:?} differ");
    }

    fn words(&self, call: usize, fault: impl std::fmt::Debug) -> String {
        let (step, path) = &self.calls[call];
        format!("{fault:?} at call {call}, {step:?} of {}", path.display())
    }
}

/// Every call of a run fails with some error, each with all of them if the test is thorough.
fn any_call_fails(case: &Case) {
    for call in 0..case.calls.len() {
        for error in some(&ERRORS, call) {
            let (desk, what) = (case.desk(), case.words(call, error));
            let (outcome, trial) = case.with(&desk, call, Fault::Error(error));
            let step = made(&trial.end(), call);
            match outcome {
                Err(Stopped::Write(error)) => {
                    assert!(error.file.starts_with(desk.path()), "{what}: {error} names no file of the run");
                }
                // Folders that others may have filled are left: that they can't be removed is no error. Nor is it that old
                // results can't be read which are to be replaced.
                Ok(()) => assert!(
                    match step {
                        None | Some(Step::RemoveFolder) => true,
                        Some(Step::Open | Step::Read) => case.before.is_some(),
                        Some(_) => false,
                    },
                    "{what}: nobody was told"
                ),
                Err(other) => panic!("{what}: {other:?}"),
            }
            case.goes_on(&desk, &what);
        }
    }
}

#[test]
fn any_file_operation_that_fails_is_an_error_with_its_file_and_the_same_command_goes_on() {
    any_call_fails(&Case::new(10, whole, None));
}

#[test]
fn so_it_is_with_shards_and_their_merge() {
    any_call_fails(&Case::new(10, in_shards, None));
}

#[test]
fn so_it_is_where_other_results_are_replaced() {
    any_call_fails(&Case::new(10, replacing, Some(valid(8, 10))));
}

#[test]
fn a_disk_that_is_full_or_read_only_from_any_call_on_is_an_error_and_loses_nothing() {
    let case = Case::new(10, whole, None);
    for call in 0..case.calls.len() {
        for fault in some(&[Fault::Full, Fault::ReadOnly], call) {
            let (desk, what) = (case.desk(), case.words(call, fault));
            let (outcome, trial) = case.with(&desk, call, fault);
            let calls = trial.end();
            // It is an error if anything from there on asked for room, or for a change.
            let asks = |number: usize, step: Step| match (fault, step) {
                (_, Step::Open | Step::Read | Step::List | Step::Look | Step::Sync | Step::SyncFolder) => {
                    false
                }
                (Fault::Full, Step::RemoveFile) | (_, Step::RemoveFolder) => false,
                (Fault::Full, Step::Write) => number > call,
                _ => number >= call,
            };
            let asked = calls.iter().enumerate().any(|(number, (step, _))| asks(number, *step));
            assert!(outcome.is_err() || !asked, "{what}: nobody was told");
            case.goes_on(&desk, &what);
        }
    }
}

#[test]
fn a_write_that_takes_only_some_of_the_bytes_is_no_error() {
    let case = Case::new(10, whole, None);
    let writes = (0..case.calls.len()).filter(|call| case.calls[*call].0 == Step::Write);
    for call in writes {
        let desk = case.desk();
        let (outcome, trial) = case.with(&desk, call, Fault::Short);
        trial.end();
        assert!(outcome.is_ok(), "{}", case.words(call, Fault::Short));
        case.goes_on(&desk, &case.words(call, Fault::Short));
    }
}

/// The process dies at every call; then the power goes, too, if that is what the loss is of.
fn dies_anywhere(case: &Case, losses: &[Option<Loss>]) {
    for call in 0..case.calls.len() {
        for loss in some(losses, call) {
            let (desk, what) = (case.desk(), case.words(call, loss));
            let (outcome, trial) = case.with(&desk, call, Fault::Death);
            let calls = match loss {
                None => trial.end(),
                Some(loss) => trial.power_cut(loss),
            };
            let step = made(&calls, call);
            assert!(outcome.is_err() || matches!(step, None | Some(Step::RemoveFolder)), "{what}");
            let out = desk.path().join("out");
            for chunk in committed(&calls[..call.min(calls.len())]) {
                let kept =
                    results::status(&out).expect("readable").is_none_or(|now| now.whole.contains(&chunk));
                assert!(kept, "{what}: chunk {chunk} was committed and is lost");
                assert!(out.exists(), "{what}: chunk {chunk} was committed, and nothing is left");
            }
            case.goes_on(&desk, &what);
        }
    }
}

/// What a call was for, in the run that it was answered in: with several threads another may come first. `None` if it ended before.
fn made(calls: &[(Step, PathBuf)], call: usize) -> Option<Step> {
    calls.get(call).map(|(step, _)| *step)
}

/// Chunks that were written: their folder was synced after, or a receipt says so.
fn committed(calls: &[(Step, PathBuf)]) -> Vec<u64> {
    let mut found = Vec::new();
    for (number, (step, path)) in calls.iter().enumerate() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let chunk = name.strip_suffix(".chunk").and_then(|number| number.parse::<u64>().ok());
        let proves = |(step, path): &(Step, PathBuf)| {
            (*step == Step::SyncFolder && path.ends_with("chunks"))
                || path.components().any(|part| part.as_os_str() == "receipts")
        };
        if let (Step::Rename, Some(chunk)) = (step, chunk)
            && calls[number + 1..].iter().any(proves)
        {
            found.push(chunk);
        }
    }
    found
}

#[test]
fn a_process_that_is_killed_at_any_file_operation_loses_nothing_committed() {
    dies_anywhere(&Case::new(10, whole, None), &[None]);
}

const LOSSES: [Option<Loss>; 5] =
    [Some(Loss::All), Some(Loss::Bytes), Some(Loss::Some(1)), Some(Loss::Some(2)), Some(Loss::Some(3))];

#[test]
fn a_power_cut_at_any_file_operation_loses_nothing_committed() {
    let case = Case::new(10, whole, None);
    dies_anywhere(&case, &LOSSES[..1]);
    dies_anywhere(&case, &LOSSES[1..2]);
    dies_anywhere(&case, &LOSSES[2..]);
}

#[test]
fn nor_do_shards_and_their_merge_in_a_kill_or_a_power_cut() {
    let case = Case::new(10, in_shards, None);
    dies_anywhere(&case, &[None]);
    dies_anywhere(&case, &LOSSES);
}

#[test]
fn nor_are_results_lost_that_are_to_be_replaced() {
    let case = Case::new(10, replacing, Some(valid(8, 10)));
    dies_anywhere(&case, &[None]);
    dies_anywhere(&case, &LOSSES);
}

#[test]
fn what_is_done_survives_a_power_cut() {
    let case = Case::new(10, whole, None);
    for loss in LOSSES.into_iter().flatten() {
        let desk = case.desk();
        let trial = Trial::begin(desk.path(), None);
        whole(&case.study, &desk.path().join("out")).expect("nothing goes wrong");
        trial.power_cut(loss);
        let out = desk.path().join("out");
        let found = results::look(&out).expect("readable");
        assert!(matches!(&found, Found::Results(_, damaged) if damaged.is_empty()), "{loss:?}: {found:?}");
        case.goes_on(&desk, "after the end");
    }
}
