//! The results folder: what is written comes back, whole or not at all.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "results/fixture.rs"]
mod fixture;
#[path = "results/reading.rs"]
mod reading;

use fixture::{Study, in_turn, policy};
use reading::{metadata, numbers, read, texts};
use shortfall::results::{Busy, Draft, Found, enter, finish, fixed, look, reference, status};
use std::collections::BTreeMap;
use std::path::Path;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Every file below a folder with its bytes.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(bytes(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            found.insert(name, std::fs::read(&path).unwrap());
        }
    }
    found
}

fn two_policies() -> Study {
    Study::new(&["ore", "metal"], vec![policy("none", &[]), policy("a reserve", &["stock", "unlimited"])])
}

#[test]
fn rows_come_back_by_policy_then_run_then_consumer() {
    let out = folder();
    let manifest = two_policies().write(out.path(), 9, 4, None);
    let outcomes = read(out.path(), "outcomes");
    let policies = texts(&outcomes, "policy");
    assert_eq!(
        policies,
        [vec![Some("none".to_owned()); 18], vec![Some("a reserve".to_owned()); 18]].concat()
    );
    let runs: Vec<f64> = (0..9).flat_map(|run| [f64::from(run); 2]).collect();
    let found: Vec<f64> = numbers(&outcomes, "run").into_iter().flatten().collect();
    assert_eq!(found, [runs.clone(), runs].concat());
    let expected = fixture::metrics(1, 8, 2, 2).outcomes[1].whole;
    assert_eq!(numbers(&outcomes, "unserved")[35], Some(expected.unserved));
    assert_eq!(numbers(&outcomes, "shortfall_share")[35], Some(expected.unserved / 2.0));
    assert_eq!(numbers(&outcomes, "first_short_step")[..4], [Some(4.0), Some(4.0), None, None]);
    let rows: Vec<(&str, u64)> =
        manifest.tables.iter().map(|table| (table.table.as_str(), table.rows)).collect();
    let expected = [36, 72, 18, 18, 27, 3, 0, 0];
    assert_eq!(rows.iter().map(|row| row.1).take(8).collect::<Vec<_>>(), expected, "{rows:?}");
}

#[test]
fn an_unlimited_stockpile_has_no_target_and_days_are_of_the_holders_use() {
    let out = folder();
    two_policies().write(out.path(), 1, 1, None);
    assert_eq!(numbers(&read(out.path(), "stockpiles"), "target"), [Some(50.0), None]);
    // 73 units at one unit a day.
    assert_eq!(numbers(&read(out.path(), "required"), "required_days"), [Some(73.0), Some(73.0)]);
    assert_eq!(texts(&read(out.path(), "costs"), "party"), vec![Some("NAM".to_owned()); 3]);
}

#[test]
fn events_say_what_they_touch() {
    let out = folder();
    two_policies().write(out.path(), 7, 7, None);
    let events = read(out.path(), "events");
    assert_eq!(texts(&events, "touched"), ["a, b, c", "a, c", "a, b, c"].map(|text| Some(text.to_owned())));
    assert_eq!(numbers(&events, "start_months"), [Some(6.0); 3]);
    assert_eq!(numbers(&events, "end_months"), [Some(f64::INFINITY); 3]);
}

#[test]
fn tables_are_equal_byte_for_byte_in_whatever_order_chunks_were_made() {
    let study = Study::new(&["a", "b", "c"], vec![policy("none", &[]), policy("reserve", &["stock"])]);
    let in_reverse = folder();
    // Years have 6 rows a run and policy: more than one batch of the encoder.
    let reversed = study.write(in_reverse.path(), 3000, 1500, None).tables;
    let in_order = folder();
    let draft = study.begin(in_order.path(), 2);
    let done =
        [(0, 0..1500), (1, 1500..3000)].map(|(number, runs)| draft.put(number, &study.chunk(runs)).unwrap());
    assert_eq!(finish(draft, &done, None, &in_turn).unwrap().tables, reversed);
}

