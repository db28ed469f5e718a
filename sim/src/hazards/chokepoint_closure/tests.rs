//! What a closure does to the lanes that cross it. In the tests' network COD ships to DEU and FIN by Suez and Bab el-Mandeb,
//! whose alternative is the Cape, 15.21875 days (half a month) longer; the Cape's is an open sea, as long again. FIN ships to DEU by the Danish straits,
//! which have no alternative.

use crate::exposure::Channel::{AddedTransit, Announced, LaneCap, Passage, Threat};
use crate::hazards::testing::{COD_DEU, COD_FIN, FIN_DEU, REFINED_FIN_DEU};
use crate::hazards::testing::{Trial, assert_course, drawn, entry, trial};

fn closure(body: &str, severity: f64, from: f64, until: f64) -> Trial {
    trial("chokepoint_closure", body, severity, from, until)
}

fn refusal(body: &str) -> String {
    drawn(&entry("chokepoint_closure", body)).expect_err("refused").join("\n")
}

#[test]
fn traffic_takes_the_alternative_and_is_late_by_the_share_that_can_not_pass() {
    let suez = closure("chokepoints = ['suez']", 0.6, 0.5, 2.0);
    assert_eq!(suez.items(AddedTransit), [COD_DEU, COD_FIN]);
    assert_course(&suez.course(AddedTransit, COD_DEU, 3), &[0.15, 0.3, 0.0]);
    assert_eq!(suez.items(Passage), [0; 0]);
    assert_eq!(suez.items(Threat), [0; 0], "what comes later is not cut");
}

#[test]
fn one_route_round_two_closed_straits_is_taken_once() {
    let both = closure("chokepoints = ['suez', 'bab_el_mandeb']", 1.0, 0.0, 1.0);
    assert_course(&both.course(AddedTransit, COD_DEU, 2), &[0.5, 0.0]);
}

#[test]
fn if_the_alternative_is_closed_too_traffic_takes_the_alternatives_alternative() {
    let body = "chokepoints = ['suez', 'cape_good_hope']";
    let both = closure(body, 1.0, 0.0, 1.0);
    assert_course(&both.course(AddedTransit, COD_DEU, 2), &[1.0, 0.0]);
    assert_course(
        &closure(body, 1.0, 0.0, 1.0).pick(&["suez"]).course(AddedTransit, COD_DEU, 2),
        &[0.5, 0.0],
    );
    assert!(both.hazard.longest_delay() >= 1.0);
}

#[test]
fn traffic_that_waits_or_has_no_alternative_is_not_shipped() {
    let waits = closure("chokepoints = ['suez']\ntraffic = 'wait'", 0.6, 1.0, 2.0).lead(1.0);
    assert_eq!(waits.items(AddedTransit), [0; 0]);
    assert_course(&waits.course(Passage, COD_DEU, 3), &[1.0, 0.4, 1.0]);
    assert_course(&waits.course(Announced, COD_DEU, 3), &[0.6, 0.0, 0.0]);
    let straits = closure("chokepoints = ['suez', 'danish_straits']", 1.0, 0.0, 1.0);
    assert_eq!(straits.items(Passage), [FIN_DEU, REFINED_FIN_DEU]);
    assert_eq!(straits.items(AddedTransit), [COD_DEU, COD_FIN]);
}

#[test]
fn slots_cap_what_passes_at_their_share_of_the_baseline_whatever_is_ordered() {
    let slots = closure("chokepoints = ['suez']\ntraffic = 'slots'", 0.6, 1.0, 2.5);
    assert_course(&slots.course(Passage, COD_DEU, 4), &[1.0, 0.4, 0.7, 1.0]);
    // 60 a year by month; in the second month half a month is free.
    let inf = f64::INFINITY;
    assert_course(&slots.course(LaneCap, COD_DEU, 4), &[inf, 0.4 * 5.0, 0.7 * 5.0, inf]);
    let waits = closure("chokepoints = ['suez']\ntraffic = 'wait'", 0.6, 1.0, 2.5);
    assert_eq!(waits.items(LaneCap), [0; 0]);
}

#[test]
fn capacity_comes_back_by_the_stated_months_and_shares() {
    let body =
        "chokepoints = ['suez']\ntraffic = 'wait'\nreopens = { months = [1, 2.5], shares = [0.25, 1] }";
    let reopens = closure(body, 0.8, 0.0, 4.0);
    assert_course(&reopens.course(Passage, COD_DEU, 5), &[0.2, 0.4, 0.7, 1.0, 1.0]);
}

#[test]
fn what_is_left_serves_the_first_of_the_list_in_full_before_the_next() {
    // 60 to DEU, of which 10 for defence, and 30 to FIN: a third of 90 is left.
    let severity = 2.0 / 3.0;
    let defence = "chokepoints = ['suez']\ntraffic = 'wait'\npriority = ['defence']";
    let first = closure(defence, severity, 0.0, 1.0);
    // 10 for defence, then 20 over the other 80.
    assert_course(&first.course(Passage, COD_DEU, 2), &[(10.0 + 50.0 * 0.25) / 60.0, 1.0]);
    assert_course(&first.course(Passage, COD_FIN, 2), &[0.25, 1.0]);
    let materials = "chokepoints = ['danish_straits']\ntraffic = 'wait'\npriority = ['*refined']";
    let refined = closure(materials, 0.5, 0.0, 1.0);
    // Nothing else flows there: what has no flow passes as far as capacity is left.
    assert_course(&refined.course(Passage, REFINED_FIN_DEU, 2), &[0.5, 1.0]);
}

#[test]
fn faults_of_a_closure_are_reported() {
    assert!(refusal("").contains("chokepoints is missing"));
    assert!(refusal("chokepoints = ['sues']").contains("sues"));
    assert!(refusal("chokepoints = ['cape_good_hope']").contains("touches nothing"));
    assert!(
        refusal("chokepoints = ['danish_straits']").contains("none of its chokepoints has an alternative")
    );
    let suez = "chokepoints = ['suez']";
    assert!(refusal(&format!("{suez}\ntraffic = 'stop'")).contains("can't be \"stop\""));
    assert!(
        refusal(&format!("{suez}\npriority = ['defense']")).contains("no material or sector \"defense\"")
    );
    for (months, shares, fault) in [
        ("[1]", "[0.5, 1]", "2 shares for 1 months"),
        ("[2, 1]", "[0.5, 1]", "does not come after"),
        ("[-1]", "[0.5]", "negative"),
        ("[1]", "[1.5]", "no share"),
    ] {
        let said = refusal(&format!("{suez}\nreopens = {{ months = {months}, shares = {shares} }}"));
        assert!(said.contains(fault), "{said}");
    }
}
