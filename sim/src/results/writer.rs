//! From chunks to a results folder: tables joined in order, what goes with them, the manifest last.

use super::bins;
use super::chunk::{BINS, ChunkFile, SUMS, Segment};
use super::document::datapackage;
use super::draft::{Done, Draft};
use super::folder::{self, Commit, MANIFEST};
use super::manifest::{Digest, Manifest, TableFile, now};
use super::names::Names;
use super::pages::Cell;
use super::parquet::{Spool, TableWriter, Written};
use super::sealed;
use super::sums;
use super::tables::{self, TABLES, Table};
use crate::disk;
use crate::disk::WriteError;
use crate::scenario::Number;
use crate::scenario::Scenario;
use crate::scenario::Setting;
use bytes::Bytes;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

/// Points and policies that are added up at once.
const AT_ONCE: usize = 16;

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
            spool.row(&[&[whole(point), Cell::Name(names.known(&set.key)), value, Cell::Text(&set.text)]]);
        }
    }));
    let draws: Vec<(u64, Vec<Number>)> = draws.collect();
    let drawn = || draws.iter().flat_map(|(draw, drawn)| drawn.iter().map(move |drawn| (*draw, drawn)));
    files.push(named(&tables::DRAWS, drawn().map(|(_, drawn)| drawn.key.as_str()), |names, spool| {
        for (draw, Number { key, share, value }) in drawn() {
            spool.row(&[&[
                whole(draw),
                Cell::Name(names.known(key)),
                Cell::Real(*share),
                Cell::Real(*value),
            ]]);
        }
    }));
    files
}

/// A table whose names are known, as a file in memory.
fn named<'a>(
    table: &Table,
    keys: impl Iterator<Item = &'a str>,
    fill: impl FnOnce(&Names, &mut Spool<'_>),
) -> (String, Vec<u8>) {
    let mut names = Names::default();
    for key in keys {
        names.id(key);
    }
    let mut spool = Spool::new(table, names.list());
    fill(&names, &mut spool);
    (table.name.to_owned(), spool.finish().0)
}

fn whole(number: u64) -> Cell<'static> {
    Cell::Int(i64::try_from(number).expect("points and draws are bounded"))
}

/// Calls a function with each number below the first argument, on as many threads as there are: only the caller knows them.
pub type Share<'a> = &'a (dyn Fn(usize, &(dyn Fn(usize) + Sync)) + Sync);

