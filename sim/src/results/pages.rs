//! Pages of a Parquet file: the cells of a column, some thousand rows at a time.
//!
//! Numbers stand as they are, names as whole bytes that point into one dictionary of the row group. So a page needs nothing of the
//! pages before it: pages of several chunks make one row group as they stand. Half the columns are numbers without a pattern,
//! which no encoding makes much smaller; they cost a copy. What has a pattern, zstd finds.

use super::names::NameId;
use super::tables::{Column, Type};
use crate::metrics::put;
use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use std::cell::RefCell;
use zstd::bulk::Compressor;

/// Rows of a page. Always this many, however rows come in: a file's bytes depend on it.
pub(super) const ROWS: usize = 1 << 14;
/// Level of zstd: its fastest.
const LEVEL: i32 = 1;
/// Bytes of a page that are compressed to see whether all are worth it.
const SAMPLE: usize = 1 << 12;

thread_local! {
    /// One for each thread, as its tables are larger than most pages.
    static ZSTD: RefCell<Compressor<'static>> =
        RefCell::new(Compressor::new(LEVEL).expect("1 is a level of zstd"));
}

/// One value of a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'a> {
    /// Int32 or Int64 columns.
    Int(i64),
    Real(f64),
    Flag(bool),
    Name(NameId),
    Text(&'a str),
    Missing,
}

/// A column on its way to pages.
pub(super) struct Cells {
    kind: Type,
    /// Bytes of a name.
    width: usize,
    /// Of the page under way, as Parquet has them in the encoding PLAIN; flags a byte each, names as [`index_width`] says.
    values: Vec<u8>,
    /// By row, if any may be missing.
    present: Option<Vec<bool>>,
    pages: TrackedWrite<Vec<u8>>,
    /// Bytes of the pages before compression.
    uncompressed: usize,
    /// Least and most of whole numbers.
    range: Option<(i64, i64)>,
}

/// The pages of a column, and what its description in the file says of them.
pub(super) struct Pages {
    pub(super) bytes: Vec<u8>,
    pub(super) uncompressed: u64,
    pub(super) range: Option<(i64, i64)>,
}

impl Cells {
    /// No rows yet; names are of so many.
    pub(super) fn new(column: &Column, n_names: usize) -> Cells {
        Cells {
            kind: column.kind,
            width: index_width(n_names),
            values: Vec::new(),
            present: column.nullable.then(Vec::new),
            pages: TrackedWrite::new(Vec::new()),
            uncompressed: 0,
            range: None,
        }
    }

    /// Adds the cell of a row.
    pub(super) fn push(&mut self, cell: Cell<'_>) {
        if let Some(present) = &mut self.present {
            present.push(!matches!(cell, Cell::Missing));
        }
        match (self.kind, cell) {
            (Type::Int32, Cell::Int(value)) => {
                let short = i32::try_from(value).expect("counts of steps, years and events fit 32 bits");
                self.values.extend_from_slice(&short.to_le_bytes());
                self.include(value);
            }
            (Type::Int64, Cell::Int(value)) => {
                self.values.extend_from_slice(&value.to_le_bytes());
                self.include(value);
            }
            (Type::Float64, Cell::Real(value)) => self.values.extend_from_slice(&value.to_le_bytes()),
            (Type::Bool, Cell::Flag(value)) => self.values.push(u8::from(value)),
            (Type::Name, Cell::Name(NameId(id))) => {
                self.values.extend_from_slice(&id.to_le_bytes()[..self.width]);
            }
            (Type::Text, Cell::Text(value)) => text(value, &mut self.values),
            (_, Cell::Missing) => {
                assert!(self.present.is_some(), "only columns that say so have cells that are missing");
            }
            (kind, cell) => panic!("a cell has the type of its column: {kind:?}, not that of {cell:?}"),
        }
    }

    fn include(&mut self, value: i64) {
        let (least, most) = self.range.unwrap_or((value, value));
        self.range = Some((least.min(value), most.max(value)));
    }

    /// Ends the page under way, which has so many rows.
    pub(super) fn end_page(&mut self, n_rows: usize) {
        let missing = self.present.iter().flatten().filter(|present| !**present).count();
        let body = match self.kind {
            Type::Name => indices(&self.values, self.width),
            Type::Bool => bits(self.values.iter().map(|flag| *flag == 1)),
            _ => std::mem::take(&mut self.values),
        };
        let levels = self.present.as_ref().map_or(Vec::new(), |present| levels(present, missing));
        let uncompressed = levels.len() + body.len();
        let compressed = compressed(&body);
        let page = Page::DataPageV2 {
            is_compressed: compressed.is_some(),
            buf: Bytes::from([levels.as_slice(), compressed.as_deref().unwrap_or(&body)].concat()),
            num_values: n_rows as u32,
            encoding: encoding(self.kind),
            num_nulls: missing as u32,
            num_rows: n_rows as u32,
            def_levels_byte_len: levels.len() as u32,
            rep_levels_byte_len: 0,
            statistics: None,
        };
        self.uncompressed += write(page, uncompressed, &mut self.pages);
        if !matches!(self.kind, Type::Name | Type::Bool) {
            self.values = body;
        }
        self.values.clear();
        self.present.iter_mut().for_each(Vec::clear);
    }

