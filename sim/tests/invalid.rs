//! Faulty scenarios, each with the message that people get: wording is a feature.
//!
//! Folders of `tests/invalid` are scenarios; values that differ by one key are given by `--set`, as people would.

use insta::assert_snapshot;
use proptest::prelude::*;
use shortfall::scenario::{Options, Problems, Scenario, load};
use std::path::Path;

fn read(path: &str, options: &Options) -> (Option<Scenario>, Problems) {
    let mut problems = Problems::default();
    let scenario = load(&Path::new("tests/invalid").join(path), options, &mut problems);
    (scenario, problems)
}

fn correct(path: &str) -> Scenario {
    let (scenario, problems) = read(path, &Options::default());
    assert_eq!(problems.render(false), "");
    scenario.expect("a scenario without problems is given")
}

fn message(path: &str) -> String {
    let (_, problems) = read(path, &Options::default());
    assert!(problems.refused(), "{path} is accepted");
    problems.render(false)
}

/// The message for the correct scenario with one key set to `value`, or what it was read as.
fn with_set(key: &str, value: &str, shown: impl Fn(&Scenario) -> String) -> String {
    let options = Options { set: vec![format!("{key}={value}")], ..Options::default() };
    let (scenario, problems) = read("valid", &options);
    let scenario = scenario.expect("the file is read");
    match problems.refused() {
        true => problems.render(false),
        false => format!("{key}={value}: accepted as {}\n\n", shown(&scenario)),
    }
}

/// First column of a case's table.
fn cases(file: &str, column: usize) -> Vec<String> {
    let text = std::fs::read_to_string(Path::new("tests/invalid").join(file)).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap()[column].to_string()).collect()
}

fn snapshot(name: &str, text: String) {
    insta::with_settings!({ snapshot_path => "invalid/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        assert_snapshot!(name, text);
    });
}

#[test]
fn a_correct_scenario_has_no_problems_and_says_what_it_assumes() {
    let scenario = correct("valid");
    let lines = scenario.assumptions.iter().map(|a| format!("{} = {}, {}\n", a.about, a.value, a.why));
    snapshot("assumptions", lines.collect());
    assert_eq!(scenario.lanes[1].to.value, "JPN", "a place's name stands for its code");
    assert_eq!((scenario.run.seed, scenario.run.runs, scenario.time.n_steps), (7, 10, 24));
    assert_eq!(
        scenario.policies.iter().map(|policy| policy.name.as_str()).collect::<Vec<_>>(),
        ["none", "stock"]
    );
    assert_eq!(scenario.settings.markets[0].1.cover_days, 45.0, "[market] holds for [market.gallium] too");
}

#[test]
fn only_the_empty_cell_is_missing() {
    let scenario = correct("R10-namibia");
    assert_eq!(scenario.materials[1].material.value, "NA");
    assert_eq!(scenario.consumers[0].place.value, "NAN");
    assert_eq!(
        scenario.plants.iter().map(|plant| plant.plant.as_str()).collect::<Vec<_>>(),
        ["NA", "null", "nan", "NaN"]
    );
}

#[test]
fn byte_order_marks_and_crlf_change_nothing() {
    let scenario = correct("R11-bom-crlf");
    let flows: Vec<f64> =
        scenario.lanes.iter().map(|lane| lane.flow_per_year.as_ref().unwrap().value).collect();
    assert_eq!(flows, [38.5, 61.25]);
    assert_eq!(scenario.lanes[0].material.value, "gallium");
    snapshot("R11-faults", message("R11-faults"));
}

#[test]
fn semicolons_and_decimal_commas_are_refused_with_the_way_out() {
    snapshot("R12-semicolons", message("R12-semicolons"));
    snapshot("R12-decimal-comma", message("R12-decimal-comma"));
}

#[test]
fn other_encodings_are_recognised() {
    snapshot("R13-utf16", message("R13-utf16"));
    snapshot("R14-latin1", message("R14-latin1"));
}

#[test]
fn composed_and_decomposed_names_are_one_place_and_others_stay_as_written() {
    let scenario = correct("R14-by-name");
    let places: Vec<&str> = scenario.consumers.iter().map(|consumer| consumer.place.as_str()).collect();
    assert_eq!(places, ["CIV", "CIV", "Côte d’Ivoire", "Cote d'Ivoire", "CIV"]);
}

