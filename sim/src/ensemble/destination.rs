//! Whether a run may write into a folder.

use super::{RunOptions, Stopped};
use crate::results;
use crate::results::Found;
use crate::results::Manifest;

/// Files named in a message before it says how many more there are.
const NAMED: usize = 5;

/// Decides about the folder: run (with the old results to be replaced, if any), or stop.
pub(super) fn check(options: &RunOptions, wanted: &Manifest) -> Result<Option<Manifest>, Stopped> {
    let overwrite = options.overwrite;
    match results::look(&options.out).map_err(Stopped::Write)? {
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
