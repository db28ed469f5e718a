//! What is refused, with its reason.

use crate::kit::World;
use crate::{ban, chain, with};
use shortfall::ensemble::prepare;
use shortfall::scenario::{Options, Problems};

/// The problems of a scenario, which must be refused.
fn message(world: &World) -> String {
    let folder = tempfile::tempdir().expect("a folder for the test");
    world.write(folder.path());
    let mut problems = Problems::default();
    let accepted = prepare(folder.path(), &Options::default(), &mut problems).is_ok();
    let text = problems.render(false);
    assert!(!accepted, "accepted:\n{}{text}", world.more);
    text
}

fn told(world: &World, expected: &str) {
    let message = message(world);
    assert!(message.contains(expected), "{expected:?} is not in\n{message}");
}

fn world() -> World {
    chain(6, true)
        .material("alt")
        .plant("alt_mine", "alt", "BBB", 5.0, 5.0)
        .lane("alt", "BBB", "BBB", 5.0, 0.0)
        .consumer("alt", "BBB", "civil", 5.0, 1)
        .toml(&ban("ban", "\"BBB\"", "2027-02-01", 2.0))
}

#[test]
fn shares_that_do_not_add_up_are_refused_with_their_sum() {
    for (shares, expected) in [
        ("{ BBB = 0.5, CCC = 0.8 }", "the shares sum to 1.3"),
        ("{ BBB = 50, CCC = 50 }", "divide each by 100"),
        ("{ BBB = 0.3333, CCC = 0.3333 }", "the shares sum to 0.6666"),
        ("{ BBB = 1.5, CCC = -0.5 }", "-0.5 is negative"),
        ("{ BBB = 1 }", "CCC is missing"),
        ("{ BBB = 0.5, CCD = 0.5 }", "did you mean \"CCC\"?"),
        ("\"gdp\"", "no gdp_usd is known of BBB, CCC"),
        ("\"usage\"", "contributions can't be \"usage\""),
    ] {
        for key in ["contributions", "cost_shares"] {
            let also = if key == "cost_shares" { "contributions = \"use\"\n" } else { "" };
            let keys = format!(
                "holders = [\"BBB\", \"CCC\"]\nmaterial = \"ore\"\ntarget = 9\n{also}{key} = {shares}"
            );
            let expected = expected.replace("contributions", key);
            told(&world().toml(&with("stockpile", &keys)), &expected);
        }
    }
}

#[test]
fn r18_thirds_are_written_out_or_refused() {
    let thirds = |share: &str| {
        let mut world = World::new(6).material("ore").plant("mine", "ore", "AAA", 40.0, 30.0);
        for place in ["AAA", "BBB", "CCC"] {
            world = world.lane("ore", "AAA", place, 10.0, 0.0).consumer("ore", place, "civil", 10.0, 1);
        }
        let shares = format!("{{ AAA = {share}, BBB = {share}, CCC = {share} }}");
        let keys = "holders = [\"AAA\", \"BBB\", \"CCC\"]\nmaterial = \"ore\"\ntarget = 9\n";
        world.toml(&with("stockpile", &format!("{keys}contributions = {shares}")))
    };
    told(&thirds("0.3333"), "the shares sum to 0.9999");
    let model = thirds("0.3333333333333333").model();
    assert_eq!(model.policies[0].measures.len(), 1);
}

#[test]
fn the_cost_of_a_sector_that_nobody_has_is_refused() {
    let cost = |sector: &str| format!("[shortage_cost.{sector}]\nusd_per_unit = 7\n");
    told(&world().toml(&cost("civl")), "no sector \"civl\"");
    told(&world().toml(&cost("civl")), "did you mean \"civil\"?");
    assert_eq!(world().toml(&cost("civil")).model().scenario.shortage_costs.len(), 1);
}

