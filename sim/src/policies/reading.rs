//! What measures are read from, and what several of them read alike.

use super::phase::Phase;
use crate::baseline::Baseline;
use crate::network::ConsumerId;
use crate::network::DestinationId;
use crate::network::Footprint;
use crate::network::MaterialId;
use crate::network::PlaceId;
use crate::network::PlantId;
use crate::network::Select;
use crate::scenario::At;
use crate::scenario::Body;
use crate::scenario::Problems;
use crate::scenario::Scenario;
use crate::scenario::nearest;
use crate::scenario::parse_date;
use crate::units::MONTHS_PER_YEAR;
use crate::units::Years;

/// What a measure is read from.
#[derive(Debug)]
pub struct Reading<'a, 'b> {
    /// Name of the table or of the policy.
    pub name: &'a str,
    /// The measure's own table, or the policy's.
    pub body: &'a mut Body<'b>,
    /// The balanced network.
    pub baseline: &'a Baseline,
    /// The scenario, for what hazards there are.
    pub scenario: &'a Scenario,
}

/// A place or a bloc as written, with its places in order.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    pub(super) name: String,
    pub(super) places: Vec<PlaceId>,
}

impl Reading<'_, '_> {
    /// Names of the scenario's hazards, in the order of their numbers.
    pub(super) fn hazards(&self) -> impl Iterator<Item = &str> {
        self.scenario.hazards.iter().map(|hazard| hazard.name.as_str())
    }

    /// Steps per year of a span in years.
    pub(super) fn steps(&self, years: Years) -> f64 {
        years.0 / self.baseline.network.clock.dt
    }

    /// A span in days, in steps; 0 by default.
    pub(super) fn days(&mut self, key: &str, problems: &mut Problems) -> f64 {
        let days = self.body.non_negative(key, problems).unwrap_or(0.0);
        self.steps(Years::from_days(days))
    }

    /// A span in months, in steps.
    pub(super) fn months(&mut self, key: &str, default: f64, problems: &mut Problems) -> f64 {
        let months = self.body.non_negative(key, problems).unwrap_or(default);
        self.steps(Years::from_months(months))
    }

    /// `from` and the ramp in months under `ramp`: by default in place from the start, at once.
    pub(super) fn phase(&mut self, ramp: &str, problems: &mut Problems) -> Phase {
        let phase = self.start(problems);
        let ramp = self.months(ramp, 0.0, problems);
        if phase == Phase::WHOLE && ramp > 0.0 { Phase { from: 0.0, ramp } } else { Phase { ramp, ..phase } }
    }

    /// `from`: all of it at once, by default from the start.
    pub(super) fn start(&mut self, problems: &mut Problems) -> Phase {
        let clock = self.baseline.network.clock;
        let Some(from) = self.body.date("from", problems) else { return Phase::WHOLE };
        let days = f64::from((from - clock.start).get_days());
        let start = self.steps(Years::from_days(days));
        if start >= clock.n_steps as f64 {
            let hint = "start it within the horizon, or leave it out";
            self.body.error("from", "the measure starts after the horizon ends", Some(hint.into()), problems);
        }
        Phase { from: start, ramp: 0.0 }
    }

    /// Places and blocs under `key`, each as written; one that is unknown is a problem.
    pub(super) fn holders(&mut self, key: &str, problems: &mut Problems) -> Option<Vec<Holder>> {
        let network = &self.baseline.network;
        let mut holders = Vec::new();
        let names = self.body.names(key, problems)?;
        let n_names = names.len();
        for name in names {
            let place = network.places.iter().position(|place| place.code == name.value);
            let bloc = network.blocs.iter().find(|(bloc, _)| *bloc == name.value);
            let places = match (place, bloc) {
                (Some(index), _) => vec![PlaceId::new(index)],
                (None, Some((_, members))) => members.clone(),
                (None, None) => {
                    let places = network.places.iter().map(|place| place.code.as_str());
                    let blocs = network.blocs.iter().map(|(bloc, _)| bloc.as_str());
                    no_such(key, "place or bloc", &name, places.chain(blocs), problems);
                    continue;
                }
            };
            holders.push(Holder { name: name.value, places });
        }
        Some(holders).filter(|holders| !holders.is_empty() && holders.len() == n_names)
    }

    /// The one material under `key`.
    pub(super) fn material(&mut self, key: &str, problems: &mut Problems) -> Option<MaterialId> {
        let materials = &self.baseline.network.materials;
        self.body.required(key, &format!("{key} = \"cobalt_sulphate\""), problems);
        let name = self.body.text(key, problems)?;
        let found = materials.iter().position(|material| material.code == name.value);
        if found.is_none() {
            no_such(
                key,
                "material",
                &name,
                materials.iter().map(|material| material.code.as_str()),
                problems,
            );
        }
        found.map(MaterialId::new)
    }

    /// The one plant under `key`.
    pub(super) fn plant(&mut self, key: &str, problems: &mut Problems) -> Option<PlantId> {
        let plants = &self.baseline.network.plants;
        self.body.required(key, &format!("{key} = \"kokkola\""), problems);
        let name = self.body.text(key, problems)?;
        let found = plants.iter().position(|plant| plant.name == name.value);
        if found.is_none() {
            no_such(key, "plant", &name, plants.iter().map(|plant| plant.name.as_str()), problems);
        }
        found.map(PlantId::new)
    }

