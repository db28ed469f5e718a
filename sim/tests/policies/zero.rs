//! A measure of no strength is its absence, to the last bit; the order in which things are written means nothing.

use crate::kit::{Trace, World};
use crate::{ban, chain, with};

/// Two places, ore and a substitute, events, prices that move: something for every measure to change.
pub fn busy(measure: &str) -> World {
    let mut world = chain(12, true)
        .material("alt")
        .plant_with(("alt_mine", "alt", "BBB"), 20.0, 5.0, ",,0.95,1,1,,")
        .lane("alt", "BBB", "BBB", 5.0, 0.0)
        .consumer("alt", "BBB", "civil", 5.0, 1)
        .planned("new", "ore", "BBB", 10.0)
        .network("prices", "\"endogenous\"")
        .market("spot_share", 0.4)
        .market("contract_share", 0.3)
        .market("switching_per_year", 2.0)
        .market("cover_days", 20)
        .market("hoarding", 0.5)
        .market("front_loading", 0.5);
    world.lanes.push("ore,BBB,BBB,,0".into());
    let shock = "[hazard.shock]\nkind = \"price_shock\"\nmaterials = [\"alt\"]\ndirection = \"fall\"\nseverity = 0.3\n\
                 onset = { scheduled = [\"2027-02-01\"] }\nduration_months = 3\n\
                 [hazard.fire]\nkind = \"outage\"\nplants = [\"mine\"]\nseverity = 0.7\n\
                 onset = { scheduled = [\"2027-04-15\"] }\nduration_months = 2.3\n";
    let abroad = "[hazard.war]\nkind = \"conflict\"\nplaces = [\"AAA\"]\nmaterials = [\"ore\"]\nseverity = 0.1\n\
                  closes_lanes = 0.4\nonset = { scheduled = [\"2027-08-10\"] }\nduration_months = 2.6\n\
                  [hazard.told]\nkind = \"owner_control\"\nimposer = \"CCC\"\nseverity = 0.77\n\
                  onset = { scheduled = [\"2027-09-10\"] }\nduration_months = 1.7\n\
                  [hazard.sent_home]\nkind = \"owner_control\"\nimposer = \"CCC\"\nform = \"redirect\"\nseverity = 0.3\n\
                  onset = { scheduled = [\"2027-05-10\"] }\nduration_months = 3.3\n";
    let world = world.owned("mine", "CCC").toml(abroad);
    let event = format!("{}lead_months = 1\nseverity = 0.8\n", ban("ban", "\"BBB\"", "2027-05-01", 3.0));
    world.toml(&event).toml(shock).toml(measure)
}

/// All that happens, as bits.
fn course(run: &Trace) -> Vec<Vec<u64>> {
    let all = [&run.served, &run.inventory, &run.price, &run.unsold, &run.output, &run.shipped];
    all.iter().flat_map(|series| series.iter()).map(|row| row.iter().map(|x| x.to_bits()).collect()).collect()
}

#[test]
fn a_measure_of_no_strength_changes_no_bit() {
    let nothing = course(&busy("").run());
    let joint = "holders = [\"BBB\", \"CCC\"]\nmaterial = \"ore\"\ntarget = 0\ncontributions = \"use\"";
    for (kind, keys) in [
        ("stockpile", "holders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = 0\nrefill = { per_month = 0.1 }"),
        ("stockpile", joint),
        ("private_mandate", "places = [\"BBB\"]\nmaterials = [\"ore\"]\ndays = 0"),
        ("new_capacity", "plant = \"new\"\nlead_months = 100\nsupplies = [\"BBB\"]"),
        ("new_capacity", "plant = \"new\"\nnever_finished = 1\nsupplies = [\"BBB\"]"),
        ("price_floor", "plants = [\"alt_mine\"]\nprice = 0"),
        (
            "recycling",
            "product = \"ore\"\nmaterial = \"ore\"\ncontent = 1\nlifetime_years = 1\ncollection = 0",
        ),
        ("substitution", "from_material = \"ore\"\nto_material = \"alt\"\nplaces = [\"BBB\"]\nshare = 0"),
        ("offtake", "plant = \"mine\"\nbuyers = [\"BBB\"]\nshare = 0"),
        ("diversification", "places = [\"BBB\"]\nmaterials = [\"ore\"]\ncap = 1"),
        ("sharing_agreement", "places = [\"BBB\", \"CCC\"]\nmaterials = [\"ore\"]\nshare = 0"),
        ("support_package", "plants = [\"mine\"]\nrelief = 0"),
        ("warning", "places = [\"BBB\"]\nlead_days = 0"),
        ("corridor", "exporters = [\"AAA\"]\ncapacity_per_year = 0\nadded_days = 20"),
        ("ownership", "plants = [\"mine\"]\nheld_by = [\"BBB\"]\nheld = 0"),
    ] {
        assert!(course(&busy(&with(kind, keys)).run()) == nothing, "{kind} of no strength:\n{keys}");
    }
}

