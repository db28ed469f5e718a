//! Parquet: rows encoded as a part of a table, and parts joined into its file without decoding.
//!
//! A part is the pages of each column, behind what is said of them:
//!
//! ```text
//! rows · names · for each column: bytes, uncompressed bytes, least and most · pages of the first column · of the second …
//! ```

use super::pages::{self, Cell, Cells, Pages};
use super::tables::{Table, Type};
use crate::disk;
use crate::disk::{Sink, WriteError, failed};
use crate::metrics::put;
use crate::metrics::take;
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use parquet::arrow::{ArrowSchemaConverter, encode_arrow_schema};
use parquet::basic::{Compression, Type as Physical, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::{ColumnChunkMetaData, KeyValue};
use parquet::file::properties::WriterProperties;
use parquet::file::statistics::Statistics;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::SchemaDescPtr;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

/// Rows of a row group, unless one part has more: enough for readers, and one group and the list of all fit a small part of memory.
const GROUP: u64 = 1 << 17;
/// Bytes gathered before they are written to a file.
const BUFFER: usize = 1 << 20;
/// Key of the Arrow schema in a file's metadata.
const ARROW_SCHEMA: &str = "ARROW:schema";

/// The Arrow schema of a table, with unit and meaning in the fields' metadata.
pub(super) fn schema(table: &Table) -> Schema {
    let fields = table.columns().map(|column| {
        let kind = match column.kind {
            Type::Int32 => DataType::Int32,
            Type::Int64 => DataType::Int64,
            Type::Float64 => DataType::Float64,
            Type::Bool => DataType::Boolean,
            Type::Name => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            Type::Text => DataType::Utf8,
        };
        let metadata = HashMap::from([
            ("unit".to_owned(), column.unit.to_owned()),
            ("meaning".to_owned(), column.meaning.to_owned()),
        ]);
        Field::new(column.name, kind, column.nullable).with_metadata(metadata)
    });
    Schema::new(fields.collect::<Vec<_>>())
}

/// Rows of one table on their way to a part. Who fills it bounds its rows.
pub(super) struct Spool<'a> {
    columns: Vec<Cells>,
    names: &'a [String],
    n_rows: u64,
    in_page: usize,
}

impl Spool<'_> {
    /// No rows yet. `names` holds every name that rows will need.
    pub(super) fn new<'a>(table: &Table, names: &'a [String]) -> Spool<'a> {
        let columns = table.columns().map(|column| Cells::new(column, names.len())).collect();
        Spool { columns, names, n_rows: 0, in_page: 0 }
    }

    /// Adds a row: one cell for each column, in order.
    pub(super) fn row(&mut self, cells: &[&[Cell<'_>]]) {
        let mut columns = self.columns.iter_mut();
        for cell in cells.iter().flat_map(|group| group.iter()) {
            columns.next().expect("a row has no more cells than its table has columns").push(*cell);
        }
        assert!(columns.next().is_none(), "a row has a cell for each column of its table");
        self.n_rows += 1;
        self.in_page += 1;
        if self.in_page == pages::ROWS {
            self.end_page();
        }
    }

    fn end_page(&mut self) {
        self.columns.iter_mut().for_each(|cells| cells.end_page(self.in_page));
        self.in_page = 0;
    }

    /// Ends the spool; gives the part and its number of rows.
    pub(super) fn finish(mut self) -> (Vec<u8>, u64) {
        if self.in_page > 0 {
            self.end_page();
        }
        let columns: Vec<Pages> = self.columns.into_iter().map(Cells::finish).collect();
        let mut part = Vec::new();
        put(&mut part, self.n_rows);
        put(&mut part, self.names.len() as u64);
        for name in self.names {
            put(&mut part, name.len() as u64);
            part.extend_from_slice(name.as_bytes());
        }
        for pages in &columns {
            put(&mut part, pages.bytes.len() as u64);
            put(&mut part, pages.uncompressed);
            let (least, most) = pages.range.unwrap_or((0, -1));
            part.extend([least, most].map(i64::to_le_bytes).as_flattened());
        }
        part.reserve_exact(columns.iter().map(|pages| pages.bytes.len()).sum());
        columns.iter().for_each(|pages| part.extend_from_slice(&pages.bytes));
        (part, self.n_rows)
    }
}

/// A part that was kept.
struct Part {
    rows: u64,
    names: Vec<String>,
    columns: Vec<PartColumn>,
}

struct PartColumn {
    pages: Bytes,
    uncompressed: u64,
    range: Option<(i64, i64)>,
}

impl Part {
    /// `None` if the bytes are of something else.
    fn read(table: &Table, bytes: &Bytes) -> Option<Part> {
        let mut rest: &[u8] = bytes;
        let rows = take(&mut rest)?;
        let mut names = Vec::new();
        for _ in 0..take(&mut rest)? {
            let length = usize::try_from(take(&mut rest)?).ok()?;
            let (name, others) = rest.split_at_checked(length)?;
            names.push(String::from_utf8(name.to_vec()).ok()?);
            rest = others;
        }
        let mut heads = Vec::new();
        for _ in table.columns() {
            let (length, uncompressed) = (usize::try_from(take(&mut rest)?).ok()?, take(&mut rest)?);
            let mut number = || {
                let (number, others) = rest.split_first_chunk()?;
                rest = others;
                Some(i64::from_le_bytes(*number))
            };
            let range = (number()?, number()?);
            heads.push((length, uncompressed, Some(range).filter(|(least, most)| least <= most)));
        }
        let mut start = bytes.len() - rest.len();
        let mut columns = Vec::new();
        for (length, uncompressed, range) in heads {
            let end = start.checked_add(length).filter(|end| *end <= bytes.len())?;
            columns.push(PartColumn { pages: bytes.slice(start..end), uncompressed, range });
            start = end;
        }
        Some(Part { rows, names, columns })
    }
}

/// A table's file on its way to disk.
pub(super) struct TableWriter<'a> {
    table: &'a Table,
    target: &'a Path,
    schema: SchemaDescPtr,
    writer: SerializedFileWriter<BufWriter<Digested>>,
    /// Parts of the row group under way.
    group: Vec<Part>,
    rows: u64,
}

