//! Results in an object store, by way of a folder on this machine.
//!
//! The store has the same names as a results folder. What counts is there; the folder holds what is on its way and what has
//! come from there. Each object is whole or not there, and the order of the puts does the rest: what was known before any run,
//! then the plan, which claims the place; chunks as they are made; a receipt after its chunks; at the end the list of what
//! goes and comes, the tables, and the manifest last.

use super::chunk;
use super::draft::{self, CHUNKS, Draft, FIXED, PLAN, Plan, Status};
use super::folder::{self, CHANGED, Commit, Found, MANIFEST, PARTIAL, inside};
use super::hold::{Busy, Held};
use super::manifest::Manifest;
use super::objects::{Home, Objects};
use super::receipt::{self, RECEIPTS, Receipt};
use super::sealed;
use super::shard::Shard;
use crate::disk;
use crate::disk::{WriteError, digest_of};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// What is being placed and removed, for who goes on after a commit that did not come to its end.
const PLACING: &str = "placing.json";

/// What a commit leaves in the store if it does not come to its end.
#[derive(Debug, Serialize, Deserialize)]
struct Left {
    /// Files that it places or removes.
    files: Vec<String>,
    /// SHA-256 of the manifest that ends it.
    manifest: String,
}

/// A store, and the folder that stands in for it.
#[derive(Clone, Debug)]
pub(super) struct Mirror {
    pub(super) store: Arc<dyn Objects>,
    folder: PathBuf,
}

impl Mirror {
    pub(super) fn of(home: &Home) -> Option<Mirror> {
        home.store.as_ref().map(|store| Mirror { store: Arc::clone(store), folder: home.folder.clone() })
    }

    /// What is there, besides what is under way. Tables are known by their bytes: content is not read.
    pub(super) fn look(&self) -> Result<Found, WriteError> {
        let listed: BTreeMap<String, u64> = self.store.list("")?.into_iter().collect();
        let mut names: Vec<String> =
            listed.keys().filter_map(|name| name.split('/').next().map(str::to_owned)).collect();
        names.dedup();
        names.retain(|name| name != PARTIAL);
        let Some(bytes) = self.store.get(MANIFEST)? else {
            let placed = names.is_empty() || listed.contains_key(&partial(PLACING));
            return Ok(if placed { Found::Nothing } else { Found::Foreign(names) });
        };
        let Some(manifest) = sealed::open::<Manifest>(&bytes) else {
            return Ok(Found::Damaged(format!("{MANIFEST}: {CHANGED}")));
        };
        let wrong = |file: &str, bytes: u64| match listed.get(file) {
            None => Some(format!("{file}: missing")),
            Some(found) if *found != bytes => Some(format!("{file}: {found} bytes instead of {bytes}")),
            Some(_) => None,
        };
        let damaged = manifest.tables.iter().filter_map(|table| wrong(&table.file, table.bytes)).collect();
        Ok(Found::Results(Box::new(manifest), damaged))
    }

    pub(super) fn begun(&self) -> Result<Option<Plan>, WriteError> {
        let bytes = self.store.get(&partial(PLAN))?;
        Ok(bytes.and_then(|bytes| sealed::open(&bytes)))
    }

    /// Numbers of the chunks that are there with their bytes, and names that are none.
    pub(super) fn chunks(&self, plan: &Plan) -> Result<(BTreeMap<u64, u64>, Vec<String>), WriteError> {
        let (mut found, mut strange) = (BTreeMap::new(), Vec::new());
        for (name, bytes) in self.store.list(&partial(CHUNKS))? {
            let name = inner(&name);
            match draft::chunk_number(&name).filter(|number| *number < plan.n_chunks) {
                Some(number) => drop(found.insert(number, bytes)),
                None => strange.push(name),
            }
        }
        Ok((found, strange))
    }

    /// Receipts of shards with their bytes, by name.
    pub(super) fn receipts(&self) -> Result<Vec<(String, Vec<u8>)>, WriteError> {
        let names: Vec<String> =
            self.store.list(&partial(RECEIPTS))?.into_iter().map(|(name, _)| name).collect();
        let mut found = Vec::new();
        self.store.get_each(&names, &mut |name, bytes| {
            found.push((inner(name), bytes));
            Ok(())
        })?;
        found.sort();
        Ok(found)
    }

