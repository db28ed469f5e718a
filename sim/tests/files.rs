//! What every source file has in common.

mod sources;

use sources::{files, is, root, shown};
use std::path::PathBuf;

/// Longer than this, a file can't be read in one sitting.
const MOST_LINES: usize = 400;

/// What people write and read as text, data apart.
fn written() -> Vec<PathBuf> {
    let root = root();
    let folders = ["sim", "analysis", "docs", "scenarios", ".ci"].map(|folder| files(&root.join(folder)));
    let beside = ["Makefile", "Cargo.toml", "README.md", "ARCHITECTURE.md", "CHANGELOG.md"];
    folders
        .into_iter()
        .flatten()
        .chain(beside.map(|name| root.join(name)).into_iter().filter(|p| p.is_file()))
        .collect()
}

fn check(paths: impl IntoIterator<Item = PathBuf>, fault: impl Fn(&str) -> Option<String>) {
    let fault = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("sources are UTF-8");
        fault(&text).map(|fault| format!("{}: {fault}", shown(&path)))
    };
    let faults: Vec<String> = paths.into_iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_source_file_is_longer_than_one_sitting() {
    let sources =
        written().into_iter().filter(|path| is(path, &["rs", "py", "sh"]) || path.ends_with("Makefile"));
    check(sources, |text| {
        let n_lines = text.lines().count();
        (n_lines > MOST_LINES).then(|| format!("{n_lines} lines; split it by meaning"))
    });
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here so that this file does not name them.
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
    let prose = written().into_iter().filter(|path| is(path, &["rs", "py", "sh", "md", "toml"]));
    check(prose, |text| {
        let line = text.lines().position(|line| words.iter().any(|word| line.contains(word)))?;
        Some(format!("line {}: an issue has an owner, a comment has none", line + 1))
    });
}

#[test]
fn every_rust_file_opens_with_what_it_is_for() {
    let rust = written().into_iter().filter(|path| is(path, &["rs"]));
    check(rust, |text| (!text.starts_with("//! ")).then(|| "begins without a `//!` line".to_owned()));
}