/// Joins the tables out of every chunk, adds what goes with them, and moves all into the folder; old results named in
/// `replaced` go.
pub fn finish(
    draft: Draft,
    done: &[Done],
    replaced: Option<&Manifest>,
    share: Share<'_>,
) -> Result<Manifest, WriteError> {
    let mut writer = Writer { draft: &draft, manifest: draft.plan.manifest.clone(), staged: Vec::new() };
    for (number, Digest { file, .. }) in draft.plan.fixed.iter().enumerate() {
        if !TABLES.iter().any(|table| table.name == file) {
            writer.stage(file.clone(), &draft.fixed(number)?)?;
        }
    }
    writer.tables(done, share)?;
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
    /// Every table, side by side.
    fn tables(&mut self, done: &[Done], share: Share<'_>) -> Result<(), WriteError> {
        let places = TABLES.map(|table| {
            let file = format!("tables/{}/part-00001.parquet", table.name);
            (self.staging(file.clone()), file)
        });
        let written = side_by_side(share, TABLES.len(), |number| self.table(number, &places, done, share));
        for written in written {
            self.manifest.tables.extend(written?);
        }
        Ok(())
    }

    /// A table by its number: its parts by point, policy and chunk, which is the order of its rows.
    fn table(
        &self,
        number: usize,
        places: &[(PathBuf, String)],
        done: &[Done],
        share: Share<'_>,
    ) -> Result<Vec<TableFile>, WriteError> {
        let (table, places) = (TABLES[number], &places[number..]);
        let known = self.draft.plan.fixed.iter().position(|fixed| fixed.file == table.name);
        if let Some(known) = known {
            self.write([table], places, std::iter::once(self.draft.fixed(known).map(|part| [part])))
        } else if table.name == tables::BANDS.name && has(done, BINS) {
            self.write([table], places, summed(done, BINS, bins::rows, share))
        } else if table.name == tables::SUMMARY.name && has(done, SUMS) {
            self.write([table, &tables::HISTOGRAMS], places, summed(done, SUMS, sums::rows, share))
        } else if table.name == tables::HISTOGRAMS.name && has(done, SUMS) {
            // It stands behind the summary, which writes both.
            Ok(Vec::new())
        } else {
            let order = in_order(done, table.name).into_iter();
            self.write([table], places, order.map(|(chunk, segment)| Ok([chunk.read(segment)?])))
        }
    }

    /// Some tables that stand one behind the other, out of parts of each. What makes one row group is in memory at a time.
    fn write<const N: usize>(
        &self,
        tables: [&Table; N],
        places: &[(PathBuf, String)],
        parts: impl Iterator<Item = Result<[Vec<u8>; N], WriteError>>,
    ) -> Result<Vec<TableFile>, WriteError> {
        let provenance = self.manifest.provenance();
        let mut writers = Vec::new();
        for (table, (path, _)) in tables.iter().zip(places) {
            writers.push(TableWriter::create(table, path, &provenance)?);
        }
        for parts in parts {
            for (writer, part) in writers.iter_mut().zip(parts?) {
                writer.add(&Bytes::from(part))?;
            }
        }
        let mut files = Vec::new();
        for ((writer, table), (_, file)) in writers.into_iter().zip(tables).zip(places) {
            let Written { rows, bytes, sha256 } = writer.close()?;
            files.push(TableFile { table: table.name.to_owned(), file: file.clone(), rows, bytes, sha256 });
        }
        Ok(files)
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

/// The rows of what several chunks kept of each point and policy, added up; some points and policies at a time.
fn summed<'a, const N: usize>(
    done: &'a [Done],
    kept: &'a str,
    rows: impl Fn(u64, Parts<'_>) -> Option<[Vec<u8>; N]> + Sync,
    share: Share<'a>,
) -> impl Iterator<Item = Result<[Vec<u8>; N], WriteError>> {
    let order = in_order(done, kept);
    let of_one = |a: &(&ChunkFile, &Segment), b: &(&ChunkFile, &Segment)| {
        (a.1.point, a.1.policy) == (b.1.point, b.1.policy)
    };
    let groups: Vec<Vec<(&ChunkFile, &Segment)>> = order.chunk_by(of_one).map(<[_]>::to_vec).collect();
    let lots: Vec<_> = groups.chunks(AT_ONCE).map(<[_]>::to_vec).collect();
    lots.into_iter().flat_map(move |lot| side_by_side(share, lot.len(), |number| sum(&lot[number], &rows)))
}

fn sum<const N: usize>(
    group: &[(&ChunkFile, &Segment)],
    rows: impl Fn(u64, Parts<'_>) -> Option<[Vec<u8>; N]>,
) -> Result<[Vec<u8>; N], WriteError> {
    let mut failed = None;
    // One part is in memory at a time.
    let mut parts = group
        .iter()
        .map_while(|(chunk, segment)| chunk.read(segment).map_err(|error| failed = Some(error)).ok());
    let made = rows(group[0].1.point, &mut parts);
    let wrong = || WriteError {
        file: group[0].0.path.clone(),
        operation: "add up the counts of",
        reason: "they are of something else".to_owned(),
    };
    match failed {
        Some(error) => Err(error),
        None => made.ok_or_else(wrong),
    }
}

/// What a function makes of each number below `n`, in order.
fn side_by_side<T: Send + Sync>(share: Share<'_>, n: usize, make: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let places: Vec<OnceLock<T>> = std::iter::repeat_with(OnceLock::new).take(n).collect();
    share(n, &|number| {
        places[number].get_or_init(|| make(number));
    });
    places.into_iter().map(|place| place.into_inner().expect("each number is called")).collect()
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
