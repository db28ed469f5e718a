//! The policies of a scenario, ready to run.

use super::Form;
use super::KINDS;
use super::Kind;
use super::Measure;
use super::Reading;
use crate::baseline::Baseline;
use crate::levers::Rules;
use crate::scenario::At;
use crate::scenario::Body;
use crate::scenario::PolicyEntry;
use crate::scenario::Problems;
use crate::scenario::Scenario;
use crate::scenario::nearest;

/// A policy under test.
#[derive(Debug)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// What it fixes.
    pub rules: Rules,
    /// What moves its levers, by kind, then name: the order of the file means nothing.
    pub measures: Vec<Box<dyn Measure>>,
}

/// Reads every policy, in the order of the scenario. Stockpiles that no policy uses are read too, so that their faults show.
pub fn compile(
    scenario: &Scenario,
    baseline: &Baseline,
    hazards: &[String],
    problems: &mut Problems,
) -> Vec<Policy> {
    let sources = Sources { scenario, baseline, hazards };
    for entry in &scenario.stockpiles {
        sources.stockpile(&entry.name, problems);
        let name = format!("stockpile.{}", entry.name.value);
        if !scenario.policies.iter().any(|policy| policy.uses.iter().any(|used| used.value == name)) {
            problems.warning(entry.name.at, format!("no policy uses \"{name}\""), None);
        }
    }
    scenario.policies.iter().map(|entry| sources.policy(entry, problems)).collect()
}

struct Sources<'a> {
    scenario: &'a Scenario,
    baseline: &'a Baseline,
    hazards: &'a [String],
}

impl Sources<'_> {
    fn policy(&self, entry: &PolicyEntry, problems: &mut Problems) -> Policy {
        let mut measures: Vec<Box<dyn Measure>> = Vec::new();
        let mut used: Vec<&At<String>> = entry.uses.iter().collect();
        used.sort_by(|a, b| a.value.cmp(&b.value));
        for pair in used.windows(2).filter(|pair| pair[0].value == pair[1].value) {
            let message = format!("policy \"{}\" uses \"{}\" twice", entry.name.value, pair[1].value);
            problems.error(pair[1].at, message, None);
        }
        for name in used {
            measures.extend(self.used(name, entry, problems));
        }
        let mut body = Body::new(&entry.body, entry.at, format!("policy \"{}\"", entry.name.value));
        for kind in KINDS.iter().filter(|kind| kind.form == Form::Key) {
            if body.has(kind.name) {
                measures.extend(self.read(kind, &entry.name, &mut body, problems));
            }
        }
        let keys: Vec<&str> =
            KINDS.iter().filter(|kind| kind.form == Form::Key).map(|kind| kind.name).chain(["use"]).collect();
        body.finish(&keys, problems);
        let mut rules = Rules { allocation: self.baseline.network.allocation(), stockpiles: Vec::new() };
        for measure in &mut measures {
            measure.install(&mut rules);
        }
        Policy { name: entry.name.value.clone(), rules, measures }
    }

    /// The measure that a policy's `use` names.
    fn used(
        &self,
        name: &At<String>,
        policy: &PolicyEntry,
        problems: &mut Problems,
    ) -> Option<Box<dyn Measure>> {
        let known: Vec<String> =
            self.scenario.stockpiles.iter().map(|entry| format!("stockpile.{}", entry.name.value)).collect();
        let Some(index) = known.iter().position(|known| *known == name.value) else {
            let hint = match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("there are: {}", known.join(", ")),
            };
            let message =
                format!("policy \"{}\" uses \"{}\", which is no table", policy.name.value, name.value);
            problems.error(name.at, message, Some(hint));
            return None;
        };
        // Its faults were reported when all stockpiles were read.
        self.stockpile(&self.scenario.stockpiles[index].name, &mut Problems::default())
    }

    fn stockpile(&self, name: &At<String>, problems: &mut Problems) -> Option<Box<dyn Measure>> {
        let entry = self.scenario.stockpiles.iter().find(|entry| entry.name.value == name.value)?;
        let kind = KINDS.iter().find(|kind| kind.name == "stockpile").expect("stockpile is a measure");
        let mut body = Body::new(&entry.body, entry.at, format!("stockpile \"{}\"", name.value));
        let measure = self.read(kind, name, &mut body, problems);
        let keys: Vec<&str> = kind.keys.iter().map(|key| key.name).collect();
        body.finish(&keys, problems);
        measure
    }

    fn read(
        &self,
        kind: &Kind,
        name: &str,
        body: &mut Body<'_>,
        problems: &mut Problems,
    ) -> Option<Box<dyn Measure>> {
        let mut reading = Reading { name, body, baseline: self.baseline, hazards: self.hazards };
        (kind.read)(&mut reading, problems)
    }
}
