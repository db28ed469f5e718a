//! What each example is there to show, by its direction: what is left out of it leaves its consumer less short, and a measure
//! helps whom it is for.

use super::folder;
use shortfall::ensemble::{Model, prepare};
use shortfall::hazards;
use shortfall::history;
use shortfall::metrics::Outcome;
use shortfall::policies;
use shortfall::random::Block;
use shortfall::run::Workspace;
use shortfall::scenario::{Options, Problems};
use shortfall::step::Plan;
use std::collections::BTreeSet;
use std::fs;

/// Runs of each policy, in blocks of eight.
const BLOCKS: u64 = 24;
/// Share of the requirement that an example leaves its consumer short of, at least: a mean over all runs, most of them calm.
const LEAST: f64 = 5e-4;

/// Material, place and sector of a consumer.
type Who = (&'static str, &'static str, &'static str);

/// The example without the tables of these headers and the lines that begin so; panics with the messages a user would see.
fn without(example: &str, left_out: &[&str]) -> Model {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(folder().join(example)).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let kept = if path.ends_with("scenario.toml") { shortened(&text, left_out) } else { text };
        fs::write(copy.path().join(path.file_name().unwrap()), kept).unwrap();
    }
    let mut problems = Problems::default();
    match prepare(copy.path(), &Options::default(), &mut problems) {
        Ok(model) => model,
        Err(refusal) => panic!("{example}:\n{}\n{refusal:?}", problems.render(false)),
    }
}

fn shortened(text: &str, left_out: &[&str]) -> String {
    for what in left_out {
        assert!(text.lines().any(|line| line.starts_with(what)), "nothing to leave out: {what}");
    }
    let mut skips = false;
    let kept = text.lines().filter(|line| {
        if line.starts_with('[') {
            skips = left_out.contains(line);
        }
        !skips && !left_out.iter().any(|what| line.starts_with(what))
    });
    kept.map(|line| format!("{line}\n")).collect()
}

fn as_written(example: &str) -> Model {
    without(example, &[])
}

/// Outcomes of every consumer in every run under the policy of this name.
fn outcomes(model: &Model, policy: &str) -> Vec<Vec<Outcome>> {
    let policy = model.policies.iter().find(|known| known.name == policy).unwrap();
    let plan = Plan::new(&model.baseline, &policy.rules, hazards::reach(&model.hazards));
    let mut workspace = Workspace::new(&model.baseline, &model.hazards, policy, &plan);
    let mut all = Vec::new();
    for number in 0..BLOCKS {
        let block = Block { seed: model.scenario.run.seed, draw: 0, first_run: 8 * number, n_runs: 8 };
        let history = history::sample(&model.hazards, model.baseline.network.clock, &block);
        all.extend(workspace.simulate(&history, &block, |_, _| ()).into_iter().map(|run| run.outcomes));
    }
    all
}

/// The consumer of a material by a sector in a place.
fn consumer(model: &Model, material: &str, place: &str, sector: &str) -> usize {
    let network = &model.baseline.network;
    let found = network.consumers.iter().position(|consumer| {
        let destination = &network.destinations[consumer.destination.index()];
        network.materials[destination.material.index()].code == material
            && network.places[destination.place.index()].code == place
            && network.sectors[consumer.sector] == sector
    });
    found.unwrap_or_else(|| panic!("no consumer of {material} in {place} of {sector}"))
}

/// Mean shortfall of a consumer, as a share of its requirement.
fn shortfall(outcomes: &[Vec<Outcome>], consumer: usize) -> f64 {
    let sum: f64 = outcomes.iter().map(|run| run[consumer].whole.shortfall_share()).sum();
    sum / outcomes.len() as f64
}

/// Mean price that a consumer saw, relative to the baseline.
fn price(outcomes: &[Vec<Outcome>], consumer: usize) -> f64 {
    outcomes.iter().map(|run| run[consumer].price_mean).sum::<f64>() / outcomes.len() as f64
}

