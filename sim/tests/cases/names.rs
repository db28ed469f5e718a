//! R10, R30, R31: names come back as they were written, and none of them is a path.

use super::desk::{Desk, files, says};
use super::reading::{read, texts};
use std::path::Path;

/// A column of names, each once.
fn distinct(out: &Path, table: &str, column: &str) -> Vec<String> {
    let mut names: Vec<String> = texts(&read(out, table), column).into_iter().flatten().collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn r10_only_the_empty_cell_is_missing_from_files_to_results() {
    let desk = Desk::with("tests/invalid/R10-namibia");
    desk.accepted(&["-n", "2"]);
    let out = desk.path("out");
    assert_eq!(distinct(&out, "outcomes", "material"), ["NA", "uranium_ore"]);
    let places = distinct(&out, "outcomes", "place");
    assert!(places.contains(&"NAN".to_owned()) && places.contains(&"NUL".to_owned()), "{places:?}");
    let sectors = distinct(&out, "outcomes", "sector");
    assert!(sectors.contains(&"NA".to_owned()) && sectors.contains(&"null".to_owned()), "{sectors:?}");
    assert!(texts(&read(&out, "outcomes"), "place").iter().all(Option::is_some));
}

fn rows(records: &[[&str; 5]]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer.write_record(record).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// A scenario in which a material, a hazard, a stockpile and a policy have this name.
fn named(name: &str) -> Desk {
    // A basic string on one line: JSON's escapes are TOML's.
    let key = serde_json::to_string(name).unwrap();
    let stock = serde_json::to_string(&format!("stockpile.{name}")).unwrap();
    let scenario = format!(
        "format = 1\ntitle = {key}\n[time]\nstart = 2027-01-01\nyears = 1\n\
         [hazard.{key}]\nkind = \"outage\"\nonset = {{ scheduled = [2027-03-01] }}\nduration_months = 1\n\
         [stockpile.{key}]\nholders = [\"AAA\"]\nmaterial = {key}\ntarget_days = 30\n\
         [policy.{key}]\nuse = [{stock}]\n"
    );
    let materials = rows(&[["material", "unit", "tier", "name", "note"], [name, "t", "ore", "", ""]]);
    let plants = rows(&[
        ["plant", "material", "place", "capacity_per_year", "note"],
        ["mine", name, "AAA", "120", ""],
    ]);
    let consumers = rows(&[
        ["material", "place", "sector", "demand_per_year", "note"],
        [name, "AAA", "civil", "120", ""],
    ]);
    Desk::of(&[
        ("scenario.toml", &scenario),
        ("places.csv", "place\nAAA\n"),
        ("materials.csv", &materials),
        ("plants.csv", &plants),
        ("consumers.csv", &consumers),
    ])
}

fn names_of(file: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(Path::new("tests/invalid").join(file)).unwrap();
    reader.records().map(|record| record.unwrap()[0].to_owned()).collect()
}

#[test]
fn r30_r31_a_name_is_refused_with_a_reason_or_comes_back_exactly() {
    let mut ran = 0;
    for name in names_of("R30-names.csv").into_iter().chain(names_of("R31-formula-names.csv")) {
        let desk = named(&name);
        let checked = desk.shortfall(&["check", "scenario"]).output().unwrap();
        if checked.status.code() == Some(3) {
            says(&desk.refused(&[]), &["can't be a name", "materials.csv:2:1", "scenario.toml:"]);
            continue;
        }
        let out = desk.run("out", &["-n", "2"]);
        for (table, column) in [
            ("outcomes", "material"),
            ("outcomes", "policy"),
            ("years", "material"),
            ("events", "hazard"),
            ("stockpiles", "stockpile"),
            ("required", "policy"),
        ] {
            assert_eq!(distinct(&out, table, column), [name.as_str()], "{table}.{column}");
        }
        let manifest: serde_json::Value =
            serde_json::from_slice(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap();
        assert_eq!(manifest["policies"][0], *name);
        let beside: Vec<String> = files(&desk.path("")).into_keys().collect();
        assert!(
            beside.iter().all(|file| file.starts_with("out/") || file.starts_with("scenario/")),
            "{beside:?}"
        );
        assert!(beside.iter().all(|file| file.is_ascii()), "no file is named after a material: {beside:?}");
        ran += 1;
    }
    assert!(ran > 0);
}

#[test]
fn r30_names_that_differ_by_case_alone_share_no_file() {
    let desk = named("gallium");
    desk.edit("scenario.toml", |text| format!("{text}[policy.Gallium]\n"));
    let out = desk.run("out", &["-n", "2"]);
    assert_eq!(distinct(&out, "outcomes", "policy"), ["Gallium", "gallium"]);
    let mut low: Vec<String> = files(&out).into_keys().map(|file| file.to_lowercase()).collect();
    let n = low.len();
    low.sort();
    low.dedup();
    assert_eq!(low.len(), n);
}
