//! What a restriction does to each lane, month by month.

use crate::exposure::Channel::{AddedTransit, Announced, ExportCap, LaneCap, Openness, Threat, Wedge};
use crate::hazards::testing::{COD_DEU, COD_FIN, FIN_DEU, FIN_HOME, REFINED_FIN_DEU};
use crate::hazards::testing::{Trial, assert_course, drawn, entry, trial};
use crate::random::Law;

const INF: f64 = f64::INFINITY;

fn restriction(body: &str, severity: f64, from: f64, until: f64) -> Trial {
    trial("export_restriction", body, severity, from, until)
}

fn refusal(body: &str) -> String {
    drawn(&entry("export_restriction", body)).expect_err("refused").join("\n")
}

#[test]
fn a_ban_cuts_its_severity_and_never_touches_the_home_lane() {
    let ban = restriction("imposer = 'COD'\nform = 'ban'", 0.6, 1.5, 3.0);
    assert_eq!(ban.items(Openness), [COD_DEU, COD_FIN]);
    assert_eq!(ban.items(Threat), [COD_DEU, COD_FIN]);
    assert_course(&ban.course(Openness, COD_DEU, 4), &[1.0, 0.7, 0.4, 1.0]);
    assert_course(&ban.course(Threat, COD_DEU, 4), &[0.0, 0.3, 0.6, 0.0]);
}

#[test]
fn without_a_form_it_is_a_ban_and_without_a_severity_it_is_whole() {
    let ban = drawn(&entry("export_restriction", "imposer = 'COD'")).unwrap();
    assert_eq!(ban.severity.bounds(), (1.0, 1.0));
    assert_course(&restriction("imposer = 'COD'", 1.0, 0.0, 1.0).course(Openness, COD_DEU, 2), &[0.0, 1.0]);
}

#[test]
fn a_bloc_that_imposes_cuts_its_lanes_to_others_and_not_those_among_its_members() {
    let within = "imposer = 'EU27'\nmaterials = ['cobalt_*']";
    let message = refusal(within);
    assert!(message.contains("touches nothing"), "{message}");
    let named = restriction("imposer = 'EU27'\nimporters = ['DEU']", 1.0, 0.0, 1.0);
    assert_eq!(
        named.items(Openness),
        [FIN_DEU, REFINED_FIN_DEU],
        "named importers are targeted wherever they are"
    );
}

#[test]
fn importers_narrow_it_and_except_spares_them() {
    assert_eq!(restriction("imposer = 'COD'\nimporters = 'DEU'", 1.0, 0.0, 1.0).items(Openness), [COD_DEU]);
    let spared = restriction("imposer = 'COD'\nimporters = ['EU27']\nexcept = ['DEU']", 1.0, 0.0, 1.0);
    assert_eq!(spared.items(Openness), [COD_FIN]);
    assert_eq!(spared.hazard.units(), ["FIN"]);
}

#[test]
fn an_event_on_picked_importers_leaves_the_others_alone() {
    let ban = restriction("imposer = 'COD'", 1.0, 0.0, 1.0).pick(&["FIN"]);
    assert_eq!(ban.items(Openness), [COD_FIN]);
}

#[test]
fn a_licence_lets_almost_nothing_pass_while_it_is_handled_and_then_what_its_severity_leaves() {
    let body =
        "imposer = 'COD'\nform = { licence = { handling_days = 45.65625, added_delay_days = 15.21875 } }";
    let licence = restriction(body, 0.3, 1.0, 5.0);
    // 45.65625 days are one and a half months: 0.05 passes, then 0.7.
    assert_course(&licence.course(Openness, COD_DEU, 6), &[1.0, 0.05, 0.375, 0.7, 0.7, 1.0]);
    assert_course(&licence.course(AddedTransit, COD_DEU, 6), &[0.0, 0.5, 0.5, 0.5, 0.5, 0.0]);
    assert!((licence.hazard.longest_delay() - 0.5).abs() < 1e-12);
}

#[test]
fn a_licence_that_ends_while_it_is_handled_has_no_second_phase() {
    let licence = restriction("imposer = 'COD'\nform = 'licence'", 0.3, 1.0, 2.0);
    assert_course(&licence.course(Openness, COD_DEU, 4), &[1.0, 0.05, 1.0, 1.0]);
}

#[test]
fn a_quota_on_all_that_leaves_caps_the_origin_at_the_mean_over_the_step() {
    let quota =
        restriction("imposer = 'COD'\nform = { quota = { share_of_baseline = 0.4 } }", 1.0, 0.25, 2.0);
    // Exports 90 a year, capacity 120: three quarters of a month at 36 a year, one at 120.
    let cap = [(0.75 * 36.0 + 0.25 * 120.0) / 12.0, 3.0, INF];
    assert_course(&quota.course(ExportCap, 0, 3), &cap);
    assert_eq!(quota.items(LaneCap), [0; 0]);
    assert_course(&quota.course(Threat, COD_FIN, 3), &[0.45, 0.6, 0.0]);
}

#[test]
fn a_quota_on_some_importers_caps_their_lanes_by_baseline_flow() {
    let body = "imposer = 'COD'\nmaterials = 'cobalt_hydroxide'\nform = { quota = { per_year = 45 } }";
    let quota = restriction(body, 1.0, 0.0, 1.0).pick(&["DEU"]);
    assert_course(&quota.course(LaneCap, COD_DEU, 2), &[45.0 / 12.0, INF]);
    assert_eq!((quota.items(LaneCap), quota.items(ExportCap)), (vec![COD_DEU], vec![]));
    let all = restriction(body, 1.0, 0.0, 1.0);
    assert_course(&all.course(ExportCap, 0, 2), &[45.0 / 12.0, INF]);
    let named = format!("{body}\nimporters = ['DEU']");
    assert_course(&restriction(&named, 1.0, 0.0, 1.0).course(Threat, COD_DEU, 2), &[0.25, 0.0]);
}

