//! What tables say, whatever the encoding of their files: a digest of names, types and values, row by row.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The digest of each table of a results folder, by name.
pub(crate) fn canonical(out: &Path) -> BTreeMap<String, String> {
    let tables = sorted(&out.join("tables"));
    tables.iter().map(|folder| (name(folder), digest(&sorted(folder)))).collect()
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder of results").map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

fn name(path: &Path) -> String {
    path.file_name().expect("a table has a name").to_string_lossy().into_owned()
}

/// Rows in the order of the parts, each cell with a mark of its kind, so that no two tables are written alike.
fn digest(parts: &[PathBuf]) -> String {
    let mut hash = Sha256::new();
    for (number, part) in parts.iter().enumerate() {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(part).unwrap()).unwrap();
        if number == 0 {
            for field in reader.schema().fields() {
                hash.update(format!("{}:{}\n", field.name(), kind(field.data_type())));
            }
        }
        for batch in reader.build().unwrap() {
            let batch = batch.unwrap();
            let mut rows = vec![Vec::new(); batch.num_rows()];
            batch.columns().iter().for_each(|column| append(column, &mut rows));
            rows.iter().for_each(|row| hash.update(row));
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn kind(kind: &DataType) -> &'static str {
    match kind {
        DataType::Utf8 | DataType::Dictionary(..) => "text",
        DataType::Int32 | DataType::Int64 => "whole",
        DataType::Float64 => "number",
        DataType::Boolean => "truth",
        other => panic!("a column of {other}"),
    }
}

fn append(column: &ArrayRef, rows: &mut [Vec<u8>]) {
    let mut each = |row: usize, mark: u8, bytes: &[u8]| {
        rows[row].push(mark);
        rows[row].extend_from_slice(bytes);
    };
    for row in 0..column.len() {
        if column.is_null(row) {
            each(row, 0, &[]);
            continue;
        }
        match column.data_type() {
            DataType::Utf8 => text(column.as_string::<i32>().value(row), row, &mut each),
            DataType::Dictionary(..) => {
                let names = column.as_dictionary::<Int32Type>();
                let key = names.keys().value(row) as usize;
                text(names.values().as_string::<i32>().value(key), row, &mut each);
            }
            DataType::Int32 => {
                let whole = i64::from(column.as_primitive::<Int32Type>().value(row));
                each(row, 2, &whole.to_le_bytes());
            }
            DataType::Int64 => each(row, 2, &column.as_primitive::<Int64Type>().value(row).to_le_bytes()),
            DataType::Float64 => {
                each(row, 3, &column.as_primitive::<Float64Type>().value(row).to_bits().to_le_bytes());
            }
            DataType::Boolean => each(row, 4, &[u8::from(column.as_boolean().value(row))]),
            other => panic!("a column of {other}"),
        }
    }
}

fn text(text: &str, row: usize, each: &mut impl FnMut(usize, u8, &[u8])) {
    each(row, 1, &(text.len() as u64).to_le_bytes());
    each(row, 1, text.as_bytes());
}
