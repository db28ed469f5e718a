//! Descriptions of the tables for people and programs, made from [`TABLES`].

use super::keep::Keep;
use super::manifest::Manifest;
use super::tables::{Column, TABLES, Table, Type};
use serde_json::{Value, json};

/// `datapackage.json`: a Frictionless data package of the folder's tables.
pub fn datapackage(manifest: &Manifest) -> String {
    let resources: Vec<Value> = manifest
        .tables
        .iter()
        .filter_map(|file| {
            let table = TABLES.into_iter().find(|table| table.name == file.table)?;
            Some(json!({
                "name": table.name,
                "path": file.file,
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "description": format!("One row: {}.", table.row),
                "bytes": file.bytes,
                "hash": format!("sha256:{}", file.sha256),
                "schema": { "fields": table.columns().map(field).collect::<Vec<_>>() },
            }))
        })
        .collect();
    let package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "shortfall-results",
        "title": manifest.title,
        "scenario": manifest.scenario,
        "scenario_sha256": manifest.scenario_sha256,
        "seed": manifest.seed,
        "version": manifest.version,
        "resources": resources,
    });
    serde_json::to_string_pretty(&package).expect("plain data") + "\n"
}

fn field(column: &Column) -> Value {
    let kind = match column.kind {
        Type::Int32 | Type::Int64 => "integer",
        Type::Float64 => "number",
        Type::Bool => "boolean",
        Type::Name | Type::Text => "string",
    };
    json!({
        "name": column.name,
        "type": kind,
        "unit": column.unit,
        "description": column.meaning,
        "constraints": { "required": !column.nullable },
    })
}

/// `docs/results-format.md`.
pub fn reference() -> String {
    let mut text = String::from(HEAD);
    text.push_str("\n| `--keep` | tables with rows, besides those of the level before |\n|---|---|\n");
    for keep in [Keep::Summary, Keep::Runs, Keep::Series] {
        let tables: Vec<&str> =
            TABLES.into_iter().filter(|table| table.keep == keep).map(|table| table.name).collect();
        text.push_str(&format!("| `{}` | {} |\n", keep.name(), tables.join(", ")));
    }
    text.push_str(KEEP);
    for table in TABLES {
        text.push_str(&section(table));
    }
    text
}

const HEAD: &str = "\
# The results folder

<!-- Made from sim/src/results/tables.rs: `UPDATE_DOCS=1 cargo test --test results` rewrites this file. -->

| file | holds |
|---|---|
| `manifest.json` | what was run, from what, and every file with its SHA-256; written last, so a folder without it holds no results; its last key `seal` is the SHA-256 of all before it |
| `datapackage.json` | the tables as a Frictionless data package: columns, types, units, meanings |
| `scenario/` | a copy of every file read, and `resolved.json`: what the command line fixed |
| `receipts/` | one file for each shard: its chunks and rows |
| `tables/<table>/part-00001.parquet` | the tables below |
| `report/` | made by the analysis scripts |

The seed is text in every file, since readers that hold numbers as doubles would round large ones. Times stand only in the
manifest and the receipts: the tables of two equal runs are equal byte for byte, whatever the number of threads.

Rows are sorted by point, policy (in the order of the scenario), draw and run; within a run by consumer or stockpile, in the order of the
network (tiers, then names). Names are dictionaries with 32-bit keys. Unit and meaning of a column are in the metadata of its
Arrow field as well; the unit `material` is the one in the row's column `unit`. Every table is there in every folder, with
the same columns and types, even if it has no row.

A folder in which a run has begun holds `.shortfall-partial/`: what is done, one file for each chunk of the work, each with its
digest, whatever the number of points. How the work is cut depends on the scenario alone, so shards that are merged give
the same bytes as one run. `shortfall status` says what is missing or damaged.

A quantile is the inverse of the empirical distribution function, here and in the analysis: the smallest value that at least the
stated share of run weight does not exceed. CVaR at a level is the mean of the worst `1 - level` of run weight; an observation
that the tail cuts through counts in part.

A step is short if more than a millionth of its requirement is missing, which is far above rounding. Where runs are counted, as in
the table at the end of `shortfall run`, a run is short if more than a thousandth of the requirement over the whole horizon is
missing: nine hours of a year's need. By the first measure nearly every run with frequent small outages would count.
";

const KEEP: &str = "
`runs` is the default. With `summary` the size of the folder does not depend on the number of runs: of every quantity there are moments,
extremes, quantiles and a histogram by point and policy, over the runs of all draws. Bins are the same in every folder, so that
histograms of shards, points or studies add up; intervals that take account of the draws need `runs`. `series` takes a row for each
step of each run: 5,000 runs of 60 steps are 300,000 rows for each consumer, price and stockpile under each policy.
";

fn section(table: &Table) -> String {
    let mut text = format!("\n## {}\n\nOne row: {}.\n\n", table.name, table.row);
    text.push_str("| column | type | unit | may be missing | meaning |\n|---|---|---|---|---|\n");
    for column in table.columns() {
        let kind = match column.kind {
            Type::Int32 => "int32",
            Type::Int64 => "int64",
            Type::Float64 => "float64",
            Type::Bool => "bool",
            Type::Name => "dictionary<int32, utf8>",
            Type::Text => "utf8",
        };
        let missing = if column.nullable { "yes" } else { "" };
        text.push_str(&format!(
            "| {} | {kind} | {} | {missing} | {} |\n",
            column.name, column.unit, column.meaning
        ));
    }
    text
}
