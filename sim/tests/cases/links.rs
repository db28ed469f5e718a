//! R24, and links between hazards that make no sense.

use super::VALID;
use super::desk::{Desk, says};
use super::reading::{numbers, read, texts};

/// A scenario with two bans more, and these lines.
fn with(lines: &str) -> Desk {
    let desk = Desk::with(VALID);
    desk.edit("scenario.toml", |text| format!("{text}\n{lines}\n"));
    desk
}

/// A ban, with lines of its own.
fn ban(name: &str, rate: f64, lines: &str) -> String {
    format!(
        "[hazard.{name}]\nkind = \"export_restriction\"\nonset = {{ poisson = {{ per_year = {rate} }} }}\n\
         duration_months = 3\nimposer = \"CHN\"\nmaterials = [\"gallium\"]\nform = \"ban\"\n{lines}\n"
    )
}

fn pair(alpha: [&str; 4], rate: f64) -> Desk {
    let excites = |a: &str, b: &str| {
        format!(
            "excites = {{ a = {{ extra_events = {a}, decay_months = 4 }}, b = {{ extra_events = {b}, decay_months = 4 }} }}"
        )
    };
    with(&(ban("a", rate, &excites(alpha[0], alpha[1])) + &ban("b", rate, &excites(alpha[2], alpha[3]))))
}

fn events_of(desk: &Desk, name: &str) -> Vec<(Option<f64>, Option<f64>, Option<f64>)> {
    let events = read(&desk.path("out"), "events");
    let rows = numbers(&events, "run").into_iter().zip(numbers(&events, "start_months"));
    let rows = rows.zip(numbers(&events, "end_months")).zip(texts(&events, "hazard"));
    rows.filter(|(_, hazard)| hazard.as_deref() == Some(name))
        .map(|(((run, start), end), _)| (run, start, end))
        .collect()
}

#[test]
fn r24_excitation_runs_below_a_spectral_radius_of_one_and_is_refused_from_there_on() {
    let mut table = csv::Reader::from_path("tests/cases/R24-excitation.csv").unwrap();
    for record in table.records() {
        let record = record.unwrap();
        let desk = pair([&record[1], &record[2], &record[3], &record[4]], 0.5);
        let radius: f64 = record[5].parse().unwrap();
        if radius >= 1.0 {
            says(&desk.refused(&[]), &["spectral radius", &format!(" {radius}\n"), "scenario.toml:"]);
            continue;
        }
        let report = desk.accepted(&["-n", "50"]);
        says(&report, &["expected events"]);
        match &record[0] {
            "zero" => {
                let alone = with(&(ban("a", 0.5, "") + &ban("b", 0.5, "")));
                alone.accepted(&["-n", "50"]);
                for name in ["a", "b", "gallium_ban"] {
                    assert_eq!(events_of(&desk, name), events_of(&alone, name));
                }
            }
            "near_critical" => {
                let check = desk.shortfall(&["check", "scenario"]).assert().success().get_output().clone();
                says(&String::from_utf8_lossy(&check.stderr), &["warning", "0.99"]);
            }
            _ => {}
        }
    }
}

#[test]
fn an_excited_event_says_by_which_and_a_settlement_is_a_row_of_its_own() {
    let excites = "excites = { b = { extra_events = 0.9, decay_months = 2 } }\npast = [\"2026-12-01\"]";
    let truce = "[settlement.truce]\nonset = { scheduled = [\"2028-01-01\"] }\nends = [\"a\", \"b\"]";
    let desk = with(&(ban("a", 2.0, excites) + &ban("b", 0.0, "") + truce));
    desk.accepted(&["-n", "40"]);
    let events = read(&desk.path("out"), "events");
    let causes: Vec<String> = texts(&events, "cause").into_iter().flatten().collect();
    let of = |name: &str| -> Vec<String> {
        let rows = texts(&events, "hazard").into_iter().zip(&causes);
        rows.filter(|(hazard, _)| hazard.as_deref() == Some(name)).map(|(_, cause)| cause.clone()).collect()
    };
    assert!(of("a").iter().all(|cause| cause == "onset"));
    assert!(of("b").len() > 20 && of("b").iter().all(|cause| cause.starts_with("excited by a ")));
    assert!(of("b").contains(&"excited by a outside the horizon".to_owned()), "the one of 2026-12-01");
    assert_eq!(of("truce"), vec!["schedule"; 40]);
}