    /// The pages, all of which have ended.
    pub(super) fn finish(self) -> Pages {
        let bytes = self.pages.into_inner().expect("to memory nothing fails");
        Pages { bytes, uncompressed: self.uncompressed as u64, range: self.range }
    }
}

/// How a column's pages are encoded.
pub(super) fn encoding(kind: Type) -> Encoding {
    if kind == Type::Name { Encoding::RLE_DICTIONARY } else { Encoding::PLAIN }
}

/// The page of names that begins a column of names, and its length before compression.
pub(super) fn dictionary<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> (Vec<u8>, u64) {
    let num_values = names.len() as u32;
    let mut plain = Vec::new();
    names.for_each(|name| text(name, &mut plain));
    let buf = Bytes::from(all_compressed(&plain));
    let page = Page::DictionaryPage { buf, num_values, encoding: Encoding::PLAIN, is_sorted: false };
    let mut pages = TrackedWrite::new(Vec::new());
    let uncompressed = write(page, plain.len(), &mut pages);
    (pages.into_inner().expect("to memory nothing fails"), uncompressed as u64)
}

/// Writes a page; gives the length before compression, its head included.
fn write(page: Page, uncompressed: usize, pages: &mut TrackedWrite<Vec<u8>>) -> usize {
    let written = SerializedPageWriter::new(pages).write_page(CompressedPage::new(page, uncompressed));
    written.expect("pages are small, and to memory nothing fails").uncompressed_size
}

fn text(value: &str, plain: &mut Vec<u8>) {
    let length = u32::try_from(value.len()).expect("no name is as long as 4 GB");
    plain.extend_from_slice(&length.to_le_bytes());
    plain.extend_from_slice(value.as_bytes());
}

/// Bytes that tell so many names apart.
fn index_width(n_names: usize) -> usize {
    match n_names {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

/// Indices of `width` bytes each, in the encoding RLE_DICTIONARY: one run of equal ones, or one of all kinds.
fn indices(values: &[u8], width: usize) -> Vec<u8> {
    let n = values.len() / width;
    let mut encoded = vec![8 * width as u8];
    if n > 0 && values[width..] == values[..values.len() - width] {
        put(&mut encoded, (n as u64) << 1);
        encoded.extend_from_slice(&values[..width]);
    } else if n > 0 {
        let eights = n.div_ceil(8);
        put(&mut encoded, (eights as u64) << 1 | 1);
        encoded.extend_from_slice(values);
        encoded.resize(encoded.len() + (eights * 8 - n) * width, 0);
    }
    encoded
}

/// Which rows have a value: definition levels, in the encoding RLE with a bit each.
fn levels(present: &[bool], missing: usize) -> Vec<u8> {
    let mut encoded = Vec::new();
    if missing == 0 || missing == present.len() {
        put(&mut encoded, (present.len() as u64) << 1);
        encoded.push(u8::from(missing == 0));
    } else {
        let bits = bits(present.iter().copied());
        put(&mut encoded, (bits.len() as u64) << 1 | 1);
        encoded.extend(bits);
    }
    encoded
}

/// Flags as bits, the lowest first.
fn bits(flags: impl ExactSizeIterator<Item = bool>) -> Vec<u8> {
    let mut bits = vec![0; flags.len().div_ceil(8)];
    flags.enumerate().filter(|(_, flag)| *flag).for_each(|(place, _)| bits[place / 8] |= 1 << (place % 8));
    bits
}

/// The bytes compressed, where that is likely to halve them: of a column without a pattern it would spare a few percent for
/// ten times its cost.
fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    (2 * all_compressed(sample).len() <= sample.len()).then(|| all_compressed(bytes))
}

fn all_compressed(bytes: &[u8]) -> Vec<u8> {
    ZSTD.with_borrow_mut(|zstd| zstd.compress(bytes)).expect("to memory nothing fails")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_one_number_and_others_are_counted_in_eights() {
        assert_eq!(indices(&[7; 20], 1), [8, 40, 7]);
        assert_eq!(indices(&[1, 0, 1, 0, 1, 0], 2), [16, 6, 1, 0]);
        assert_eq!(indices(&[1, 2, 3], 1), [8, 3, 1, 2, 3, 0, 0, 0, 0, 0]);
        assert_eq!(indices(&[], 1), [8]);
    }

    #[test]
    fn levels_are_one_run_unless_only_some_are_missing() {
        assert_eq!(levels(&[true; 100], 0), [200, 1, 1]);
        assert_eq!(levels(&[false; 3], 3), [6, 0]);
        assert_eq!(levels(&[true, false, true, true], 1), [3, 0b1101]);
    }

    #[test]
    fn what_has_no_pattern_is_left_as_it_is() {
        let noise: Vec<u8> =
            (0..9999_u32).flat_map(|n| (n.wrapping_mul(2_654_435_761) ^ n << 7).to_le_bytes()).collect();
        assert_eq!(compressed(&noise), None);
        assert!(compressed(&[1; 9999]).is_some_and(|short| short.len() < 100));
    }
}