#[test]
fn a_holder_without_use_is_refused() {
    let keys = "holders = [\"CCC\"]\nmaterial = \"alt\"\ntarget = 9";
    told(&world().toml(&with("stockpile", keys)), "none of the holders uses the material");
    let joint = "holders = [\"BBB\", \"CCC\"]\nmaterial = \"alt\"\ntarget = 9\ncontributions = \"use\"";
    told(&world().toml(&with("stockpile", joint)), "\"CCC\" does not use the material");
    let twice = "holders = [\"BOTH\", \"CCC\"]\nmaterial = \"ore\"\ntarget = 9\ncontributions = \"use\"";
    let blocs = "[blocs]\nBOTH = [\"BBB\", \"CCC\"]\n";
    told(&world().toml(blocs).toml(&with("stockpile", twice)), "\"BOTH\" and \"CCC\" have a place in common");
}

#[test]
fn a_release_that_can_never_happen_is_refused() {
    for (keys, expected) in [
        ("release = { when_shortage_above = 1 }", "no more than all claims can be missed"),
        ("release = { when_price_above = 1.5 }", "prices are exogenous"),
        ("release = { dates = [\"2031-01-01/2031-02-01\"] }", "outside the horizon"),
        ("release = {}", "no condition is given"),
        ("release = { when_announced_above = 0.1 }", "no hazard is announced before it begins"),
        ("release = { when_announced_above = 1 }", "no more than all intake can be announced"),
        ("release = { when_cover_below_days = 0 }", "0 is not above 0"),
        ("draw_per_month = 0", "nothing could ever be released"),
        (
            "release = { when_active = [\"ban\"] }\ndecision_lag_days = 400",
            "no release can come within the horizon",
        ),
    ] {
        let keys = format!("holders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = 9\n{keys}");
        told(&world().toml(&with("stockpile", &keys)), expected);
    }
    let high = "holders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = 9\nrelease = { when_price_above = 10 }";
    told(
        &world().network("prices", "\"endogenous\"").toml(&with("stockpile", high)),
        "prices stay below network.price_ceiling",
    );
}

#[test]
fn substitution_in_a_circle_is_refused() {
    let there = "[substitution.there]\nfrom_material = \"ore\"\nto_material = \"alt\"\nplaces = [\"BBB\"]\nshare = 0.2\n";
    let back = "[substitution.back]\nfrom_material = \"alt\"\nto_material = \"ore\"\nplaces = [\"BBB\"]\nshare = 0.2\n";
    let both = "[policy.both]\nuse = [\"substitution.there\", \"substitution.back\"]\n";
    told(&world().toml(there).toml(back).toml(both), "substitutes in a circle");
    let itself = "from_material = \"ore\"\nto_material = \"ore\"\nshare = 0.2";
    told(&world().toml(&with("substitution", itself)), "a material can't replace itself");
    let plants =
        |from: &str, to: &str| format!("from_plant = \"{from}\"\nto_plant = \"{to}\"\nshare = 0.2\n");
    let swap = |name: &str, from: &str, to: &str| format!("[substitution.{name}]\n{}", plants(from, to));
    let (there, back) = (swap("there", "alt_mine", "twin"), swap("back", "twin", "alt_mine"));
    let twins = world().plant("twin", "alt", "BBB", 5.0, 0.0).toml(&there).toml(&back);
    told(&twins.clone().toml(both), "plant \"twin\" comes to replace itself");
    told(&world().toml(&with("substitution", &plants("mine", "mine"))), "a plant can't stand in for itself");
}