    /// Makes the folder begin where the store is: what it holds of another plan goes.
    fn follow(&self) -> Result<(), WriteError> {
        let begun = self.store.get(&partial(PLAN))?;
        let theirs = begun.as_deref().and_then(sealed::open::<Plan>);
        let ours = draft::begun(&self.folder)?;
        let same = |theirs: &Plan, ours: &Plan| theirs.manifest.identity() == ours.manifest.identity();
        if !theirs.as_ref().zip(ours.as_ref()).is_some_and(|(theirs, ours)| same(theirs, ours)) {
            for old in [CHUNKS, RECEIPTS, FIXED] {
                disk::remove_folder(&self.here(old))?;
            }
            disk::remove(&self.here(PLAN))?;
        }
        match begun.filter(|_| theirs.is_some()) {
            Some(bytes) => disk::write_whole(&self.here(PLAN), &bytes),
            None => Ok(()),
        }
    }

    /// Claims the place for a plan, if that was not done before; what was known before any run goes there, too. What was begun
    /// there and is something else is dropped: the folder has a plan that replaces it.
    fn claim(&self, plan: &Plan) -> Result<(), Busy> {
        let study = plan.manifest.identity();
        if self.begun()?.is_none_or(|begun| begun.manifest.identity() != study) {
            self.clear()?;
            let bytes = disk::read(&self.here(PLAN))?.unwrap_or_default();
            if let Some(other) = self.store.create(&partial(PLAN), &bytes)? {
                // Another process was faster.
                match sealed::open::<Plan>(&other) {
                    Some(other) if other.manifest.identity() == study => {}
                    Some(other) => return Err(Busy::Other(other.manifest.differences(&plan.manifest))),
                    None => return Err(Busy::Other(vec![format!("{PLAN}: {CHANGED}")])),
                }
            }
        }
        let there = self.store.list(&partial(FIXED))?;
        for name in (0..plan.fixed.len()).map(fixed_name) {
            if there.iter().all(|(found, _)| *found != partial(&name)) {
                self.send(&name)?;
            }
        }
        Ok(())
    }

    /// Brings the chunks of a shard here that are there and not here, and there those that are here and not there. For the
    /// whole also what was known before any run.
    fn gather(&self, plan: &Plan, chunks: Range<u64>, shard: Shard) -> Result<(), WriteError> {
        let study = plan.manifest.identity();
        let there = self.chunks(plan)?.0;
        let (mut wanted, mut unsent) = (Vec::new(), Vec::new());
        for number in chunks {
            let name = draft::chunk_name(number);
            let whole = matches!(chunk::look(&self.here(&name), &study, number)?, Some(Ok(_)));
            match (whole, there.contains_key(&number)) {
                (false, true) => wanted.push(partial(&name)),
                (true, false) => unsent.push(name),
                _ => {}
            }
        }
        if shard.is_whole() {
            let missing = (0..plan.fixed.len()).map(fixed_name).filter(|name| !self.here(name).exists());
            wanted.extend(missing.map(|name| partial(&name)));
        }
        self.store
            .get_each(&wanted, &mut |name, bytes| disk::write_whole(&self.folder.join(name), &bytes))?;
        unsent.iter().try_for_each(|name| self.send(name))
    }

    /// True if a receipt says that the shard is done, and its chunks are there with the bytes that it names.
    pub(super) fn has(&self, plan: &Plan, chunks: Range<u64>, shard: Shard) -> Result<bool, WriteError> {
        let Some(bytes) = self.store.get(&partial(&receipt::name(shard)))? else { return Ok(false) };
        let Some(receipt) = sealed::open::<Receipt>(&bytes) else { return Ok(false) };
        let there = self.chunks(plan)?.0;
        let named = receipt.chunks.iter().zip(&receipt.bytes);
        Ok(receipt.study == plan.manifest.identity()
            && receipt.chunks.iter().copied().eq(chunks)
            && receipt.bytes.len() == receipt.chunks.len()
            && named.into_iter().all(|(number, bytes)| there.get(number) == Some(bytes)))
    }