#[test]
fn rows_are_the_same_however_runs_are_cut_into_chunks() {
    let study = two_policies();
    let rows = [1, 4, 9].map(|length| {
        let out = folder();
        study.write(out.path(), 9, length, None);
        read(out.path(), "outcomes")
    });
    assert!(rows.iter().all(|batch| *batch == rows[0]));
}

#[test]
fn tables_without_rows_have_the_same_schema_as_with_rows() {
    let (full, empty) = (folder(), folder());
    two_policies().write(full.path(), 3, 3, None);
    Study::new(&["ore"], Vec::new()).write(empty.path(), 0, 1, None);
    for table in shortfall::results::TABLES {
        let (full, empty) = (read(full.path(), table.name), read(empty.path(), table.name));
        assert_eq!(full.schema().fields(), empty.schema().fields(), "{}", table.name);
        assert_eq!(empty.num_rows(), 0);
    }
}

#[test]
fn columns_have_the_types_that_readers_agree_on_with_unit_and_meaning() {
    let out = folder();
    two_policies().write(out.path(), 1, 1, None);
    let schema = read(out.path(), "outcomes").schema();
    let kind = |name: &str| format!("{:?}", schema.field_with_name(name).unwrap().data_type());
    assert_eq!(kind("policy"), "Dictionary(Int32, Utf8)");
    assert_eq!(
        [kind("point"), kind("draw"), kind("run"), kind("weight")],
        ["Int32", "Int32", "Int64", "Float64"]
    );
    assert_eq!([kind("steps_short"), kind("shortfall")], ["Int32", "Float64"]);
    let field = schema.field_with_name("lost_surplus_usd").unwrap();
    assert!(field.is_nullable());
    assert_eq!(field.metadata()["unit"], "USD");
    assert!(field.metadata()["meaning"].contains("surplus"));
}

#[test]
fn names_come_back_exactly_as_they_were() {
    let mut reader = csv::Reader::from_reader(include_str!("cases/R30-names.csv").as_bytes());
    let names: Vec<String> = reader.records().map(|row| row.unwrap()[0].to_owned()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let policies = names.iter().map(|name| policy(name, &["stock"])).collect();
    let out = folder();
    let mut study = Study::new(&names, policies);
    study.hazards = vec![fixture::hazard("钋 / a,b\"c\nd")];
    study.write(&out.path().join("results"), 1, 1, None);
    let found = read(&out.path().join("results"), "outcomes");
    let materials: Vec<&str> = names.iter().flat_map(|_| names.iter().copied()).collect();
    assert_eq!(
        texts(&found, "material"),
        materials.iter().map(|name| Some((*name).to_owned())).collect::<Vec<_>>()
    );
    let policies: Vec<&str> = names.iter().flat_map(|name| names.iter().map(|_| *name)).collect();
    assert_eq!(
        texts(&found, "policy"),
        policies.iter().map(|name| Some((*name).to_owned())).collect::<Vec<_>>()
    );
    assert_eq!(
        texts(&read(&out.path().join("results"), "events"), "hazard"),
        [Some("钋 / a,b\"c\nd".to_owned())]
    );
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 1, "something was written beside the results");
}

#[test]
fn a_source_from_outside_is_copied_into_the_folder_all_the_same() {
    for name in ["../../escape.csv", "/etc/x.csv", ".."] {
        let out = folder();
        let mut study = two_policies();
        study.scenario = fixture::scenario(1, name);
        let manifest = study.write(&out.path().join("results"), 1, 1, None);
        assert!(
            manifest.files.iter().any(|file| file.starts_with("scenario/outside/000-")),
            "{:?}",
            manifest.files
        );
        assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 1);
    }
}

#[test]
fn what_the_command_line_sets_is_no_file_of_the_scenario() {
    let out = folder();
    let mut study = two_policies();
    study.scenario.sources.extend(fixture::scenario(1, "--set").sources);
    let manifest = study.write(out.path(), 1, 1, None);
    assert_eq!(manifest.inputs.len(), 1);
    assert!(manifest.files.iter().all(|file| !file.contains("--set")));
}

