//! Who may write into a results folder: one process alone, or the processes of shards, each its own.

use super::folder::{self, LOCK, PARTIAL};
use super::mirror::Mirror;
use super::objects::Home;
use super::shard::Shard;
use crate::disk;
use crate::disk::{Hold, Lock, WriteError};
use std::path::{Path, PathBuf};

/// Why work can't begin in a folder.
#[derive(Debug)]
pub enum Busy {
    /// Another process writes in it: the lock, and who holds it.
    Locked(PathBuf, String),
    /// Something else was begun there: what differs.
    Other(Vec<String>),
    /// Input or output failed.
    Write(WriteError),
}

impl From<WriteError> for Busy {
    fn from(error: WriteError) -> Busy {
        Busy::Write(error)
    }
}

/// A folder in which no other process can finish anything, as long as this is kept.
#[derive(Debug)]
pub struct Held {
    pub(super) out: PathBuf,
    pub(super) shard: Shard,
    /// The store that the folder stands in for.
    pub(super) mirror: Option<Mirror>,
    _locks: Vec<Lock>,
}

/// Takes a folder for a shard; the whole is a shard of one. The whole also finishes a commit that was interrupted.
pub fn enter(home: impl Into<Home>, shard: Shard) -> Result<Held, Busy> {
    let home = home.into();
    let (out, mirror) = (&home.folder, Mirror::of(&home));
    let partial = out.join(PARTIAL);
    let take = |path: PathBuf, hold| match disk::lock(&path, hold)? {
        Ok(lock) => Ok(lock),
        Err(holder) => Err(Busy::Locked(path, holder)),
    };
    let mut locks = Vec::new();
    if shard.is_whole() {
        locks.push(take(partial.join(LOCK), Hold::Alone).map_err(|busy| match busy {
            Busy::Locked(path, holder) => Busy::Locked(path, shards_at_work(&partial).unwrap_or(holder)),
            other => other,
        })?);
        folder::tidy(out)?;
        mirror.iter().try_for_each(Mirror::tidy)?;
    } else {
        locks.push(take(partial.join(LOCK), Hold::Shared)?);
        locks.push(take(partial.join(format!("{LOCK}-{}", shard.label())), Hold::Alone)?);
    }
    Ok(Held { out: out.to_owned(), shard, mirror, _locks: locks })
}

/// Who holds the locks of shards; `None` if nobody does. Where it can't be found out, nobody is named.
fn shards_at_work(partial: &Path) -> Option<String> {
    let names = disk::entries(partial).ok()?;
    let locks = names.iter().filter(|name| name.starts_with(&format!("{LOCK}-")));
    // To share a lock changes nothing: it goes at once.
    let holders = locks.filter_map(|name| disk::lock(&partial.join(name), Hold::Shared).ok()?.err());
    let holders: Vec<String> = holders.collect();
    (!holders.is_empty()).then(|| holders.join("; "))
}

/// Finishes what an interrupted commit left to do, if nothing else is under way and no other process is at work.
pub fn tidy(home: impl Into<Home>) -> Result<(), WriteError> {
    let home = home.into();
    if let Some(mirror) = Mirror::of(&home) {
        return mirror.tidy();
    }
    let out = &home.folder;
    if !disk::exists(&out.join(PARTIAL))?
        || super::draft::begun(out)?.is_some() && !folder::commit_under_way(out)?
    {
        return Ok(());
    }
    match enter(out.as_path(), Shard::WHOLE) {
        Ok(held) => held.leave(),
        Err(Busy::Write(error)) => Err(error),
        Err(_) => Ok(()),
    }
}

impl Held {
    /// Gives the folder up, and leaves no trace if nothing was begun, or all is in a store.
    pub fn leave(self) -> Result<(), WriteError> {
        if self.shard.is_whole() {
            folder::leave(&self.out)?;
        }
        self.mirror.iter().for_each(Mirror::leave);
        Ok(())
    }
}
