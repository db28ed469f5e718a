//! `shortfall status`: how far the work in a folder is.

use super::{Failure, home, text};
use crate::disk::WriteError;
use crate::results;
use crate::results::Found;
use crate::results::Status;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

/// Say what a results folder holds, which chunks and shards are done, and which files are damaged. Changes nothing; exit code
/// 0 if the results are whole, 75 if the same commands have to go on, 3 if files are damaged.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of results, finished or not, or their address in an object store.
    dir: PathBuf,

    /// For people, or for programs.
    #[arg(long, env = "SHORTFALL_FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Plain text.
    Text,
    /// One JSON object.
    Json,
}

/// What is told.
#[derive(serde::Serialize)]
struct Answer {
    /// `results`, `begun` or `nothing`.
    holds: &'static str,
    scenario: String,
    points: u64,
    draws: u64,
    runs: u64,
    chunks: u64,
    chunks_done: u64,
    chunks_missing: Vec<(u64, u64)>,
    shards_done: Vec<String>,
    shards_missing: Vec<String>,
    damaged: Vec<String>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<(), Failure> {
    let io = |error: WriteError| Failure::Io(error.to_string());
    let home = home::to_read(&args.dir)?;
    let answer = match (results::status(&home).map_err(io)?, results::look(&home).map_err(io)?) {
        (Some(status), _) => begun(&status),
        (None, Found::Results(manifest, damaged)) => Answer {
            holds: "results",
            scenario: manifest.scenario.clone(),
            points: manifest.points,
            draws: manifest.draws,
            runs: manifest.runs,
            chunks: 0,
            chunks_done: 0,
            chunks_missing: Vec::new(),
            shards_done: manifest.receipts.clone(),
            shards_missing: Vec::new(),
            damaged,
        },
        (None, Found::Damaged(what)) => {
            return Err(Failure::Refused(format!("error: {}: {what}", args.dir.display())));
        }
        (None, _) => {
            let dir = args.dir.display();
            return Err(Failure::Refused(format!(
                "error: {dir}: holds no results, and none were begun in it"
            )));
        }
    };
    match args.format {
        Format::Text => write(&answer, out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &answer).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    if !answer.damaged.is_empty() {
        return Err(Failure::Refused(format!(
            "error: {}: {} files are damaged",
            args.dir.display(),
            answer.damaged.len()
        )));
    }
    match answer.holds {
        "results" => Ok(()),
        _ if answer.chunks_done == answer.chunks => Err(Failure::Unmerged(args.dir.display().to_string())),
        _ => Err(Failure::Stopped(format!("{} of {} chunks are done", answer.chunks_done, answer.chunks))),
    }
}

fn begun(status: &Status) -> Answer {
    let manifest = &status.plan.manifest;
    let whole: BTreeSet<u64> = status.whole.iter().copied().collect();
    // Shards are those of the most receipts: the work may have been cut anew on the way.
    let of = status.receipts.iter().map(|receipt| receipt.shards).max().unwrap_or(1);
    let done: BTreeSet<u64> =
        status.receipts.iter().filter(|receipt| receipt.shards == of).map(|receipt| receipt.shard).collect();
    let missing = if of > 1 { (1..=of).filter(|shard| !done.contains(shard)).collect() } else { Vec::new() };
    Answer {
        holds: "begun",
        scenario: manifest.scenario.clone(),
        points: manifest.points,
        draws: manifest.draws,
        runs: manifest.runs,
        chunks: status.plan.n_chunks,
        chunks_done: whole.len() as u64,
        chunks_missing: gaps(&whole, status.plan.n_chunks),
        shards_done: status
            .receipts
            .iter()
            .map(|receipt| format!("{}/{}", receipt.shard, receipt.shards))
            .collect(),
        shards_missing: missing.into_iter().map(|shard: u64| format!("{shard}/{of}")).collect(),
        damaged: status.damaged.clone(),
    }
}

/// First and last number of each stretch that is not there.
fn gaps(there: &BTreeSet<u64>, n: u64) -> Vec<(u64, u64)> {
    let mut found = Vec::new();
    let mut next = 0;
    for number in there.iter().copied().chain([n]) {
        if next < number {
            found.push((next, number - 1));
        }
        next = number + 1;
    }
    found
}

fn write(answer: &Answer, out: &mut impl Write) -> std::io::Result<()> {
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let listed = |list: &[String]| if list.is_empty() { "none".to_owned() } else { list.join(" ") };
    let mut rows = vec![
        row("holds", answer.holds.to_owned()),
        row("scenario", answer.scenario.clone()),
        row("work", format!("{} points, {} draws, {} runs", answer.points, answer.draws, answer.runs)),
    ];
    if answer.holds == "begun" {
        let gap = |(first, last): &(u64, u64)| {
            if first == last { first.to_string() } else { format!("{first}-{last}") }
        };
        let missing: Vec<String> = answer.chunks_missing.iter().map(gap).collect();
        rows.push(row("chunks done", format!("{} of {}", answer.chunks_done, answer.chunks)));
        rows.push(row("chunks missing", listed(&missing)));
        rows.push(row("shards done", listed(&answer.shards_done)));
        rows.push(row("shards missing", listed(&answer.shards_missing)));
    }
    rows.push(row(
        "damaged",
        if answer.damaged.is_empty() { "none".into() } else { answer.damaged.join("; ") },
    ));
    text::columns(out, "", &[], &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_told_by_their_ends() {
        let there = BTreeSet::from([0, 1, 4, 6]);
        assert_eq!(gaps(&there, 9), [(2, 3), (5, 5), (7, 8)]);
        assert_eq!(gaps(&BTreeSet::new(), 2), [(0, 1)]);
        assert_eq!(gaps(&BTreeSet::from([0]), 1), []);
    }
}