#[test]
fn a_tax_is_a_wedge_and_cuts_nothing() {
    let tax = restriction("imposer = 'COD'\nform = { tax = { rate = 0.25 } }", 1.0, 0.0, 1.5);
    assert_course(&tax.course(Wedge, COD_FIN, 3), &[0.25, 0.125, 0.0]);
    assert!(tax.writes().iter().all(|write| write.channel == Wedge));
}

#[test]
fn what_leaks_arrives_later_and_dearer_by_its_share_of_what_passes() {
    let body = "imposer = 'COD'\nleakage = { share = 0.25, added_days = 60.875, markup = 0.4 }";
    let whole = restriction(body, 1.0, 0.0, 1.0);
    assert_course(&whole.course(Openness, COD_DEU, 2), &[0.25, 1.0]);
    assert_course(&whole.course(AddedTransit, COD_DEU, 2), &[2.0, 0.0]);
    assert_course(&whole.course(Wedge, COD_DEU, 2), &[0.4, 0.0]);
    let half = restriction(body, 0.5, 0.0, 1.0);
    // 0.5 passes as ever and 0.125 leaks: a fifth of what passes.
    assert_course(&half.course(Openness, COD_DEU, 2), &[0.625, 1.0]);
    assert_course(&half.course(AddedTransit, COD_DEU, 2), &[0.4, 0.0]);
    assert_course(&half.course(Wedge, COD_DEU, 2), &[0.08, 0.0]);
    assert_course(&half.course(Threat, COD_DEU, 2), &[0.375, 0.0]);
    let sealed = restriction("imposer = 'COD'\nleakage = { share = 0, added_days = 9 }", 1.0, 0.0, 1.0);
    assert_eq!(sealed.items(AddedTransit), [0; 0], "nothing passes, so nothing is late");
}

#[test]
fn an_announced_restriction_threatens_before_it_cuts() {
    let ban = restriction("imposer = 'COD'", 0.8, 2.5, 4.0).lead(1.0);
    assert_course(&ban.course(Announced, COD_DEU, 5), &[0.0, 0.4, 0.4, 0.0, 0.0]);
    assert_course(&ban.course(Threat, COD_DEU, 5), &[0.0, 0.4, 0.8, 0.8, 0.0]);
    assert_course(&ban.course(Openness, COD_DEU, 5), &[1.0, 1.0, 0.6, 0.2, 1.0]);
    assert_eq!(ban.course(Announced, FIN_HOME, 5), [0.0; 5]);
}

#[test]
fn a_ramp_closes_a_lane_by_degrees() {
    let ban = restriction("imposer = 'COD'", 1.0, 0.0, 3.0).ramp(2.0);
    assert_course(&ban.course(Openness, COD_DEU, 4), &[0.75, 0.25, 0.0, 1.0]);
}

#[test]
fn faults_of_a_restriction_are_all_reported() {
    let message =
        refusal("imposr = 'COD'\nleakage = { share = 35 }\nform = { licence = { handling_day = 9 } }");
    for fault in ["unknown key \"imposr\"", "35 is no share", "unknown key \"handling_day\""] {
        assert!(message.contains(fault), "{fault} is not in\n{message}");
    }
    assert!(refusal("materials = ['cobalt_*']").contains("imposer is missing"));
    assert!(refusal("imposer = 'ZAR'").contains("ZAR"));
    assert!(refusal("imposer = 'COD'\nform = { quota = {} }").contains("one size"));
    let quota = "form = { quota = { per_year = 9 } }\nimporters = ['DEU']";
    assert!(refusal(&format!("imposer = 'FIN'\n{quota}")).contains("several materials"));
    assert!(
        refusal("imposer = 'COD'\nform = { tax = { rate = 1 } }\nleakage = { share = 0 }")
            .contains("no effect")
    );
    assert!(refusal("imposer = 'COD'\nform = { tax = { rate = 1e300 } }").contains("too large"));
    let mut taxed = entry("export_restriction", "imposer = 'COD'\nform = { tax = { rate = 0.25 } }");
    taxed.severity = Some(Law::fixed(0.5));
    assert!(drawn(&taxed).unwrap_err()[0].contains("severity has no effect"));
}

#[test]
fn a_licence_lets_pass_what_it_says_for_each_importer_a_place_before_its_bloc_before_the_rest() {
    let form = |passes: &str| {
        format!("imposer = 'COD'\nform = {{ licence = {{ handling_days = 0, passes = {passes} }} }}")
    };
    let licence = restriction(&form("{ EU27 = 0.25, DEU = 0.5, rest = 0.9 }"), 1.0, 0.0, 1.0);
    assert_course(&licence.course(Openness, COD_DEU, 2), &[0.5, 1.0]);
    assert_course(&licence.course(Openness, COD_FIN, 2), &[0.25, 1.0]);
    let eased = restriction(&form("{ FIN = 0.5, rest = 0.9 }"), 0.5, 0.0, 1.0);
    assert_course(&eased.course(Openness, COD_DEU, 2), &[0.95, 1.0]);
    assert_course(&eased.course(Openness, COD_FIN, 2), &[0.75, 1.0]);
    assert!(refusal(&form("{ COD = 0.5 }")).contains("none of the importers"));
    assert!(refusal(&form("{ DEU = 5 }")).contains("no share"));
    assert!(refusal(&form("{ DEUU = 0.5 }")).contains("DEUU"));
}
