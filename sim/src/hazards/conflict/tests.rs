//! What a war does to the tests' small network.

use crate::exposure::Channel::{Announced, Availability, Passage, Surge, Threat};
use crate::hazards::testing::{COD_DEU, COD_FIN, COD_HOME, FIN_DEU, KISANFU, REFINED_FIN_DEU, TENKE};
use crate::hazards::testing::{assert_course, drawn, entry, trial};

#[test]
fn a_conflict_takes_capacity_from_all_plants_of_its_places() {
    let conflict = trial("conflict", "places = ['COD']", 0.3, 0.0, 1.5);
    assert_eq!(conflict.items(Availability), [KISANFU, TENKE]);
    assert_course(&conflict.course(Availability, TENKE, 3), &[0.7, 0.85, 1.0]);
    assert_course(&conflict.course(Threat, COD_HOME, 3), &[0.3, 0.15, 0.0]);
    assert_eq!(conflict.items(Passage), [0; 0]);
}

#[test]
fn closed_borders_stop_trade_in_and_out_and_never_at_home() {
    let body = "places = ['FIN']\ncloses_lanes = 0.4";
    let conflict = trial("conflict", body, 1.0, 0.0, 1.0);
    assert_eq!(conflict.items(Passage), [COD_FIN, FIN_DEU, REFINED_FIN_DEU]);
    assert_course(&conflict.course(Passage, COD_FIN, 2), &[0.6, 1.0]);
    assert_course(&conflict.course(Threat, COD_FIN, 2), &[0.4, 0.0]);
    let both = trial("conflict", "places = ['EU27']\ncloses_lanes = 0.4", 0.0, 0.0, 1.0);
    let closures = both.writes();
    let twice = closures.iter().filter(|write| (write.channel, write.item) == (Passage, FIN_DEU));
    assert_eq!(twice.count(), 2, "a lane between two places at war crosses two borders");
}

#[test]
fn the_parties_defence_asks_for_more_and_nobody_else_does() {
    let body = "places = ['EU27']\nmaterials = ['cobalt_hydroxide']\ndefence_surge = 3";
    let conflict = trial("conflict", body, 0.0, 0.0, 1.5);
    assert_eq!(conflict.items(Surge), [2]);
    assert_course(&conflict.course(Surge, 2, 3), &[3.0, 2.0, 1.0]);
}

#[test]
fn places_in_which_nothing_is_touched_are_no_units() {
    let conflict = trial("conflict", "places = ['COD', 'DEU']", 1.0, 0.0, 1.0);
    assert_eq!(conflict.hazard.units(), ["COD"]);
    let refused = drawn(&entry("conflict", "places = ['DEU']")).unwrap_err();
    assert!(refused[0].contains("touches nothing"), "{refused:?}");
    let nowhere = drawn(&entry("conflict", "")).unwrap_err();
    assert!(nowhere[0].contains("places is missing"), "{nowhere:?}");
}

#[test]
fn an_announced_conflict_is_feared_for_what_it_will_cut() {
    let body = "places = ['COD']\nplants = ['tenke']";
    let conflict = trial("conflict", body, 0.5, 2.0, 3.0).lead(1.0);
    assert_course(&conflict.course(Announced, COD_DEU, 4), &[0.0, 0.3, 0.0, 0.0]);
    assert_course(&conflict.course(Threat, COD_DEU, 4), &[0.0, 0.3, 0.3, 0.0]);
}

#[test]
fn lanes_over_chokepoints_near_a_war_are_stopped_once_whatever_else_is_touched() {
    let body =
        "places = ['COD']\nchokepoints = ['bab_el_mandeb']\ncloses_chokepoints = 0.5\ncloses_lanes = 0.2";
    let conflict = trial("conflict", body, 0.0, 0.0, 1.0);
    assert_eq!(conflict.items(Passage), [COD_DEU, COD_FIN]);
    let stopped: Vec<f64> = conflict
        .writes()
        .iter()
        .filter(|w| (w.channel, w.item) == (Passage, COD_DEU))
        .map(|w| w.value)
        .collect();
    assert_eq!(stopped, [0.8, 0.5], "the border, and the strait");
}

#[test]
fn parties_far_from_the_war_arm_themselves_too() {
    let body = "places = ['COD']\nparties = ['DEU']\ndefence_surge = 2";
    let conflict = trial("conflict", body, 0.5, 0.0, 1.0);
    assert_eq!(conflict.items(Surge), [2, 4], "defence in DEU, of both materials");
    assert_course(&conflict.course(Surge, 2, 2), &[2.0, 1.0]);
}

#[test]
fn a_war_begins_in_its_places_and_reaches_neighbours_by_spread_alone() {
    let body = "places = ['COD']\nspreads = { to = ['EU27'], probability = 0.3, after_months = 2 }\nparties = ['DEU']\n\
                defence_surge = 2";
    let war = trial("conflict", body, 0.5, 0.0, 1.0);
    assert_eq!((war.hazard.units(), war.hazard.n_seats()), (&["COD", "DEU", "FIN"].map(String::from)[..], 1));
    let spread = war.hazard.spread().expect("it spreads");
    assert_eq!(spread.neighbours, [vec![1, 2], vec![], vec![]]);
    let drawn_in = war.pick(&["FIN"]);
    assert_eq!(drawn_in.items(Availability), [2, 3], "FIN's plants");
    assert_eq!(drawn_in.items(Surge), [0; 0], "the parties armed when it began");
}

#[test]
fn faults_of_a_conflict_are_reported() {
    let refusal = |body: &str| {
        drawn(&entry("conflict", &format!("places = ['COD']\n{body}"))).expect_err(body).join("\n")
    };
    assert!(refusal("spreads = { to = ['FIN'], probability = 3, after_months = 1 }").contains("no share"));
    assert!(refusal("spreads = { to = ['FIN'], probability = 0.3, after_months = -1 }").contains("negative"));
    assert!(refusal("spreads = { to = ['FINN'], probability = 0.3, after_months = 1 }").contains("FINN"));
    assert!(
        refusal("spreads = { to = ['COD'], probability = 0.3, after_months = 1 }")
            .contains("touches nothing")
    );
    assert!(refusal("closes_chokepoints = 0.5").contains("no effect without chokepoints"));
    assert!(refusal("chokepoints = ['suess']").contains("suess"));
    assert!(refusal("chokepoints = ['cape_good_hope']").contains("no lane"));
    assert!(refusal("parties = ['DEU']").contains("no effect without a defence_surge"));
}
