//! A place lets less of a material in: a tariff, or a ban on what comes from named origins.

use super::Hazard;
use super::Key;
use super::Kind;
use super::cut::{Cut, Leakage};
use super::footprint;
use super::keys;
use crate::baseline::Baseline;
use crate::exposure::Channel;
use crate::exposure::Event;
use crate::exposure::Pulse;
use crate::exposure::Script;
use crate::exposure::Shape;
use crate::network::LaneId;
use crate::network::PlaceId;
use crate::scenario::HazardEntry;
use crate::scenario::PriceMode;
use crate::scenario::Problems;

/// The kind.
pub(super) const KIND: Kind = Kind {
    name: "import_restriction",
    summary: "A place bans imports of materials from named origins, as forced-labour rules do, or puts a tariff on them.",
    severity: "share cut, 0 to 1, of a ban; 1 if not given; none for a tariff",
    keys: KEYS,
    example: r#"[hazard.eu_forced_labour_rule]
kind = "import_restriction"
imposer = ["EU27"]
origins = ["COD"]
materials = ["cobalt_*"]
form = "ban"
leakage = { share = 0.3, added_days = 30, markup = 0.1 }
onset = { poisson = { per_year = 0.1 } }
duration_months = { lognormal = { mean = 18, sd = 9 } }
severity = { triangular = { min = 0.2, mode = 0.5, max = 1 } }
lead_months = 3
"#,
    read,
};

const KEYS: &[Key] = &[
    keys::imposer("who restricts its imports"),
    Key {
        name: "origins",
        unit: keys::PLACES,
        default: "all but the imposers",
        meaning: "whose goods are restricted; `sample` draws from these",
    },
    Key { name: "except", unit: keys::PLACES, default: "none", meaning: "origins that are spared" },
    keys::MATERIALS,
    keys::TIERS,
    Key {
        name: "form",
        unit: "form",
        default: "ban",
        meaning: "\"ban\": the severity is the share cut. { tariff = { rate = 0.25 } }: a wedge on the price, which \
                  acts where prices are endogenous",
    },
    keys::LEAKAGE,
];

#[derive(Clone, Copy, Debug)]
enum Form {
    Ban(Leakage),
    Tariff(f64),
}

#[derive(Debug)]
struct ImportRestriction {
    /// Codes of the origins' places.
    units: Vec<String>,
    /// Lanes of each unit.
    lanes: Vec<Vec<usize>>,
    form: Form,
}

fn read(entry: &HazardEntry, baseline: &Baseline, problems: &mut Problems) -> Option<Box<dyn Hazard>> {
    let mut body = footprint::body(entry);
    body.required("imposer", "imposer = \"USA\"", problems);
    let imposer = body.names("imposer", problems);
    let mut select = footprint::select(&mut body, &["materials", "tiers"], problems);
    select.places = body.names("origins", problems);
    let everyone = select.places.is_none();
    let except = body.names("except", problems);
    let leakage = Leakage::read(&mut body, |days| baseline.network.clock.steps_of_days(days), problems);
    let form = form(&mut body, entry, baseline, leakage, problems);
    body.finish(&Key::names(KEYS), problems);
    select.importers = Some(imposer?);
    let spared = footprint::places(except, baseline, problems);
    let footprint = footprint::resolve(&select, baseline, problems)?;
    let (spared, form) = (spared?, form?);
    let network = &baseline.network;
    let origin = |lane: LaneId| network.origins[network.lanes[lane.index()].origin.index()].place;
    let passes =
        |place: PlaceId| spared.contains(&place) || (everyone && footprint.importers.contains(&place));
    let restricted = footprint.lanes.iter().copied().filter(|lane| !network.is_home(*lane));
    let restricted: Vec<LaneId> = restricted.filter(|lane| !passes(origin(*lane))).collect();
    if restricted.is_empty() {
        footprint::empty(entry, "no lane leads from its origins to its imposer with its materials", problems);
        return None;
    }
    let mut places: Vec<PlaceId> = restricted.iter().map(|lane| origin(*lane)).collect();
    places.sort();
    places.dedup();
    let from = |place: &PlaceId| {
        restricted.iter().filter(|lane| origin(**lane) == *place).map(|lane| lane.index()).collect()
    };
    let lanes = places.iter().map(from).collect();
    Some(Box::new(ImportRestriction { units: footprint::codes(&places, baseline), lanes, form }))
}

fn form(
    body: &mut crate::scenario::Body<'_>,
    entry: &HazardEntry,
    baseline: &Baseline,
    leakage: Option<Leakage>,
    problems: &mut Problems,
) -> Option<Form> {
    if !body.has("form") {
        return Some(Form::Ban(leakage.unwrap_or_default()));
    }
    let (name, mut inside) = body.variant("form", &["ban", "tariff"], problems)?;
    if name.value == "ban" {
        inside.finish(&[], problems);
        return Some(Form::Ban(leakage.unwrap_or_default()));
    }
    inside.required("rate", "rate = 0.25, a share of the price", problems);
    let rate = footprint::factor(&mut inside, "rate", problems);
    inside.finish(&["rate"], problems);
    footprint::refuse_beside("a tariff", body, entry, &["leakage"], problems);
    if baseline.network.prices() == PriceMode::Exogenous {
        let message = format!("hazard {:?}: a tariff moves nothing under exogenous prices", entry.name.value);
        problems.warning(entry.at, message, Some("write prices = \"endogenous\" in [network]".to_string()));
    }
    rate.map(Form::Tariff)
}

