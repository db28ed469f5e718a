//! An act that touches nothing itself and raises the rates of other hazards: a trade measure, a listing, an election.

use super::Hazard;
use super::Key;
use super::Kind;
use super::footprint;
use super::keys;
use crate::baseline::Baseline;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "political_act",
    summary: "Touches no trade itself, but its events may excite those of other hazards: export controls abroad, a listing \
              of firms, an election.",
    severity: "none: what it brings about is said by `excites`",
    keys: KEYS,
    example: r#"[hazard.chip_controls]
kind = "political_act"
actors = ["EU27"]
onset = { poisson = { per_year = 0.6 } }
duration_months = 1
"#,
    read,
};

const KEYS: &[Key] = &[Key {
    name: "actors",
    unit: keys::PLACES,
    default: "nobody named",
    meaning: "who acts: what the table of events names as touched",
}];

/// What the table of events says where no actor is named.
const NOBODY: &str = "nobody named";

#[derive(Debug)]
struct PoliticalAct {
    /// Codes of the actors.
    units: Vec<String>,
}

fn read(entry: &HazardEntry, baseline: &Baseline, problems: &mut Problems) -> Option<Box<dyn Hazard>> {
    let mut body = footprint::body(entry);
    let actors = body.names("actors", problems);
    body.finish(&Key::names(KEYS), problems);
    let actors = footprint::places(actors, baseline, problems)?;
    let units =
        if actors.is_empty() { vec![NOBODY.to_string()] } else { footprint::codes(&actors, baseline) };
    Some(Box::new(PoliticalAct { units }))
}

impl Hazard for PoliticalAct {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (1.0, 1.0)
    }

    /// None: an empty footprint is right here and nowhere else.
    fn effects(&self, _: &Event, _: &Shape, _: usize, _: &mut Script) {}
}

#[cfg(test)]
mod tests {
    use crate::hazards::testing::{drawn, entry, trial};
    use crate::random::Law;

    #[test]
    fn an_act_touches_nothing_and_names_its_actors() {
        let act = trial("political_act", "actors = ['EU27']", 1.0, 0.0, 3.0).lead(2.0);
        assert!(act.writes().is_empty());
        assert_eq!(act.hazard.units(), ["DEU", "FIN"]);
        assert_eq!(drawn(&entry("political_act", "")).unwrap().hazard.units(), ["nobody named"]);
    }

    #[test]
    fn an_act_has_no_severity_and_no_footprint() {
        let mut act = entry("political_act", "");
        act.severity = Some(Law::fixed(0.5));
        assert!(drawn(&act).unwrap_err()[0].contains("severity"));
        let unknown = drawn(&entry("political_act", "materials = ['cobalt_*']")).unwrap_err();
        assert!(unknown[0].contains("unknown key"));
    }
}