#[test]
fn what_an_example_shows_makes_its_consumer_short_and_is_gone_without_it() {
    // What hangs on what is left out goes with it.
    let cases: [(&str, &[&str], &str, Who); 24] = [
        ("export_restriction", &["[hazard.gallium_licence]"], "none", ("gallium", "JPN", "civil")),
        (
            "import_restriction",
            &["[hazard.forced_labour_rule]"],
            "none",
            ("cobalt_hydroxide", "DEU", "civil"),
        ),
        ("owner_control", &["[hazard.ship_home_first]"], "none", ("cobalt_hydroxide", "FIN", "civil")),
        ("conflict", &["[hazard.war]"], "none", ("tantalum", "USA", "civil")),
        ("conflict", &["spreads ="], "none", ("tantalum", "USA", "civil")),
        ("conflict", &["defence_surge =", "parties ="], "none", ("tantalum", "USA", "civil")),
        ("price_shock", &["[hazard.glut]"], "none", ("cobalt_refined", "USA", "civil")),
        ("outage", &["[hazard.earthquake]"], "none", ("magnet", "JPN", "civil")),
        ("outage", &["[hazard.fire]"], "none", ("magnet", "JPN", "civil")),
        ("chokepoint_closure", &["[hazard.canal_closed]"], "none", ("magnet", "DEU", "civil")),
        ("chokepoint_closure", &["[hazard.strait_closed]"], "none", ("magnet", "JPN", "civil")),
        ("demand_surge", &["[hazard.drone_surge]"], "none", ("pack", "UKR", "defence")),
        ("member_withdrawal", &["[hazard.usa_leaves]"], "joint", ("antimony", "JPN", "civil")),
        (
            "political_act",
            &["[hazard.chip_controls]", "[hazard.gallium_licence]"],
            "none",
            ("gallium", "USA", "civil"),
        ),
        ("end_users", &["[hazard.military_end_use]"], "none", ("magnet", "USA", "defence")),
        ("end_users", &["content_above ="], "none", ("magnet", "USA", "defence")),
        ("end_users", &["[hazard.listed_firm]"], "none", ("magnet", "JPN", "civil")),
        ("excitation", &["excites = { export_ban", "past ="], "none", ("magnet", "USA", "civil")),
        ("excitation", &["past ="], "none", ("magnet", "USA", "civil")),
        ("rate_when", &["[hazard.suspension]"], "none", ("cobalt_refined", "USA", "civil")),
        ("rate_when", &["rate_when ="], "reserve", ("cobalt_refined", "USA", "civil")),
        ("regime", &["escalates =", "[hazard.graphite_ban]"], "none", ("graphite", "JPN", "civil")),
        ("renewal", &["[hazard.strike]"], "none", ("lithium_carbonate", "KOR", "civil")),
        ("renewal", &["renews ="], "none", ("lithium_carbonate", "KOR", "civil")),
    ];
    for (example, left_out, policy, (material, place, sector)) in cases {
        let (whole, bare) = (as_written(example), without(example, left_out));
        let at = consumer(&whole, material, place, sector);
        let [with, gone] = [&whole, &bare].map(|model| shortfall(&outcomes(model, policy), at));
        assert!(with > gone && with > LEAST, "{example} with {left_out:?}: {with}, without: {gone}");
    }
}

#[test]
fn an_end_that_restrictions_share_shortens_the_shortage() {
    let whole = as_written("regime");
    let endless = without("regime", &["[settlement.talks]"]);
    let at = consumer(&whole, "graphite", "JPN", "civil");
    let [with, gone] = [&whole, &endless].map(|model| shortfall(&outcomes(model, "none"), at));
    assert!(with < gone, "with talks {with}, without {gone}");
}

#[test]
fn a_regime_and_a_renewal_bring_events_in_bunches_and_apart() {
    // Variance over mean of the number of events in a run: 1 for a constant rate.
    let dispersion = |model: &Model, name: &str| {
        let hazard = model.hazards.iter().position(|drawn| drawn.name == name).unwrap() as u32;
        let mut counts = Vec::new();
        for number in 0..125 {
            let block = Block { seed: 1, draw: 0, first_run: 8 * number, n_runs: 8 };
            let history = history::sample(&model.hazards, model.baseline.network.clock, &block);
            counts.extend(
                history
                    .events
                    .iter()
                    .map(|run| run.iter().filter(|event| event.hazard == hazard).count() as f64),
            );
        }
        let mean = counts.iter().sum::<f64>() / counts.len() as f64;
        counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / counts.len() as f64 / mean
    };
    // The standard error of the ratio for a constant rate is √(2 / 1000) = 0.045.
    let bunched = dispersion(&as_written("regime"), "graphite_licence");
    assert!(bunched > 1.3, "{bunched}");
    let apart = dispersion(&as_written("renewal"), "strike");
    assert!(apart < 0.7, "{apart}");
}

