//! `[design]`: points spread over ranges of keys.

use super::body::Body;
use super::document;
use super::folder::Folder;
use super::key_path::KeyPath;
use super::keys::{DESIGN, DESIGN_FORMS};
use super::limits::MOST_VALUES;
use super::problem::{At, Location, Problems};
use super::sweep::no_key;
use super::value::{self, describe, plain_number};
use crate::random;
use crate::random::Key;
use crate::random::Law;
use serde_spanned::Spanned;
use std::ops::Range;
use toml::de::DeValue;

/// Most points of one design.
const MOST: u64 = 1_000_000;

/// One key and its value at each point; `None` leaves it as it stands.
#[derive(Debug)]
struct Column {
    path: KeyPath,
    at: Location,
    values: Vec<Option<Spanned<DeValue<'static>>>>,
}

/// Points, each a value for every key.
#[derive(Debug)]
pub(super) struct Design {
    columns: Vec<Column>,
    n: u64,
}

impl Design {
    pub(super) fn n(&self) -> u64 {
        self.n
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = (&KeyPath, Location)> {
        self.columns.iter().map(|column| (&column.path, column.at))
    }

    pub(super) fn values(&self, point: u64) -> impl Iterator<Item = (&KeyPath, Spanned<DeValue<'static>>)> {
        self.columns
            .iter()
            .filter_map(move |column| Some((&column.path, column.values[point as usize].clone()?)))
    }
}

/// A key of `over`: from what its values are taken.
struct Range01 {
    path: KeyPath,
    at: Location,
    span: Range<usize>,
    scale: Scale,
}

enum Scale {
    /// Whole numbers from the one to the other, each as likely.
    Whole(i64, i64),
    /// Reals.
    Law(Law),
}

/// Reads `[design]`; `None` if it has faults, which are reported.
pub(super) fn read(
    mut body: Body<'_>,
    folder: &Folder,
    seed: u64,
    problems: &mut Problems,
) -> Option<Design> {
    let written = body.keys();
    let forms: Vec<&At<String>> = written.iter().filter(|key| DESIGN_FORMS.contains(&key.as_str())).collect();
    if let [_, second, ..] = forms.as_slice() {
        problems.error(second.at, "[design]: a second design; give one", None);
    }
    let form = forms.first().map(|key| key.value.clone());
    if written.is_empty() {
        let hint = format!("write one of {}", DESIGN_FORMS.join(", "));
        problems.error(body.location(""), "[design] is empty", Some(hint));
    }
    let design = match form.as_deref() {
        Some("list") => {
            let file = body.text("list", problems);
            file.and_then(|file| list(&file, folder, problems))
        }
        Some(form) => body.table(form, problems).and_then(|inner| spread(form, inner, seed, problems)),
        None => None,
    };
    body.finish(&DESIGN.names(), problems);
    design
}

fn spread(form: &str, mut body: Body<'_>, seed: u64, problems: &mut Problems) -> Option<Design> {
    let (size, allowed): (&str, &[&str]) = match form {
        "one_at_a_time" => ("over", &["over"]),
        "morris" => ("trajectories", &["trajectories", "levels", "over"]),
        _ => ("points", &["points", "over"]),
    };
    body.required(size, &format!("{size} = 64"), problems);
    body.required("over", "over = { \"market.cover_days\" = [15, 60] }", problems);
    let n = if size == "over" { Some(1) } else { body.whole(size, problems) };
    let levels = body.whole("levels", problems).unwrap_or(4);
    if form == "morris" && (levels < 2 || levels % 2 == 1) {
        body.error("levels", &format!("{levels} is no even number of at least 2"), None, problems);
        return None;
    }
    let at = body.location(size);
    let over = body.table("over", problems);
    body.finish(allowed, problems);
    let (n, over) = (n?, over?);
    if form == "one_at_a_time" {
        return one_at_a_time(over, problems);
    }
    let ranges = ranges(over, problems)?;
    let n_points = if form == "morris" { n.saturating_mul(ranges.len() as u64 + 1) } else { n };
    if !(1..=MOST).contains(&n_points) {
        problems.error(at, format!("[design]: {n_points} points: a design has 1 to {MOST}"), None);
        return None;
    }
    if form == "sobol" && ranges.len() > random::SOBOL_DIMENSIONS {
        let hint = Some("latin_hypercube takes any number of keys".to_string());
        let message =
            format!("[design]: {} keys: sobol takes at most {}", ranges.len(), random::SOBOL_DIMENSIONS);
        problems.error(at, message, hint);
        return None;
    }
    if !values_fit(n_points, ranges.len(), at, problems) {
        return None;
    }
    let n = n as usize;
    let hash = |name: &str| Key { seed, draw: 0, name }.hashed();
    let shares: Vec<Vec<f64>> = match form {
        "morris" => {
            let points = random::morris(hash("design morris"), ranges.len(), n, levels as usize);
            (0..ranges.len()).map(|k| points.iter().map(|point| point[k]).collect()).collect()
        }
        "sobol" => {
            let of =
                |(k, range): (usize, &Range01)| random::sobol(hash(&format!("design {}", range.path)), k, n);
            ranges.iter().enumerate().map(of).collect()
        }
        _ => ranges.iter().map(|range| random::latin(hash(&format!("design {}", range.path)), n)).collect(),
    };
    let columns = ranges.into_iter().zip(shares).map(|(range, shares)| {
        let values = shares.into_iter().map(|u| Some(range.value(u))).collect();
        Column { path: range.path, at: range.at, values }
    });
    Some(Design { columns: columns.collect(), n: n_points })
}

impl Range01 {
    /// The value at the share `u` of the range.
    fn value(&self, u: f64) -> Spanned<DeValue<'static>> {
        match &self.scale {
            Scale::Whole(low, high) => {
                let n = (high - low + 1) as f64;
                let whole = low + ((u * n) as i64).min(high - low);
                value::generated(&whole.to_string(), self.span.clone())
            }
            Scale::Law(law) => {
                // A trajectory reaches the ends of its range, where a law without bounds has none.
                let inside = u.clamp(f64::EPSILON / 2.0, 1.0 - f64::EPSILON / 2.0);
                let number = match u {
                    0.0 if law.bounds().0.is_finite() => law.bounds().0,
                    1.0 if law.bounds().1.is_finite() => law.bounds().1,
                    _ => law.quantile(inside),
                };
                value::generated(&format!("{number:?}"), self.span.clone())
            }
        }
    }
}

