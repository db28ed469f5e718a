//! Plants abroad obey the place of their owner: their output is cut, or redirected to it.

use super::Hazard;
use super::Key;
use super::Kind;
use super::capacity;
use super::capacity::Target;
use super::footprint;
use super::keys;
use super::threat::Threat;
use crate::baseline::Baseline;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::network::PlaceId;
use crate::network::PlantId;
use crate::scenario::HazardEntry;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "owner_control",
    summary: "Plants abroad that are owned from the imposer's place cut their output, or send it there first.",
    severity: "share, 0 to 1, of capacity cut, or of what these plants ship to others and now redirect; 1 if not given",
    keys: KEYS,
    example: r#"[hazard.cod_owner_directive]
kind = "owner_control"
imposer = "COD"
materials = ["cobalt_*"]
form = "cut"
onset = { poisson = { per_year = 0.05 } }
duration_months = { lognormal = { mean = 9, sd = 6 } }
severity = { triangular = { min = 0.2, mode = 0.5, max = 1 } }
lead_months = 1
"#,
    read,
};

const KEYS: &[Key] = &[
    keys::imposer("whose firms own the plants: the column owner of plants.csv"),
    keys::places("all but the imposers", "where the plants stand"),
    keys::PLANTS,
    keys::MATERIALS,
    keys::TIERS,
    Key {
        name: "form",
        unit: "cut or redirect",
        default: "cut",
        meaning: "\"cut\": the plants make less. \"redirect\": all lanes of their origins but those to the imposer close \
                  by the plants' share of the origin's output, so that the imposer is served first",
    },
];

#[derive(Clone, Copy, Debug)]
enum Form {
    Cut,
    Redirect,
}

#[derive(Debug)]
struct OwnerControl {
    /// Names of the plants.
    units: Vec<String>,
    /// The plant of each unit, in id order.
    targets: Vec<Target>,
    /// By lane: true if it leads to the imposer.
    to_owner: Vec<bool>,
    form: Form,
}

fn read(entry: &HazardEntry, baseline: &Baseline, problems: &mut Problems) -> Option<Box<dyn Hazard>> {
    let mut body = footprint::body(entry);
    body.required("imposer", "imposer = \"CHN\"", problems);
    let mut select = footprint::select(&mut body, &["places", "plants", "materials", "tiers"], problems);
    let imposer = body.names("imposer", problems);
    let form = match body.has("form") {
        true => body.choice("form", &[("cut", Form::Cut), ("redirect", Form::Redirect)], problems),
        false => Some(Form::Cut),
    };
    body.finish(&Key::names(KEYS), problems);
    let imposers = footprint::places(Some(imposer.clone()?), baseline, problems)?;
    select.owners = imposer;
    let footprint = footprint::resolve(&select, baseline, problems)?;
    let network = &baseline.network;
    let place = |plant: PlantId| network.origins[network.plants[plant.index()].origin.index()].place;
    let plants: Vec<PlantId> =
        footprint.plants.into_iter().filter(|plant| !imposers.contains(&place(*plant))).collect();
    if plants.is_empty() {
        footprint::empty(entry, "no plant abroad is owned from its imposer", problems);
        return None;
    }
    let to = |lane: usize| network.destinations[network.lanes[lane].destination.index()].place;
    let to_owner: Vec<bool> = (0..network.lanes.len()).map(|lane| imposers.contains(&to(lane))).collect();
    let targets: Vec<Target> = plants.iter().map(|plant| Target::new(*plant, baseline)).collect();
    let form = form?;
    if matches!(form, Form::Redirect) {
        refuse_without_a_way(&targets, &to_owner, &imposers, entry, baseline, problems)?;
    }
    let units = plants.iter().map(|plant| network.plants[plant.index()].name.clone()).collect();
    Some(Box::new(OwnerControl { units, targets, to_owner, form }))
}