#[test]
fn a_seed_has_the_same_digits_everywhere() {
    for seed in [0, 9_007_199_254_740_991, 9_007_199_254_740_993, i64::MAX as u64, u64::MAX] {
        let out = folder();
        let mut study = two_policies();
        study.scenario = fixture::scenario(seed, "scenario.toml");
        study.write(out.path(), 1, 1, None);
        let written = bytes(out.path());
        for file in
            ["manifest.json", "datapackage.json", "scenario/resolved.json", "receipts/00001-of-00001.json"]
        {
            let json: serde_json::Value = serde_json::from_slice(&written[file]).unwrap();
            assert_eq!(json["seed"], serde_json::Value::String(seed.to_string()), "{file}");
        }
        assert_eq!(metadata(out.path(), "outcomes")["shortfall:seed"], seed.to_string());
    }
}

#[test]
fn a_run_that_kept_nothing_leaves_no_folder() {
    let out = folder();
    let path = out.path().join("results");
    two_policies().begin(&path, 3).abandon();
    assert!(!path.exists());
}

#[test]
fn what_a_killed_run_left_is_no_result_and_its_chunks_are_found_again() {
    let out = folder();
    let study = two_policies();
    let draft = study.begin(out.path(), 2);
    draft.put(1, &study.chunk(4..8)).unwrap();
    drop(draft);
    assert!(matches!(look(out.path()).unwrap(), Found::Nothing));
    assert!(bytes(out.path()).keys().all(|name| !name.ends_with(".parquet")));
    let status = status(out.path()).unwrap().unwrap();
    assert_eq!((status.plan.n_chunks, status.whole), (2, vec![1]));
    let again = study.begin(out.path(), 2);
    assert!(matches!(again.chunk(0).unwrap(), Err(None)));
    let done = [again.put(0, &study.chunk(0..4)).unwrap(), again.chunk(1).unwrap().unwrap()];
    finish(again, &done, None, &in_turn).unwrap();
    let unbroken = folder();
    study.write(unbroken.path(), 8, 4, None);
    for (name, content) in bytes(unbroken.path()).iter().filter(|(name, _)| name.starts_with("tables/")) {
        assert!(bytes(out.path())[name] == *content, "{name}");
    }
}

#[test]
fn a_chunk_that_was_cut_emptied_flipped_or_swapped_is_never_taken_for_whole() {
    let out = folder();
    let study = two_policies();
    let draft = study.begin(out.path(), 2);
    let path = out.path().join(".shortfall-partial/chunks/00000000.chunk");
    draft.put(0, &study.chunk(0..4)).unwrap();
    let whole = std::fs::read(&path).unwrap();
    let wrong = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        draft.chunk(0).unwrap().unwrap_err().unwrap()
    };
    for cut in [1, 8, 500] {
        assert!(wrong(&whole[..whole.len() - cut]).contains("00000000.chunk: damaged"));
    }
    assert!(wrong(b"").contains("empty"));
    for flipped in [0, 9, 20, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[flipped] ^= 1;
        assert!(wrong(&bytes).contains("damaged"), "{flipped}");
    }
    draft.put(1, &study.chunk(4..8)).unwrap();
    let other = std::fs::read(path.with_file_name("00000001.chunk")).unwrap();
    assert!(wrong(&other).contains("holds chunk 1, not 0"));
    let mut foreign = two_policies();
    foreign.scenario = fixture::scenario(2, "scenario.toml");
    let elsewhere = folder();
    foreign.begin(elsewhere.path(), 2).put(0, &foreign.chunk(0..4)).unwrap();
    let foreign = std::fs::read(elsewhere.path().join(".shortfall-partial/chunks/00000000.chunk")).unwrap();
    assert!(wrong(&foreign).contains("of another study"));
    std::fs::write(&path, &whole).unwrap();
    assert!(draft.chunk(0).unwrap().is_ok());
}