#[test]
fn faults_of_measures_are_told_with_what_is_allowed() {
    for (kind, keys, expected) in [
        ("private_mandate", "places = [\"CCC\"]\nmaterials = [\"alt\"]\ndays = 9", "nobody there uses them"),
        ("private_mandate", "places = [\"BBB\"]\nmaterials = [\"ore\"]", "days is missing"),
        ("new_capacity", "plant = \"mine\"", "capacity_per_year is missing"),
        ("new_capacity", "plant = \"mime\"\ncapacity_per_year = 1", "did you mean \"mine\"?"),
        ("new_capacity", "plant = \"mine\"\ncapacity_per_year = 1\nlead_months = -1", "can't be negative"),
        (
            "new_capacity",
            "plant = \"alt_mine\"\ncapacity_per_year = 1\nsupplies = [\"CCC\"]",
            "no lane leads from the plant",
        ),
        ("price_floor", "plants = [\"mine\"]\nprice = 0.9", "would ever close"),
        (
            "recycling",
            "product = \"alt\"\nmaterial = \"ore\"\nplaces = [\"CCC\"]\ncontent = 1\nlifetime_years = 1\ncollection = 1",
            "no place there has consumers",
        ),
        (
            "substitution",
            "from_material = \"ore\"\nto_material = \"alt\"\nshare = 0.1",
            "\"civil\" in \"CCC\"",
        ),
        (
            "substitution",
            "from_plant = \"mine\"\nto_plant = \"alt_mine\"\nshare = 0.1",
            "make different things",
        ),
        (
            "offtake",
            "plant = \"alt_mine\"\nbuyers = [\"CCC\"]\nshare = 0.1",
            "no lane leads from the plant to them",
        ),
        (
            "diversification",
            "places = [\"BBB\"]\nmaterials = [\"ore\"]\ncap = 0.65",
            "only one origin supplies",
        ),
        ("diversification", "places = [\"BBB\"]\nmaterials = [\"ore\"]\ncap = 65", "did you mean 0.65?"),
        ("sharing_agreement", "places = [\"BBB\"]\nmaterials = [\"ore\"]", "no two parties use any of them"),
        ("support_package", "places = [\"CCC\"]\nrelief = 0.5", "no plant is there to be helped"),
        ("corridor", "capacity_per_year = 9", "exporters is missing"),
        ("corridor", "exporters = [\"CCC\"]", "no lane of its materials leads abroad there"),
        ("corridor", "exporters = [\"AAA\"]\nimporters = [\"BBBB\"]", "did you mean \"BBB\"?"),
        ("corridor", "exporters = [\"AAA\"]\ncapacity_per_year = -1", "-1 is negative"),
        ("ownership", "plants = [\"mine\"]\nheld_by = [\"BBB\"]", "held is missing"),
        (
            "ownership",
            "plants = [\"mine\"]\nheld_by = [\"BBB\"]\nheld = 0.5",
            "no plant there is owned from elsewhere",
        ),
        ("ownership", "plants = [\"mine\"]\nheld_by = [\"BBB\"]\nheld = 60", "did you mean 0.6?"),
        ("warning", "places = [\"AAA\"]\nlead_days = 9", "nobody there uses any of them"),
        ("warning", "places = [\"BBB\"]\nlead_dais = 9", "did you mean lead_days?"),
        (
            "offtake",
            "plant = \"mine\"\nbuyers = [\"BBB\"]\nshare = 0.1\nfrom = 2031-01-01",
            "after the horizon ends",
        ),
    ] {
        told(&world().toml(&with(kind, keys)), expected);
    }
}

#[test]
fn a_floor_is_a_share_of_a_known_sector() {
    let floor = |table: &str| world().toml(&format!("[policy.p]\nfloor = {table}\n"));
    told(&floor("{ civl = 0.3 }"), "floor: no sector \"civl\"");
    told(&floor("{ civl = 0.3 }"), "did you mean \"civil\"?");
    told(&floor("{ civil = 30 }"), "did you mean 0.3?");
    told(&floor("0.3"), "floor");
}

#[test]
fn a_misspelt_kind_or_use_is_answered_with_the_nearest() {
    told(&world().toml("[stockpil.x]\nholders = [\"BBB\"]\n"), "did you mean [stockpile.x]?");
    let typo = "[stockpile.x]\nholders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = 9\n[policy.p]\nuse = [\"stockpile.y\"]\n";
    told(&world().toml(typo), "did you mean \"stockpile.x\"?");
    told(&world().toml("[stockpile]\nholders = [\"BBB\"]\n"), "write [stockpile.NAME]");
}

#[test]
fn a_planned_plant_makes_nothing_yet() {
    let mut world = world().planned("new", "ore", "CCC", 10.0);
    let row = world.plants.last_mut().expect("the planned plant");
    *row = "new,ore,CCC,120,60,,,,,,,".into();
    world.lanes.push("ore,CCC,CCC,,0".into());
    told(&world, "is planned and makes 60 a year");
}
