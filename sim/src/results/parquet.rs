//! Parquet: a table's schema, rows encoded into a row group of their own, and row groups joined without decoding.

use super::names::NameId;
use super::tables::{Table, Type};
use crate::disk;
use crate::disk::{WriteError, failed};
use arrow_array::builder::{BooleanBuilder, Float64Builder, Int32Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, DictionaryArray, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::{KeyValue, PageIndexPolicy, ParquetMetaDataReader};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use std::collections::HashMap;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;

/// Rows handed to the encoder at once. Always this many, however rows come in: page ends, and so the file's bytes, depend on it.
const BATCH: usize = 8192;
/// Bytes gathered before they are written to a file.
const BUFFER: usize = 1 << 20;
/// Key of the Arrow schema in a file's metadata.
const ARROW_SCHEMA: &str = "ARROW:schema";

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

fn properties() -> WriterProperties {
    // Level 3 is zstd's own default.
    let level = ZstdLevel::try_new(3).expect("3 is a level of zstd");
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(None)
        .build()
}

/// Rows of one table on their way to disk: one row group, encoded in memory. Who fills it bounds its rows.
pub(super) struct Spool {
    schema: Arc<Schema>,
    writer: ArrowWriter<Vec<u8>>,
    columns: Vec<Values>,
    names: Arc<StringArray>,
    n_rows: u64,
    in_batch: usize,
}

impl Spool {
    /// No rows yet. `names` holds every name that rows will need.
    pub(super) fn new(table: &Table, names: &Arc<StringArray>) -> Spool {
        let schema = Arc::new(schema(table));
        let writer = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties()))
            .expect("the schemas of our tables can be written, and to memory nothing fails");
        let columns = table.columns().map(|column| Values::new(column.kind)).collect();
        Spool { schema, writer, columns, names: names.clone(), n_rows: 0, in_batch: 0 }
    }

    /// Adds a row: one cell for each column, in order.
    pub(super) fn row(&mut self, cells: &[&[Cell<'_>]]) {
        let mut columns = self.columns.iter_mut();
        for cell in cells.iter().flat_map(|group| group.iter()) {
            columns.next().expect("a row has no more cells than its table has columns").push(*cell);
        }
        assert!(columns.next().is_none(), "a row has a cell for each column of its table");
        self.n_rows += 1;
        self.in_batch += 1;
        if self.in_batch == BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.in_batch = 0;
        let arrays = self.columns.iter_mut().map(|values| values.finish(&self.names)).collect();
        let batch =
            RecordBatch::try_new(self.schema.clone(), arrays).expect("cells have the types of their columns");
        self.writer.write(&batch).expect("to memory nothing fails");
    }

    /// Ends the spool; gives a Parquet file of one row group, or none without rows, and the number of rows.
    pub(super) fn finish(mut self) -> (Vec<u8>, u64) {
        if self.in_batch > 0 {
            self.flush();
        }
        (self.writer.into_inner().expect("to memory nothing fails"), self.n_rows)
    }
}

impl std::fmt::Debug for Spool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spool").field("n_rows", &self.n_rows).finish_non_exhaustive()
    }
}