#[test]
fn two_writers_in_one_folder_are_refused_and_shards_are_not() {
    let out = folder();
    let study = two_policies();
    let begin = |shard: &str| {
        let fixed = fixed(&study.scenario, &study.manifest(), std::iter::empty(), std::iter::empty());
        let held = enter(out.path(), shard.parse().unwrap())?;
        Draft::begin(held, study.manifest(), 4, fixed, false)
    };
    let whole = begin("1/1").unwrap();
    assert!(matches!(begin("1/1"), Err(Busy::Locked(..))));
    assert!(matches!(begin("1/2"), Err(Busy::Locked(..))));
    drop(whole);
    let first = begin("1/2").unwrap();
    let second = begin("2/2").unwrap();
    assert!(matches!(begin("1/2"), Err(Busy::Locked(..))), "the same shard twice");
    assert!(matches!(begin("1/1"), Err(Busy::Locked(..))));
    drop((first, second));
    begin("1/1").unwrap();
}

#[test]
fn results_that_are_to_be_replaced_stay_until_the_new_ones_are_whole() {
    let out = folder();
    let mut study = two_policies();
    let old = study.write(out.path(), 3, 3, None);
    let before = bytes(out.path());
    study.scenario = fixture::scenario(2, "other.toml");
    study.begin(out.path(), 1).abandon();
    assert_eq!(bytes(out.path()), before);

    std::fs::create_dir(out.path().join("report")).unwrap();
    std::fs::write(out.path().join("report/index.html"), "kept").unwrap();
    study.write(out.path(), 3, 3, Some(&old));
    let after = bytes(out.path());
    assert!(after.contains_key("report/index.html"), "only files that the manifest names are removed");
    assert!(after.contains_key("scenario/other.toml") && !after.contains_key("scenario/scenario.toml"));
    let Found::Results(found, damaged) = look(out.path()).unwrap() else { panic!("no results") };
    assert_eq!((found.seed.as_str(), damaged.len()), ("2", 0));
}

#[test]
fn a_damaged_table_does_not_count_as_whole() {
    for cut in [1, 8, 500] {
        let out = folder();
        two_policies().write(out.path(), 9, 9, None);
        let path = out.path().join("tables/years/part-00001.parquet");
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - cut]).unwrap();
        let Found::Results(_, damaged) = look(out.path()).unwrap() else { panic!("no results") };
        assert_eq!(damaged.len(), 1);
        assert!(damaged[0].contains("tables/years/part-00001.parquet"), "{damaged:?}");
    }
}

#[test]
fn files_of_others_are_never_taken_for_results() {
    let out = folder();
    std::fs::write(out.path().join("thesis.tex"), "years of work").unwrap();
    let Found::Foreign(names) = look(out.path()).unwrap() else { panic!("taken for results") };
    assert_eq!(names, ["thesis.tex"]);
}

#[test]
fn a_difference_names_the_key_and_both_values_or_the_file() {
    let (mut old, mut new) = (two_policies(), two_policies());
    (old.scenario.run.seed, new.scenario.run.seed) = (1, 2);
    new.scenario.sources[0].sha256 = "11".repeat(32);
    let found = old.manifest().differences(&new.manifest());
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0], "seed: the folder has 1, this run has 2");
    assert!(found[1].starts_with("scenario.toml: the folder has sha256 0000"));
}

#[cfg(unix)]
#[test]
fn others_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let out = folder();
    two_policies().write(out.path(), 1, 1, None);
    for file in ["manifest.json", "tables/outcomes/part-00001.parquet"] {
        let mode = std::fs::metadata(out.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o044, 0o044, "{file}");
    }
}

#[test]
fn the_documentation_lists_the_columns_as_they_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/results-format.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, reference()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == reference(),
        "docs/results-format.md is out of date: UPDATE_DOCS=1 cargo test --test results"
    );
}
