//! Inputs that failed once. A case is a folder: `input/` as it was tried, and beside it what was given on the command line.

use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus")
}

/// Every case, by name.
pub(crate) fn cases() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder()).unwrap().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

/// Lays a case out for a trial.
pub(crate) fn restore(case: &Path, to: &Path) {
    copy(case, to);
}

/// Keeps what a trial left behind; gives its place.
pub(crate) fn keep(scratch: &Path, seed: u64) -> String {
    let to = folder().join(format!("seed-{seed}"));
    let _ = std::fs::remove_dir_all(&to);
    copy(scratch, &to);
    to.display().to_string()
}

/// Copies a folder with everything below it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for path in std::fs::read_dir(from).unwrap().flatten().map(|entry| entry.path()) {
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(std::fs::copy(&path, &target).unwrap()),
        }
    }
}
