//! The results folder: what is in it, and how finished files get into it.
//!
//! Everything is first written to `.shortfall-partial/` inside it. When all is on the disk, `commit.json` says which files
//! go where and which old ones go; then they are moved, the manifest last. So what was there stays until the new results are
//! whole, and a run that was killed while moving is finished by the next.

use super::manifest::{Digest, Manifest};
use super::sealed;
use crate::disk;
use crate::disk::{WriteError, failed};
use serde::{Deserialize, Serialize};
use std::path::{Component, Path, PathBuf};

/// Folder of what is under way; its presence marks a run that is not finished.
pub(super) const PARTIAL: &str = ".shortfall-partial";
/// The manifest.
pub(super) const MANIFEST: &str = "manifest.json";
const COMMIT: &str = "commit.json";
/// What is wrong with a file whose seal or digest is not that of its bytes.
pub(super) const CHANGED: &str = "it is not as it was written";
/// Held by who writes here.
pub(super) const LOCK: &str = "lock";

/// What a results folder holds, besides what is under way.
#[derive(Debug)]
pub enum Found {
    /// Nothing, or no such folder.
    Nothing,
    /// Results, with the files that are not as their manifest says, each with what is wrong.
    Results(Box<Manifest>, Vec<String>),
    /// A manifest that is not as it was written, or not ours: what is wrong.
    Damaged(String),
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

/// Looks at a folder; changes nothing.
pub fn look(out: &Path) -> Result<Found, WriteError> {
    let path = out.join(MANIFEST);
    let mut names = disk::entries(out)?;
    names.retain(|name| name != PARTIAL);
    let Some(bytes) = disk::read(&path)? else {
        let placed = names.is_empty() || commit_under_way(out)?;
        return Ok(if placed { Found::Nothing } else { Found::Foreign(names) });
    };
    Ok(match sealed::open::<Manifest>(&bytes) {
        Some(manifest) => {
            let damaged = damaged(out, &manifest);
            Found::Results(Box::new(manifest), damaged)
        }
        None => Found::Damaged(format!("{MANIFEST}: {CHANGED}")),
    })
}

/// True if a commit was interrupted: [`tidy`] finishes it.
pub(super) fn commit_under_way(out: &Path) -> Result<bool, WriteError> {
    let bytes = disk::read(&out.join(PARTIAL).join(COMMIT))?;
    Ok(bytes.is_some())
}

/// Finishes a commit that was interrupted. Only for who holds the folder alone.
pub(super) fn tidy(out: &Path) -> Result<(), WriteError> {
    let path = out.join(PARTIAL).join(COMMIT);
    match disk::read(&path)? {
        Some(bytes) => match sealed::open(&bytes) {
            Some(commit) => carry_out(out, &commit),
            None => Err(failed(&path, "understand")(CHANGED)),
        },
        None => Ok(()),
    }
}

/// Writes the list, then does what it says. The names of all that is staged are on the disk when the list's is.
pub(super) fn commit(out: &Path, commit: &Commit) -> Result<(), WriteError> {
    let path = out.join(PARTIAL).join(COMMIT);
    disk::write_whole(&path, &sealed::seal(commit))?;
    carry_out(out, commit)
}

/// Can be repeated from any point at which it was interrupted.
fn carry_out(out: &Path, commit: &Commit) -> Result<(), WriteError> {
    let partial = out.join(PARTIAL);
    let waiting = |staged: &str| disk::exists(&partial.join(staged));
    if commit.place.last().map_or(Ok(false), |(manifest, _)| waiting(manifest))? {
        // Without its manifest the folder holds no results until the new one is there.
        disk::remove(&out.join(MANIFEST))?;
        for old in commit.remove.iter().filter(|old| commit.place.iter().all(|(_, new)| new != *old)) {
            if let Some(path) = inside(out, old) {
                disk::remove(&path)?;
                disk::remove_empty_parents(&path, out);
            }
        }
        for (staged, target) in &commit.place {
            if let Some(path) = inside(out, target)
                && waiting(staged)?
            {
                disk::rename(&partial.join(staged), &path)?;
            }
        }
    }
    // The list goes after all that it speaks of, so that it is never too early to do this again.
    disk::empty(&partial, &[COMMIT, LOCK])?;
    disk::sync_folder(&partial)?;
    disk::remove(&partial.join(COMMIT))?;
    leave(out)
}

/// Removes what is left of a folder of what is under way if nothing is under way. Only for who holds the folder alone.
pub(super) fn leave(out: &Path) -> Result<(), WriteError> {
    let partial = out.join(PARTIAL);
    if disk::entries(&partial)?.iter().all(|name| name == LOCK) {
        disk::remove(&partial.join(LOCK))?;
        disk::remove_if_empty(&partial);
    }
    Ok(())
}

/// A path below `out`; `None` if the name would lead outside of it.
pub(super) fn inside(out: &Path, name: &str) -> Option<PathBuf> {
    let relative = Path::new(name);
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    (plain && !name.is_empty()).then(|| out.join(relative))
}

/// Files that are not what the manifest says.
fn damaged(out: &Path, manifest: &Manifest) -> Vec<String> {
    let mut found = Vec::new();
    for table in &manifest.tables {
        let digest = match inside(out, &table.file) {
            Some(path) => disk::digest(&path),
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
    for Digest { file, sha256 } in &manifest.beside {
        match inside(out, file).map(|path| disk::digest(&path)) {
            Some(Ok((_, now))) if now == *sha256 => {}
            Some(Err(error)) => found.push(error.to_string()),
            _ => found.push(format!("{file}: other content")),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A folder with old results, and new ones staged.
    fn staged() -> (tempfile::TempDir, Commit) {
        let out = tempfile::tempdir().expect("a folder for the test");
        for (file, text) in [("manifest.json", "old"), ("a", "old"), ("gone/b", "old"), ("kept", "of others")]
        {
            disk::write(&out.path().join(file), text.as_bytes()).expect("written");
        }
        for staged in ["0.staged", "1.staged"] {
            disk::write(&out.path().join(PARTIAL).join(staged), b"new").expect("written");
        }
        let place = [("0.staged", "a"), ("1.staged", MANIFEST)];
        let commit = Commit {
            remove: ["a", "gone/b", "../kept", MANIFEST].map(str::to_owned).to_vec(),
            place: place.map(|(staged, target)| (staged.to_owned(), target.to_owned())).to_vec(),
        };
        (out, commit)
    }

    fn is_done(out: &Path) {
        let read = |name: &str| disk::read(&out.join(name)).expect("readable");
        assert_eq!([read("a"), read(MANIFEST)], [Some(b"new".to_vec()), Some(b"new".to_vec())]);
        assert_eq!(disk::entries(out).expect("listed"), ["a", "kept", MANIFEST]);
    }

    #[test]
    fn a_commit_removes_and_places_what_it_says_and_nothing_else() {
        let (out, list) = staged();
        commit(out.path(), &list).expect("carried out");
        is_done(out.path());
    }

    #[test]
    fn a_commit_that_was_killed_at_any_point_is_finished_by_the_next_look() {
        for done in 0..=3 {
            let (out, list) = staged();
            disk::write(&out.path().join(PARTIAL).join(COMMIT), &sealed::seal(&list)).expect("written");
            let path = |name: &str| out.path().join(name);
            if done >= 1 {
                fs::remove_file(path(MANIFEST)).expect("there");
            }
            if done >= 2 {
                fs::rename(path(".shortfall-partial/0.staged"), path("a")).expect("there");
                fs::remove_dir_all(path("gone")).expect("there");
            }
            if done >= 3 {
                fs::rename(path(".shortfall-partial/1.staged"), path(MANIFEST)).expect("there");
            }
            tidy(out.path()).expect("tidied");
            is_done(out.path());
        }
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let out = Path::new("results");
        for name in ["", "..", "../x", "/etc/x", "a/../../x", "./a"] {
            assert_eq!(inside(out, name), None, "{name}");
        }
        assert_eq!(inside(out, "tables/a"), Some(out.join("tables/a")));
    }
}
