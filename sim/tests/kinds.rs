//! Every kind of hazard is listed, documented by what the reader knows, and has an example that is read as it stands.

use shortfall::baseline;
use shortfall::baseline::Baseline;
use shortfall::hazards;
use shortfall::hazards::{Drawn, KINDS, Kind};
use shortfall::network;
use shortfall::scenario;
use shortfall::scenario::{Options, Problems};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const TABLES: [(&str, &str); 7] = [
    ("places.csv", "place,latitude,longitude\nCHN,35,103\nCOD,-10.7,25.5\nDEU,52.5,13.4\nFIN,61.3,22.1\n"),
    (
        "materials.csv",
        "material,unit,tier,reference_price_usd\ncobalt_hydroxide,t,intermediate,10000\n\
         cobalt_refined,t,refined,30000\n",
    ),
    (
        "plants.csv",
        "plant,material,place,owner,capacity_per_year,output_per_year\ntenke,cobalt_hydroxide,COD,CHN,120,100\n\
         kokkola,cobalt_refined,FIN,COD,110,100\n",
    ),
    (
        "chokepoints.csv",
        "chokepoint,alternative,extra_days\nsuez,cape_good_hope,12\ncape_good_hope,open sea,5\n",
    ),
    ("transit.csv", "from,to,transit_days,chokepoints\nCOD,*,45,suez\n"),
    ("recipes.csv", "output,input,amount\ncobalt_refined,cobalt_hydroxide,1\n"),
    (
        "consumers.csv",
        "material,place,sector,demand_per_year\ncobalt_refined,DEU,civil,70\ncobalt_refined,DEU,defence,30\n",
    ),
];

const HEAD: &str = r#"format = 1
title = "Kinds"
[time]
start = "2027-01-01"
years = 2
step = "month"
[network]
places = "places.csv"
materials = "materials.csv"
plants = "plants.csv"
recipes = "recipes.csv"
chokepoints = "chokepoints.csv"
transit = "transit.csv"
consumers = "consumers.csv"
[blocs]
EU27 = ["DEU", "FIN"]
[policy.none]
"#;

/// The problems as text, or the hazards of a small cobalt chain with `toml` added.
fn read(toml: &str) -> Result<(Baseline, Vec<Drawn>), String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("scenario.toml"), format!("{HEAD}{toml}")).unwrap();
    for (name, text) in TABLES {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let mut problems = Problems::default();
    let refused = |problems: &Problems| problems.render(false);
    let Some(scenario) = scenario::load(folder.path(), &Options::default(), &mut problems) else {
        return Err(refused(&problems));
    };
    let Some(network) = network::compile(&scenario, &mut problems) else {
        return Err(refused(&problems));
    };
    let baseline = baseline::balance(network).map_err(|imbalance| imbalance.faults.join("\n"))?;
    let drawn = hazards::compile(&scenario, &baseline, &mut problems);
    if problems.refused() { Err(refused(&problems)) } else { Ok((baseline, drawn)) }
}

fn kind(name: &str) -> &'static Kind {
    KINDS.iter().find(|kind| kind.name == name).unwrap()
}

#[test]
fn every_file_of_a_kind_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hazards");
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let main = if path.is_dir() { path.join("mod.rs") } else { path.clone() };
        if fs::read_to_string(main).unwrap().contains("const KIND: Kind") {
            files.insert(path.file_stem().unwrap().to_str().unwrap().to_string());
        }
    }
    let listed: BTreeSet<String> = KINDS.iter().map(|kind| kind.name.to_string()).collect();
    assert_eq!(files, listed);
}

#[test]
fn every_example_is_read_and_is_of_its_kind() {
    for kind in KINDS {
        let (_, drawn) = read(kind.example).unwrap_or_else(|problems| panic!("{}:\n{problems}", kind.name));
        assert_eq!(drawn.len(), 1);
        assert_eq!(drawn[0].kind, kind.name);
        assert!(!drawn[0].hazard.units().is_empty());
    }
}

#[test]
fn every_kind_says_what_it_does_and_what_its_keys_are() {
    for kind in KINDS {
        assert!(kind.summary.ends_with('.') && !kind.severity.is_empty(), "{}", kind.name);
        let names: BTreeSet<&str> = kind.keys.iter().map(|key| key.name).collect();
        assert_eq!(names.len(), kind.keys.len(), "{}: a key is listed twice", kind.name);
        for key in kind.keys {
            assert!(!key.unit.is_empty() && !key.default.is_empty() && !key.meaning.is_empty(), "{key:?}");
        }
    }
}

