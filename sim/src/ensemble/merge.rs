//! From the shards in a folder to results.

use super::destination::{busy, damaged};
use super::simulate::{Stopped, share};
use crate::results;
use crate::results::Done;
use crate::results::Found;
use crate::results::Home;
use crate::results::Manifest;

/// Faults named in a message before it says how many more there are.
const NAMED: usize = 20;

/// What a merge found.
#[derive(Debug)]
pub enum Merged {
    /// The shards are results now.
    Results(Box<Manifest>),
    /// They were before.
    Already,
}

/// Verifies every chunk in a folder and joins them into results. Nothing is changed unless all are there and whole.
pub fn merge(home: impl Into<Home>, overwrite: bool) -> Result<Merged, Stopped> {
    let home = &home.into();
    let draft = results::resume(home).map_err(busy)?;
    let old = match (results::look(home)?, &draft) {
        (Found::Results(_, damaged), None) if damaged.is_empty() => return Ok(Merged::Already),
        (Found::Results(_, damaged), None) => {
            let message =
                format!("is damaged:\n  {}\n  the command that made it makes it again", damaged.join("\n  "));
            return Err(Stopped::Folder(message));
        }
        (Found::Damaged(what), _) => return Err(Stopped::Folder(damaged(&what))),
        (_, None) => return Err(Stopped::Folder("holds nothing that was begun".to_owned())),
        (Found::Results(old, _), Some(draft)) => {
            if !overwrite && !old.differences(&draft.plan().manifest).is_empty() {
                let message =
                    "holds other results, which the shards would replace\n  --overwrite replaces them";
                return Err(Stopped::Folder(message.to_owned()));
            }
            Some(*old)
        }
        (Found::Foreign(names), Some(_)) => {
            let message = format!("holds files that are not results of this program: {}", names.join(", "));
            return Err(Stopped::Folder(message));
        }
        (Found::Nothing, Some(_)) => None,
    };
    let draft = draft.expect("without one, this has ended above");
    let mut done: Vec<Done> = Vec::new();
    results::gather(&draft)?;
    let mut faults = draft.status()?.map(|status| status.damaged).unwrap_or_default();
    for number in 0..draft.plan().n_chunks {
        match draft.chunk(number)? {
            Ok(chunk) => done.push(chunk),
            Err(None) => faults.push(format!("chunk {number} of {}: missing", draft.plan().n_chunks)),
            // Named already, with all else that lies there.
            Err(Some(_)) => {}
        }
    }
    if !faults.is_empty() {
        let more = faults.len().saturating_sub(NAMED);
        faults.truncate(NAMED);
        if more > 0 {
            faults.push(format!("and {more} more"));
        }
        let message = format!(
            "is not whole:\n  {}\n  the commands of its shards, or `shortfall run` without --shard, make what is missing",
            faults.join("\n  ")
        );
        return Err(Stopped::Folder(message));
    }
    Ok(Merged::Results(Box::new(results::finish(draft, &done, old.as_ref(), &share)?)))
}
