//! Whether a run may write into a folder.

use super::simulate::Stopped;
use crate::results;
use crate::results::{Found, Manifest};
use std::path::Path;

/// Files named in a message before it says how many more there are.
const NAMED: usize = 5;

/// Decides about `out`: run (with the old results to be replaced, if any), or stop.
pub(super) fn check(out: &Path, wanted: &Manifest, overwrite: bool) -> Result<Option<Manifest>, Stopped> {
    match results::look(out).map_err(Stopped::Write)? {
        Found::Nothing => Ok(None),
        Found::Foreign(names) => Err(Stopped::Folder(foreign(&names))),
        // Damaged tables of these same results are made again: nothing is lost that is not lost already.
        Found::Results(old, damaged) if old.differences(wanted).is_empty() => {
            if overwrite || !damaged.is_empty() { Ok(Some(*old)) } else { Err(Stopped::AlreadyDone) }
        }
        Found::Results(old, _) if overwrite => Ok(Some(*old)),
        Found::Results(old, _) => Err(Stopped::Folder(format!(
            "holds other results:\n  {}\n  --overwrite replaces them; or give another folder",
            old.differences(wanted).join("\n  ")
        ))),
    }
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
