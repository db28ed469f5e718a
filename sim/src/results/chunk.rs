//! A chunk of the work: the rows of some runs, encoded, in one file that says what it is and whether it is whole.
//!
//! ```text
//! magic · length of the head · head (JSON) · payloads · XXH3 of all before
//! ```
//!
//! A chunk is written once, under its final name, when all of it is on the disk. So what is there is whole, or damaged in a way
//! that its checksum shows; that a file is there proves nothing.

use super::bins;
use super::keep::Keep;
use super::parquet::Spool;
use super::part::{BY_RUN, Rows};
use super::subject::Subject;
use super::sums;
use super::tables::{self, Table};
use crate::disk;
use crate::disk::WriteError;
use crate::history::Occurrence;
use crate::metrics::Bands;
use crate::metrics::Distributions;
use crate::metrics::RunMetrics;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use twox_hash::XxHash3_64;

const MAGIC: &[u8; 8] = b"SHFCHNK2";
const CHECKSUM: usize = size_of::<u64>();

/// Runs of one point in one draw, in order.
#[derive(Debug)]
pub struct Piece {
    /// Number of the point.
    pub point: u64,
    /// Number of the draw.
    pub draw: u64,
    /// Names; their numbers are those of the chunk's names.
    pub subject: Arc<Subject>,
    /// The first run.
    pub first_run: u64,
    /// `[run]`
    pub weights: Vec<f64>,
    /// `[run][event]`
    pub events: Vec<Vec<Occurrence>>,
    /// `[policy][run]`
    pub metrics: Vec<Vec<RunMetrics>>,
}

/// What is in a chunk, encoded and ready to be written.
#[derive(Debug)]
pub struct Chunk {
    segments: Vec<(Segment, Vec<u8>)>,
}

/// Rows of one table: what a chunk's file holds from `start` on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Segment {
    /// Name of the table, [`BINS`], [`SUMS`] or [`NOTES`].
    pub(super) table: String,
    /// First point, for the order of row groups.
    pub(super) point: u64,
    /// Number of the policy; 0 if the segment has rows of all.
    pub(super) policy: usize,
    pub(super) rows: u64,
    pub(super) start: u64,
    pub(super) bytes: u64,
}

impl Segment {
    /// True if it holds distributions at this point.
    pub(super) fn has_sums(&self, point: u64) -> bool {
        self.point == point && [SUMS, NOTES].contains(&self.table.as_str())
    }
}

impl Chunk {
    /// The distributions of each policy over its runs at one point: the first, or any that several chunks have runs of.
    pub fn distributions(&self, point: u64) -> Vec<Distributions> {
        let found = self.segments.iter().filter(|(segment, _)| segment.has_sums(point));
        found.map(|(_, bytes)| sums::distributions(bytes).expect("encoded just now")).collect()
    }

    /// Bytes of rows by run, and of rows by point.
    pub fn bytes(&self) -> (u64, u64) {
        let by_point = [&tables::BANDS, &tables::SUMMARY, &tables::HISTOGRAMS].map(|table| table.name);
        self.segments.iter().fold((0, 0), |(runs, points), (segment, _)| match segment.table.as_str() {
            BINS | SUMS | NOTES => (runs, points),
            table if by_point.contains(&table) => (runs, points + segment.bytes),
            _ => (runs + segment.bytes, points),
        })
    }
}

/// Counts for bands of a point that other chunks count, too.
pub(super) const BINS: &str = "bins";
/// Distributions of a point that other chunks have runs of, too.
pub(super) const SUMS: &str = "sums";
/// Distributions of the first point, whose rows are made already.
pub(super) const NOTES: &str = "notes";

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    /// What the chunk is a part of.
    study: String,
    chunk: u64,
    segments: Vec<Segment>,
}

/// One job of encoding; of one policy, or of all.
enum Job {
    /// A table of [`BY_RUN`].
    Runs(usize, Option<usize>),
    Events,
    Distributions(Option<usize>),
}

