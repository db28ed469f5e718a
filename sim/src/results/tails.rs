//! What a finished folder tells of its worst runs.

use super::folder::{self, Found};
use crate::disk;
use crate::disk::{WriteError, failed};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::path::Path;

/// A consumer under a policy at the first point: the share of its requirement that is missing, mean of the worst 5 %.
#[derive(Clone, Debug, PartialEq)]
pub struct Tail {
    /// `cobalt_refined DEU civil`.
    pub consumer: String,
    /// Policy.
    pub policy: String,
    /// Runs.
    pub runs: f64,
    /// The mean.
    pub worst: f64,
    /// Half the width of its 95 % interval, where the runs can tell.
    pub half_width: Option<f64>,
}

/// The tails in a folder's table `summary`; `None` if it holds no whole results.
pub fn tails(out: &Path) -> Result<Option<Vec<Tail>>, WriteError> {
    let Found::Results(manifest, damaged) = folder::look(out)? else { return Ok(None) };
    let table = manifest.tables.iter().find(|table| table.table == super::tables::SUMMARY.name);
    let path = table.and_then(|table| folder::inside(out, &table.file));
    let (Some(path), true) = (path, damaged.is_empty()) else { return Ok(None) };
    let file = disk::open(&path)?;
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(file).and_then(ParquetRecordBatchReaderBuilder::build);
    let mut found = Vec::new();
    for batch in reader.map_err(failed(&path, "read"))? {
        let batch = batch.map_err(failed(&path, "read"))?;
        let rows = rows(&batch).ok_or("its columns are of another version").map_err(failed(&path, "read"))?;
        // Points stand in order: without a row of the first, there are no more.
        if rows.is_empty() {
            break;
        }
        found.extend(rows.into_iter().flatten());
    }
    Ok(Some(found))
}

/// Of each row of the first point, its tail if it has one; `None` if columns are missing.
fn rows(batch: &RecordBatch) -> Option<Vec<Option<Tail>>> {
    let column = |name| batch.column_by_name(name);
    let point = column("point")?.as_primitive_opt::<Int32Type>()?;
    let runs = column("runs")?.as_primitive_opt::<Int64Type>()?;
    let worst = column("cvar95")?.as_primitive_opt::<Float64Type>()?;
    let half_width = column("cvar95_half_width")?.as_primitive_opt::<Float64Type>()?;
    let name = |column: &str, row: usize| -> Option<String> {
        let names = batch.column_by_name(column)?.as_dictionary_opt::<Int32Type>()?;
        let key = names.keys().is_valid(row).then(|| names.keys().value(row))?;
        Some(names.values().as_string_opt::<i32>()?.value(usize::try_from(key).ok()?).to_owned())
    };
    let tail = |row: usize| {
        let is_ours = name("of", row)? == "shortfall_share";
        let consumer = ["material", "place", "sector"].map(|column| name(column, row).unwrap_or_default());
        is_ours.then_some(Tail {
            consumer: consumer.join(" "),
            policy: name("policy", row)?,
            runs: runs.value(row) as f64,
            worst: worst.value(row),
            half_width: half_width.is_valid(row).then(|| half_width.value(row)),
        })
    };
    let first = (0..batch.num_rows()).take_while(|row| point.value(*row) == 0);
    Some(first.map(tail).collect())
}
