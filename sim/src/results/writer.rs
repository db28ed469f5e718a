//! From chunks to a results folder: tables joined in order, what goes with them, the manifest last.

use super::bins;
use super::chunk::{BINS, ChunkFile, SUMS, Segment};
use super::document::datapackage;
use super::draft::{Done, Draft};
use super::folder::{self, Commit, MANIFEST};
use super::manifest::{Digest, Manifest, TableFile, now};
use super::names::Names;
use super::parquet::{Cell, Spool, join};
use super::sealed;
use super::sums;
use super::tables::{self, TABLES, Table};
use crate::disk;
use crate::disk::WriteError;
use crate::scenario::Number;
use crate::scenario::Scenario;
use crate::scenario::Setting;
use arrow_array::StringArray;
use bytes::Bytes;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// What is known before any run: copies of the scenario, points and draws. Names in the results folder, and bytes; tables as
/// Parquet parts, named by their table alone.
pub fn fixed(
    scenario: &Scenario,
    manifest: &Manifest,
    points: impl Iterator<Item = (u64, Vec<Setting>)>,
    draws: impl Iterator<Item = (u64, Vec<Number>)>,
) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (index, source) in scenario.sources.iter().enumerate().filter(|(_, source)| source.is_file()) {
        let copy = copy_name(&source.name, index);
        // Two hazards may read one catalogue.
        if files.iter().all(|(name, _)| *name != copy) {
            files.push((copy, source.text.clone().into_bytes()));
        }
    }
    files.push(("scenario/resolved.json".to_owned(), json(&resolved(manifest)).into_bytes()));
    let points: Vec<(u64, Vec<Setting>)> = points.collect();
    let settings =
        || points.iter().flat_map(|(point, settings)| settings.iter().map(move |set| (*point, set)));
    files.push(named(&tables::POINTS, settings().map(|(_, set)| set.key.as_str()), |names, spool| {
        for (point, set) in settings() {
            let value = set.number.map_or(Cell::Missing, Cell::Real);
            spool.row(&[&[whole(point), Cell::Name(names.id(&set.key)), value, Cell::Text(&set.text)]]);
        }
    }));
    let draws: Vec<(u64, Vec<Number>)> = draws.collect();
    let drawn = || draws.iter().flat_map(|(draw, drawn)| drawn.iter().map(move |drawn| (*draw, drawn)));
    files.push(named(&tables::DRAWS, drawn().map(|(_, drawn)| drawn.key.as_str()), |names, spool| {
        for (draw, Number { key, share, value }) in drawn() {
            spool.row(&[&[whole(draw), Cell::Name(names.id(key)), Cell::Real(*share), Cell::Real(*value)]]);
        }
    }));
    files
}

/// A table whose names are known, as a file in memory.
fn named<'a>(
    table: &Table,
    keys: impl Iterator<Item = &'a str>,
    fill: impl FnOnce(&mut Names, &mut Spool),
) -> (String, Vec<u8>) {
    let mut names = Names::default();
    for key in keys {
        names.id(key);
    }
    let mut spool = Spool::new(table, &Arc::new(StringArray::from_iter_values(names.list())));
    fill(&mut names, &mut spool);
    (table.name.to_owned(), spool.finish().0)
}

fn whole(number: u64) -> Cell<'static> {
    Cell::Int(i64::try_from(number).expect("points and draws are bounded"))
}

/// Joins the tables out of every chunk, adds what goes with them, and moves all into the folder; old results named in
/// `replaced` go.
pub fn finish(draft: Draft, done: &[Done], replaced: Option<&Manifest>) -> Result<Manifest, WriteError> {
    let mut writer = Writer { draft: &draft, manifest: draft.plan.manifest.clone(), staged: Vec::new() };
    for (number, Digest { file, .. }) in draft.plan.fixed.iter().enumerate() {
        if !TABLES.iter().any(|table| table.name == file) {
            writer.stage(file.clone(), &draft.fixed(number)?)?;
        }
    }
    for table in TABLES {
        writer.table(table, done)?;
    }
    writer.stage("datapackage.json".to_owned(), datapackage(&writer.manifest).as_bytes())?;
    for (receipt, bytes) in draft.receipts()? {
        writer.stage(receipt.clone(), &bytes)?;
        writer.manifest.receipts.push(receipt);
    }
    writer.manifest.finished = now();
    writer.manifest.files =
        writer.staged.iter().map(|(_, target)| target.clone()).chain([MANIFEST.to_owned()]).collect();
    let sealed = sealed::seal(&writer.manifest);
    let path = writer.staging(MANIFEST.to_owned());
    disk::write(&path, &sealed)?;
    let remove = replaced.map(|old| old.files.clone()).unwrap_or_default();
    let Writer { manifest, staged, .. } = writer;
    let commit = Commit { remove, place: staged };
    match &draft.held.mirror {
        None => folder::commit(&draft.held.out, &commit)?,
        Some(mirror) => mirror.commit(&draft.study, commit)?,
    }
    draft.leave();
    Ok(manifest)
}

