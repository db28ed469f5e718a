//! Whether a run may write into a folder.

use super::study::Study;
use super::{RunOptions, Stopped};
use crate::results;
use crate::results::Busy;
use crate::results::Draft;
use crate::results::Found;
use crate::results::Manifest;
use std::path::Path;

/// Files named in a message before it says how many more there are.
const NAMED: usize = 5;

/// Decides about the folder: run (with the old results to be replaced, if any), or stop.
pub(super) fn check(options: &RunOptions, wanted: &Manifest) -> Result<Option<Manifest>, Stopped> {
    let overwrite = options.overwrite;
    let old = match results::look(&options.home)? {
        Found::Nothing => None,
        Found::Foreign(names) => return Err(Stopped::Folder(foreign(&names))),
        Found::Damaged(what) => return Err(Stopped::Folder(damaged(&what))),
        // Damaged tables of these same results are made again: nothing is lost that is not lost already.
        Found::Results(old, damaged) if old.differences(wanted).is_empty() => {
            if !overwrite && damaged.is_empty() {
                results::tidy(&options.home)?;
                return Err(Stopped::AlreadyDone);
            }
            Some(*old)
        }
        Found::Results(old, _) if overwrite => Some(*old),
        Found::Results(old, _) => {
            let differences = old.differences(wanted);
            return Err(Stopped::Folder(other("holds other results", &differences)));
        }
    };
    // What was begun is looked at before the cases are tried, which may take a while.
    match results::begun(&options.home)? {
        Some(begun) if !overwrite && !begun.manifest.differences(wanted).is_empty() => {
            let differences = begun.manifest.differences(wanted);
            Err(Stopped::Folder(other("another run was begun in it", &differences)))
        }
        _ => Ok(old),
    }
}

/// Takes the folder, and decides about it again: now no other process can change what it holds.
pub(super) fn begin(
    study: &Study,
    options: &RunOptions,
    manifest: Manifest,
    n_chunks: u64,
) -> Result<(Draft, Option<Manifest>), Stopped> {
    let open = study.open();
    let points = (0..open.n_points()).map(|point| (point, open.settings(point)));
    let draws = (0..open.n_draws()).filter(|_| open.draw(0).is_some()).map(|draw| (draw, open.drawn(draw)));
    let fixed = results::fixed(&study.base.scenario, &manifest, points, draws);
    let held = results::enter(&options.home, options.shard).map_err(busy)?;
    let replaced = match check(options, &manifest) {
        Ok(replaced) => replaced,
        Err(stopped) => {
            held.leave()?;
            return Err(stopped);
        }
    };
    let draft = results::begin(held, manifest, n_chunks, fixed, options.overwrite).map_err(busy)?;
    Ok((draft, replaced))
}

/// Why a folder can't be taken, in words.
pub(super) fn busy(busy: Busy) -> Stopped {
    match busy {
        Busy::Locked(path, holder) => Stopped::Folder(locked(&path, &holder)),
        Busy::Other(differences) => Stopped::Folder(other("another run was begun in it", &differences)),
        Busy::Write(error) => Stopped::Write(error),
    }
}

fn locked(path: &Path, holder: &str) -> String {
    let who = if holder.is_empty() { "its lock does not name it" } else { holder };
    format!(
        "another process writes in it: {who}\n  wait for its end; the lock is {}, and goes with the process that holds it",
        path.display()
    )
}

fn other(what: &str, differences: &[String]) -> String {
    format!("{what}:\n  {}\n  --overwrite replaces them; or give another folder", differences.join("\n  "))
}

pub(super) fn damaged(what: &str) -> String {
    format!(
        "holds what can't be told to be results of this program:\n  {what}\n  give an empty or new folder; nothing here is removed"
    )
}

fn foreign(names: &[String]) -> String {
    let mut named: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    let more = format!("and {} more", names.len().saturating_sub(NAMED));
    if names.len() > NAMED {
        named.push(&more);
    }
    format!(
        "holds files that are not results of this program: {}\n  give an empty or new folder; nothing of theirs is ever removed",
        named.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_a_few_files_and_counts_the_rest() {
        let names: Vec<String> = (1..=7).map(|n| format!("{n}.txt")).collect();
        assert!(foreign(&names).contains("1.txt, 2.txt, 3.txt, 4.txt, 5.txt, and 2 more"));
        assert!(foreign(&names[..1]).contains("program: 1.txt\n"));
    }
}