    /// Puts a file of what is under way.
    pub(super) fn send(&self, name: &str) -> Result<(), WriteError> {
        self.store.put(&partial(name), &self.here(name))
    }

    /// Puts a receipt, unless another process that made the same shard was faster.
    pub(super) fn send_receipt(&self, shard: Shard) -> Result<(), WriteError> {
        let name = receipt::name(shard);
        let bytes = disk::read(&self.here(&name))?.unwrap_or_default();
        // An old receipt is of chunks that were found missing or damaged: this one is right.
        match self.store.create(&partial(&name), &bytes)? {
            Some(_) => self.send(&name),
            None => Ok(()),
        }
    }

    /// Places what is staged and removes old files, the manifest last. Can be done again from any point at which it was
    /// interrupted: the list that was left says what else there may be.
    pub(super) fn commit(&self, study: &str, commit: Commit) -> Result<(), WriteError> {
        let claimed = self.begun()?.is_some_and(|plan| plan.manifest.identity() == study);
        if !claimed {
            let reason = "what was begun there is gone: another process has finished or replaced it";
            return Err(self.wrong(&partial(PLAN), reason));
        }
        let Commit { remove, place } = commit;
        let (manifest, others) = place.split_last().expect("the manifest is always placed");
        let manifest = disk::read(&self.here(&manifest.0))?.unwrap_or_default();
        let targets: BTreeSet<&String> = place.iter().map(|(_, target)| target).collect();
        let mut old: BTreeSet<String> = remove.into_iter().collect();
        old.extend(self.left()?.into_iter().flat_map(|left| left.files));
        old.retain(|name| inside(&self.folder, name).is_some());
        let files = old.iter().chain(targets.iter().copied()).cloned().collect();
        let left = Left { files, manifest: digest_of(&manifest) };
        disk::write_whole(&self.here(PLACING), &sealed::seal(&left))?;
        self.send(PLACING)?;
        // Without its manifest the place holds no results until the new one is there.
        self.store.remove(&[MANIFEST.to_owned()])?;
        self.store.remove(&old.into_iter().filter(|old| !targets.contains(old)).collect::<Vec<String>>())?;
        for (staged, target) in others {
            self.store.put(target, &self.here(staged))?;
        }
        if let Some(other) = self.store.create(MANIFEST, &manifest)? {
            let same = sealed::open::<Manifest>(&other).is_some_and(|other| other.identity() == study);
            if !same {
                return Err(self.wrong(MANIFEST, "another process has put other results there meanwhile"));
            }
        }
        self.clear()?;
        self.store.remove(&[partial(PLACING)])
    }

    /// Removes what a commit left that ended with its manifest, and not with its list.
    pub(super) fn tidy(&self) -> Result<(), WriteError> {
        if let Some(left) = self.left()?
            && let Some(manifest) = self.store.get(MANIFEST)?
            && digest_of(&manifest) == left.manifest
        {
            self.clear()?;
            self.store.remove(&[partial(PLACING)])?;
        }
        Ok(())
    }

    /// The list of a commit that did not come to its end.
    fn left(&self) -> Result<Option<Left>, WriteError> {
        let bytes = self.store.get(&partial(PLACING))?;
        Ok(bytes.and_then(|bytes| sealed::open(&bytes)))
    }

    /// Removes what is under way, the plan first, and not the list of a commit, which tells of old files.
    pub(super) fn clear(&self) -> Result<(), WriteError> {
        self.store.remove(&[partial(PLAN)])?;
        let names = self.store.list(PARTIAL)?.into_iter().map(|(name, _)| name);
        self.store.remove(&names.filter(|name| *name != partial(PLACING)).collect::<Vec<String>>())
    }

    /// Removes the folder: all is in the store.
    pub(super) fn leave(&self) {
        // It is in nobody's way if it stays.
        let _ = disk::remove_folder(self.folder.parent().unwrap_or(&self.folder));
    }

    fn here(&self, name: &str) -> PathBuf {
        self.folder.join(PARTIAL).join(name)
    }

