//! A measure that is announced ahead: what buyers bring forward between the announcement and the start, by hand.

use crate::kit::{Trace, World, assert_close, assert_series};

/// AAA makes 10 a month of ore for BBB, and could make 30. BBB holds a month's cover and orders a quarter of a gap in a month.
/// From month 2 to month 4 AAA lets nothing out, or half, as it announced some months before.
fn announced(front_loading: f64, lead_months: f64, severity: f64) -> Trace {
    World::new(7)
        .material("ore")
        .plant("mine", "ore", "AAA", 30.0, 10.0)
        .lane("ore", "AAA", "BBB", 10.0, 0.0)
        .consumer("ore", "BBB", "civil", 10.0, 1)
        .market("cover_days", 30.4375)
        .market("adjustment_days", 4.0 * 30.4375)
        .market("front_loading", front_loading)
        .event("ban", 2.0, 4.0)
        .toml(&format!(
            "[hazard.ban]\nkind = \"export_restriction\"\nimposer = \"AAA\"\nonset = {{ catalogue = \"events.csv\" }}\n\
             lead_months = {lead_months}\nseverity = {severity}"
        ))
        .run()
}

fn bought(run: &Trace) -> Vec<f64> {
    run.shipped.iter().map(|lanes| lanes[0]).collect()
}

fn held(run: &Trace) -> Vec<f64> {
    run.inventory.iter().map(|destinations| destinations[0]).collect()
}

#[test]
fn buyers_bring_forward_between_the_announcement_and_the_start_what_they_lack_later() {
    // Orders are doubled: 20, then (10 − 10/4) · 2. What is held then lasts through the ban; after it a quarter of the gap
    // to 10 is ordered besides.
    let run = announced(1.0, 2.0, 1.0);
    assert_series(&bought(&run)[..5], &[20.0, 15.0, 0.0, 0.0, 11.25]);
    assert_series(&held(&run)[..5], &[20.0, 25.0, 15.0, 5.0, 6.25]);
    assert_close(run.total(0), 0.0);
    // Whoever is told and does not heed it, and whoever is not told, has the cover and no more.
    for run in [announced(0.0, 2.0, 1.0), announced(1.0, 0.0, 1.0)] {
        assert_series(&bought(&run)[..5], &[10.0, 10.0, 0.0, 0.0, 12.5]);
        assert_series(&run.shortfall(0), &[0.0, 0.0, 0.0, 10.0, 0.0, 0.0, 0.0]);
    }
}

#[test]
fn a_shorter_notice_and_a_smaller_cut_bring_less_forward() {
    // Half a month of notice makes half of the factor in its month: 10 · 1.5. The ban is met with 15.
    let late = announced(1.0, 0.5, 1.0);
    assert_series(&bought(&late)[..4], &[10.0, 15.0, 0.0, 0.0]);
    assert_series(&late.shortfall(0)[..5], &[0.0, 0.0, 0.0, 5.0, 0.0]);
    // Half a cut makes half of the factor too: 15, then (10 − 5/4) · 1.5 = 13.125, held 18.125. In it half of 10 − 8.125/4 comes.
    let half = announced(1.0, 2.0, 0.5);
    assert_series(&bought(&half)[..3], &[15.0, 13.125, 3.984375]);
    assert_series(&held(&half)[..3], &[15.0, 18.125, 12.109375]);
}

#[test]
fn orders_brought_forward_are_no_more_than_the_mine_can_make() {
    // Five times 10 is asked for, and 30 is all there is; then five times 10 − 20/4.
    let run = announced(4.0, 2.0, 1.0);
    assert_series(&bought(&run)[..3], &[30.0, 25.0, 0.0]);
}
