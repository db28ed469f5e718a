//! Reading when something is released: the conditions of a trigger, and why one could never hold.

use super::trigger::Trigger;
use crate::math::ln;
use crate::network::PriceMode;
use crate::policies::Reading;
use crate::policies::reading::no_such;
use crate::scenario::At;
use crate::scenario::Body;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;
use crate::units::Years;

const CONDITIONS: [&str; 6] = [
    "when_shortage_above",
    "when_price_above",
    "when_cover_below_days",
    "when_active",
    "when_announced_above",
    "dates",
];

/// Reads the table `key`: `{ always = true }` or any of the conditions; without it, nothing has to happen first. `lanes` are
/// those into the destinations it is about, with their shares of the baseline intake.
pub(crate) fn trigger(
    reading: &mut Reading<'_, '_>,
    key: &str,
    lanes: Vec<(usize, f64)>,
    problems: &mut Problems,
) -> Option<Trigger> {
    let mut trigger = Trigger { lanes, ..Trigger::default() };
    if !reading.body.has(key) {
        return Some(trigger);
    }
    let mut release = reading.body.table(key, problems)?;
    if release.flag("always", problems) == Some(true) {
        release.finish(&["always"], problems);
        return Some(trigger);
    }
    trigger.shortage_above = release.share("when_shortage_above", problems);
    trigger.log_price_above = release.positive("when_price_above", problems).map(ln);
    let cover = release.positive("when_cover_below_days", problems);
    trigger.cover_below = cover.map(|days| reading.steps(Years::from_days(days)));
    trigger.announced_above = release.share("when_announced_above", problems);
    for name in release.names("when_active", problems).unwrap_or_default() {
        match reading.hazards().position(|hazard| hazard == name.value) {
            Some(index) => trigger.active.push(index),
            None => no_such("when_active", "hazard", &name, reading.hazards(), problems),
        }
    }
    for interval in release.names("dates", problems).unwrap_or_default() {
        match steps(reading, &interval) {
            Ok(span) => trigger.dates.push((span, interval)),
            Err(message) => {
                let hint =
                    "an interval is \"2027-03-01/2027-09-01\"; the second date is the first day after it";
                problems.error(interval.at, format!("dates: {message}"), Some(hint.into()));
            }
        }
    }
    refuse_never(reading, &release, &trigger, problems);
    let keys: Vec<&str> = CONDITIONS.into_iter().chain(["always"]).collect();
    release.finish(&keys, problems);
    Some(trigger)
}

/// Reports conditions that nothing in the scenario can make true.
fn refuse_never(reading: &Reading<'_, '_>, release: &Body<'_>, trigger: &Trigger, problems: &mut Problems) {
    let network = &reading.baseline.network;
    let mut never = |key: &str, why: &str, hint: &str| {
        let message = format!("this condition can never hold: {why}");
        release.error(key, &message, Some(hint.into()), problems);
    };
    if trigger.shortage_above == Some(1.0) {
        never("when_shortage_above", "no more than all claims can be missed", "give a share below 1");
    }
    if trigger.announced_above == Some(1.0) {
        never(
            "when_announced_above",
            "no more than all intake can be announced to be cut",
            "give a share below 1",
        );
    }
    let warns = |hazard: &HazardEntry| hazard.enabled && hazard.shape.lead_months > 0.0;
    if trigger.announced_above.is_some() && !reading.scenario.hazards.iter().any(warns) {
        let hint = "give a hazard lead_months, or use another condition";
        never("when_announced_above", "no hazard is announced before it begins", hint);
    }
    if let Some(log_price) = trigger.log_price_above {
        let (_, ceiling) = network.settings.price_bounds;
        let shocks = reading.scenario.hazards.iter().any(|hazard| hazard.kind.value == "price_shock");
        if log_price >= ln(ceiling) {
            never(
                "when_price_above",
                "prices stay below network.price_ceiling",
                &format!("give less than {ceiling}"),
            );
        } else if network.prices() == PriceMode::Exogenous && !shocks {
            let why = "prices are exogenous and no hazard of kind price_shock moves them";
            never("when_price_above", why, "set network.prices = \"endogenous\", or use another condition");
        }
    }
    let end = network.clock.n_steps as f64;
    for ((from, until), written) in &trigger.dates {
        if *until <= 0.0 || *from >= end {
            let message = format!("dates: \"{}\" can never hold: it lies outside the horizon", written.value);
            problems.error(written.at, message, Some("give dates within the horizon".into()));
        }
    }
    let has_none = !CONDITIONS.iter().any(|key| release.has(key));
    if has_none {
        let hint = format!("write always = true, or one of {}", CONDITIONS.join(", "));
        problems.error(release.location(""), "release: no condition is given", Some(hint));
    }
}

/// An interval of dates as steps from the start.
fn steps(reading: &Reading<'_, '_>, interval: &At<String>) -> Result<(f64, f64), String> {
    let written = interval.as_str();
    let (from, until) = written.split_once('/').ok_or_else(|| format!("\"{written}\" is no interval"))?;
    let (from, until) = (reading.date_in_steps(from)?, reading.date_in_steps(until)?);
    if from < until { Ok((from, until)) } else { Err(format!("\"{written}\" ends before it begins")) }
}