    fn wrong(&self, name: &str, reason: &str) -> WriteError {
        let file = PathBuf::from(self.store.address(name));
        WriteError { file, operation: "finish with", reason: reason.to_owned() }
    }
}

fn partial(name: &str) -> String {
    format!("{PARTIAL}/{name}")
}

fn fixed_name(number: usize) -> String {
    format!("{FIXED}/{number}")
}

/// The name below the folder of what is under way.
fn inner(name: &str) -> String {
    name.strip_prefix(PARTIAL).unwrap_or(name).trim_start_matches('/').to_owned()
}

/// Looks at a home of results; changes nothing.
pub fn look(home: impl Into<Home>) -> Result<Found, WriteError> {
    let home = &home.into();
    Mirror::of(home).map_or_else(|| folder::look(&home.folder), |mirror| mirror.look())
}

/// How far the work is; `None` if none was begun. Of a store's chunks, only that they are there is known.
pub fn status(home: impl Into<Home>) -> Result<Option<Status>, WriteError> {
    let home = &home.into();
    let Some(mirror) = Mirror::of(home) else { return draft::status(&home.folder) };
    let Some(plan) = mirror.begun()? else { return Ok(None) };
    let (chunks, strange) = mirror.chunks(&plan)?;
    let mut damaged = strange.iter().map(|name| format!("{name}: no chunk of this study")).collect();
    let receipts = receipt::of_study(mirror.receipts()?, &plan.manifest.identity(), &mut damaged);
    Ok(Some(Status { plan, whole: chunks.into_keys().collect(), damaged, receipts }))
}

/// What was begun there.
pub fn begun(home: impl Into<Home>) -> Result<Option<Plan>, WriteError> {
    let home = &home.into();
    Mirror::of(home).map_or_else(|| draft::begun(&home.folder), |mirror| mirror.begun())
}

/// Begins work: see [`Draft::begin`]. In a store, what counts is what was begun there; chunks that are there are not brought here
/// yet.
pub fn begin(
    held: Held,
    manifest: Manifest,
    n_chunks: u64,
    fixed: Vec<(String, Vec<u8>)>,
    replace: bool,
) -> Result<Draft, Busy> {
    let Some(mirror) = held.mirror.clone() else {
        return Draft::begin(held, manifest, n_chunks, fixed, replace);
    };
    mirror.follow()?;
    let draft = Draft::begin(held, manifest, n_chunks, fixed, replace)?;
    mirror.claim(&draft.plan)?;
    Ok(draft)
}

/// Takes up what was begun, to finish it; `None` if nothing was.
pub fn resume(home: impl Into<Home>) -> Result<Option<Draft>, Busy> {
    let home = home.into();
    let mirror = Mirror::of(&home);
    if let Some(mirror) = &mirror {
        mirror.tidy()?;
        mirror.follow()?;
        if mirror.begun()?.is_none() && mirror.store.get(&partial(PLAN))?.is_some() {
            let reason = format!("{CHANGED}; `shortfall run` as before makes it good");
            return Err(Busy::Write(mirror.wrong(&partial(PLAN), &reason)));
        }
    }
    let draft = Draft::resume(&home)?;
    if let (Some(mirror), None) = (&mirror, &draft) {
        mirror.leave();
    }
    Ok(draft)
}

/// Brings here what a store has of a shard's chunks.
pub fn gather(draft: &Draft) -> Result<(), WriteError> {
    let shard = draft.held.shard;
    match &draft.held.mirror {
        None => Ok(()),
        Some(mirror) => mirror.gather(&draft.plan, shard.chunks(draft.plan.n_chunks), shard),
    }
}

/// How many chunks of a shard are kept where they are made, and how many it has.
pub fn kept(home: &Home, shard: Shard) -> Result<(u64, u64), WriteError> {
    let Some(plan) = draft::begun(&home.folder)? else { return Ok((0, 1)) };
    let chunks = shard.chunks(plan.n_chunks);
    let there = disk::entries(&home.folder.join(partial(CHUNKS)))?;
    let done = there.iter().filter_map(|name| draft::chunk_number(&format!("{CHUNKS}/{name}")));
    Ok((done.filter(|number| chunks.contains(number)).count() as u64, chunks.end - chunks.start))
}
