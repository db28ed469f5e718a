//! A CSV file as rows of cells with their places. Only the empty cell is missing, and codes stay text: `NA` is a name,
//! `0260` is not 260.

use super::keys::{Key, PROVENANCE, REQUIRED, Table};
use super::limits::{MOST_COLUMNS, MOST_ROWS, MOST_TRANSIT_DAYS, MOST_VALUES, at_most};
use super::names;
use super::problem::{At, Location, Problems, nearest};
use super::source::SourceId;
use super::value::{percentage, quoted};
use std::collections::BTreeMap;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// What a number may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// Any finite number.
    Any,
    /// At least 0.
    NonNegative,
    /// Above 0.
    Positive,
    /// In [0, 1].
    Share,
    /// From 0 to the longest time that anything is under way.
    Days,
}

/// One row: its cells that are not empty.
#[derive(Debug)]
pub(super) struct Row {
    cells: BTreeMap<&'static str, At<String>>,
    pub(super) at: Location,
    /// Line in the file, counted as an editor does.
    pub(super) line: usize,
}

/// Reads the sheet of `source`; rows whose required cells are empty are reported and left out.
pub(super) fn read(source: SourceId, table: &Table, problems: &mut Problems) -> Vec<Row> {
    let text = problems.sources[source.0 as usize].text.clone();
    if let Some((message, hint)) = wrong_separator(&text) {
        let end = text.lines().next().map_or(0, str::len);
        problems.error(Location { source, start: 0, end }, message, Some(hint));
        return Vec::new();
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut columns = None;
    let mut rows = Vec::new();
    let mut lines = Lines { text: &text, byte: 0, line: 1 };
    let n_lines = text.bytes().filter(|byte| *byte == b'\n').count();
    if !at_most(MOST_ROWS, n_lines, "lines", Location { source, start: 0, end: 0 }, problems) {
        return rows;
    }
    // The text is UTF-8 and the reader is flexible, so that reading it can't fail.
    while reader.read_record(&mut record).unwrap_or(false) {
        let start = record.position().map_or(0, |position| position.byte() as usize);
        let ranges = cells(&text, start);
        let start = ranges.first().map_or(start, |range| range.start);
        let end = ranges.last().map_or(start, |range| range.end);
        let at = Location { source, start, end };
        let place = |index: usize| match ranges.get(index) {
            Some(range) => Location { source, start: range.start, end: range.end },
            None => at,
        };
        if text[start..end].matches('"').count() % 2 == 1 {
            problems.error(at, "a quote is opened and never closed", None);
            break;
        }
        let Some(columns) = &columns else {
            if !at_most(MOST_COLUMNS, record.len(), "columns", at, problems) {
                return Vec::new();
            }
            columns = Some(header(&record, place, at, table, problems));
            continue;
        };
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.len() != columns.len() {
            let message = format!("the row has {} cells, the header {}", record.len(), columns.len());
            let hint = "a text with a comma stands in quotes, and the decimal sign is a point".to_string();
            problems.error(at, message, Some(hint));
            continue;
        }
        let filled = columns.iter().zip(record.iter()).enumerate().filter(|(_, (_, cell))| !cell.is_empty());
        let cells = filled.filter_map(|(index, (column, cell))| {
            Some(((*column)?, At { value: cell.nfc().collect(), at: place(index) }))
        });
        let row = Row { cells: cells.collect(), at, line: lines.line_of(start) };
        if row.is_whole(table, columns, problems) {
            rows.push(row);
        }
    }
    if columns.is_none() {
        problems.error(Location { source, start: 0, end: 0 }, "the file is empty", None);
    }
    rows
}

/// Every cell of the CSV file `source` with its place, the header first; rows are as long as the header.
pub(super) fn cells_of(source: SourceId, problems: &mut Problems) -> Vec<Vec<At<String>>> {
    let text = problems.sources[source.0 as usize].text.clone();
    if let Some((message, hint)) = wrong_separator(&text) {
        problems.error(Location { source, start: 0, end: 0 }, message, Some(hint));
        return Vec::new();
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows: Vec<Vec<At<String>>> = Vec::new();
    let n_cells = text.bytes().filter(|byte| b",\n".contains(byte)).count();
    if !at_most(MOST_VALUES as usize, n_cells, "cells", Location { source, start: 0, end: 0 }, problems) {
        return rows;
    }
    // The text is UTF-8 and the reader is flexible, so that reading it can't fail.
    for record in reader.records().filter_map(Result::ok).filter(|record| !record.iter().all(str::is_empty)) {
        let ranges = cells(&text, record.position().map_or(0, |position| position.byte() as usize));
        let place = |range: &Range<usize>| Location { source, start: range.start, end: range.end };
        let row: Vec<At<String>> = record
            .iter()
            .zip(&ranges)
            .map(|(cell, range)| At { value: cell.nfc().collect(), at: place(range) })
            .collect();
        if let Some(header) = rows.first()
            && header.len() != row.len()
        {
            let at = row.first().map_or(Location { source, start: 0, end: 0 }, |cell| cell.at);
            let message = format!("the row has {} cells, the header {}", row.len(), header.len());
            problems.error(at, message, None);
            continue;
        }
        rows.push(row);
    }
    rows
}

/// Which column each cell of a row belongs to; unknown, double and missing columns are reported.
fn header(
    record: &csv::StringRecord,
    place: impl Fn(usize) -> Location,
    at: Location,
    table: &Table,
    problems: &mut Problems,
) -> Vec<Option<&'static str>> {
    let known: Vec<&Key> = table.keys.iter().chain(PROVENANCE).collect();
    let mut columns: Vec<Option<&'static str>> = Vec::new();
    for (index, written) in record.iter().enumerate() {
        let column = known.iter().find(|key| key.name == written).map(|key| key.name);
        match column {
            None => {
                let hint = match nearest(written, known.iter().map(|key| key.name)) {
                    Some(name) => format!("did you mean {name}?"),
                    None => format!("columns are {}", table.names().join(", ")),
                };
                problems.error(place(index), format!("unknown column {}", quoted(written)), Some(hint));
            }
            Some(column) if columns.contains(&Some(column)) => {
                problems.error(place(index), format!("column {column} is there twice"), None);
            }
            Some(_) => {}
        }
        columns.push(column);
    }
    for key in table.keys.iter().filter(|key| key.default == REQUIRED) {
        if !columns.contains(&Some(key.name)) {
            let hint = format!("columns are {}", table.names().join(", "));
            problems.error(at, format!("column {} is missing", key.name), Some(hint));
        }
    }
    columns
}

/// Semicolons or tabs instead of commas, with the way out.
fn wrong_separator(text: &str) -> Option<(String, String)> {
    let header = text.lines().next().unwrap_or("");
    let found = [(';', "semicolons"), ('\t', "tabs")].into_iter().find(|(sign, _)| header.contains(*sign));
    let (sign, signs) = found.filter(|_| !header.contains(','))?;
    let decimal =
        |cell: &str| cell.contains(',') && cell.bytes().all(|byte| b"0123456789.,-".contains(&byte));
    let commas = text.lines().skip(1).flat_map(|line| line.split(sign)).any(|cell| decimal(cell.trim()));
    let and = if commas { " and numbers with decimal commas" } else { "" };
    let hint = "save it as CSV with commas between cells and points in numbers: in a spreadsheet, choose the locale \
                English (US) or \"CSV UTF-8 (comma delimited)\"";
    Some((format!("the file looks like {signs} between cells{and}"), hint.to_string()))
}

/// Byte ranges of a record's cells as written, quotes included; `start` may be before the record's first byte.
fn cells(text: &str, start: usize) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = start;
    while matches!(bytes.get(at), Some(b'\r' | b'\n')) {
        at += 1;
    }
    let mut ranges = Vec::new();
    let (mut begin, mut quoted) = (at, false);
    loop {
        match bytes.get(at) {
            Some(b'"') if quoted || at == begin => quoted = !quoted,
            // A doubled quote inside quotes closes and opens again.
            Some(b'"') if bytes.get(at - 1) == Some(&b'"') => quoted = !quoted,
            Some(b',') if !quoted => {
                ranges.push(begin..at);
                begin = at + 1;
            }
            Some(b'\r' | b'\n') if !quoted => break,
            None => break,
            Some(_) => {}
        }
        at += 1;
    }
    ranges.push(begin..at);
    ranges
}