#[test]
fn a_refusal_of_military_end_users_spares_civil_ones() {
    let only = without("end_users", &["[hazard.listed_firm]"]);
    let runs = outcomes(&only, "none");
    let [defence, civil] =
        ["defence", "civil"].map(|sector| shortfall(&runs, consumer(&only, "magnet", "USA", sector)));
    assert!(defence > 0.01 && civil < defence / 50.0, "defence {defence}, civil {civil}");
    let reserve = shortfall(&outcomes(&only, "reserve"), consumer(&only, "magnet", "USA", "defence"));
    assert!(reserve < defence, "with a reserve {reserve}, without {defence}");
}

#[test]
fn a_tariff_raises_the_price_of_who_imports() {
    let only_tariffs = without("excitation", &["[hazard.export_ban]", "excites =", "past ="]);
    let nothing = without("excitation", &["[hazard.export_ban]", "[hazard.tariff]"]);
    let at = consumer(&only_tariffs, "magnet", "USA", "civil");
    let [with, gone] = [&only_tariffs, &nothing].map(|model| price(&outcomes(model, "none"), at));
    assert!(with > gone + 1e-3, "with tariffs {with}, without {gone}");
}

#[test]
fn every_kind_of_measure_has_a_policy_that_helps_whom_it_is_for() {
    let model = as_written("measures");
    let none = outcomes(&model, "none");
    let mut tried = BTreeSet::new();
    for (kind, (material, place, sector)) in [
        ("stockpile", ("nmc_cell", "DEU", "civil")),
        ("private_mandate", ("nmc_cell", "DEU", "civil")),
        ("new_capacity", ("nmc_cell", "DEU", "civil")),
        ("price_floor", ("cobalt_refined", "USA", "civil")),
        ("recycling", ("nmc_cell", "DEU", "civil")),
        ("substitution", ("nmc_cell", "DEU", "civil")),
        ("offtake", ("cobalt_refined", "USA", "civil")),
        ("diversification", ("nmc_cell", "DEU", "civil")),
        ("sharing_agreement", ("cobalt_refined", "DEU", "civil")),
        ("support_package", ("nmc_cell", "DEU", "civil")),
        ("warning", ("cobalt_refined", "USA", "civil")),
        ("corridor", ("nmc_cell", "DEU", "civil")),
        ("ownership", ("nmc_cell", "DEU", "civil")),
        ("allocation", ("nmc_cell", "DEU", "defence")),
    ] {
        let at = consumer(&model, material, place, sector);
        let (before, after) = (shortfall(&none, at), shortfall(&outcomes(&model, kind), at));
        assert!(after < before, "{kind}: {after}, without it {before}");
        tried.insert(kind);
    }
    // A floor takes back part of what defence first takes from civil users.
    let civil = consumer(&model, "nmc_cell", "DEU", "civil");
    let [first, kept] = ["allocation", "floor"].map(|policy| shortfall(&outcomes(&model, policy), civil));
    assert!(kept < first, "floor: {kept}, without it {first}");
    tried.insert("floor");
    let known: BTreeSet<&str> = policies::KINDS.iter().map(|kind| kind.name).collect();
    assert_eq!(tried, known);
}

#[test]
fn every_example_that_the_table_of_coverage_names_exists() {
    let docs = folder().join("../../docs");
    let table = fs::read_to_string(docs.join("coverage.md")).unwrap();
    let paths: Vec<&str> = table.split("](").skip(1).map(|rest| &rest[..rest.find(')').unwrap()]).collect();
    assert!(paths.len() > 40, "{}", paths.len());
    for path in paths {
        assert!(docs.join(path).is_file(), "docs/coverage.md names {path}");
    }
    for kind in hazards::KINDS {
        assert!(table.contains(&format!("`{}`", kind.name)), "docs/coverage.md lacks {}", kind.name);
    }
    for kind in policies::KINDS {
        assert!(table.contains(&format!("`{}`", kind.name)), "docs/coverage.md lacks {}", kind.name);
    }
}