impl Hazard for ImportRestriction {
    fn units(&self) -> &[String] {
        &self.units
    }

    fn severity_bounds(&self) -> (f64, f64) {
        match self.form {
            Form::Ban(_) => (0.0, 1.0),
            Form::Tariff(_) => (1.0, 1.0),
        }
    }

    fn longest_delay(&self) -> f64 {
        match self.form {
            Form::Ban(leakage) => leakage.delay,
            Form::Tariff(_) => 0.0,
        }
    }

    fn effects(&self, event: &Event, shape: &Shape, run: usize, script: &mut Script) {
        let pulse = shape.pulse(event.start, event.end);
        let touched = self.lanes.iter().enumerate().filter(|(unit, _)| event.touches(*unit));
        let lanes = touched.flat_map(|(_, lanes)| lanes.iter().copied());
        match self.form {
            Form::Ban(leakage) => {
                let cut = pulse.map(|strength| event.severity * strength);
                let announced = shape.announced(event.start);
                Cut::new(&cut, &Pulse::none(), leakage, &announced, event.severity).write(lanes, run, script);
            }
            Form::Tariff(rate) => {
                let wedge = pulse.map(|strength| rate * strength);
                for lane in lanes {
                    script.lay(Channel::Wedge, lane, run, &wedge);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::exposure::Channel::{AddedTransit, Openness, Threat, Wedge};
    use crate::hazards::testing::{COD_DEU, COD_FIN, FIN_DEU, REFINED_FIN_DEU};
    use crate::hazards::testing::{assert_course, drawn, entry, trial};
    use crate::random::Law;

    fn refusal(body: &str) -> String {
        drawn(&entry("import_restriction", body)).expect_err("refused").join("\n")
    }

    #[test]
    fn an_origin_ban_cuts_lanes_from_that_origin_into_the_imposer_and_no_others() {
        let ban = trial("import_restriction", "imposer = 'DEU'\norigins = ['COD']", 0.6, 0.5, 2.0).lead(0.5);
        assert_eq!(ban.items(Openness), [COD_DEU]);
        assert_course(&ban.course(Openness, COD_DEU, 3), &[0.7, 0.4, 1.0]);
        assert_course(&ban.course(Threat, COD_DEU, 3), &[0.6, 0.6, 0.0]);
    }

    #[test]
    fn a_bloc_restricts_all_its_members_imports_and_not_the_trade_among_them() {
        let all = trial("import_restriction", "imposer = 'EU27'", 1.0, 0.0, 1.0);
        assert_eq!(
            (all.items(Openness), all.hazard.units()),
            (vec![COD_DEU, COD_FIN], &["COD".to_string()][..])
        );
        let named = trial("import_restriction", "imposer = 'EU27'\norigins = ['FIN']", 1.0, 0.0, 1.0);
        assert_eq!(
            named.items(Openness),
            [FIN_DEU, REFINED_FIN_DEU],
            "named origins are hit wherever they are"
        );
        let refined = "imposer = 'DEU'\nexcept = ['COD']\nmaterials = ['*refined']";
        assert_eq!(trial("import_restriction", refined, 1.0, 0.0, 1.0).items(Openness), [REFINED_FIN_DEU]);
    }

    #[test]
    fn goods_under_another_label_arrive_later_and_dearer() {
        let body =
            "imposer = 'DEU'\norigins = 'COD'\nleakage = { share = 0.25, added_days = 60.875, markup = 0.4 }";
        let ban = trial("import_restriction", body, 0.5, 0.0, 1.0);
        assert_course(&ban.course(Openness, COD_DEU, 2), &[0.625, 1.0]);
        assert_course(&ban.course(AddedTransit, COD_DEU, 2), &[0.4, 0.0]);
        assert_course(&ban.course(Wedge, COD_DEU, 2), &[0.08, 0.0]);
        assert!((ban.hazard.longest_delay() - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_tariff_is_a_wedge_and_cuts_nothing() {
        let body = "imposer = 'DEU'\nform = { tariff = { rate = 0.25 } }";
        let tariff = trial("import_restriction", body, 1.0, 0.0, 1.5);
        assert_course(&tariff.course(Wedge, COD_DEU, 3), &[0.25, 0.125, 0.0]);
        assert!(tariff.writes().iter().all(|write| write.channel == Wedge));
    }

    #[test]
    fn faults_of_an_import_restriction_are_reported() {
        assert!(refusal("origins = ['COD']").contains("imposer is missing"));
        assert!(refusal("imposer = 'COD'").contains("touches nothing"));
        assert!(
            refusal("imposer = 'DEU'\norigins = ['DEU']").contains("touches nothing"),
            "home is no import"
        );
        assert!(refusal("imposer = 'DEU'\norigins = ['COD']\nexcept = ['COD']").contains("touches nothing"));
        assert!(refusal("imposer = 'DEU'\norigins = ['CODD']").contains("CODD"));
        let tariff = "imposer = 'DEU'\nform = { tariff = { rate = 0.25 } }";
        assert!(refusal(&format!("{tariff}\nleakage = {{ share = 0.1 }}")).contains("no effect"));
        assert!(refusal("imposer = 'DEU'\nform = { tariff = { rate = -1 } }").contains("negative"));
        let mut severe = entry("import_restriction", tariff);
        severe.severity = Some(Law::fixed(0.5));
        assert!(drawn(&severe).unwrap_err()[0].contains("severity has no effect"));
    }
}