/// Counts lines while bytes only grow.
struct Lines<'a> {
    text: &'a str,
    byte: usize,
    line: usize,
}

impl Lines<'_> {
    fn line_of(&mut self, byte: usize) -> usize {
        let passed = self.text.as_bytes().get(self.byte..byte).unwrap_or(&[]);
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.byte = self.byte.max(byte);
        self.line
    }
}

impl Row {
    /// The cell, if it is not empty.
    pub(super) fn cell(&self, column: &str) -> Option<&At<String>> {
        self.cells.get(column)
    }

    /// True if both rows say the same.
    pub(super) fn same_cells(&self, other: &Row) -> bool {
        let cells =
            |row: &Row| row.cells.iter().map(|(name, cell)| (*name, cell.value.clone())).collect::<Vec<_>>();
        cells(self) == cells(other)
    }

    /// Text that is no name: anything.
    pub(super) fn words(&self, column: &str) -> String {
        self.cell(column).map(|cell| cell.value.clone()).unwrap_or_default()
    }

    /// A name.
    pub(super) fn name(&self, column: &str, problems: &mut Problems) -> Option<At<String>> {
        let cell = self.cell(column)?;
        match names::fault(cell) {
            None => Some(cell.clone()),
            Some(fault) => {
                problems.error(cell.at, format!("{column}: {} can't be a name: {fault}", quoted(cell)), None);
                None
            }
        }
    }

