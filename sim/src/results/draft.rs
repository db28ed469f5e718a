//! Results under way: `.shortfall-partial/` holds what was begun, chunk by chunk, so that the same command goes on.
//!
//! ```text
//! plan.json               what is being made; written when all below `fixed` is there
//! fixed/0…                files that are known before any run: copies of the scenario, points, draws
//! chunks/00000012.chunk   one file for each chunk of the work; see `chunk`
//! receipts/               one file for each shard that is done
//! lock, lock-…            held by the processes that write here, however they end
//! ```

use super::chunk::{self, Chunk, ChunkFile};
use super::folder::{self, CHANGED, PARTIAL};
use super::hold::{self, Busy, Held};
use super::manifest::{Digest, Manifest, now};
use super::mirror::Mirror;
use super::objects::Home;
use super::receipt::{self, RECEIPTS, Receipt};
use super::sealed;
use super::shard::Shard;
use super::sums;
use crate::disk;
use crate::disk::{WriteError, failed};
use crate::metrics::Distributions;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub(super) const PLAN: &str = "plan.json";
pub(super) const CHUNKS: &str = "chunks";
pub(super) const FIXED: &str = "fixed";

/// What is being made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The manifest as far as it is known.
    pub manifest: Manifest,
    /// Chunks of the whole work.
    pub n_chunks: u64,
    /// Files known before any run: their names in the results folder, and what they hold.
    pub(super) fixed: Vec<Digest>,
}

/// Results under way in a folder that no other process may finish meanwhile.
#[derive(Debug)]
pub struct Draft {
    pub(super) held: Held,
    pub(super) plan: Plan,
    pub(super) study: String,
}

impl Draft {
    /// Begins work in a folder that is held. What was begun there and is the same goes on. `replace`: what was begun there and
    /// is something else is dropped.
    pub fn begin(
        held: Held,
        manifest: Manifest,
        n_chunks: u64,
        fixed: Vec<(String, Vec<u8>)>,
        replace: bool,
    ) -> Result<Draft, Busy> {
        let study = manifest.identity();
        let (partial, shard) = (held.out.join(PARTIAL), held.shard);
        if let Some(begun) = begun(&held.out)? {
            let same = begun.manifest.identity() == study && begun.n_chunks == n_chunks;
            if same {
                keep(&partial, &fixed)?;
                return Ok(Draft { held, plan: begun, study });
            }
            if !replace || !shard.is_whole() {
                let mut differences = begun.manifest.differences(&manifest);
                if differences.is_empty() {
                    differences.push("the work is cut otherwise".to_owned());
                }
                return Err(Busy::Other(differences));
            }
        }
        // A plan that is lost took no chunks with it: each says what it is a part of.
        if shard.is_whole() && replace {
            for old in [CHUNKS, RECEIPTS, FIXED] {
                disk::remove_folder(&partial.join(old))?;
            }
        }
        keep(&partial, &fixed)?;
        let digest = |(file, bytes): (String, Vec<u8>)| Digest { file, sha256: disk::digest_of(&bytes) };
        let plan = Plan { manifest, n_chunks, fixed: fixed.into_iter().map(digest).collect() };
        disk::write_whole(&partial.join(PLAN), &sealed::seal(&plan))?;
        Ok(Draft { held, plan, study })
    }

    /// Takes up what was begun in a folder, to finish it; `None` if nothing was.
    pub(super) fn resume(home: &Home) -> Result<Option<Draft>, Busy> {
        let out = &home.folder;
        sound(out)?;
        if begun(out)?.is_none() && !folder::commit_under_way(out)? {
            return Ok(None);
        }
        let held = hold::enter(home, Shard::WHOLE)?;
        let Some(plan) = begun(out)? else { return Ok(None) };
        let study = plan.manifest.identity();
        Ok(Some(Draft { held, plan, study }))
    }

    /// A chunk, if it is there and whole; else whether there was something, and what is wrong with it.
    pub fn chunk(&self, number: u64) -> Result<Result<Done, Option<String>>, WriteError> {
        Ok(match chunk::look(&self.chunk_path(number), &self.study, number)? {
            None => Err(None),
            Some(Err(wrong)) => Err(Some(format!("{}: {wrong}", chunk_name(number)))),
            Some(Ok(file)) => Ok(Done(file)),
        })
    }

    /// Writes a chunk.
    pub fn put(&self, number: u64, chunk: &Chunk) -> Result<Done, WriteError> {
        let done = chunk::write(&self.chunk_path(number), &self.study, number, chunk).map(Done)?;
        self.held.mirror.iter().try_for_each(|mirror| mirror.send(&chunk_name(number)))?;
        Ok(done)
    }

