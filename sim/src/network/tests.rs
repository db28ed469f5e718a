//! What compiling promises: ids in their documented orders, every unknown name at its cell.

use super::testing::Tables;
use super::{Network, PlaceId};
use crate::scenario::Prior;
use crate::scenario::StockRow;
use crate::units::Years;

/// Ore from two places, refined in one, used in two; gravity everywhere.
fn chain() -> Tables {
    Tables::new()
        .places(&["CHN", "COD", "USA"])
        .material("metal", "t")
        .material("ore", "t")
        .plant("refinery", "metal", "CHN", 100.0, 90.0)
        .plant("mine b", "ore", "COD", 100.0, 80.0)
        .plant("mine a", "ore", "COD", 100.0, 50.0)
        .plant("mine c", "ore", "USA", 60.0, 50.0)
        .recipe("metal", "ore", 2.0)
        .consumer("metal", "USA", "defence", 40.0)
        .priority(1)
        .consumer("metal", "USA", "civil", 40.0)
        .priority(5)
        .consumer("metal", "CHN", "civil", 10.0)
        .priority(5)
}

fn lane_ends(network: &Network) -> Vec<(&str, &str, &str)> {
    let lanes = network.lanes.iter().map(|lane| {
        let (origin, destination) =
            (&network.origins[lane.origin.index()], &network.destinations[lane.destination.index()]);
        let code = |place: PlaceId| network.places[place.index()].code.as_str();
        let material = network.materials[origin.material.index()].code.as_str();
        (material, code(origin.place), code(destination.place))
    });
    lanes.collect()
}

#[test]
fn everything_stands_in_the_order_that_the_fields_document() {
    let network = chain().network();
    let codes: Vec<&str> = network.materials.iter().map(|material| material.code.as_str()).collect();
    assert_eq!(codes, ["ore", "metal"]);
    let plants: Vec<&str> = network.plants.iter().map(|plant| plant.name.as_str()).collect();
    assert_eq!(plants, ["mine a", "mine b", "mine c", "refinery"]);
    let expected =
        [("ore", "COD", "CHN"), ("ore", "USA", "CHN"), ("metal", "CHN", "CHN"), ("metal", "CHN", "USA")];
    assert_eq!(lane_ends(&network), expected);
    let consumers: Vec<(usize, usize, &str)> = network
        .consumers
        .iter()
        .map(|consumer| {
            (consumer.destination.index(), consumer.class, network.sectors[consumer.sector].as_str())
        })
        .collect();
    assert_eq!(consumers, [(1, 1, "civil"), (2, 0, "defence"), (2, 1, "civil")]);
    assert_eq!(network.n_classes, 2);
    assert_eq!(network.materials[1].lanes, 2..4);
    assert_eq!(network.origins[0].lanes, 0..1);
    assert_eq!(network.origins[0].plants, 0..2);
    assert_eq!(network.destinations[2].consumers, 1..3);
}

#[test]
fn a_plant_is_served_last_and_owned_at_home_unless_it_says_otherwise() {
    let mut tables = chain();
    let network = tables.network();
    assert_eq!(network.plants[3].class, 1);
    assert_eq!(network.plants[3].owner, PlaceId(0));
    tables.scenario.plants[0].priority = Some(3);
    let owner = tables.at("USA".to_string());
    tables.scenario.plants[0].owner = Some(owner);
    let network = tables.network();
    assert_eq!((network.plants[3].class, network.n_classes), (1, 3));
    assert_eq!(network.plants[3].owner, PlaceId(2));
    assert_eq!(network.consumers[0].class, 2);
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let mut tables = chain();
    let before = format!("{:?}", stripped(tables.network()));
    tables.scenario.places.reverse();
    tables.scenario.materials.reverse();
    tables.scenario.plants.reverse();
    tables.scenario.consumers.reverse();
    assert_eq!(before, format!("{:?}", stripped(tables.network())));
}

/// A network without the places in files, which move with their rows.
fn stripped(mut network: Network) -> Network {
    let at = network.plants[0].at;
    network.plants.iter_mut().for_each(|plant| plant.at = at);
    network
}

#[test]
fn unknown_names_are_found_at_their_cells_with_the_nearest_name() {
    let mut tables =
        chain().lane("ore", "COE", "CHN", 1.0).lane("orre", "COD", "CHN", 1.0).bloc("B", &["ZSA"]);
    let host = tables.at("refinry".to_string());
    tables.scenario.plants[1].host = Some((host, 1.0));
    let problems = tables.problems();
    let scenario = &tables.scenario;
    let expected = [
        ("bloc \"B\": no place \"ZSA\"", scenario.blocs[0].places[0].at, "USA"),
        (
            "plant \"mine b\": no plant \"refinry\"",
            scenario.plants[1].host.as_ref().unwrap().0.at,
            "refinery",
        ),
        ("no place \"COE\"", scenario.lanes[0].from.at, "COD"),
        ("no material \"orre\"", scenario.lanes[1].material.at, "ore"),
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:?}");
    for (problem, (message, at, near)) in problems.iter().zip(expected) {
        assert_eq!((problem.message.as_str(), problem.at), (message, Some(at)));
        assert!(problem.hint.as_ref().unwrap().ends_with(&format!("did you mean {near:?}?")), "{problem:?}");
    }
}

#[test]
fn without_places_csv_places_are_those_that_are_used() {
    let mut tables = chain();
    tables.scenario.places.clear();
    let codes: Vec<String> = tables.network().places.into_iter().map(|place| place.code).collect();
    assert_eq!(codes, ["CHN", "COD", "USA"]);
}

