//! What says that a shard is done.

use super::folder::CHANGED;
use super::sealed;
use super::shard::Shard;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Folder of receipts.
pub(super) const RECEIPTS: &str = "receipts";

/// A shard that is done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// Version of the folder's format.
    pub format: u32,
    /// Version of the program.
    pub version: String,
    /// Digest of what it is a part of.
    pub study: String,
    /// As in the manifest.
    pub scenario_sha256: String,
    /// As in the manifest.
    pub seed: String,
    /// As in the manifest.
    pub runs: u64,
    /// From 1.
    pub shard: u64,
    /// Shards in all.
    pub shards: u64,
    /// Its chunks.
    pub chunks: Vec<u64>,
    /// The bytes of each.
    #[serde(default)]
    pub bytes: Vec<u64>,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// When it was done, UTC.
    pub finished: String,
}

/// Its name in the folder of what is under way.
pub(super) fn name(shard: Shard) -> String {
    format!("{RECEIPTS}/{}.json", shard.label())
}

/// The receipts of a study; what is wrong with others.
pub(super) fn of_study(
    receipts: Vec<(String, Vec<u8>)>,
    study: &str,
    damaged: &mut Vec<String>,
) -> Vec<Receipt> {
    let mut found = Vec::new();
    for (name, bytes) in receipts {
        match sealed::open::<Receipt>(&bytes) {
            Some(receipt) if receipt.study == study => found.push(receipt),
            Some(_) => damaged.push(format!("{name}: of another study")),
            None => damaged.push(format!("{name}: damaged: {CHANGED}")),
        }
    }
    found
}