/// What is redirected needs a lane to go by.
fn refuse_without_a_way(
    targets: &[Target],
    to_owner: &[bool],
    imposers: &[PlaceId],
    entry: &HazardEntry,
    baseline: &Baseline,
    problems: &mut Problems,
) -> Option<()> {
    if targets.iter().any(|target| target.lanes().any(|lane| to_owner[lane])) {
        return Some(());
    }
    let owners = footprint::codes(imposers, baseline).join(", ");
    let message = format!("hazard {:?}: no lane leads from its plants to {owners}", entry.name.value);
    let hint = "list such a lane in lanes.csv, or write form = \"cut\"".to_string();
    problems.error(entry.at, message, Some(hint));
    None
}

impl Hazard for OwnerControl {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        (0.0, 1.0)
    }

    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let hit = self.targets.iter().enumerate().filter(|(unit, _)| event.touches(*unit));
        let hit = hit.map(|(_, target)| target);
        match self.form {
            Form::Cut => capacity::lose(Channel::Control, hit, event, shape, run, script),
            Form::Redirect => self.redirect(hit, event, shape, run, script),
        }
    }
}

impl OwnerControl {
    /// r_l = 1 − severity · strength · owned share of the origin's output, on every lane that does not lead to the owner.
    fn redirect<'a>(
        &self,
        hit: impl Iterator<Item = &'a Target>,
        event: &Event,
        shape: &Shape,
        run: usize,
        script: &mut Script,
    ) {
        let taken = shape.pulse(event.start, event.end).map(|strength| event.severity * strength);
        let threat = Threat::new(taken.clone(), &shape.announced(event.start), event.severity);
        capacity::by_origin(hit, |first, share| {
            let closed = taken.map(|taken| 1.0 - share * taken);
            let others = first.lanes().filter(|lane| !self.to_owner[*lane]);
            for lane in others.clone() {
                script.lay(Channel::Redirected, lane, run, &closed);
            }
            threat.write(share, others, run, script);
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::exposure::Channel::{Availability, Control, Redirected, Threat};
    use crate::hazards::testing::{COD_DEU, COD_FIN, COD_HOME, TENKE};
    use crate::hazards::testing::{assert_course, drawn, entry, trial};

    fn refusal(body: &str) -> String {
        drawn(&entry("owner_control", body)).expect_err("refused").join("\n")
    }

    #[test]
    fn a_cut_takes_capacity_from_plants_abroad_by_their_owner() {
        let cut = trial("owner_control", "imposer = 'FIN'\nplaces = ['COD']", 0.5, 0.0, 1.0);
        // tenke is owned from FIN and makes 60 of the 100 that COD makes.
        assert_eq!((cut.items(Control), cut.items(Availability)), (vec![TENKE], vec![]));
        assert_course(&cut.course(Control, TENKE, 2), &[0.5, 0.0]);
        assert_course(&cut.course(Threat, COD_DEU, 2), &[0.3, 0.0]);
    }

    #[test]
    fn what_is_redirected_closes_the_lanes_of_all_but_the_owner_by_its_share_of_output() {
        let body = "imposer = 'FIN'\nform = 'redirect'";
        let redirected = trial("owner_control", body, 0.5, 0.5, 2.0).lead(0.5);
        assert_eq!(redirected.items(Redirected), [COD_HOME, COD_DEU], "the lane to the owner stays open");
        assert_course(&redirected.course(Redirected, COD_DEU, 3), &[0.85, 0.7, 1.0]);
        assert_course(&redirected.course(Threat, COD_HOME, 3), &[0.3, 0.3, 0.0]);
        assert_eq!(redirected.course(Threat, COD_FIN, 3), [0.0; 3]);
    }

    #[test]
    fn faults_of_owner_control_are_reported() {
        assert!(refusal("").contains("imposer is missing"));
        assert!(refusal("imposer = 'DEU'").contains("touches nothing"), "DEU owns nothing abroad");
        assert!(
            refusal("imposer = 'FIN'\nplaces = ['FIN']").contains("touches nothing"),
            "home is not abroad"
        );
        assert!(refusal("imposer = 'FIN'\nform = 'seize'").contains("can't be \"seize\""));
        let nowhere = "imposer = 'FIN'\nform = 'redirect'\nplants = ['tenkee']";
        assert!(refusal(nowhere).contains("tenkee"));
    }
}