    /// What the keys of a footprint that the measure offers select; `None` if a pattern fits nothing.
    pub(super) fn select(&mut self, offered: &[&str], problems: &mut Problems) -> Option<Footprint> {
        let mut names =
            |key: &str| if offered.contains(&key) { self.body.names(key, problems) } else { None };
        let select = Select {
            places: if offered.contains(&"exporters") { names("exporters") } else { names("places") },
            materials: names("materials"),
            plants: names("plants"),
            owners: names("owners"),
            importers: names("importers"),
            chokepoints: names("chokepoints"),
            sectors: names("sectors"),
            ..Select::default()
        };
        let before = problems.list.len();
        let footprint = select.resolve(&self.baseline.network, problems);
        (problems.list.len() == before).then_some(footprint)
    }

    /// Where the places use a material, in id order.
    pub(super) fn destinations(&self, material: MaterialId, places: &[PlaceId]) -> Vec<DestinationId> {
        let network = &self.baseline.network;
        let range = network.materials[material.index()].destinations.clone();
        let here = range.filter(|i| places.contains(&network.destinations[*i].place));
        here.map(DestinationId::new).collect()
    }

    /// Destinations of every material and place of a footprint, in id order.
    pub(super) fn uses_of(&self, footprint: &Footprint) -> Vec<DestinationId> {
        let of = |material: &MaterialId| self.destinations(*material, &footprint.places);
        footprint.materials.iter().flat_map(of).collect()
    }

    /// Lanes into a destination.
    pub(super) fn lanes_into(&self, destination: DestinationId) -> Vec<usize> {
        let network = &self.baseline.network;
        let material = network.destinations[destination.index()].material;
        let lanes = network.materials[material.index()].lanes.clone();
        lanes.filter(|l| network.lanes[*l].destination == destination).collect()
    }

    /// Baseline need at destinations, a year.
    pub(super) fn need(&self, destinations: &[DestinationId]) -> f64 {
        destinations.iter().map(|i| self.baseline.need[i.index()]).sum()
    }

    /// USD per unit in the baseline; 0 if none is known.
    pub(super) fn price_of(&self, material: MaterialId) -> f64 {
        self.baseline.network.materials[material.index()].reference_price.unwrap_or(0.0)
    }

    /// The material that a plant makes.
    pub(super) fn made_by(&self, plant: PlantId) -> MaterialId {
        let network = &self.baseline.network;
        network.origins[network.plants[plant.index()].origin.index()].material
    }

    /// Who pays: the text of `paid_by`, or what the measure says by default.
    pub(super) fn payer(&mut self, default: &str, problems: &mut Problems) -> String {
        self.body.text("paid_by", problems).map_or_else(|| default.to_owned(), |payer| payer.value)
    }

    /// Codes of places, blank-separated: who pays by default.
    pub(super) fn codes(&self, places: &[PlaceId]) -> String {
        let codes: Vec<&str> =
            places.iter().map(|place| self.baseline.network.places[place.index()].code.as_str()).collect();
        codes.join(" ")
    }

    /// Consumers of the given sectors at destinations; a sector that none of them has is a problem.
    pub(super) fn consumers(
        &mut self,
        key: &str,
        destinations: &[DestinationId],
        problems: &mut Problems,
    ) -> Option<Vec<ConsumerId>> {
        let network = &self.baseline.network;
        let sectors = self.body.names(key, problems)?;
        let mut found = Vec::new();
        for name in &sectors {
            let of_sector = |d: &usize| {
                let consumer = &network.consumers[*d];
                destinations.contains(&consumer.destination) && network.sectors[consumer.sector] == name.value
            };
            let before = found.len();
            found.extend((0..network.consumers.len()).filter(of_sector).map(ConsumerId::new));
            if found.len() == before {
                let known = network.sectors.iter().map(String::as_str);
                no_such(key, "consumer there of sector", name, known, problems);
            }
        }
        found.sort();
        found.dedup();
        Some(found)
    }

    /// A date as steps from the start; its days are of the calendar, a step's are of the mean year.
    pub(super) fn date_in_steps(&self, written: &str) -> Result<f64, String> {
        let days = (parse_date(written)? - self.baseline.network.clock.start).get_days();
        Ok(self.steps(Years::from_days(f64::from(days))))
    }

    /// Steps in a month.
    pub(super) fn months_per_step(&self) -> f64 {
        self.baseline.network.clock.dt * MONTHS_PER_YEAR
    }
}

/// Reports a name that is none of those known.
pub(super) fn no_such<'a>(
    key: &str,
    what: &str,
    name: &At<String>,
    known: impl Iterator<Item = &'a str>,
    problems: &mut Problems,
) {
    let hint = nearest(name, known).map(|near| format!("did you mean \"{near}\"?"));
    problems.error(name.at, format!("{key}: no {what} \"{}\"", name.value), hint);
}