#[test]
fn links_that_make_no_sense_are_refused_with_their_reason() {
    let regime = "[regime.tension]\nstates = [\"calm\", \"tense\"]\nper_year = { calm = { tense = 1 }, tense = { calm = 1 } }\n";
    let truce = |lines: &str| format!("[settlement.truce]\n{lines}\n");
    let cases: [(String, &[&str]); 22] = [
        (
            ban("a", 1.0, "excites = { gallium_bann = { extra_events = 0.1, decay_months = 1 } }"),
            &["no hazard \"gallium_bann\"", "did you mean \"gallium_ban\"?"],
        ),
        (ban("a", 1.0, "excites = { a = { extra_events = -0.1, decay_months = 1 } }"), &["-0.1 is negative"]),
        (ban("a", 1.0, "excites = { a = { extra_events = 0.1, decay_months = 0 } }"), &["0 is not above 0"]),
        (ban("a", 1.0, "excites = { a = { extra_events = 0.1 } }"), &["decay_months is missing"]),
        (ban("a", -1.0, ""), &["-1 is negative"]),
        (
            ban("a", 1.0, "importers = [\"CHN\"]"),
            &["hazard \"a\" touches nothing", "no lane leaves its imposer"],
        ),
        (
            ban(
                "a",
                1.0,
                "past = [\"2027-05-01\"]\nexcites = { a = { extra_events = 0.1, decay_months = 1 } }",
            ),
            &["2027-05-01 is not before the start"],
        ),
        (ban("a", 1.0, "past = [\"2025-05-01\"]"), &["no effect without `excites`"]),
        (
            ban("a", 1.0, "escalates = { gallium_ban = { probability = 0.5, after_months = -2 } }"),
            &["begin 2 months before its cause"],
        ),
        (ban("a", 1.0, "escalates = { a = { probability = 0.5 } }"), &["escalates to itself"]),
        (
            ban("a", 1.0, "escalates = { b = { probability = 1 } }")
                + &ban("b", 1.0, "escalates = { a = { probability = 1 } }"),
            &["a -> b -> a", "without end"],
        ),
        (ban("a", 1.0, "escalates = { b = { probability = 1.5 } }"), &["1.5 is no share"]),
        (ban("a", 1.0, "renews = { probability = 0.5 }"), &["most is missing"]),
        (ban("a", 0.0, "tilt = 3"), &["tilt multiplies a rate of its own"]),
        (ban("a", 5.0, "tilt = 30"), &["weights", "effective"]),
        (
            regime.to_owned() + &ban("a", 1.0, "regime = { tensoin = { calm = 0.5 } }"),
            &["no regime \"tensoin\"", "did you mean \"tension\"?"],
        ),
        (
            regime.to_owned() + &ban("a", 1.0, "regime = { tension = { clam = 0.5 } }"),
            &["\"clam\"", "did you mean \"calm\"?"],
        ),
        (regime.replace("{ calm = 1 }", "{ calm = -1 }"), &["-1 is negative"]),
        (
            truce(
                "onset = { poisson = { per_year = 1 } }\nends = [\"gallium_*\"]\nsuspends = [\"gallium_ban\"]",
            ),
            &["ends or suspends, one of the two"],
        ),
        (
            truce("onset = { poisson = { per_year = 1 } }\nsuspends = [\"gallium_ban\"]"),
            &["suspends and suspends_months go together"],
        ),
        (
            truce("onset = { poisson = { per_year = 1 } }\nends = [\"galium_ban\"]"),
            &["no hazard \"galium_ban\"", "did you mean \"gallium_ban\"?"],
        ),
        (
            ban("a", 1.0, "").replace("poisson = { per_year = 1 }", "renewal = { gap_months = 0 }"),
            &["gaps are above 0"],
        ),
    ];
    for (lines, parts) in cases {
        says(&with(&lines).refused(&[]), &[&["scenario.toml:"], parts].concat());
    }
}