    /// Says after how many runs each point had enough.
    pub fn runs_made(&mut self, runs: Vec<u64>) {
        self.plan.manifest.runs_made = runs;
    }

    /// Says that this shard is done.
    pub fn receipt(&self, done: &[Done]) -> Result<(), WriteError> {
        let manifest = &self.plan.manifest;
        let mut rows = BTreeMap::new();
        for segment in done.iter().flat_map(|done| &done.0.segments).filter(|segment| segment.rows > 0) {
            *rows.entry(segment.table.clone()).or_insert(0) += segment.rows;
        }
        let receipt = Receipt {
            format: manifest.format,
            version: manifest.version.clone(),
            study: self.study.clone(),
            scenario_sha256: manifest.scenario_sha256.clone(),
            seed: manifest.seed.clone(),
            runs: manifest.runs,
            shard: self.held.shard.number,
            shards: self.held.shard.of,
            chunks: done.iter().map(|done| done.0.chunk).collect(),
            bytes: done.iter().map(|done| disk::length(&done.0.path)).collect::<Result<_, WriteError>>()?,
            rows,
            finished: now(),
        };
        disk::write_whole(&self.partial().join(receipt::name(self.held.shard)), &sealed::seal(&receipt))?;
        self.held.mirror.iter().try_for_each(|mirror| mirror.send_receipt(self.held.shard))
    }

    /// True if a store has the whole shard: nothing is brought here, and nothing made again.
    pub fn is_done(&self) -> Result<bool, WriteError> {
        let chunks = self.held.shard.chunks(self.plan.n_chunks);
        match &self.held.mirror {
            Some(mirror) if !self.held.shard.is_whole() => mirror.has(&self.plan, chunks, self.held.shard),
            _ => Ok(false),
        }
    }

    /// True if receipts say that every chunk is done; in a store, if all are there.
    pub fn all_done(&self) -> Result<bool, WriteError> {
        if let Some(mirror) = &self.held.mirror {
            return Ok(mirror.chunks(&self.plan)?.0.len() as u64 == self.plan.n_chunks);
        }
        let receipts = self.receipts()?.into_iter();
        let ours = receipts.filter_map(|(_, bytes)| sealed::open::<Receipt>(&bytes));
        let done: BTreeSet<u64> = ours.flat_map(|receipt| receipt.chunks).collect();
        Ok(done.len() as u64 == self.plan.n_chunks)
    }

    /// Drops what is under way if no chunk of it was kept: a run that failed at once leaves the folder as it was.
    pub fn abandon(self) {
        let kept = disk::entries(&self.partial().join(CHUNKS)).is_ok_and(|chunks| chunks.is_empty());
        if kept && self.held.shard.is_whole() {
            // Nothing more can be said of an error here, and the next run begins anew.
            let _ = disk::remove_folder(&self.partial());
            disk::remove_if_empty(&self.held.out);
            if let Some(mirror) = &self.held.mirror {
                let _ = mirror.clear();
            }
            self.leave();
        }
    }

    /// Leaves the folder that stands in for a store: all is there.
    pub fn leave(self) {
        self.held.mirror.iter().for_each(Mirror::leave);
    }

    /// How far the work in the folder is.
    pub fn status(&self) -> Result<Option<Status>, WriteError> {
        status(&self.held.out)
    }

    /// What is being made.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(super) fn partial(&self) -> PathBuf {
        self.held.out.join(PARTIAL)
    }

    /// Receipts of this study's shards that are whole, with their bytes, by name.
    pub(super) fn receipts(&self) -> Result<Vec<(String, Vec<u8>)>, WriteError> {
        let mut found =
            self.held.mirror.as_ref().map_or_else(|| receipts(&self.held.out), Mirror::receipts)?;
        found.retain(|(_, bytes)| sealed::open::<Receipt>(bytes).is_some_and(|one| one.study == self.study));
        Ok(found)
    }

    /// A file known before any run.
    pub(super) fn fixed(&self, number: usize) -> Result<Vec<u8>, WriteError> {
        let path = self.partial().join(FIXED).join(number.to_string());
        let bytes = disk::read(&path)?.ok_or("it is gone").map_err(failed(&path, "read"))?;
        match disk::digest_of(&bytes) == self.plan.fixed[number].sha256 {
            true => Ok(bytes),
            false => Err(failed(&path, "use")(CHANGED)),
        }
    }

    fn chunk_path(&self, number: u64) -> PathBuf {
        self.partial().join(chunk_name(number))
    }
}

/// A chunk that is done.
#[derive(Clone, Debug)]
pub struct Done(pub(super) ChunkFile);

impl Done {
    /// Its number.
    pub fn number(&self) -> u64 {
        self.0.chunk
    }