/// The keys of `over`, in the order of the file.
fn ranges(over: Body<'_>, problems: &mut Problems) -> Option<Vec<Range01>> {
    let mut found = Vec::new();
    let read = each_key(over, problems, |path, at, value, problems| {
        let scale = match value.get_ref() {
            DeValue::Array(items) => {
                let ends: Vec<f64> = items.iter().filter_map(|item| plain_number(item.get_ref())).collect();
                let whole = items.iter().all(|item| matches!(item.get_ref(), DeValue::Integer(_)));
                match ends.as_slice() {
                    [low, high] if items.len() == 2 && low < high && whole => {
                        Some(Scale::Whole(*low as i64, *high as i64))
                    }
                    [low, high] if items.len() == 2 && low < high => {
                        let bound =
                            |name: &str, end: f64| (name.to_owned(), random::laws::Parameter::Number(end));
                        Law::build("uniform", &[bound("low", *low), bound("high", *high)])
                            .ok()
                            .map(Scale::Law)
                    }
                    _ => None,
                }
            }
            _ => value::law(value).ok().map(Scale::Law),
        };
        match scale {
            Some(scale) => found.push(Range01 { path, at, span: value.span(), scale }),
            None => {
                let hint = "write the lowest and the highest value, [15, 60], or a law".to_string();
                let message = format!("[design]: {path}: {} is no range", describe(value.get_ref()));
                problems.error(Location::of(value.span()), message, Some(hint));
            }
        }
    });
    read.filter(|n| *n == found.len()).map(|_| found)
}

