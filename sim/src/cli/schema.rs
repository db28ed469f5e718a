//! `shortfall schema`: JSON Schema of scenario.toml, for editors that know `#:schema`.
//!
//! Written from the same tables as the documentation. A value gets a type only where its unit leaves no doubt, so the
//! schema never refuses what the reader accepts.

use super::Failure;
use super::topics::{Topic, topics};
use crate::policies;
use crate::scenario::nearest;
use serde_json::{Map, Value, json};
use std::io::Write;

/// Print the JSON Schema of scenario.toml, or of one table.
///
/// Save it as shortfall.schema.json and write "#:schema ../shortfall.schema.json" on the first line of the scenario.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// time, run, network, blocs, market, hazard, policy; a measure: stockpile, …; or a CSV table: plants, lanes, …
    table: Option<String>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<(), Failure> {
    let topics = topics();
    let mut schema = match &args.table {
        None => whole(&topics, tables(&topics)),
        Some(table) => {
            let mut all = tables(&topics);
            all.extend(
                topics
                    .iter()
                    .filter(|topic| topic.group == "file")
                    .map(|file| (file.name.to_owned(), object(file, &[]))),
            );
            all.remove(table).ok_or_else(|| unknown(table, &all))?
        }
    };
    if let Value::Object(object) = &mut schema {
        object.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    }
    serde_json::to_writer_pretty(&mut *out, &schema).map_err(std::io::Error::from)?;
    Ok(writeln!(out)?)
}

fn unknown(table: &str, tables: &Map<String, Value>) -> Failure {
    let names: Vec<&str> = tables.keys().map(String::as_str).collect();
    let hint = nearest(table, names.iter().copied()).map(|name| format!("; did you mean {name:?}?"));
    Failure::Usage(format!(
        "no table {table:?}{}\n  there are: {}",
        hint.unwrap_or_default(),
        names.join(", ")
    ))
}

/// The whole file: the keys at its top and its tables.
fn whole(topics: &[Topic], tables: Map<String, Value>) -> Value {
    let mut schema = topics
        .iter()
        .find(|topic| topic.name == "scenario")
        .map_or_else(|| json!({}), |topic| object(topic, &[]));
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.extend(tables);
    }
    schema
}

/// The tables by name.
fn tables(topics: &[Topic]) -> Map<String, Value> {
    let mut tables = Map::new();
    let of = |group: &'static str| topics.iter().filter(move |topic| topic.group == group);
    // `rate_when` stands inside a hazard, not at the top of the file.
    for topic in of("table").filter(|topic| !["scenario", "rate_when"].contains(&topic.name)) {
        let table = match topic.name {
            "blocs" => named(&topic.summary, json!({ "type": "array", "items": { "type": "string" } })),
            "hazard" => named(
                &topic.summary,
                json!({ "oneOf": of("hazard").map(|kind| hazard(topic, kind)).collect::<Vec<_>>() }),
            ),
            "market" => market(topic),
            "run.until" => continue,
            "run" => {
                let mut schema = object(topic, &[]);
                let until = of("table").find(|topic| topic.name == "run.until");
                schema["properties"]["until"] = until.map_or(json!({}), |until| object(until, &[]));
                schema
            }
            "shortage_cost" => named(&topic.summary, object(topic, &[])),
            "policy" => {
                let others: Vec<&Topic> = of("measure").filter(|measure| !has_table(measure)).collect();
                named(&topic.summary, policy(topic, &others))
            }
            _ => object(topic, &[]),
        };
        tables.insert(topic.name.to_owned(), table);
    }
    for measure in of("measure").filter(|measure| has_table(measure)) {
        tables.insert(measure.name.to_owned(), named(&measure.summary, object(measure, &[])));
    }
    tables
}

/// True of a measure that is written as a table, `[stockpile.NAME]`.
fn has_table(measure: &Topic) -> bool {
    policies::KINDS.iter().any(|kind| kind.name == measure.name && kind.form == policies::Form::Table)
}

/// `[name.NAME]`: any key, each an `item`.
fn named(summary: &str, item: Value) -> Value {
    json!({ "type": "object", "description": summary, "additionalProperties": item })
}

/// The header's keys and the kind's own, under one value of `kind`.
fn hazard(header: &Topic, kind: &Topic) -> Value {
    let mut schema = object(kind, &header.keys);
    schema["properties"]["kind"] = json!({ "const": kind.name, "description": kind.summary });
    schema
}

/// Parameters, and under a material's name the same parameters.
fn market(topic: &Topic) -> Value {
    let mut schema = object(topic, &[]);
    schema["additionalProperties"] = object(topic, &[]);
    schema
}

fn policy(topic: &Topic, measures: &[&Topic]) -> Value {
    let mut schema = object(topic, &[]);
    for measure in measures {
        schema["properties"][measure.name] = json!({ "description": measure.summary });
    }
    schema
}

fn object(topic: &Topic, header: &[[String; 4]]) -> Value {
    let keys = || header.iter().chain(&topic.keys);
    let properties: Map<String, Value> = keys().map(|key| (key[0].clone(), property(key))).collect();
    let required: Vec<&str> = keys().filter(|key| key[2] == "required").map(|key| key[0].as_str()).collect();
    json!({
        "type": "object",
        "description": topic.summary,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property([_, unit, default, meaning]: &[String; 4]) -> Value {
    let mut schema = shape(unit, default);
    let fallback = match default.as_str() {
        "" => String::new(),
        "required" => "; required".to_owned(),
        default => format!("; default: {default}"),
    };
    schema["description"] = json!(format!("{meaning} [{unit}{fallback}]"));
    schema
}

/// Units of amounts and spans; what follows them, `days above 0`, `months, or a law`, is left to the reader.
const NUMBERS: [&str; 9] =
    ["days", "months", "years", "share", "multiple", "factor", "per year", "number", "USD"];

/// What a value with this unit and default can be; nothing where the unit does not tell.
///
/// Numbers may be laws. A choice may be a table: `form = "ban"` and `form = { quota = { … } }`.
fn shape(unit: &str, default: &str) -> Value {
    let choices: Vec<&str> = unit.split(", ").flat_map(|part| part.split(" or ")).collect();
    let is_name = |choice: &&str| choice.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    match unit {
        "text" | "date" | "file" => json!({ "type": "string" }),
        "true or false" => json!({ "type": "boolean" }),
        "whole number" | "count" => json!({ "type": ["integer", "string"] }),
        _ if unit.starts_with("list of ") => json!({ "type": ["array", "string"] }),
        _ if choices.len() > 1 && choices.iter().all(is_name) => {
            json!({ "anyOf": [{ "enum": choices }, { "type": "object" }] })
        }
        _ if NUMBERS.iter().any(|number| unit.starts_with(number)) => {
            let word = !default.is_empty() && default != "required" && default.parse::<f64>().is_err();
            json!({ "type": if word { json!(["number", "object", "string"]) } else { json!(["number", "object"]) } })
        }
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_a_type_only_where_its_unit_leaves_no_doubt() {
        assert_eq!(shape("days above 0", "30"), json!({ "type": ["number", "object"] }));
        assert_eq!(shape("days above 0", "baseline"), json!({ "type": ["number", "object", "string"] }));
        assert_eq!(shape("months, or a law", ""), json!({ "type": ["number", "object"] }));
        assert_eq!(shape("ban, quota or tax", "")["anyOf"][0], json!({ "enum": ["ban", "quota", "tax"] }));
        assert_eq!(shape("onset", "required"), json!({}));
    }
}
