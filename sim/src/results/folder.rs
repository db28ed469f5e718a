//! The results folder: what is in it, and how finished files get into it.
//!
//! Everything is first written to `.shortfall-partial/` inside it. When all is on the disk, `commit.json` says which files
//! go where and which old ones go; then they are moved, the manifest last. So what was there stays until the new results are
//! whole, and a run that was killed while moving is finished by the next.

use super::files::{self, WriteError, failed};
use super::manifest::Manifest;
use serde::{Deserialize, Serialize};
use std::path::{Component, Path, PathBuf};

/// Folder of what is under way; its presence marks a run that is not finished.
pub(super) const PARTIAL: &str = ".shortfall-partial";
/// The manifest.
pub(super) const MANIFEST: &str = "manifest.json";
const COMMIT: &str = "commit.json";

/// What a results folder holds.
#[derive(Debug)]
pub enum Found {
    /// Nothing, or no such folder.
    Nothing,
    /// Results, with the tables that are not as their manifest says, each with what is wrong.
    Results(Box<Manifest>, Vec<String>),
    /// Files that are not ours.
    Foreign(Vec<String>),
}

/// What is to be moved and removed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Commit {
    /// Files of old results.
    pub(super) remove: Vec<String>,
    /// Staged file and its name in the folder, in order; the manifest is last.
    pub(super) place: Vec<(String, String)>,
}

/// Looks at a folder, after tidying up what a killed run of ours has left.
pub fn look(out: &Path) -> Result<Found, WriteError> {
    tidy(out)?;
    let path = out.join(MANIFEST);
    if let Some(text) = files::read(&path)? {
        // A manifest that can't be read is not one of ours.
        return Ok(match serde_json::from_str::<Manifest>(&text) {
            Ok(manifest) => {
                let damaged = damaged(out, &manifest);
                Found::Results(Box::new(manifest), damaged)
            }
            Err(_) => Found::Foreign(files::entries(out)?),
        });
    }
    let names = files::entries(out)?;
    Ok(if names.is_empty() { Found::Nothing } else { Found::Foreign(names) })
}

/// Finishes a commit that was interrupted, or drops what a killed run had begun.
fn tidy(out: &Path) -> Result<(), WriteError> {
    let partial = out.join(PARTIAL);
    match files::read(&partial.join(COMMIT))? {
        Some(text) => match serde_json::from_str(&text) {
            Ok(commit) => carry_out(out, &commit),
            // Killed while the list was written: nothing has been moved.
            Err(_) => files::remove_folder(&partial),
        },
        None => files::remove_folder(&partial),
    }
}

/// Writes the list, then does what it says.
pub(super) fn commit(out: &Path, commit: &Commit) -> Result<(), WriteError> {
    let path = out.join(PARTIAL).join(COMMIT);
    let text = serde_json::to_string(commit).expect("names are text");
    files::write(&path, text.as_bytes())?;
    carry_out(out, commit)
}

/// Drops what is under way, unless it is whole and its commit has begun. For the end of a run that failed: nothing more can
/// be said of an error here, and the next run tidies up.
pub(super) fn abandon(out: &Path) {
    let partial = out.join(PARTIAL);
    if !partial.join(COMMIT).exists() {
        let _ = files::remove_folder(&partial);
        files::remove_if_empty(out);
    }
}

/// Can be repeated from any point at which it was interrupted.
fn carry_out(out: &Path, commit: &Commit) -> Result<(), WriteError> {
    let partial = out.join(PARTIAL);
    let waiting = |staged: &str| partial.join(staged).exists();
    if commit.place.last().is_some_and(|(staged, _)| waiting(staged)) {
        // Without its manifest the folder holds no results until the new one is there.
        files::remove(&out.join(MANIFEST))?;
        for old in commit.remove.iter().filter(|old| commit.place.iter().all(|(_, new)| new != *old)) {
            if let Some(path) = inside(out, old) {
                files::remove(&path)?;
                files::remove_empty_parents(&path, out);
            }
        }
        for (staged, target) in commit.place.iter().filter(|(staged, _)| waiting(staged)) {
            if let Some(path) = inside(out, target) {
                files::rename(&partial.join(staged), &path)?;
            }
        }
    }
    files::remove_folder(&partial)
}

/// A path below `out`; `None` if the name would lead outside of it.
pub(super) fn inside(out: &Path, name: &str) -> Option<PathBuf> {
    let relative = Path::new(name);
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    (plain && !name.is_empty()).then(|| out.join(relative))
}

/// Tables that are not what the manifest says.
fn damaged(out: &Path, manifest: &Manifest) -> Vec<String> {
    let mut found = Vec::new();
    for table in &manifest.tables {
        let digest = match inside(out, &table.file) {
            Some(path) => files::digest(&path),
            None => Err(failed(out, "look outside of")(&table.file)),
        };
        match digest {
            Err(error) => found.push(error.to_string()),
            Ok((bytes, _)) if bytes != table.bytes => {
                found.push(format!("{}: {bytes} bytes instead of {}", table.file, table.bytes));
            }
            Ok((_, sha256)) if sha256 != table.sha256 => found.push(format!("{}: other content", table.file)),
            Ok(_) => {}
        }
    }
    found
}