    /// Names with blanks between them; `None` if the cell is empty.
    pub(super) fn name_list(&self, column: &str) -> Option<Vec<At<String>>> {
        let cell = self.cell(column)?;
        Some(cell.split_whitespace().map(|name| At { value: name.to_string(), at: cell.at }).collect())
    }

    /// A number within `bound`.
    pub(super) fn number(&self, column: &str, bound: Bound, problems: &mut Problems) -> Option<At<f64>> {
        let cell = self.cell(column)?;
        let percent = if bound == Bound::Share { percentage(cell) } else { None };
        let Some(number) = percent.or_else(|| plain_number(cell)) else {
            let hint =
                number_hint(cell).unwrap_or_else(|| "write it with a decimal point, such as 38.5".into());
            problems.error(cell.at, format!("{column}: {} is no number", quoted(cell)), Some(hint));
            return None;
        };
        let (fault, hint) = match bound {
            Bound::NonNegative if number < 0.0 => ("is negative", None),
            Bound::Positive if !(number > 0.0) => ("is not above 0", None),
            Bound::Share if !(0.0..=1.0).contains(&number) => {
                let per_cent = (2.0..=100.0).contains(&number);
                (
                    "is no share: a share lies in [0, 1]",
                    per_cent.then(|| format!("did you mean {}?", number / 100.0)),
                )
            }
            Bound::Days if !(0.0..=MOST_TRANSIT_DAYS).contains(&number) => {
                ("is no time under way", Some(format!("from 0 to {MOST_TRANSIT_DAYS} days")))
            }
            _ => return Some(At { value: number, at: cell.at }),
        };
        problems.error(cell.at, format!("{column}: {} {fault}", cell.value), hint);
        None
    }

    /// A whole number of at least `least`.
    pub(super) fn whole(&self, column: &str, least: u64, problems: &mut Problems) -> Option<u64> {
        let cell = self.cell(column)?;
        let number = cell.trim().parse().ok().filter(|number| *number >= least);
        if number.is_none() {
            let message = format!("{column}: {} is no whole number of at least {least}", quoted(cell));
            problems.error(cell.at, message, None);
        }
        number
    }

    /// True if every required cell is filled; those of columns that the header lacks have been reported.
    fn is_whole(&self, table: &Table, columns: &[Option<&'static str>], problems: &mut Problems) -> bool {
        let required = table.keys.iter().filter(|key| key.default == REQUIRED);
        let missing: Vec<&str> =
            required.map(|key| key.name).filter(|column| !self.cells.contains_key(column)).collect();
        for column in missing.iter().filter(|column| columns.contains(&Some(**column))) {
            problems.error(self.at, format!("{column} is empty"), None);
        }
        missing.is_empty()
    }
}

/// A finite number with a decimal point; −0.0 is read as 0.
fn plain_number(text: &str) -> Option<f64> {
    let text = text.trim();
    // `inf` and `nan`, which parse as floats, are no amounts.
    let written = text.bytes().all(|byte| b"0123456789.+-eE".contains(&byte));
    let number: f64 = text.parse().ok().filter(|_| written)?;
    number.is_finite().then_some(number + 0.0)
}

fn number_hint(text: &str) -> Option<String> {
    if text.trim().ends_with('%') {
        return Some("write it without the per cent sign".into());
    }
    if !text.contains(',') {
        return None;
    }
    let decimal_comma = text.rfind(',') > text.rfind('.');
    let pointed = match decimal_comma {
        true => text.trim().replace('.', "").replace(',', "."),
        false => text.trim().replace(',', ""),
    };
    plain_number(&pointed)
        .map(|_| format!("the decimal sign is a point and thousands have no sign: {pointed}"))
}
