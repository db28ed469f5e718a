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
use crate::scenario::MeasureEntry;
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

/// Refuses tables `[KIND.NAME]` of no kind; needs no network, so that it can be told with the other faults of the file.
pub fn refuse_unknown(scenario: &Scenario, problems: &mut Problems) {
    let mut told: Vec<&str> = Vec::new();
    for entry in &scenario.measures {
        let kind = entry.kind.as_str();
        if kind_of(entry).is_some() || told.contains(&kind) {
            continue;
        }
        told.push(kind);
        let tables = || KINDS.iter().filter(|kind| kind.form == Form::Table).map(|kind| kind.name);
        let hint = match nearest(kind, tables()) {
            Some(near) => format!("did you mean [{near}.{}]?", entry.name.value),
            None => format!("measures are {}", tables().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("[{}]: no measure is called \"{kind}\"", entry.path());
        problems.error(entry.kind.at, message, Some(hint));
    }
}

fn kind_of(entry: &MeasureEntry) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.form == Form::Table && kind.name == entry.kind.value)
}

/// Reads every policy, in the order of the scenario. Measures that no policy uses are read too, so that their faults show.
pub fn compile(scenario: &Scenario, baseline: &Baseline, problems: &mut Problems) -> Vec<Policy> {
    let sources = Sources { scenario, baseline };
    for entry in &scenario.measures {
        sources.table(entry, problems);
        let path = entry.path();
        if !scenario.policies.iter().any(|policy| policy.uses.iter().any(|used| used.value == path)) {
            problems.warning(entry.name.at, format!("no policy uses \"{path}\""), None);
        }
    }
    scenario.policies.iter().map(|entry| sources.policy(entry, problems)).collect()
}

struct Sources<'a> {
    scenario: &'a Scenario,
    baseline: &'a Baseline,
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
        let mut rules = Rules::new(&self.baseline.network);
        for measure in &mut measures {
            measure.install(&mut rules);
        }
        for measure in &mut measures {
            measure.settle(&rules);
        }
        refuse_circles(entry, &rules, self.baseline, problems);
        Policy { name: entry.name.value.clone(), rules, measures }
    }

    /// The measure that a policy's `use` names.
    fn used(
        &self,
        name: &At<String>,
        policy: &PolicyEntry,
        problems: &mut Problems,
    ) -> Option<Box<dyn Measure>> {
        let Some(entry) = self.scenario.measures.iter().find(|entry| entry.path() == name.value) else {
            let known: Vec<String> = self.scenario.measures.iter().map(MeasureEntry::path).collect();
            let hint = match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("there are: {}", known.join(", ")),
            };
            let message =
                format!("policy \"{}\" uses \"{}\", which is no table", policy.name.value, name.value);
            problems.error(name.at, message, Some(hint));
            return None;
        };
        // Its faults were reported when all measures were read.
        self.table(entry, &mut Problems::default())
    }

    fn table(&self, entry: &MeasureEntry, problems: &mut Problems) -> Option<Box<dyn Measure>> {
        let kind = kind_of(entry)?;
        let mut body = Body::new(&entry.body, entry.at, format!("{} \"{}\"", kind.name, entry.name.value));
        let measure = self.read(kind, &entry.name, &mut body, problems);
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
        let mut reading = Reading { name, body, baseline: self.baseline, scenario: self.scenario };
        (kind.read)(&mut reading, problems)
    }
}

/// What moves round in a circle would move for ever, or come back where it was: A for B and B for A.
fn refuse_circles(policy: &PolicyEntry, rules: &Rules, baseline: &Baseline, problems: &mut Problems) {
    let network = &baseline.network;
    let uses: Vec<[usize; 2]> = rules.shifts.iter().map(|s| [s.from.index(), s.to.index()]).collect();
    let plants: Vec<[usize; 2]> = rules.recipes.iter().map(|[from, to]| [from.index(), to.index()]).collect();
    let what = match (in_a_circle(&uses), in_a_circle(&plants)) {
        (Some(consumer), _) => {
            let consumer = &network.consumers[consumer];
            let destination = &network.destinations[consumer.destination.index()];
            format!(
                "\"{}\" of sector \"{}\" in \"{}\"",
                network.materials[destination.material.index()].code,
                network.sectors[consumer.sector],
                network.places[destination.place.index()].code,
            )
        }
        (None, Some(plant)) => format!("plant \"{}\"", network.plants[plant].name),
        (None, None) => return,
    };
    let name = &policy.name.value;
    let message = format!("policy \"{name}\" substitutes in a circle: {what} comes to replace itself");
    problems.error(policy.at, message, Some("use only one direction of the substitution".to_string()));
}

/// The first that comes to replace itself.
fn in_a_circle(moves: &[[usize; 2]]) -> Option<usize> {
    let starts = moves.iter().find(|[from, to]| {
        let (mut reached, mut next) = (vec![*to], 0);
        while let Some(at) = reached.get(next).copied() {
            next += 1;
            for [_, further] in moves.iter().filter(|[from, _]| *from == at) {
                if !reached.contains(further) {
                    reached.push(*further);
                }
            }
        }
        reached.contains(from)
    });
    starts.map(|[from, _]| *from)
}