/// What encodes a chunk.
#[derive(Debug)]
pub struct Encoder<'a> {
    pieces: &'a [Piece],
    names: &'a [String],
    n_policies: usize,
    keep: Keep,
}

impl<'a> Encoder<'a> {
    /// Of pieces in order, whose subjects share their names with the last.
    pub fn new(pieces: &'a [Piece], n_policies: usize, keep: Keep) -> Encoder<'a> {
        let names = pieces.last().map_or(&[][..], |piece| piece.subject.names.list());
        Encoder { pieces, names, n_policies, keep }
    }

    /// The jobs that [`Encoder::encode`] takes by number, to be shared among threads. `whole`: no other chunk has runs of these
    /// points; then rows are in their final order, else each policy has a segment of its own.
    pub fn n_jobs(&self, whole: bool) -> usize {
        self.jobs(whole).len()
    }

    fn jobs(&self, whole: bool) -> Vec<Job> {
        let policies: Vec<Option<usize>> =
            if whole { vec![None] } else { (0..self.n_policies).map(Some).collect() };
        let kept = BY_RUN.iter().enumerate().filter(|(_, (table, _))| table.keep <= self.keep);
        let mut jobs: Vec<Job> = policies.iter().map(|policy| Job::Distributions(*policy)).collect();
        jobs.extend(kept.flat_map(|(table, _)| policies.iter().map(move |policy| Job::Runs(table, *policy))));
        if tables::EVENTS.keep <= self.keep {
            jobs.push(Job::Events);
        }
        jobs
    }

    /// The segments of one job.
    pub fn encode(&self, whole: bool, job: usize) -> Vec<EncodedSegment> {
        match self.jobs(whole).swap_remove(job) {
            Job::Runs(table, policy) => vec![self.runs(table, policy)],
            Job::Events => vec![self.events()],
            Job::Distributions(None) => self.distributions(),
            Job::Distributions(Some(policy)) => vec![self.sums(SUMS, self.pieces, policy)],
        }
    }

    fn runs(&self, table: usize, policy: Option<usize>) -> EncodedSegment {
        let (table, write) = BY_RUN[table];
        let mut spool = Spool::new(table, self.names);
        for (policy, piece, runs) in self.in_order(policy) {
            let rows = Rows { subject: &piece.subject, point: piece.point, draw: piece.draw };
            runs.iter().for_each(|run| write(&rows, policy, run, &mut spool));
        }
        self.segment(table, policy.unwrap_or(0), spool)
    }

    fn events(&self) -> EncodedSegment {
        let mut spool = Spool::new(&tables::EVENTS, self.names);
        for piece in self.pieces {
            let rows = Rows { subject: &piece.subject, point: piece.point, draw: piece.draw };
            let runs = piece.weights.iter().zip(&piece.events);
            for (run, (weight, events)) in (piece.first_run..).zip(runs) {
                rows.events(run, *weight, events, &mut spool);
            }
        }
        self.segment(&tables::EVENTS, 0, spool)
    }

    /// The distributions of points that this chunk has whole; those of the first point also to be found again.
    fn distributions(&self) -> Vec<EncodedSegment> {
        let [mut summary, mut histograms] =
            [&tables::SUMMARY, &tables::HISTOGRAMS].map(|table| Spool::new(table, self.names));
        let mut notes = Vec::new();
        for of_point in self.points() {
            let (point, subject) = (of_point[0].point, &of_point[0].subject);
            for policy in 0..self.n_policies {
                let distributions = distributions(of_point, policy);
                sums::write(subject, point, policy, &distributions, [&mut summary, &mut histograms]);
                if point == 0 {
                    notes.push(self.sums(NOTES, of_point, policy));
                }
            }
        }
        notes.push(self.segment(&tables::SUMMARY, 0, summary));
        notes.push(self.segment(&tables::HISTOGRAMS, 0, histograms));
        notes
    }

    /// Distributions of one policy at one point, to be added to those of other chunks or found again.
    fn sums(&self, table: &str, of_point: &[Piece], policy: usize) -> EncodedSegment {
        let described = sums::Described::new(&of_point[0].subject, policy, distributions(of_point, policy));
        let bytes = described.encode();
        let (point, table, n) = (of_point[0].point, table.to_owned(), bytes.len() as u64);
        EncodedSegment(Segment { table, point, policy, rows: 0, start: 0, bytes: n }, bytes)
    }

    fn points(&self) -> impl Iterator<Item = &'a [Piece]> {
        self.pieces.chunk_by(|a, b| a.point == b.point)
    }