/// Joins Parquet files of one table in memory into one file, through to the disk: row groups are copied as they are, in order; gives the number of
/// rows. `provenance` goes into its metadata.
pub(super) fn join(
    table: &Table,
    parts: impl Iterator<Item = Result<Bytes, WriteError>>,
    target: &Path,
    provenance: &[(String, String)],
) -> Result<u64, WriteError> {
    let (empty, _) = Spool::new(table, &Arc::new(StringArray::new_null(0))).finish();
    let empty = ParquetMetaDataReader::new()
        .parse_and_finish(&Bytes::from(empty))
        .expect("what was just written can be read");
    let first = empty.file_metadata();
    let out = BufWriter::with_capacity(BUFFER, disk::create(target)?);
    let root = first.schema_descr().root_schema_ptr();
    let mut writer =
        SerializedFileWriter::new(out, root, Arc::new(properties())).map_err(failed(target, "begin"))?;
    for pair in first.key_value_metadata().into_iter().flatten().filter(|pair| pair.key == ARROW_SCHEMA) {
        writer.append_key_value_metadata(pair.clone());
    }
    for (key, value) in provenance {
        writer.append_key_value_metadata(KeyValue::new(key.clone(), value.clone()));
    }
    let mut rows = 0;
    for part in parts {
        let part = part?;
        let metadata = ParquetMetaDataReader::new()
            .with_page_index_policy(PageIndexPolicy::Optional)
            .parse_and_finish(&part)
            .map_err(failed(target, "read back a part of"))?;
        for (position, group) in metadata.row_groups().iter().enumerate() {
            rows += group.num_rows() as u64;
            let mut copy = writer.next_row_group().map_err(failed(target, "write"))?;
            for (index, column) in group.columns().iter().enumerate() {
                let pages = metadata.page_index();
                let written = ColumnCloseResult {
                    bytes_written: column.compressed_size() as u64,
                    rows_written: group.num_rows() as u64,
                    metadata: column.clone(),
                    bloom_filter: None,
                    column_index: pages.and_then(|pages| pages.column_index(position, index)).cloned(),
                    offset_index: pages.and_then(|pages| pages.offset_index(position, index)).cloned(),
                };
                copy.append_column(&part, written).map_err(failed(target, "copy rows to"))?;
            }
            copy.close().map_err(failed(target, "write"))?;
        }
    }
    let out = writer.into_inner().map_err(failed(target, "write"))?;
    let out = out.into_inner().map_err(|error| failed(target, "write")(error.into_error()))?;
    out.finish()?;
    Ok(rows)
}

/// The cells of one column of the batch under way.
enum Values {
    Int32(Int32Builder),
    Int64(Int64Builder),
    Float64(Float64Builder),
    Bool(BooleanBuilder),
    Name(Int32Builder),
    Text(StringBuilder),
}

impl Values {
    fn new(kind: Type) -> Values {
        match kind {
            Type::Int32 => Values::Int32(Int32Builder::with_capacity(BATCH)),
            Type::Int64 => Values::Int64(Int64Builder::with_capacity(BATCH)),
            Type::Float64 => Values::Float64(Float64Builder::with_capacity(BATCH)),
            Type::Bool => Values::Bool(BooleanBuilder::with_capacity(BATCH)),
            Type::Name => Values::Name(Int32Builder::with_capacity(BATCH)),
            Type::Text => Values::Text(StringBuilder::new()),
        }
    }

    fn push(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Values::Int32(builder), Cell::Int(value)) => {
                builder.append_value(
                    i32::try_from(value).expect("counts of steps, years and events fit 32 bits"),
                );
            }
            (Values::Int64(builder), Cell::Int(value)) => builder.append_value(value),
            (Values::Float64(builder), Cell::Real(value)) => builder.append_value(value),
            (Values::Bool(builder), Cell::Flag(value)) => builder.append_value(value),
            (Values::Name(builder), Cell::Name(NameId(id))) => builder.append_value(id),
            (Values::Text(builder), Cell::Text(value)) => builder.append_value(value),
            (Values::Int32(builder) | Values::Name(builder), Cell::Missing) => builder.append_null(),
            (Values::Int64(builder), Cell::Missing) => builder.append_null(),
            (Values::Float64(builder), Cell::Missing) => builder.append_null(),
            (Values::Bool(builder), Cell::Missing) => builder.append_null(),
            (Values::Text(builder), Cell::Missing) => builder.append_null(),
            (_, cell) => panic!("a cell has the type of its column, not that of {cell:?}"),
        }
    }

    fn finish(&mut self, names: &Arc<StringArray>) -> ArrayRef {
        match self {
            Values::Int32(builder) => Arc::new(builder.finish()),
            Values::Int64(builder) => Arc::new(builder.finish()),
            Values::Float64(builder) => Arc::new(builder.finish()),
            Values::Bool(builder) => Arc::new(builder.finish()),
            Values::Text(builder) => Arc::new(builder.finish()),
            Values::Name(builder) => {
                let array = DictionaryArray::try_new(builder.finish(), names.clone());
                Arc::new(array.expect("names are numbered before the first row"))
            }
        }
    }
}