impl<'a> TableWriter<'a> {
    /// Begins a file without rows. `provenance` goes into its metadata.
    pub(super) fn create(
        table: &'a Table,
        target: &'a Path,
        provenance: &[(String, String)],
    ) -> Result<TableWriter<'a>, WriteError> {
        let arrow = schema(table);
        let schema =
            ArrowSchemaConverter::new().convert(&arrow).expect("the schemas of our tables can be written");
        let schema = Arc::new(schema);
        let sink = disk::create(target)?;
        let out = BufWriter::with_capacity(BUFFER, Digested { sink, bytes: 0, digest: Sha256::new() });
        let properties = Arc::new(WriterProperties::default());
        let mut writer = SerializedFileWriter::new(out, schema.root_schema_ptr(), properties)
            .map_err(failed(target, "begin"))?;
        let arrow = (ARROW_SCHEMA.to_owned(), encode_arrow_schema(&arrow));
        for (key, value) in [arrow].iter().chain(provenance) {
            writer.append_key_value_metadata(KeyValue::new(key.clone(), value.clone()));
        }
        Ok(TableWriter { table, target, schema, writer, group: Vec::new(), rows: 0 })
    }

    /// Adds a part: its pages are copied as they are. Parts come in the order of the table's rows.
    pub(super) fn add(&mut self, part: &Bytes) -> Result<(), WriteError> {
        let wrong = "its bytes are of something else";
        let part =
            Part::read(self.table, part).ok_or(wrong).map_err(failed(self.target, "read a part of"))?;
        let rows: u64 = self.group.iter().map(|part| part.rows).sum();
        if self.group.last().is_some_and(|last| last.names != part.names || rows + part.rows > GROUP) {
            self.end_group()?;
        }
        if part.rows > 0 {
            self.group.push(part);
        }
        Ok(())
    }

    fn end_group(&mut self) -> Result<(), WriteError> {
        let Some(first) = self.group.first() else { return Ok(()) };
        let failed = || failed(self.target, "write");
        let (names, n_names) = pages::dictionary(first.names.iter().map(String::as_str));
        let rows: u64 = self.group.iter().map(|part| part.rows).sum();
        let mut group = self.writer.next_row_group().map_err(failed())?;
        for (index, column) in self.table.columns().enumerate() {
            let of_parts = || self.group.iter().map(|part| &part.columns[index]);
            let is_name = column.kind == Type::Name;
            let (mut bytes, mut uncompressed) =
                if is_name { (names.clone(), n_names) } else { (Vec::new(), 0) };
            let first_page = bytes.len() as i64;
            bytes.reserve_exact(of_parts().map(|column| column.pages.len()).sum());
            for column in of_parts() {
                bytes.extend_from_slice(&column.pages);
                uncompressed += column.uncompressed;
            }
            let description = self.schema.column(index);
            let physical = description.physical_type();
            let mut metadata = ColumnChunkMetaData::builder(description)
                .set_compression(Compression::ZSTD(ZstdLevel::default()))
                .set_encodings(vec![pages::encoding(column.kind)])
                .set_num_values(rows as i64)
                .set_total_compressed_size(bytes.len() as i64)
                .set_total_uncompressed_size(uncompressed as i64)
                .set_dictionary_page_offset(is_name.then_some(0))
                .set_data_page_offset(first_page);
            if let Some(range) = of_parts().filter_map(|column| column.range).reduce(united) {
                metadata = metadata.set_statistics(statistics(physical, range));
            }
            let written = ColumnCloseResult {
                bytes_written: bytes.len() as u64,
                rows_written: rows,
                metadata: metadata.build().map_err(failed())?,
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            group.append_column(&Bytes::from(bytes), written).map_err(failed())?;
        }
        group.close().map_err(failed())?;
        self.rows += rows;
        self.group.clear();
        Ok(())
    }

    /// Ends the file, through to the disk.
    pub(super) fn close(mut self) -> Result<Written, WriteError> {
        self.end_group()?;
        let out = self.writer.into_inner().map_err(failed(self.target, "write"))?;
        let out = out.into_inner().map_err(|error| failed(self.target, "write")(error.into_error()))?;
        out.sink.finish()?;
        Ok(Written { rows: self.rows, bytes: out.bytes, sha256: disk::hex(&out.digest.finalize()) })
    }
}

/// What is known of a file that was written.
pub(super) struct Written {
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// A file whose digest is made as it is written.
struct Digested {
    sink: Sink,
    bytes: u64,
    digest: Sha256,
}

impl Write for Digested {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.sink.write(bytes)?;
        self.digest.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

fn united(a: (i64, i64), b: (i64, i64)) -> (i64, i64) {
    (a.0.min(b.0), a.1.max(b.1))
}

/// Least and most of a column of whole numbers, by which readers skip row groups.
fn statistics(physical: Physical, (least, most): (i64, i64)) -> Statistics {
    match physical {
        Physical::INT32 => Statistics::int32(Some(least as i32), Some(most as i32), None, None, false),
        _ => Statistics::int64(Some(least), Some(most), None, None, false),
    }
}