    /// The distributions of a policy, by its number, over the chunk's runs at one point, if they can be found: the first point, or
    /// any that several chunks have runs of.
    pub fn distributions(&self, point: u64, policy: usize) -> Result<Option<Distributions>, WriteError> {
        let mut segments = self.0.segments.iter();
        let found = segments.find(|segment| segment.has_sums(point) && segment.policy == policy);
        let Some(segment) = found else { return Ok(None) };
        let wrong = || WriteError {
            file: self.0.path.clone(),
            operation: "read the distributions of",
            reason: "they are of something else".to_owned(),
        };
        sums::distributions(&self.0.read(segment)?).map(Some).ok_or_else(wrong)
    }
}

/// How far the work in a folder is.
#[derive(Debug)]
pub struct Status {
    /// What is being made.
    pub plan: Plan,
    /// Chunks that are there and whole.
    pub whole: Vec<u64>,
    /// Chunks that are there and can't be used, and files that are none: each with what is wrong.
    pub damaged: Vec<String>,
    /// Shards that are done.
    pub receipts: Vec<Receipt>,
}

/// How far the work in a folder is; `None` if none was begun there. Changes nothing.
pub fn status(out: &Path) -> Result<Option<Status>, WriteError> {
    sound(out)?;
    let Some(plan) = begun(out)? else { return Ok(None) };
    let (study, partial) = (plan.manifest.identity(), out.join(PARTIAL));
    let (mut whole, mut damaged) = (Vec::new(), Vec::new());
    if folder::commit_under_way(out)? {
        // All was there when the commit began, and what was moved is where it should be.
        return Ok(Some(Status { whole: (0..plan.n_chunks).collect(), plan, damaged, receipts: Vec::new() }));
    }
    for name in disk::entries(&partial.join(CHUNKS))?.iter().filter(|name| !name.ends_with(".writing")) {
        match chunk_number(&format!("{CHUNKS}/{name}")).filter(|number| *number < plan.n_chunks) {
            None => damaged.push(format!("{CHUNKS}/{name}: no chunk of this study")),
            Some(number) => match chunk::look(&partial.join(CHUNKS).join(name), &study, number)? {
                Some(Ok(_)) => whole.push(number),
                Some(Err(wrong)) => damaged.push(format!("{CHUNKS}/{name}: {wrong}")),
                None => {}
            },
        }
    }
    let receipts = receipt::of_study(receipts(out)?, &study, &mut damaged);
    Ok(Some(Status { plan, whole, damaged, receipts }))
}

fn receipts(out: &Path) -> Result<Vec<(String, Vec<u8>)>, WriteError> {
    let folder = out.join(PARTIAL).join(RECEIPTS);
    let mut found = Vec::new();
    for name in disk::entries(&folder)?.into_iter().filter(|name| name.ends_with(".json")) {
        let bytes = disk::read(&folder.join(&name))?.unwrap_or_default();
        found.push((format!("{RECEIPTS}/{name}"), bytes));
    }
    Ok(found)
}

/// What was begun in a folder. A plan that is not as it was written is none: who has the scenario writes it again.
pub fn begun(out: &Path) -> Result<Option<Plan>, WriteError> {
    let bytes = disk::read(&out.join(PARTIAL).join(PLAN))?;
    Ok(bytes.and_then(|bytes| sealed::open(&bytes)))
}

/// For who has no scenario: a plan that is there must be as it was written.
fn sound(out: &Path) -> Result<(), WriteError> {
    let path = out.join(PARTIAL).join(PLAN);
    match disk::read(&path)?.map(|bytes| sealed::open::<Plan>(&bytes)) {
        Some(None) => {
            let why = format!("{CHANGED}; `shortfall run` as before makes it good");
            Err(failed(&path, "understand")(why))
        }
        _ => Ok(()),
    }
}

/// Writes the files known before any run, as far as they are not there as they should be.
fn keep(partial: &Path, fixed: &[(String, Vec<u8>)]) -> Result<(), WriteError> {
    for (number, (_, bytes)) in fixed.iter().enumerate() {
        let path = partial.join(FIXED).join(number.to_string());
        if disk::read(&path)?.as_ref() != Some(bytes) {
            disk::write_whole(&path, bytes)?;
        }
    }
    Ok(())
}

pub(super) fn chunk_name(number: u64) -> String {
    format!("{CHUNKS}/{number:08}.chunk")
}

/// The chunk whose file has this name.
pub(super) fn chunk_number(name: &str) -> Option<u64> {
    let number = name.strip_prefix(CHUNKS)?.strip_prefix('/')?.strip_suffix(".chunk")?.parse().ok()?;
    (chunk_name(number) == name).then_some(number)
}