    /// Pieces with the runs of a policy: one policy, or at each point all, one after another.
    fn in_order(&self, policy: Option<usize>) -> Vec<(usize, &'a Piece, &'a [RunMetrics])> {
        let mut order = Vec::new();
        for of_point in self.points() {
            for policy in policy.map_or(0..self.n_policies, |policy| policy..policy + 1) {
                order.extend(of_point.iter().map(|piece| (policy, piece, piece.metrics[policy].as_slice())));
            }
        }
        order
    }

    /// The bands of points that this chunk has whole: of each point of the chunk, by policy.
    pub fn bands(&self, bands: impl Iterator<Item = Vec<Bands>>) -> EncodedSegment {
        let mut spool = Spool::new(&tables::BANDS, self.names);
        for (of_point, by_policy) in self.points().zip(bands) {
            let piece = &of_point[0];
            for (policy, bands) in by_policy.iter().enumerate() {
                let names = &piece.subject.policies[policy];
                bins::write(
                    bands,
                    piece.point,
                    names.name,
                    |band| piece.subject.band(policy, band),
                    &mut spool,
                );
            }
        }
        self.segment(&tables::BANDS, 0, spool)
    }

    /// Counts of one policy, to be added to those of other chunks.
    pub fn bins(&self, policy: usize, bands: Bands) -> EncodedSegment {
        let piece = &self.pieces[0];
        let list = piece.subject.names.list();
        let name = |id: Option<super::names::NameId>| id.map(|id| list[id.0 as usize].clone());
        let described = bins::Described {
            policy: list[piece.subject.policies[policy].name.0 as usize].clone(),
            names: piece.subject.band_names(policy, &bands).into_iter().map(|of| of.map(name)).collect(),
            counts: bands,
        };
        let (point, table) = (piece.point, BINS.to_owned());
        let bytes = described.encode();
        let segment = Segment { table, point, policy, rows: 0, start: 0, bytes: bytes.len() as u64 };
        EncodedSegment(segment, bytes)
    }

    fn segment(&self, table: &Table, policy: usize, spool: Spool<'_>) -> EncodedSegment {
        let point = self.pieces.first().map_or(0, |piece| piece.point);
        let (bytes, rows) = spool.finish();
        let (table, n) = (table.name.to_owned(), bytes.len() as u64);
        EncodedSegment(Segment { table, point, policy, rows, start: 0, bytes: n }, bytes)
    }
}

fn distributions(of_point: &[Piece], policy: usize) -> Distributions {
    let runs: Vec<&RunMetrics> = of_point.iter().flat_map(|piece| &piece.metrics[policy]).collect();
    Distributions::of(&runs)
}

/// Part of a chunk.
#[derive(Debug)]
pub struct EncodedSegment(Segment, Vec<u8>);

impl FromIterator<EncodedSegment> for Chunk {
    fn from_iter<I: IntoIterator<Item = EncodedSegment>>(parts: I) -> Chunk {
        // A table without rows in this chunk leaves no trace in it.
        let is_table = |part: &EncodedSegment| ![BINS, SUMS, NOTES].contains(&part.0.table.as_str());
        let kept = parts.into_iter().filter(|part| part.0.rows > 0 || !is_table(part));
        Chunk { segments: kept.map(|EncodedSegment(segment, bytes)| (segment, bytes)).collect() }
    }
}