#[test]
fn a_floor_of_nothing_changes_no_bit_and_one_of_all_does_away_with_priorities() {
    let mut world = busy("").consumer("ore", "BBB", "defence", 1.0, 1);
    world.consumers[0] = "ore,BBB,civil,108,2,0,0.3,".into();
    let course = |keys: &str| course(&world.clone().toml(&format!("[policy.p]\n{keys}\n")).run());
    for allocation in ["pro_rata", "priority", "rated"] {
        let rule = format!("allocation = \"{allocation}\"");
        let without = course(&rule);
        assert!(course(&format!("{rule}\nfloor = {{ civil = 0, defence = 0 }}")) == without, "{allocation}");
        let with = course(&format!("{rule}\nfloor = {{ civil = 0.9 }}"));
        assert!(with != without, "{allocation}");
    }
}

#[test]
fn measures_that_have_strength_are_seen_here() {
    let nothing = course(&busy("").run());
    for (kind, keys) in [
        ("stockpile", "holders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = 5"),
        ("private_mandate", "places = [\"BBB\"]\nmaterials = [\"ore\"]\ndays = 5"),
        ("new_capacity", "plant = \"new\"\nlead_months = 2\nsupplies = [\"BBB\"]"),
        ("price_floor", "plants = [\"alt_mine\"]\nprice = 0.97"),
        (
            "recycling",
            "product = \"ore\"\nmaterial = \"ore\"\ncontent = 1\nlifetime_years = 1\ncollection = 0.1",
        ),
        ("substitution", "from_material = \"ore\"\nto_material = \"alt\"\nplaces = [\"BBB\"]\nshare = 0.1"),
        ("offtake", "plant = \"mine\"\nbuyers = [\"BBB\"]\nshare = 0.5"),
        ("diversification", "places = [\"BBB\"]\nmaterials = [\"ore\"]\ncap = 0.9"),
        ("sharing_agreement", "places = [\"BBB\", \"CCC\"]\nmaterials = [\"ore\"]"),
        ("support_package", "plants = [\"mine\"]\nrelief = 0.5"),
        ("warning", "places = [\"BBB\"]\nfront_loading = 1"),
        ("corridor", "exporters = [\"AAA\"]\ncapacity_per_year = 1"),
        ("ownership", "plants = [\"mine\"]\nheld_by = [\"BBB\"]\nheld = 0.1"),
    ] {
        assert!(course(&busy(&with(kind, keys)).run()) != nothing, "{kind}");
    }
}

#[test]
fn the_order_of_policies_tables_and_uses_means_nothing() {
    let reserve = "[stockpile.reserve]\nholders = [\"BBB\"]\nmaterial = \"ore\"\ntarget = 20\nprobability = 0.5\n\
                   release = { when_active = [\"ban\"] }\n";
    let rule = "[diversification.rule]\nplaces = [\"BBB\"]\nmaterials = [\"ore\"]\ncap = 0.7\n";
    let mine = "[new_capacity.mine]\nplant = \"new\"\nlead_months = { exponential = { mean = 4 } }\nsupplies = [\"BBB\"]\n";
    let none = "[policy.none]\n";
    let all = |uses: &str| format!("[policy.all]\nuse = [{uses}]\n");
    let forwards = busy(&format!(
        "{reserve}{rule}{mine}{none}{}",
        all("\"stockpile.reserve\", \"diversification.rule\", \"new_capacity.mine\"")
    ));
    let backwards = busy(&format!(
        "{}{none}{mine}{rule}{reserve}",
        all("\"new_capacity.mine\", \"diversification.rule\", \"stockpile.reserve\"")
    ));
    let (first, second) = (forwards.model(), backwards.model());
    for name in ["none", "all"] {
        let number = |model: &shortfall::ensemble::Model| {
            model.policies.iter().position(|policy| policy.name == name).expect("listed")
        };
        let (one, other) = (Trace::of(&first, number(&first)), Trace::of(&second, number(&second)));
        assert!(course(&one) == course(&other) && one.metrics == other.metrics, "{name}");
    }
}
