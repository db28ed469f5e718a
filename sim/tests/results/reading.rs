//! Reads tables back.
#![allow(dead_code, reason = "each test crate uses its part of it")]

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

fn builder(out: &Path, table: &str) -> ParquetRecordBatchReaderBuilder<File> {
    let file = File::open(out.join(format!("tables/{table}/part-00001.parquet"))).unwrap();
    ParquetRecordBatchReaderBuilder::try_new(file).unwrap()
}

/// A table of at most 100,000 rows, as one batch.
pub(crate) fn read(out: &Path, table: &str) -> RecordBatch {
    let builder = builder(out, table).with_batch_size(100_000);
    let schema = builder.schema().clone();
    let mut batches: Vec<RecordBatch> = builder.build().unwrap().map(Result::unwrap).collect();
    assert!(batches.len() < 2, "the table has more rows than one batch");
    batches.pop().unwrap_or_else(|| RecordBatch::new_empty(schema))
}

/// Key-value metadata of a table's file.
pub(crate) fn metadata(out: &Path, table: &str) -> BTreeMap<String, String> {
    let builder = builder(out, table);
    let pairs = builder.metadata().file_metadata().key_value_metadata().unwrap();
    pairs.iter().map(|pair| (pair.key.clone(), pair.value.clone().unwrap_or_default())).collect()
}

/// A column of names or text.
pub(crate) fn texts(batch: &RecordBatch, name: &str) -> Vec<Option<String>> {
    let column = batch.column_by_name(name).unwrap();
    let owned = |text: Option<&str>| text.map(str::to_owned);
    if *column.data_type() == DataType::Utf8 {
        return column.as_string::<i32>().iter().map(owned).collect();
    }
    let names = column.as_dictionary::<Int32Type>();
    let values = names.values().as_string::<i32>();
    names.keys().iter().map(|key| key.map(|key| values.value(key as usize).to_owned())).collect()
}

/// A column of numbers.
pub(crate) fn numbers(batch: &RecordBatch, name: &str) -> Vec<Option<f64>> {
    let column = batch.column_by_name(name).unwrap();
    match column.data_type() {
        DataType::Int32 => column.as_primitive::<Int32Type>().iter().map(|x| x.map(f64::from)).collect(),
        DataType::Int64 => column.as_primitive::<Int64Type>().iter().map(|x| x.map(|x| x as f64)).collect(),
        _ => column.as_primitive::<Float64Type>().iter().collect(),
    }
}