/// A chunk's file, found whole.
#[derive(Clone, Debug)]
pub(super) struct ChunkFile {
    pub(super) path: PathBuf,
    pub(super) chunk: u64,
    pub(super) segments: Vec<Segment>,
}

impl ChunkFile {
    /// The bytes of a segment.
    pub(super) fn read(&self, segment: &Segment) -> Result<Vec<u8>, WriteError> {
        disk::read_part(&self.path, segment.start, segment.bytes)
    }
}

/// Writes a chunk, through to the disk.
pub(super) fn write(path: &Path, study: &str, number: u64, chunk: &Chunk) -> Result<ChunkFile, WriteError> {
    let mut segments: Vec<Segment> = chunk.segments.iter().map(|(segment, _)| segment.clone()).collect();
    // The head holds places that depend on its own length: room for every digit they could have is left behind it.
    let described = |segments: &[Segment]| {
        let head = Head { study: study.to_owned(), chunk: number, segments: segments.to_vec() };
        serde_json::to_vec(&head).expect("plain data")
    };
    let length = described(&segments).len() + segments.len() * u64::MAX.to_string().len();
    let mut start = (MAGIC.len() + 8 + length) as u64;
    for segment in &mut segments {
        segment.start = start;
        start += segment.bytes;
    }
    let mut head = described(&segments);
    head.resize(length, b' ');
    let mut bytes = Vec::with_capacity(start as usize + CHECKSUM);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&(length as u64).to_le_bytes());
    bytes.extend_from_slice(&head);
    for (_, payload) in &chunk.segments {
        bytes.extend_from_slice(payload);
    }
    bytes.extend_from_slice(&checksum(&bytes));
    disk::write_whole(path, &bytes)?;
    Ok(ChunkFile { path: path.to_owned(), chunk: number, segments })
}

/// Reads what a chunk's file holds: `Ok(None)` if there is none, `Ok(Some(Err(…)))` if it is not whole or not of this study.
pub(super) fn look(
    path: &Path,
    study: &str,
    number: u64,
) -> Result<Option<Result<ChunkFile, String>>, WriteError> {
    let Some(bytes) = disk::read(path)? else { return Ok(None) };
    Ok(Some(checked(&bytes, study, number).map(|segments| ChunkFile {
        path: path.to_owned(),
        chunk: number,
        segments,
    })))
}

/// Tells damage, not malice: chunks are written and read once each, so it must cost next to nothing.
fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    XxHash3_64::oneshot(bytes).to_le_bytes()
}

fn checked(bytes: &[u8], study: &str, number: u64) -> Result<Vec<Segment>, String> {
    let n = bytes.len();
    if n == 0 {
        return Err("empty".to_owned());
    }
    let (content, found) = bytes.split_at(n.saturating_sub(CHECKSUM));
    if found != checksum(content) {
        return Err(format!("damaged: its {n} bytes are not those that were written"));
    }
    let head = content.strip_prefix(MAGIC).and_then(|rest| {
        let (length, rest) = rest.split_first_chunk::<8>()?;
        rest.get(..usize::try_from(u64::from_le_bytes(*length)).ok()?)
    });
    let head: Option<Head> = head.and_then(|head| serde_json::from_slice(head).ok());
    let Some(head) = head else { return Err("of another version of the program".to_owned()) };
    if head.study != study {
        return Err("of another study: another scenario, seed, version or number of runs".to_owned());
    }
    if head.chunk != number {
        return Err(format!("holds chunk {}, not {number}", head.chunk));
    }
    let end = content.len() as u64;
    match head.segments.iter().all(|segment| segment.start.saturating_add(segment.bytes) <= end) {
        true => Ok(head.segments),
        false => Err("of another version of the program".to_owned()),
    }
}