struct Writer<'a> {
    draft: &'a Draft,
    manifest: Manifest,
    /// Staged file and its name in the folder.
    staged: Vec<(String, String)>,
}

impl Writer<'_> {
    /// One table: its segments by point, policy and chunk, which is the order of its rows. One row group is in memory at a time.
    fn table(&mut self, table: &Table, done: &[Done]) -> Result<(), WriteError> {
        let file = format!("tables/{}/part-00001.parquet", table.name);
        let path = self.staging(file.clone());
        let provenance = self.manifest.provenance();
        let known = self.draft.plan.fixed.iter().position(|fixed| fixed.file == table.name);
        let sums = [tables::SUMMARY.name, tables::HISTOGRAMS.name];
        let rows = if let Some(number) = known {
            join(table, std::iter::once(self.draft.fixed(number).map(Bytes::from)), &path, &provenance)
        } else if table.name == tables::BANDS.name && has(done, BINS) {
            join(table, summed(done, BINS, bins::rows), &path, &provenance)
        } else if sums.contains(&table.name) && has(done, SUMS) {
            let rows = |point, parts: Parts<'_>| sums::rows(table, point, parts);
            join(table, summed(done, SUMS, rows), &path, &provenance)
        } else {
            let order = in_order(done, table.name).into_iter();
            join(
                table,
                order.map(|(chunk, segment)| chunk.read(segment).map(Bytes::from)),
                &path,
                &provenance,
            )
        }?;
        let (bytes, sha256) = disk::digest(&path)?;
        self.manifest.tables.push(TableFile { table: table.name.to_owned(), file, rows, bytes, sha256 });
        Ok(())
    }

    /// Writes a file that goes to `target` at the end.
    fn stage(&mut self, target: String, bytes: &[u8]) -> Result<(), WriteError> {
        self.manifest.beside.push(Digest { file: target.clone(), sha256: disk::digest_of(bytes) });
        let path = self.staging(target);
        disk::write(&path, bytes)
    }

    /// Where the file that goes to `target` is written.
    fn staging(&mut self, target: String) -> PathBuf {
        let staged = format!("{:05}.staged", self.staged.len());
        let path = self.draft.partial().join(&staged);
        self.staged.push((staged, target));
        path
    }
}

/// What several chunks kept of a point and policy, in order.
type Parts<'a> = &'a mut dyn Iterator<Item = Vec<u8>>;

/// The rows of what several chunks kept of each point and policy, added up.
fn summed<'a>(
    done: &'a [Done],
    kept: &'a str,
    rows: impl Fn(u64, Parts<'_>) -> Option<Vec<u8>>,
) -> impl Iterator<Item = Result<Bytes, WriteError>> {
    let order = in_order(done, kept);
    let of_one = |a: &(&ChunkFile, &Segment), b: &(&ChunkFile, &Segment)| {
        (a.1.point, a.1.policy) == (b.1.point, b.1.policy)
    };
    let groups: Vec<Vec<(&ChunkFile, &Segment)>> = order.chunk_by(of_one).map(<[_]>::to_vec).collect();
    groups.into_iter().map(move |group| {
        let mut failed = None;
        // One part is in memory at a time.
        let made = rows(
            group[0].1.point,
            &mut group
                .iter()
                .map_while(|(chunk, segment)| chunk.read(segment).map_err(|error| failed = Some(error)).ok()),
        );
        let wrong = || WriteError {
            file: group[0].0.path.clone(),
            operation: "add up the counts of",
            reason: "they are of something else".to_owned(),
        };
        match failed {
            Some(error) => Err(error),
            None => made.map(Bytes::from).ok_or_else(wrong),
        }
    })
}

fn has(done: &[Done], table: &str) -> bool {
    done.iter().flat_map(|done| &done.0.segments).any(|segment| segment.table == table)
}

/// The segments of a table by point, policy and chunk.
fn in_order<'a>(done: &'a [Done], table: &str) -> Vec<(&'a ChunkFile, &'a Segment)> {
    let all = done.iter().flat_map(|done| done.0.segments.iter().map(move |segment| (&done.0, segment)));
    let mut order: Vec<(&ChunkFile, &Segment)> = all.filter(|(_, segment)| segment.table == table).collect();
    order.sort_by_key(|(chunk, segment)| (segment.point, segment.policy, chunk.chunk));
    order
}

/// Name of the copy of source `index`. A file from outside the scenario's folder keeps only the end of its name.
fn copy_name(name: &str, index: usize) -> String {
    let path = Path::new(name);
    if !name.is_empty() && path.components().all(|part| matches!(part, Component::Normal(_))) {
        return format!("scenario/{name}");
    }
    let last = path.file_name().map_or("file".to_owned(), |last| last.to_string_lossy().into_owned());
    format!("scenario/outside/{index:03}-{last}")
}

/// What the command line fixed, beside the files.
fn resolved(manifest: &Manifest) -> serde_json::Value {
    serde_json::json!({
        "seed": manifest.seed,
        "runs": manifest.runs,
        "set": manifest.set,
        "policies": manifest.policies,
    })
}

fn json(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).expect("plain data") + "\n"
}