#[test]
fn codes_stay_text() {
    let scenario = correct("R15-codes");
    let codes: Vec<&str> = scenario.materials.iter().map(|row| row.material.as_str()).collect();
    assert_eq!(codes, ["0260", "260", "2A001", "1E5", "0x1F", "TRUE", "2025-12-01"]);
}

#[test]
fn dates_are_whole_or_refused() {
    let start = |scenario: &Scenario| scenario.time.start.to_string();
    let values = cases("R16-dates.csv", 0);
    let text =
        values.iter().map(|value| with_set("time.start", &format!("\"{value}\""), start)).collect::<String>();
    snapshot(
        "R16-dates",
        text + &with_set("time.start", "2025-12-01", start) + &with_set("time.start", "2025", start),
    );
    snapshot("R16-not-toml", message("R16-not-toml"));
}

#[test]
fn a_row_given_twice_is_refused_with_both_lines() {
    snapshot("R17-duplicates", message("R17-duplicates"));
}

#[test]
fn shares_lie_between_0_and_1() {
    let shown = |scenario: &Scenario| scenario.settings.market.spot_share.to_string();
    let values = ["35", "0.35", "\"35 %\"", "1", "1.0000000001", "-0.1", "40", "12", "nan", "\"a third\""];
    snapshot("R18-shares", values.iter().map(|value| with_set("market.spot_share", value, shown)).collect());
}

#[test]
fn negative_flows_are_refused_and_minus_nought_is_nought() {
    snapshot("R20-negative", message("R20-negative"));
    let (scenario, _) = read("R20-negative", &Options::default());
    let last = scenario.unwrap().lanes[3].flow_per_year.as_ref().unwrap().value;
    assert!(last == 0.0 && last.is_sign_positive());
}

#[test]
fn a_lane_to_itself_is_home_supply() {
    let scenario = correct("R22-self-lane");
    assert_eq!((scenario.lanes[0].from.as_str(), scenario.lanes[0].to.as_str()), ("IDN", "IDN"));
    assert_eq!(scenario.lanes.len(), 3);
}

#[test]
fn all_faults_come_in_one_go() {
    // The body of a hazard is read by its kind; what is left of it is a fault.
    let (scenario, mut problems) = read("R23-misspelled", &Options::default());
    for hazard in &scenario.unwrap().hazards {
        hazard.reader().finish(&["places", "imposer"], &mut problems);
    }
    snapshot("R23-misspelled", problems.render(false));
    snapshot("many-faults", message("many-faults"));
}

#[test]
fn seeds_keep_every_digit() {
    let seed = |scenario: &Scenario| scenario.run.seed.to_string();
    let values = cases("R04-seeds.csv", 0);
    let text: String = values.iter().map(|value| with_set("run.seed", value, seed)).collect();
    let options = Options { seed: Some("18446744073709551615".into()), ..Options::default() };
    assert_eq!(read("valid", &options).0.unwrap().run.seed, u64::MAX);
    let options = Options { runs: Some("many".into()), ..Options::default() };
    snapshot("R04-seeds", text + &read("valid", &options).1.render(false));
}

#[test]
fn runs_and_horizon_are_in_range() {
    let runs = |scenario: &Scenario| scenario.run.runs.to_string();
    let years = |scenario: &Scenario| format!("{} steps", scenario.time.n_steps);
    let text: String =
        ["0", "-5", "1", "1e6", "1000001"].iter().map(|value| with_set("run.runs", value, runs)).collect();
    snapshot("R33-runs", text + &with_set("time.years", "0", years) + &with_set("time.years", "1e9", years));
}

#[test]
fn magnitudes_are_read_as_written() {
    let scenario = correct("R34-magnitudes");
    let demands: Vec<f64> =
        scenario.consumers.iter().map(|consumer| consumer.demand_per_year.value).collect();
    assert_eq!(demands, [0.0012, 0.4, 220_000.0, 2.4e9, 1.8e10]);
}