#[test]
fn a_place_may_be_written_by_its_name_in_any_form_of_its_letters() {
    let mut tables = chain();
    tables.scenario.places[1].name = "C\u{f4}te".into();
    tables.scenario.plants[1].place.value = "Co\u{302}te".into();
    assert_eq!(tables.network().origins.len(), 3);
}

#[test]
fn a_listed_flow_makes_unlisted_lanes_not_exist_and_a_flow_of_zero_closes_its_lane() {
    let tables = chain().lane("ore", "COD", "CHN", 130.0);
    let unlisted = tables.network();
    assert_eq!(lane_ends(&unlisted)[0], ("ore", "COD", "CHN"));
    assert_eq!(unlisted.materials[0].lanes, 0..1);
    let closed = chain().lane("ore", "COD", "CHN", 0.0).network();
    assert_eq!(lane_ends(&closed)[0], ("ore", "USA", "CHN"));
    let mut both = chain().lane("ore", "COD", "CHN", 130.0);
    both.scenario.settings.prior = Some(Prior::Gravity);
    assert_eq!(both.network().materials[0].lanes, 0..2);
}

#[test]
fn a_destination_that_no_lane_reaches_is_named() {
    let mut tables = chain();
    tables.scenario.settings.prior = Some(Prior::None);
    let tables = tables.lane("metal", "CHN", "USA", None).lane("ore", "COD", "CHN", None);
    let problems = tables.problems();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].message, "\"metal\" is used in \"CHN\" and no lane brings it there");
    assert_eq!(problems[0].at, Some(tables.scenario.consumers[2].at));
}

#[test]
fn the_row_that_names_most_gives_the_transit_wherever_it_stands() {
    let days = |tables: &Tables| {
        let lanes = tables.network().lanes;
        lanes.iter().map(|lane| Years(lane.transit).days().round()).collect::<Vec<f64>>()
    };
    let tables = chain().bloc("OECD", &["USA"]);
    assert_eq!(days(&tables), [30.0, 30.0, 0.0, 30.0]);
    assert_eq!(tables.network().assumptions[0].about, "transit_days of 3 foreign lanes");
    let mut tables = tables.transit("COD", "CHN", "*", 70.0).transit("*", "*", "*", 10.0);
    assert_eq!(days(&tables), [70.0, 10.0, 0.0, 10.0]);
    tables = tables.transit("OECD", "*", "*", 20.0).transit("CHN", "CHN", "*", 2.0);
    assert_eq!(days(&tables), [70.0, 20.0, 2.0, 10.0]);
    tables.scenario.transit.reverse();
    assert_eq!(days(&tables), [70.0, 20.0, 2.0, 10.0]);
    assert!(tables.network().assumptions.is_empty());
    let own = tables.lane("ore", "COD", "CHN", None).transit_unknown().lane("ore", "USA", "CHN", None);
    assert_eq!(days(&own), [70.0, 0.0, 2.0, 10.0]);
}

#[test]
fn transit_rows_that_fit_alike_and_differ_are_refused() {
    let tables = chain().transit("COD", "*", "*", 70.0).transit("*", "CHN", "*", 60.0);
    let problems = tables.problems();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].at, Some(tables.scenario.transit[1].from.at));
}

#[test]
fn a_row_that_stands_twice_is_refused() {
    let mut tables = chain().lane("ore", "COD", "CHN", 1.0).lane("ore", "COD", "CHN", 2.0);
    tables = tables.consumer("metal", "CHN", "civil", 1.0).recipe("metal", "ore", 3.0).material("ore", "kg");
    tables = tables.places(&["COD"]).plant("mine a", "ore", "USA", 1.0, None);
    let problems = tables.problems();
    let n_twice = problems.iter().filter(|problem| problem.message.ends_with("is listed twice")).count();
    assert_eq!((n_twice, problems.len()), (6, 6), "{problems:?}");
}

#[test]
fn a_plant_above_its_capacity_and_a_host_of_itself_are_refused() {
    let tables = chain().plant("x", "ore", "USA", 10.0, 11.0).host("y", 1.0);
    let tables = tables.plant("y", "ore", "USA", 10.0, 1.0).host("x", 1.0);
    let messages: Vec<String> = tables.problems().into_iter().map(|problem| problem.message).collect();
    assert!(messages.contains(&"plant \"x\" makes 11 a year and can make 10".to_string()), "{messages:?}");
    assert!(messages.contains(&"plant \"x\" is a by-product of itself through host \"y\"".to_string()));
}

#[test]
fn stocks_set_the_cover_of_their_side_and_must_have_one() {
    let mut tables = chain();
    for (material, place, inventory) in
        [("metal", "USA", true), ("ore", "COD", false), ("metal", "USA", false)]
    {
        let row = StockRow {
            material: tables.at(material.to_string()),
            place: tables.at(place.to_string()),
            inventory,
            cover_days: tables.at(77.0),
        };
        tables.scenario.stocks.push(row);
    }
    let problems = tables.problems();
    assert_eq!(problems[0].message, "nobody makes \"metal\" in \"USA\"");
    tables.scenario.stocks.pop();
    let network = tables.network();
    assert_eq!((network.destinations[2].cover_days, network.destinations[1].cover_days), (77.0, 30.0));
    assert_eq!((network.origins[0].unsold_days, network.origins[1].unsold_days), (77.0, 0.0));
}

#[test]
fn a_plant_with_a_recipe_of_its_own_does_not_take_the_general_one() {
    let mut tables = chain().plant("smelter", "metal", "USA", 5.0, 0.0).recipe("metal", "ore", 3.0);
    let plant = tables.at("smelter".to_string());
    tables.scenario.recipes[1].plant = Some(plant);
    let network = tables.network();
    let inputs: Vec<f64> = network.plants[3..].iter().map(|plant| plant.inputs[0].per_output).collect();
    assert_eq!(inputs, [2.0, 3.0]);
}