/// False if there are more values than fit into memory.
fn values_fit(points: u64, keys: usize, at: Location, problems: &mut Problems) -> bool {
    let n = points.saturating_mul(keys as u64);
    if n > MOST_VALUES {
        let message =
            format!("[design]: {points} points of {keys} keys: at most {MOST_VALUES} values are allowed");
        problems.error(at, message, None);
    }
    n <= MOST_VALUES
}

/// The base, then each value of each key with all others as they stand.
fn one_at_a_time(over: Body<'_>, problems: &mut Problems) -> Option<Design> {
    let mut lists = Vec::new();
    let whole = over.location("");
    let read = each_key(over, problems, |path, at, value, problems| match value.get_ref() {
        DeValue::Array(items) if !items.is_empty() => {
            lists.push((path, at, items.iter().cloned().collect::<Vec<_>>()));
        }
        other => {
            let message =
                format!("[design]: {path}: {} stands where a list of values is wanted", describe(other));
            problems.error(Location::of(value.span()), message, None);
        }
    });
    read.filter(|n| *n == lists.len())?;
    let n = 1 + lists.iter().map(|(_, _, values)| values.len()).sum::<usize>();
    if !values_fit(n as u64, lists.len(), whole, problems) {
        return None;
    }
    let mut next = 1;
    let columns = lists.into_iter().map(|(path, at, list)| {
        let mut values = vec![None; n];
        for value in list {
            values[next] = Some(value);
            next += 1;
        }
        Column { path, at, values }
    });
    Some(Design { columns: columns.collect(), n: n as u64 })
}

/// Gives every key of `over` to `read`; the number of keys, or `None` if some are no keys.
fn each_key<'a>(
    mut over: Body<'a>,
    problems: &mut Problems,
    mut read: impl FnMut(KeyPath, Location, &'a Spanned<DeValue<'static>>, &mut Problems),
) -> Option<usize> {
    let keys = over.keys();
    let n_before = problems.list.len();
    if keys.is_empty() {
        problems.error(over.location(""), "[design]: over is empty", None);
    }
    for key in &keys {
        let value = over.value(key)?;
        match document::key_path(key) {
            Some(path) if path.depth() > 1 => read(path, key.at, value, problems),
            _ => {
                let hint = Some("write it whole and in quotes: \"market.cover_days\"".to_string());
                problems.error(key.at, format!("[design]: {}", no_key(key)), hint);
            }
        }
    }
    (problems.list.len() == n_before).then_some(keys.len())
}

/// A CSV file whose header holds keys and whose rows are points.
fn list(file: &At<String>, folder: &Folder, problems: &mut Problems) -> Option<Design> {
    let (source, cells) = folder.cells(file, problems)?;
    let (header, rows) = cells.split_first()?;
    let n_before = problems.list.len();
    let mut columns = Vec::new();
    for At { value: name, at } in header {
        match document::key_path(name) {
            Some(path) if path.depth() > 1 => {
                columns.push(Column { path, at: *at, values: Vec::with_capacity(rows.len()) });
            }
            _ => problems.error(
                *at,
                no_key(name),
                Some("the header holds dotted keys: market.cover_days".into()),
            ),
        }
    }
    if rows.is_empty() {
        let at = Location { source, start: 0, end: 0 };
        problems.error(at, "the list has no points", None);
    }
    for row in rows.iter().filter(|_| problems.list.len() == n_before) {
        for (column, At { value: cell, at }) in columns.iter_mut().zip(row) {
            let span = Location::span_from(at.source, at.start..at.end);
            // An empty cell leaves the key as it stands.
            column.values.push((!cell.is_empty()).then(|| value::generated(cell, span)));
        }
    }
    let n = rows.len() as u64;
    (problems.list.len() == n_before).then_some(Design { columns, n })
}
