//! R11 to R18, R20, R23, R33: files and values, one accepted and one refused each.

use super::VALID;
use super::desk::{Desk, says};
use super::reading::{numbers, read, texts};

fn fixture(name: &str) -> Desk {
    Desk::with(&format!("tests/invalid/{name}"))
}

#[test]
fn r11_byte_order_marks_and_crlf_change_no_number_and_no_line() {
    let [odd, plain] =
        [fixture("R11-bom-crlf"), Desk::with(VALID)].map(|desk| read(&desk.run("out", &[]), "outcomes"));
    assert_eq!(texts(&odd, "material"), texts(&plain, "material"));
    assert_eq!(numbers(&odd, "shortfall"), numbers(&plain, "shortfall"));
    let message = fixture("R11-faults").refused(&[]);
    says(&message, &["scenario.toml:10:1", "\"rums\"", "runs", "lanes.csv:3:17", "61_25"]);
}

#[test]
fn r12_semicolons_and_decimal_commas_are_refused_with_the_way_out() {
    says(
        &fixture("R12-semicolons").refused(&[]),
        &["lanes.csv:1:1", "semicolons", "decimal commas", "save it as CSV"],
    );
    says(&fixture("R12-decimal-comma").refused(&[]), &["lanes.csv:2:17", "\"38,5\"", "38.5"]);
}

#[test]
fn r13_utf_16_is_recognised() {
    says(&fixture("R13-utf16").refused(&[]), &["lanes.csv:1:1", "UTF-16", "save it as UTF-8"]);
}

#[test]
fn r14_latin_1_is_refused_at_its_byte_and_two_forms_of_a_name_are_one_place() {
    says(&fixture("R14-latin1").refused(&[]), &["places.csv:2:6", "byte 16", "Latin-1"]);
    let desk = fixture("R14-by-name");
    let message = desk.refused(&[]);
    says(&message, &["consumers.csv:4:7", "consumers.csv:5:7", "did you mean \"Côte d'Ivoire\"?"]);
    desk.edit("consumers.csv", |text| {
        text.lines()
            .enumerate()
            .filter(|(line, _)| ![3, 4].contains(line))
            .map(|(_, row)| format!("{row}\n"))
            .collect()
    });
    desk.accepted(&["-n", "2"]);
    let mut places = texts(&read(&desk.path("out"), "outcomes"), "place");
    places.dedup();
    assert_eq!(places, [Some("CIV".to_owned())], "three rows never become several places");
}

#[test]
fn r15_codes_are_text_and_stay_it() {
    let desk = fixture("R15-codes");
    desk.accepted(&["-n", "2"]);
    let mut materials: Vec<String> =
        texts(&read(&desk.path("out"), "outcomes"), "material").into_iter().flatten().collect();
    materials.sort();
    materials.dedup();
    for code in ["0260", "260", "1E5"] {
        assert!(materials.contains(&code.to_owned()), "{code} in {materials:?}");
    }
    desk.edit("consumers.csv", |text| text.replacen("0260", "00260", 1));
    says(&desk.refused(&[]), &["consumers.csv:", "\"00260\"", "0260"]);
}

#[test]
fn r16_dates_are_whole_or_refused() {
    let desk = Desk::with(VALID);
    for start in ["2025-12-01", "\"2025-12-01\"", "\"2025-12\""] {
        desk.accepted(&["-n", "1", "--set", &format!("time.start={start}")]);
    }
    for (start, way_out) in [
        ("\"2025-1-5\"", "2025-01-05"),
        ("\"2025-02-30\"", "no such day"),
        ("\"01/02/2025\"", "day and month can't be told apart"),
        ("\"Dec-25\"", "spreadsheet"),
        ("\"45992\"", "2025-12-01"),
        ("\"2025-12-01T00:00:00+09:00\"", "time of day"),
        ("\"\"", "missing"),
    ] {
        desk.edit("scenario.toml", |text| text.replace("\"2027-01-01\"", start));
        says(&desk.refused(&[]), &["scenario.toml:5:9", way_out]);
        desk.edit("scenario.toml", |text| text.replace(start, "\"2027-01-01\""));
    }
    says(&fixture("R16-not-toml").refused(&[]), &["scenario.toml:5:9", "not TOML"]);
}

#[test]
fn r17_rows_given_twice_are_refused_with_both_lines() {
    says(&fixture("R17-duplicates").refused(&[]), &["lines 2 and 4", "lines 5 and 6"]);
}

#[test]
fn r18_shares_lie_between_0_and_1() {
    let desk = Desk::with(VALID);
    for share in ["0.35", "1", "\"35 %\""] {
        desk.accepted(&["-n", "1", "--set", &format!("market.spot_share={share}")]);
    }
    for (share, part) in
        [("35", "did you mean 0.35?"), ("1.0000000001", "[0, 1]"), ("-0.1", "[0, 1]"), ("40", "0.4")]
    {
        desk.edit("scenario.toml", |text| text.replace("cover_days = 45", &format!("spot_share = {share}")));
        says(&desk.refused(&[]), &["scenario.toml:13:14", share, part]);
        desk.edit("scenario.toml", |text| text.replace(&format!("spot_share = {share}"), "cover_days = 45"));
    }
}

#[test]
fn r20_negative_flows_are_refused_and_minus_nought_is_nought() {
    let message = fixture("R20-negative").refused(&[]);
    says(&message, &["lanes.csv:3:", "-0.003", "lanes.csv:4:", "-5000"]);
    assert!(!message.contains("lanes.csv:5:24"), "{message}");
}

#[test]
fn r23_four_faults_come_in_one_go_each_at_its_place() {
    let message = fixture("R23-misspelled").refused(&[]);
    says(&message, &["scenario.toml:9:1", "\"duration_moths\"", "did you mean duration_months?"]);
    says(&message, &["scenario.toml:14:32", "\"per_yaer\"", "did you mean per_year?"]);
    says(&message, &["scenario.toml:15:12", "\"high\"", "a number"]);
    says(&message, &["scenario.toml:20:12", "\"galium\"", "gallium"]);
}

#[test]
fn r33_runs_threads_and_horizons_are_as_asked_or_refused() {
    let desk = Desk::with(VALID);
    for (runs, part) in [("0", "at least 1"), ("-5", "at least 1"), ("1e6", "write 1000000")] {
        desk.edit("scenario.toml", |text| text.replace("runs = 10", &format!("runs = {runs}")));
        says(&desk.refused(&[]), &["scenario.toml:10:8", runs, part]);
        desk.edit("scenario.toml", |text| text.replace(&format!("runs = {runs}"), "runs = 10"));
    }
    says(&desk.refused(&["--set", "time.years=0"]), &["years", "0 is not above 0"]);
    says(&desk.refused(&["--set", "time.years=1e9"]), &["memory"]);
    says(&desk.refused(&["--set", "shards=8"]), &["unknown key \"shards\""]);
    desk.shortfall(&["run", "scenario", "-o", "out", "-n", "0"]).assert().code(2);

    let asked =
        desk.shortfall(&["run", "scenario", "-o", "out", "-n", "1000001", "--dry-run"]).assert().success();
    says(&String::from_utf8_lossy(&asked.get_output().stdout), &["1000001 under each policy"]);
    let one = desk.shortfall(&["run", "scenario", "-o", "one", "-n", "1", "-j", "0"]).assert().success();
    says(&String::from_utf8_lossy(&one.get_output().stdout), &[" - "]);
    assert_eq!(
        numbers(&read(&desk.run("five", &["-n", "5", "--policy", "none"]), "outcomes"), "run").len(),
        2 * 5
    );
}