#[test]
fn every_key_that_a_kind_lists_is_known_to_its_reader_and_no_other_is() {
    for kind in KINDS {
        // A number is a wrong value for nearly every key, and an unknown key is reported as such whatever its value.
        let keys: String = kind.keys.iter().map(|key| format!("{} = 7\n", key.name)).collect();
        let head =
            format!("[hazard.x]\nkind = {:?}\nonset = {{ poisson = {{ per_year = 1 }} }}\n", kind.name);
        let problems = read(&format!("{head}duration_months = 1\nseverity = 0.5\n{keys}nonsense = 7\n"));
        let problems = problems.expect_err(kind.name);
        let unknown: Vec<&str> = problems.lines().filter(|line| line.contains("unknown key")).collect();
        assert!(unknown.len() == 1 && unknown[0].contains("nonsense"), "{}:\n{problems}", kind.name);
    }
}

#[test]
fn a_fixed_severity_outside_its_bounds_is_refused_with_its_place() {
    let fixed = kind("outage").example.lines().filter(|line| !line.starts_with("severity"));
    let example: String = fixed.map(|line| format!("{line}\n")).collect();
    for (severity, allowed) in [("0.8", true), ("1", true), ("40", false), ("-0.1", false)] {
        match read(&format!("{example}severity = {severity}\n")) {
            Ok(_) => assert!(allowed, "{severity}"),
            Err(problems) => {
                assert!(
                    !allowed && problems.contains("severity") && problems.contains("scenario.toml:"),
                    "{problems}"
                );
            }
        }
    }
}

#[test]
fn a_misspelled_kind_or_name_is_answered_with_the_nearest() {
    let example = kind("conflict").example;
    let unknown = read(&example.replace("\"conflict\"", "\"conflicts\"")).expect_err("unknown kind");
    assert!(unknown.contains("did you mean \"conflict\"?"), "{unknown}");
    let place = read(&example.replace("[\"COD\"]", "[\"CODD\"]")).expect_err("unknown place");
    assert!(place.contains("CODD") && place.contains("did you mean \"COD\"?"), "{place}");
}

#[test]
fn every_form_of_onset_and_every_example_of_a_shared_table_is_read_as_it_stands() {
    let regime = scenario::example("[regime.NAME]");
    for example in [regime, scenario::example("[settlement.NAME]"), scenario::example("rate_when")] {
        let (_, drawn) = read(example).unwrap_or_else(|problems| panic!("{example}\n{problems}"));
        assert!(!drawn.is_empty());
    }
    for form in scenario::onset::KINDS.iter().filter(|form| form.name != "catalogue") {
        let hazard = kind("outage").example.lines().map(|line| match line.starts_with("onset") {
            true => format!("onset = {}\n", form.example),
            false => format!("{line}\n"),
        });
        let toml = hazard.chain([regime.to_owned()]).collect::<String>();
        read(&toml).unwrap_or_else(|problems| panic!("{}:\n{problems}", form.name));
    }
}

#[test]
fn end_users_are_named_by_sector_or_plant_and_the_content_rule_reaches_those_of_third_places() {
    let cobalt = |keys: &str| {
        read(&format!(
            "[hazard.refusal]\nkind = \"export_restriction\"\nimposer = \"COD\"\n{keys}\n\
             onset = {{ poisson = {{ per_year = 1 }} }}\nduration_months = 9\n"
        ))
    };
    let units = |keys: &str| cobalt(keys).unwrap().1[0].hazard.units().to_vec();
    assert_eq!(units("plants = [\"kok*\"]"), ["FIN"]);
    // Defence in DEU uses what FIN makes of COD's hydroxide, a third of it by value.
    assert_eq!(units("sectors = [\"defence\"]\ncontent_above = 0.3"), ["DEU"]);
    assert_eq!(units("sectors = [\"defence\"]\nplants = [\"kokkola\"]\ncontent_above = 0.3"), ["DEU", "FIN"]);
    let far = cobalt("sectors = [\"defence\"]").expect_err("nothing of COD goes to DEU");
    assert!(
        far.contains("scenario.toml:21:12: \"defence\" uses nothing that this restriction touches"),
        "{far}"
    );
    let both = cobalt("sectors = [\"defense\"]\nplants = [\"kokola\"]").expect_err("misspelt");
    for fault in [
        "scenario.toml:21:12",
        "did you mean \"defence\"?",
        "scenario.toml:22:11",
        "did you mean \"kokkola\"?",
    ] {
        assert!(both.contains(fault), "{fault} is not in\n{both}");
    }
}
