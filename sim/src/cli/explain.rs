//! `shortfall explain`: the documentation of a hazard kind, a measure, a law or a table.

use super::Failure;
use super::text;
use super::topics::{Topic, topics};
use crate::scenario::nearest;
use std::io::{Result as IoResult, Write};

/// Explain a hazard kind, a measure, a probability law or a table; without a name, list them all.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// export_restriction, stockpile, lognormal, hazard, …
    kind: Option<String>,
}

/// Headings of the groups in the list.
const GROUPS: [(&str, &str); 6] = [
    ("hazard", "Hazard kinds: kind = \"…\" in [hazard.NAME]"),
    ("onset", "Onsets: when events of a hazard begin"),
    ("measure", "Measures: what policies are made of"),
    ("law", "Laws: in the place of a number"),
    ("table", "Tables of scenario.toml"),
    ("file", "CSV tables"),
];

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<(), Failure> {
    let topics = topics();
    let Some(kind) = &args.kind else { return Ok(list(&topics, out)?) };
    let found: Vec<&Topic> = topics.iter().filter(|topic| topic.name == kind).collect();
    if found.is_empty() {
        return Err(unknown(kind, &topics));
    }
    for (index, topic) in found.into_iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        explain(topic, out)?;
    }
    Ok(())
}

fn list(topics: &[Topic], out: &mut impl Write) -> IoResult<()> {
    for (index, (group, heading)) in GROUPS.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{heading}")?;
        let of_group = topics.iter().filter(|topic| topic.group == *group);
        let rows: Vec<Vec<String>> =
            of_group.map(|t| vec![t.name.to_owned(), first_sentence(&t.summary)]).collect();
        text::columns(out, "  ", &[], &rows)?;
    }
    Ok(())
}

/// Enough for a list: up to the first full stop that a blank follows.
fn first_sentence(summary: &str) -> String {
    summary.split_once(". ").map_or(summary.to_owned(), |(first, _)| format!("{first}."))
}

fn explain(topic: &Topic, out: &mut impl Write) -> IoResult<()> {
    writeln!(out, "{} ({})", topic.name, topic.group)?;
    writeln!(out, "  {}", topic.summary)?;
    for note in &topic.notes {
        writeln!(out, "  {note}")?;
    }
    if !topic.keys.is_empty() {
        let last = if topic.group == "law" { "allowed" } else { "default" };
        let head = ["key", "unit", last, "meaning"].map(str::to_owned).to_vec();
        let rows: Vec<Vec<String>> =
            std::iter::once(head).chain(topic.keys.iter().map(|key| key.to_vec())).collect();
        writeln!(out)?;
        text::columns(out, "  ", &[], &rows)?;
    }
    if !topic.example.is_empty() {
        writeln!(out, "\n  Example:")?;
        for line in topic.example.trim().lines() {
            writeln!(out, "{}", format!("    {line}").trim_end())?;
        }
    }
    Ok(())
}

fn unknown(kind: &str, topics: &[Topic]) -> Failure {
    let names = || topics.iter().map(|topic| topic.name);
    let hint = nearest(kind, names()).map(|name| format!("; did you mean {name:?}?")).unwrap_or_default();
    Failure::Usage(format!("nothing is called {kind:?}{hint}\n  shortfall explain lists what there is"))
}
