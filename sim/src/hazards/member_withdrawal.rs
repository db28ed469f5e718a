//! A member of joint stockpiles keeps its share at home.

use super::Hazard;
use super::Key;
use super::Kind;
use super::footprint;
use super::keys;
use crate::baseline::Baseline;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "member_withdrawal",
    summary: "A member of joint stockpiles withdraws: it keeps its share at home and has no claim on the rest.",
    severity: "share of its membership that is withdrawn, 0 to 1; 1 if not given",
    keys: KEYS,
    example: r#"[hazard.member_leaves]
kind = "member_withdrawal"
members = ["EU27"]
onset = { poisson = { per_year = 0.05 } }
duration_months = { uniform = { low = 6, high = 36 } }
"#,
    read,
};

const KEYS: &[Key] = &[Key {
    name: "members",
    unit: keys::PLACES,
    default: "required",
    meaning: "who may withdraw: one of them, drawn at random, unless `sample` says how many",
}];

#[derive(Debug)]
struct MemberWithdrawal {
    /// Codes of the members.
    units: Vec<String>,
    /// The place of each unit.
    places: Vec<usize>,
}

fn read(entry: &HazardEntry, baseline: &Baseline, problems: &mut Problems) -> Option<Box<dyn Hazard>> {
    let mut body = footprint::body(entry);
    body.required("members", "members = [\"DEU\", \"FRA\"]", problems);
    let members = body.names("members", problems);
    body.finish(&Key::names(KEYS), problems);
    let places = footprint::places(Some(members?), baseline, problems)?;
    if places.is_empty() {
        footprint::empty(entry, "members is an empty list", problems);
        return None;
    }
    Some(Box::new(MemberWithdrawal {
        units: footprint::codes(&places, baseline),
        places: places.iter().map(|place| place.index()).collect(),
    }))
}

impl Hazard for MemberWithdrawal {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn default_sample(&self) -> Option<usize> {
        Some(1)
    }

    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let share = shape.pulse(event.start, event.end).map(|strength| event.severity * strength);
        for (_, &place) in self.places.iter().enumerate().filter(|(unit, _)| event.touches(*unit)) {
            script.lay(Channel::Withdrawn, place, run, &share);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::exposure::Channel::Withdrawn;
    use crate::hazards::testing::{assert_course, drawn, entry, trial};

    #[test]
    fn a_withdrawal_takes_the_members_share_and_touches_nothing_else() {
        let leaves = trial("member_withdrawal", "members = ['EU27']", 0.5, 0.5, 2.0).pick(&["FIN"]);
        assert_eq!(leaves.hazard.units(), ["DEU", "FIN"]);
        assert_course(&leaves.course(Withdrawn, 2, 3), &[0.25, 0.5, 0.0]);
        assert!(leaves.writes().iter().all(|write| (write.channel, write.item) == (Withdrawn, 2)));
    }

    #[test]
    fn one_member_leaves_at_a_time_unless_more_are_drawn() {
        let mut leaves = entry("member_withdrawal", "members = ['EU27']");
        assert_eq!(drawn(&leaves).unwrap().sample, Some(1));
        leaves.sample = Some(2);
        assert_eq!(drawn(&leaves).unwrap().sample, Some(2));
    }

    #[test]
    fn a_withdrawal_of_nobody_is_refused() {
        let refusal = |body: &str| drawn(&entry("member_withdrawal", body)).unwrap_err().join("\n");
        assert!(refusal("").contains("members is missing"));
        assert!(refusal("members = []").contains("touches nothing"));
        assert!(refusal("members = ['EU28']").contains("EU28"));
    }
}
