//! scenario.toml as one table, with `--set` applied: every value keeps the place where it was written.

use super::files;
use super::key_path::KeyPath;
use super::problem::{Location, Problems};
use super::source::SourceId;
use super::value::quoted;
use serde_spanned::Spanned;
use std::borrow::Cow;
use toml::de::{DeArray, DeString, DeTable, DeValue};
use unicode_normalization::UnicodeNormalization;

/// Parses `text`, which is that of `source`, as far as it goes; text is brought to composed form.
pub(super) fn parse(source: SourceId, text: &str, problems: &mut Problems) -> DeTable<'static> {
    let (table, errors) = parse_kept(text, source);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let at = Location { source, start: span.start, end: span.end };
        problems.error(at, format!("not TOML: {}", error.message()), None);
    }
    table
}

/// Applies `key=value`; the value is TOML, or else text.
pub(super) fn set(document: &mut DeTable<'static>, argument: &str, problems: &mut Problems) {
    let source = files::argument("--set", argument, problems);
    let whole = Location { source, start: 0, end: argument.len() };
    let Some((key, written)) = split(argument) else {
        let hint = "write --set run.runs=5000".to_string();
        problems.error(whole, format!("{} has no =", quoted(argument)), Some(hint));
        return;
    };
    let Some(path) = path(key, source) else {
        let message = format!("{} is no key", quoted(key));
        problems.error(whole, message, Some("keys are dotted: hazard.cod_quota.sample".into()));
        return;
    };
    // The line is parsed as it stands, so that spans inside the value count from its beginning.
    let (parsed, errors) = parse_kept(argument, source);
    let value = if errors.is_empty() {
        descend(parsed, &path)
    } else {
        let start = key.len() + 1;
        let span = Location::span_from(source, start..argument.len());
        Some(Spanned::new(span, DeValue::String(composed(written))))
    };
    if let Some(value) = value {
        insert(document, &path, value, whole, problems);
    }
}

/// The key and the value, on both sides of the first `=` that is not inside quotes: names may have one.
fn split(argument: &str) -> Option<(&str, &str)> {
    let mut open = None;
    let mut escaped = false;
    for (byte, c) in argument.char_indices() {
        match (open, c) {
            (None, '=') => return Some((&argument[..byte], &argument[byte + 1..])),
            (None, '"' | '\'') => open = Some(c),
            (Some(quote), _) if c == quote && !escaped => open = None,
            _ => {}
        }
        escaped = open == Some('"') && c == '\\' && !escaped;
    }
    None
}

/// The key as a path; `None` if it is none.
pub(super) fn key_path(key: &str) -> Option<KeyPath> {
    let steps = path(key, SourceId(0))?;
    Some(KeyPath::of(steps.into_iter().map(|step| step.into_inner().into_owned())))
}

/// Applies `--seed` or `--runs`: `key` of `[run]`, whose value is taken as TOML if it is a whole number, else as text.
pub(super) fn set_run(
    document: &mut DeTable<'static>,
    key: &str,
    written: Option<&str>,
    problems: &mut Problems,
) {
    let Some(written) = written else { return };
    let source = files::argument(&format!("--{key}"), written, problems);
    let whole = Location { source, start: 0, end: written.len() };
    // A seed above 2^63 − 1 is text in TOML; on the command line it needs no quotes.
    let as_text = key == "seed" && written.parse::<i64>().is_err();
    let span = Location::span_from(source, 0..written.len());
    let value = match DeValue::parse(Box::leak(written.into())) {
        Ok(value) if !as_text => Spanned::new(span.clone(), value.into_inner()),
        _ => Spanned::new(span.clone(), DeValue::String(composed(written))),
    };
    let path = [Spanned::new(span.clone(), composed("run")), Spanned::new(span, composed(key))];
    insert(document, &path, value, whole, problems);
}

/// The parts of a dotted key.
fn path(key: &str, source: SourceId) -> Option<Vec<Spanned<DeString<'static>>>> {
    let (mut table, errors) = parse_kept(&format!("{key}=0"), source);
    let mut path = Vec::new();
    while errors.is_empty() && table.len() == 1 {
        let (key, value) = table.into_iter().next()?;
        path.push(key);
        match value.into_inner() {
            DeValue::Table(inner) => table = inner,
            _ => return Some(path),
        }
    }
    None
}

fn descend(
    mut table: DeTable<'static>,
    path: &[Spanned<DeString<'static>>],
) -> Option<Spanned<DeValue<'static>>> {
    let (first, rest) = path.split_first()?;
    let value = table.remove(first.get_ref().as_ref())?;
    if rest.is_empty() {
        return Some(value);
    }
    match value.into_inner() {
        DeValue::Table(inner) => descend(inner, rest),
        _ => None,
    }
}

fn insert(
    table: &mut DeTable<'static>,
    path: &[Spanned<DeString<'static>>],
    value: Spanned<DeValue<'static>>,
    whole: Location,
    problems: &mut Problems,
) {
    let Some((first, rest)) = path.split_first() else { return };
    let name: &str = first.get_ref();
    if rest.is_empty() {
        // Removed first, so that the key's place becomes the new one as well.
        table.remove(name);
        table.insert(first.clone(), value);
        return;
    }
    if table.get(name).is_none() {
        table.insert(first.clone(), Spanned::new(first.span(), DeValue::Table(DeTable::new())));
    }
    match table.get_mut(name).map(Spanned::get_mut) {
        Some(DeValue::Table(inner)) => insert(inner, rest, value, whole, problems),
        _ => problems.error(whole, format!("{} is a value, not a table", quoted(name)), None),
    }
}

/// Parses text that is kept for good: `DeTable` borrows its numbers from it, and tables outlive every reader. A load
/// keeps one copy of scenario.toml, some kilobytes.
fn parse_kept(text: &str, source: SourceId) -> (DeTable<'static>, Vec<toml::de::Error>) {
    let (table, errors) = DeTable::parse_recoverable(Box::leak(text.into()));
    (marked_table(table.into_inner(), source), errors)
}

/// The table with its spans marked as those of `source`, and its text composed.
fn marked_table(table: DeTable<'static>, source: SourceId) -> DeTable<'static> {
    let marked = |(key, value): (Spanned<DeString<'static>>, _)| {
        let span = Location::span_from(source, key.span());
        (Spanned::new(span, composed(&key.into_inner())), marked_value(value, source))
    };
    table.into_iter().map(marked).collect()
}

fn marked_value(value: Spanned<DeValue<'static>>, source: SourceId) -> Spanned<DeValue<'static>> {
    let span = Location::span_from(source, value.span());
    let inside = match value.into_inner() {
        DeValue::String(text) => DeValue::String(composed(&text)),
        DeValue::Array(items) => {
            let mut marked = DeArray::new();
            for item in items {
                marked.push(marked_value(item, source));
            }
            DeValue::Array(marked)
        }
        DeValue::Table(table) => DeValue::Table(marked_table(table, source)),
        plain => plain,
    };
    Spanned::new(span, inside)
}

pub(super) fn composed(text: &str) -> DeString<'static> {
    Cow::Owned(text.nfc().collect())
}