#[test]
fn a_rate_that_hangs_on_what_there_is_not_is_refused_with_its_reason() {
    let when = |condition: &str| ban("a", 1.0, &format!("rate_when = [{{ {condition} }}]"));
    let price = "price_below = 0.6, material = \"gallium\", factor = 2";
    let cases: [(String, &[&str]); 19] = [
        (when("price_below = 0.6, material = \"galium\", factor = 2"), &["did you mean \"gallium\"?"]),
        (
            when("price_below = 0.6, material = \"gallium\", place = \"JPM\", factor = 2"),
            &["\"JPM\"", "did you mean \"JPN\"?"],
        ),
        (
            when("stock_below = 0.3, stockpile = \"japn\", factor = 2"),
            &["no stockpile \"japn\"", "did you mean \"japan\"?"],
        ),
        (when("price_below = 0.6, material = \"gallium\", factor = -2"), &["factor: -2 is negative"]),
        (when("price_below = 0.6, material = \"gallium\""), &["factor is missing"]),
        (when("price_below = 0.6, factor = 2"), &["material is missing"]),
        (when("stock_below = 0.6, factor = 2"), &["stockpile is missing"]),
        (when("price_below = 0, material = \"gallium\", factor = 2"), &["price_below: 0 is not above 0"]),
        (
            when("stock_below = 30, stockpile = \"japan\", factor = 2"),
            &["30 is no share", "did you mean 0.3?"],
        ),
        (
            when("material = \"gallium\", factor = 2"),
            &["price_below is missing", "or price_above or stock_below"],
        ),
        (when("price_blow = 0.6, material = \"gallium\", factor = 2"), &["did you mean price_below?"]),
        (
            when("price_below = 0.6, price_above = 2, material = \"gallium\", factor = 2"),
            &["given already, by price_below"],
        ),
        (
            when("stock_below = 0.6, stockpile = \"japan\", place = \"JPN\", factor = 2"),
            &["unknown key \"place\""],
        ),
        (ban("a", 1.0, "rate_when = 0.6"), &["0.6 stands where a condition is wanted"]),
        (ban("a", 0.0, &format!("rate_when = [{{ {price} }}]")), &["rate_when multiplies a rate of its own"]),
        (when(&price.replace("= 2", "= 1e9")), &["events a year make", "at most 10000"]),
        (
            ban("a", 1.0, &format!("tilt = 2\nrate_when = [{{ {price} }}]")),
            &["tilt and rate_when exclude each other", "one weight"],
        ),
        (
            ban("a", 1.0, &format!("lead_months = 2\nrate_when = [{{ {price} }}]")),
            &["nothing announces what the state of the market decides"],
        ),
        (
            ban(
                "a",
                1.0,
                &format!("escalates = {{ b = {{ probability = 1 }} }}\nrate_when = [{{ {price} }}]"),
            ) + &ban("b", 1.0, "lead_months = 2"),
            &["hazard \"b\": nothing announces"],
        ),
    ];
    for (lines, parts) in cases {
        says(&with(&lines).refused(&[]), &[&["scenario.toml:"], parts].concat());
    }
}

#[test]
fn weights_reach_every_table_and_have_mean_one() {
    let desk = with(&ban("a", 0.1, "tilt = 4"));
    desk.run("out", &["-n", "4000", "--policy", "none"]);
    for table in ["outcomes", "years", "events"] {
        let weights: Vec<f64> =
            numbers(&read(&desk.path("out"), table), "weight").into_iter().flatten().collect();
        assert!(weights.iter().any(|weight| *weight != 1.0), "{table}");
    }
    let outcomes = read(&desk.path("out"), "outcomes");
    let weights: Vec<f64> = numbers(&outcomes, "weight").into_iter().flatten().collect();
    let mean = weights.iter().sum::<f64>() / weights.len() as f64;
    // The variance of a weight is e^(0.2 (4 + 1/4 - 2)) - 1 = 0.57: 4.5 standard errors.
    assert!((mean - 1.0).abs() < 0.055, "{mean}");
}