#[test]
fn set_says_what_is_wrong_with_it() {
    let shown = |scenario: &Scenario| scenario.title.clone();
    let text = [
        ("run.rums", "5"),
        ("run.runs.more", "5"),
        ("a b", "1"),
        ("title", "A better one"),
        ("hazard.gallium_ban.onset.poisson.per_year", "often"),
    ]
    .map(|(key, value)| with_set(key, value, shown));
    let no_equals = Options { set: vec!["runs".into()], ..Options::default() };
    snapshot("set", text.concat() + &read("valid", &no_equals).1.render(false));
}

#[test]
fn problems_are_read_by_programs_too() {
    let json = read("R12-decimal-comma", &Options::default()).1.to_json();
    snapshot("json", serde_json::to_string_pretty(&json).unwrap());
}

/// Names of cases R30 and R31 in each role that takes a name.
#[test]
fn names_are_kept_as_written_or_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir("tests/invalid/valid").unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let mut text = String::new();
    for name in cases("R30-names.csv", 0).into_iter().chain(cases("R31-formula-names.csv", 0)) {
        let mut table = csv::Writer::from_path(folder.path().join("materials.csv")).unwrap();
        for row in [["material", "unit", "tier"], ["other", "t", "refined"], [&name, "t", "refined"]] {
            table.write_record(row).unwrap();
        }
        table.flush().unwrap();
        let mut problems = Problems::default();
        // A basic string on one line: JSON's escapes are TOML's.
        let key = serde_json::to_string(&name).unwrap();
        let options = Options { set: vec![format!("policy.{key}.allocation=rated")], ..Options::default() };
        let scenario = load(folder.path(), &options, &mut problems).unwrap();
        let reasons: Vec<&str> = problems.list.iter().map(|problem| problem.message.as_str()).collect();
        let of_name: Vec<&&str> =
            reasons.iter().filter(|reason| reason.contains("can't be a name")).collect();
        if of_name.is_empty() {
            assert_eq!(scenario.materials[1].material.value, name);
            assert!(scenario.policies.iter().any(|policy| policy.name.value == name));
            text.push_str(&format!("accepted: {name}\n"));
        } else {
            assert_eq!(of_name.len(), 2, "{reasons:?}");
            text.push_str(&format!("{}\n", of_name[0]));
        }
    }
    snapshot("R30-R31-names", text);
}

/// The files of the correct scenario, and what a slip of the hand may put into them.
fn files() -> Vec<(String, Vec<u8>)> {
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap())
    };
    let mut files: Vec<_> = std::fs::read_dir("tests/invalid/valid").unwrap().map(read).collect();
    files.sort();
    files
}

const SLIPS: &[&[u8]] = &[
    b"\"",
    b"'",
    b",",
    b";",
    b"\n",
    b"\r",
    b"=",
    b"[",
    b"]",
    b"{",
    b"}",
    b"[[",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\0",
    b"-",
    b"1e999",
    b"nan",
    b"[market.gallium.gallium]\n",
    b"\xcc\x82",
    b"9999999999999999999999999999999999999999999",
    b"\"\"\"",
    b"#",
    b".",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_slip_of_the_hand_makes_the_reader_panic(
        edits in prop::collection::vec((0usize..16, any::<prop::sample::Index>(), 0usize..12, 0usize..SLIPS.len()), 1..5),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut files = files();
        for (file, place, removed, slip) in edits {
            let n_files = files.len();
            let content = &mut files[file % n_files].1;
            let start = place.index(content.len() + 1);
            let end = (start + removed).min(content.len());
            content.splice(start..end, SLIPS[slip].iter().copied());
        }
        for (name, content) in &files {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        render(folder.path());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(main in any::<Vec<u8>>(), table in any::<Vec<u8>>(), set in ".*") {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("scenario.toml"), main).unwrap();
        std::fs::write(folder.path().join("plants.csv"), table).unwrap();
        render(folder.path());
        let mut problems = Problems::default();
        load(Path::new("tests/invalid/valid"), &Options { set: vec![set], ..Options::default() }, &mut problems);
        problems.render(true);
    }
}

fn render(folder: &Path) {
    let mut problems = Problems::default();
    load(folder, &Options::default(), &mut problems);
    problems.render(false);
    problems.to_json();
}
