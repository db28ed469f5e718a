//! Trials of spoilt inputs, one after the other, each laid out in a folder before it is tried.

use super::corpus::copy;
use super::dice::Dice;
use super::judge::judge;
use super::spoil::spoil;
use shortfall::ensemble;
use shortfall::ensemble::{Progress, RunOptions};
use shortfall::results::{Keep, Shard};
use shortfall::scenario::{Options, Problems};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Longest trial, on a machine that does other things as well.
const LONGEST: Duration = Duration::from_secs(60);
/// Most memory of a trial, bytes.
const MOST_MEMORY: u64 = 1 << 30;
/// Trials with one scenario before another is laid out.
const IN_A_ROW: usize = 40;

/// Scenarios that are quick to read.
fn scenarios() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned();
    let mut found = vec![root.join("sim/tests/invalid/valid")];
    for folder in ["scenarios", "scenarios/examples"] {
        found.extend(fs::read_dir(root.join(folder)).unwrap().flatten().map(|entry| entry.path()));
    }
    let size = |path: &Path| {
        fs::read_dir(path).unwrap().flatten().map(|entry| entry.metadata().unwrap().len()).sum::<u64>()
    };
    found.retain(|path| path.join("scenario.toml").is_file() && size(path) < 60_000);
    found.sort();
    found
}

/// Tries spoilt inputs until time is up; gives their number.
pub(crate) fn round(scratch: &Path, seed: u64, time: Duration) -> u64 {
    let (end, mut dice, watch) = (Instant::now() + time, Dice::new(seed), Watch::start());
    let (scenarios, results) = (scenarios(), Results::make());
    let mut tried = 0;
    while Instant::now() < end {
        clear(scratch);
        if dice.below(5) == 0 {
            results.lay_out(scratch, &mut dice);
            watch.try_it(scratch);
            tried += 1;
            continue;
        }
        let base = dice.of(&scenarios).clone();
        copy(&base, &scratch.join("scenario"));
        for _ in 0..IN_A_ROW {
            spoil_scenario(&base, scratch, &mut dice);
            watch.try_it(scratch);
            tried += 1;
        }
    }
    clear(scratch);
    tried
}

fn clear(scratch: &Path) {
    for path in fs::read_dir(scratch).unwrap().flatten().map(|entry| entry.path()) {
        match path.is_dir() {
            true => fs::remove_dir_all(path).unwrap(),
            false => fs::remove_file(path).unwrap(),
        }
    }
}

/// Writes one or two files of the scenario anew, with faults in one of them or in a setting.
fn spoil_scenario(base: &Path, scratch: &Path, dice: &mut Dice) {
    let files: Vec<PathBuf> = fs::read_dir(base).unwrap().flatten().map(|entry| entry.path()).collect();
    let read = files
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "csv" || ending == "toml"));
    let mut files: Vec<&PathBuf> = read.collect();
    files.sort();
    let main = base.join("scenario.toml");
    let (texts, _) = (files.iter().map(|path| fs::read(path).unwrap()).collect::<Vec<_>>(), ());
    for (path, text) in files.iter().zip(&texts) {
        fs::write(scratch.join("scenario").join(path.file_name().unwrap()), text).unwrap();
    }
    let other = dice.of(&texts).clone();
    match dice.below(6) {
        0 => {
            let lines: Vec<String> = SETTINGS.iter().map(|line| (*line).to_owned()).collect();
            let setting = spoil(dice.of(&lines).as_bytes(), &other, dice);
            fs::write(scratch.join("set.txt"), setting).unwrap();
        }
        which => {
            fs::write(scratch.join("set.txt"), "").unwrap();
            let path = if which < 4 { &main } else { *dice.of(&files) };
            let spoilt = spoil(&fs::read(path).unwrap(), &other, dice);
            fs::write(scratch.join("scenario").join(path.file_name().unwrap()), spoilt).unwrap();
        }
    }
}

const SETTINGS: &[&str] = &[
    "run.runs=5",
    "time.years=2",
    "time.start=2027-01-01",
    "market.cover_days={ sweep = [0, 30] }",
    "market.cover_days={ triangular = { low = 0, mode = 30, high = 90 } }",
    "hazard.\"a b\".onset.poisson.per_year=0.5",
    "policy.none.use=[\"stockpile.x\"]",
    "network.prices=\"endogenous\"",
    "design={ sobol = { points = 4, over = { \"market.cover_days\" = [15, 60] } } }",
    "run.draws=3",
];

/// A results folder that is whole, and one with shards that are to be merged.
struct Results {
    folder: tempfile::TempDir,
}

impl Results {
    fn make() -> Results {
        let folder = tempfile::tempdir().unwrap();
        for (name, shard) in [("whole", "1/1"), ("begun", "1/2"), ("begun", "2/2")] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/invalid/valid");
            let study = ensemble::study(&path, &Options::default(), &mut Problems::default()).ok().unwrap();
            let options = RunOptions {
                home: (&folder.path().join(name)).into(),
                overwrite: false,
                threads: Some(1),
                progress: Progress::None,
                policy: None,
                keep: Keep::Runs,
                shard: shard.parse::<Shard>().unwrap(),
                deadline: None,
                command: Vec::new(),
            };
            ensemble::simulate(&study, &options, &AtomicBool::new(false)).unwrap();
        }
        Results { folder }
    }

    /// Copies one of them and spoils one or two of its files.
    fn lay_out(&self, scratch: &Path, dice: &mut Dice) {
        let out = scratch.join("results");
        copy(&self.folder.path().join(dice.of(&["whole", "begun"])), &out);
        let mut files = Vec::new();
        walk(&out, &mut files);
        files.retain(|path| !path.to_string_lossy().contains("lock"));
        files.sort();
        for _ in 0..1 + dice.below(2) {
            let (path, other) = (dice.of(&files), fs::read(dice.of(&files)).unwrap());
            fs::write(path, spoil(&fs::read(path).unwrap(), &other, dice)).unwrap();
        }
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()) {
        match path.is_dir() {
            true => walk(&path, found),
            false => found.push(path),
        }
    }
}

/// Ends the process when a trial takes too long; its input then lies in the scratch folder.
struct Watch {
    /// Milliseconds after `origin` at which the trial began; 0: none is on.
    began: Arc<AtomicU64>,
    origin: Instant,
}

impl Watch {
    fn start() -> Watch {
        let (began, origin) = (Arc::new(AtomicU64::new(0)), Instant::now());
        let seen = began.clone();
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(200));
                let began = seen.load(Ordering::Relaxed);
                if began > 0 && origin.elapsed().as_millis() as u64 > began + LONGEST.as_millis() as u64 {
                    eprintln!("a trial took more than {LONGEST:?}");
                    std::process::abort();
                }
            }
        });
        Watch { began, origin }
    }

    fn try_it(&self, scratch: &Path) {
        // "5" makes the peak begin anew.
        let _ = fs::write("/proc/self/clear_refs", "5");
        let before = memory("VmRSS:");
        self.began.store(1 + self.origin.elapsed().as_millis() as u64, Ordering::Relaxed);
        judge(scratch);
        self.began.store(0, Ordering::Relaxed);
        let taken = memory("VmHWM:").saturating_sub(before);
        assert!(taken <= MOST_MEMORY, "a trial took {taken} bytes");
    }
}

/// A line of the process's status, bytes; 0 where the system does not tell.
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).unwrap_or(0) * 1024
}
