//! Which points a scenario has: sweeps of single numbers make a grid, `[design]` spreads points over ranges.

use super::body::Body;
use super::design::{self, Design};
use super::folder::Folder;
use super::key_path::{KeyPath, walk};
use super::problem::{Location, Problems};
use super::value::{describe, plain_number, quoted};
use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};

/// Most points of a scenario: more is a slip of the pen, not a question.
pub const MOST_POINTS: u64 = 10_000_000;

/// What belongs to the whole study, not to a point of it.
const FIXED: [&str; 6] = ["format", "title", "question", "run", "design", "correlation"];

/// `{ sweep = [...] }` on one key.
#[derive(Debug)]
struct Axis {
    path: KeyPath,
    values: Vec<Spanned<DeValue<'static>>>,
}

/// The points of a scenario: the design's points, each with every combination of the sweeps' values.
#[derive(Debug)]
pub(super) struct Points {
    /// In the order of the file; the last moves first.
    axes: Vec<Axis>,
    design: Option<Design>,
}

/// What one point sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Dotted key.
    pub key: String,
    /// Its number, if it is one.
    pub number: Option<f64>,
    /// As written.
    pub text: String,
}

impl Points {
    /// Reads the sweeps and `[design]` of a document.
    pub(super) fn read(
        document: &DeTable<'static>,
        folder: &Folder,
        seed: u64,
        problems: &mut Problems,
    ) -> Points {
        let mut axes = Vec::new();
        walk(document, &mut |path, value| match sweep(value) {
            None => true,
            Some(list) => {
                axes.extend(axis(path, value, list, problems));
                false
            }
        });
        axes.sort_by_key(|(at, _)| *at);
        let axes: Vec<Axis> = axes.into_iter().map(|(_, axis)| axis).collect();
        let design = document.get("design").and_then(|value| {
            let at = Location::of(value.span());
            let DeValue::Table(table) = value.get_ref() else {
                let message =
                    format!("[design]: {} stands where a table is wanted", describe(value.get_ref()));
                problems.error(at, message, None);
                return None;
            };
            design::read(Body::new(table, at, "[design]"), folder, seed, problems)
        });
        if let Some(design) = &design {
            for (path, at) in design.keys() {
                refuse_fixed(path, at, problems);
                if axes.iter().any(|axis| axis.path == *path) {
                    problems.error(at, format!("{path} is swept already"), None);
                }
            }
        }
        let points = Points { axes, design };
        if points.n() > MOST_POINTS {
            let at =
                points.axes.first().map_or(Location::of(0..0), |axis| Location::of(axis.values[0].span()));
            let message = format!("{} points; at most {MOST_POINTS} are allowed", points.n());
            problems.error(at, message, None);
        }
        points
    }

    /// Number of points; at least 1.
    pub(super) fn n(&self) -> u64 {
        let grid = self.axes.iter().fold(1_u64, |n, axis| n.saturating_mul(axis.values.len() as u64));
        grid.saturating_mul(self.design.as_ref().map_or(1, Design::n))
    }

    /// What point number `point` puts where.
    pub(super) fn values(&self, point: u64) -> Vec<(&KeyPath, Spanned<DeValue<'static>>)> {
        let mut left = point;
        let mut found = Vec::new();
        for axis in self.axes.iter().rev() {
            let n = axis.values.len() as u64;
            found.push((&axis.path, axis.values[(left % n) as usize].clone()));
            left /= n;
        }
        found.reverse();
        if let Some(design) = &self.design {
            found.extend(design.values(left));
        }
        found
    }

    /// Puts a point's values into the document.
    pub(super) fn put(&self, point: u64, document: &mut DeTable<'static>, problems: &mut Problems) {
        for (path, value) in self.values(point) {
            let at = Location::of(value.span());
            if !path.put(document, value) {
                problems.error(at, format!("{path}: a value stands where a table is wanted"), None);
            }
        }
    }

    /// What a point sets, for the table of points and for messages.
    pub(super) fn settings(&self, point: u64) -> Vec<Setting> {
        let setting = |(path, value): (&KeyPath, Spanned<DeValue<'static>>)| Setting {
            key: path.to_string(),
            number: plain_number(value.get_ref()),
            text: written(value.get_ref()),
        };
        self.values(point).into_iter().map(setting).collect()
    }
}

/// The list of a sweep, or whatever stands in its place.
fn sweep<'a>(value: &'a Spanned<DeValue<'static>>) -> Option<&'a Spanned<DeValue<'static>>> {
    value.get_ref().as_table().filter(|table| table.len() == 1)?.get("sweep")
}

fn axis(
    path: &KeyPath,
    value: &Spanned<DeValue<'static>>,
    list: &Spanned<DeValue<'static>>,
    problems: &mut Problems,
) -> Option<(Location, Axis)> {
    let at = Location::of(value.span());
    let DeValue::Array(items) = list.get_ref() else {
        let message =
            format!("{path}: {} stands where the list of a sweep is wanted", describe(list.get_ref()));
        problems.error(at, message, Some("write { sweep = [0, 30, 90] }".into()));
        return None;
    };
    if items.is_empty() {
        problems.error(at, format!("{path}: the sweep has no values"), None);
        return None;
    }
    refuse_fixed(path, at, problems);
    for item in items.iter().filter(|item| sweep(item).is_some()) {
        problems.error(Location::of(item.span()), format!("{path}: a sweep inside a sweep"), None);
    }
    Some((at, Axis { path: path.clone(), values: items.iter().cloned().collect() }))
}

fn refuse_fixed(path: &KeyPath, at: Location, problems: &mut Problems) {
    if FIXED.contains(&path.root()) {
        let message = format!("{path} can't be swept: [{}] is the same for all points", path.root());
        problems.error(at, message, None);
    }
}

/// A value in one line, nearly as TOML.
pub(super) fn written(value: &DeValue<'static>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Array(items) => {
            format!("[{}]", items.iter().map(|item| written(item.get_ref())).collect::<Vec<_>>().join(", "))
        }
        DeValue::Table(table) => {
            let pairs =
                table.iter().map(|(key, value)| format!("{} = {}", key.get_ref(), written(value.get_ref())));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

/// `over` names a key in quotes.
pub(super) fn no_key(written: &str) -> String {
    format!("{} is no key of scenario.toml", quoted(written))
}
