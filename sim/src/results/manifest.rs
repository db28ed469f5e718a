//! `manifest.json`: what the folder holds, from what, and how it came about. Written last: no manifest, no results. Sealed: a
//! change to it shows.

use crate::baseline::Baseline;
use crate::disk::digest_of;
use crate::scenario::Scenario;
use serde::{Deserialize, Serialize};

/// Version of the folder's format.
pub(super) const FORMAT: u32 = 1;

/// The manifest. Times stand here and in receipts only, so that tables of equal runs are equal byte for byte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the folder's format.
    pub format: u32,
    /// Version of the program.
    pub version: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Its title.
    pub title: String,
    /// Over every input's name and digest and every `--set`: equal for scenarios that are equal.
    pub scenario_sha256: String,
    /// Files read.
    pub inputs: Vec<Digest>,
    /// `--set`, in order.
    pub set: Vec<String>,
    /// The one seed that counts; as text, since a reader that holds numbers as doubles would round it.
    pub seed: String,
    /// Runs under each policy, in each draw.
    pub runs: u64,
    /// When there are enough; empty if `runs` is their number and not the most.
    #[serde(default)]
    pub until: String,
    /// By point, the runs after which there were enough; empty without `until`.
    #[serde(default)]
    pub runs_made: Vec<u64>,
    /// Draws of the uncertain numbers.
    pub draws: u64,
    /// Points of the sweep.
    pub points: u64,
    /// What is kept of each run.
    pub keep: String,
    /// Policies, in order.
    pub policies: Vec<String>,
    /// Operating system and processor.
    pub platform: String,
    /// Tables.
    pub tables: Vec<TableFile>,
    /// Every file of the folder that belongs to these results, this one included.
    pub files: Vec<String>,
    /// Of those that are no tables, but for this one, what they hold.
    pub beside: Vec<Digest>,
    /// Receipts of the shards.
    pub receipts: Vec<String>,
    /// What was taken as given.
    pub assumptions: Vec<Assumed>,
    /// What the balance changed.
    pub adjustments: Vec<Adjusted>,
    /// What the scenario was warned of.
    pub warnings: Vec<String>,
    /// The command line.
    pub command: Vec<String>,
    /// When it began, UTC.
    pub started: String,
    /// When it was done, UTC.
    pub finished: String,
}

/// A file and what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Name in its folder.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// A table written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFile {
    /// Table.
    pub table: String,
    /// Path in the folder.
    pub file: String,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256.
    pub sha256: String,
}

/// An assumption, as [`crate::scenario::Assumption`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumed {
    /// What it is about.
    pub about: String,
    /// The value taken.
    pub value: String,
    /// Why.
    pub why: String,
}

/// A value that the balance changed, as [`crate::baseline::Adjustment`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adjusted {
    /// What.
    pub what: String,
    /// Before, per year; missing if it did not exist or was infinite.
    pub before: Option<f64>,
    /// After, per year; missing if infinite, which JSON can't say.
    pub after: Option<f64>,
    /// Unit.
    pub unit: String,
    /// Why.
    pub why: String,
}

impl Manifest {
    /// The manifest of a run that is about to begin: tables, files and the time of its end are filled in by the writer.
    pub fn begin(
        scenario: &Scenario,
        baseline: &Baseline,
        set: &[String],
        policies: Vec<String>,
        warnings: Vec<String>,
    ) -> Manifest {
        // Points, draws and what is kept are the caller's to say: one point, one draw, all runs.
        let mut inputs: Vec<Digest> = scenario
            .sources
            .iter()
            .filter(|source| source.is_file())
            .map(|source| Digest { file: source.name.clone(), sha256: source.sha256.clone() })
            .collect();
        inputs.sort_by(|a, b| a.file.cmp(&b.file));
        let assumptions = scenario.assumptions.iter().map(|assumption| Assumed {
            about: assumption.about.clone(),
            value: assumption.value.clone(),
            why: assumption.why.clone(),
        });
        let adjustments = baseline.adjustments.iter().map(|adjustment| Adjusted {
            what: adjustment.what.clone(),
            before: adjustment.before.filter(|value| value.is_finite()),
            after: Some(adjustment.after).filter(|value| value.is_finite()),
            unit: adjustment.unit.clone(),
            why: adjustment.why.clone(),
        });
        Manifest {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.name.clone(),
            title: scenario.title.clone(),
            scenario_sha256: scenario_hash(&inputs, set),
            inputs,
            set: set.to_vec(),
            seed: scenario.run.seed.to_string(),
            runs: scenario.run.runs,
            until: String::new(),
            runs_made: Vec::new(),
            draws: 1,
            points: 1,
            keep: "runs".to_owned(),
            policies,
            platform: format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH),
            tables: Vec::new(),
            files: Vec::new(),
            beside: Vec::new(),
            receipts: Vec::new(),
            assumptions: assumptions.collect(),
            adjustments: adjustments.collect(),
            warnings,
            command: Vec::new(),
            started: now(),
            finished: String::new(),
        }
    }

    /// What makes the results of `self` other than those of `wanted`: one line for each difference, empty if none.
    pub fn differences(&self, wanted: &Manifest) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare = |key: &str, old: &str, new: &str| {
            if old != new {
                found.push(format!("{key}: the folder has {old}, this run has {new}"));
            }
        };
        compare("scenario", &self.scenario, &wanted.scenario);
        compare("program version", &self.version, &wanted.version);
        compare("seed", &self.seed, &wanted.seed);
        compare("runs", &self.runs.to_string(), &wanted.runs.to_string());
        compare("until", &self.until, &wanted.until);
        compare("draws", &self.draws.to_string(), &wanted.draws.to_string());
        compare("points", &self.points.to_string(), &wanted.points.to_string());
        compare("--keep", &self.keep, &wanted.keep);
        compare("policies", &self.policies.join(", "), &wanted.policies.join(", "));
        compare("--set", &listed(&self.set), &listed(&wanted.set));
        let of = |list: &[Digest], file: &str| {
            let digest = list.iter().find(|digest| digest.file == file);
            digest.map_or("no such file".to_owned(), |digest| format!("sha256 {}", digest.sha256))
        };
        let mut files: Vec<&str> =
            self.inputs.iter().chain(&wanted.inputs).map(|digest| digest.file.as_str()).collect();
        files.sort_unstable();
        files.dedup();
        for file in files {
            compare(file, &of(&self.inputs, file), &of(&wanted.inputs, file));
        }
        found
    }

    /// A digest of all that decides what the tables hold: two runs of equal identity can share their work.
    pub(super) fn identity(&self) -> String {
        let numbers =
            [u64::from(self.format), self.runs, self.draws, self.points].map(|number| number.to_string());
        let texts =
            [&self.version, &self.scenario, &self.scenario_sha256, &self.seed, &self.keep, &self.until];
        digest_of(lengths(numbers.iter().chain(texts).chain(&self.policies)).as_bytes())
    }

    /// Metadata of every Parquet file: no times, so that equal runs give equal bytes.
    pub(super) fn provenance(&self) -> Vec<(String, String)> {
        [
            ("shortfall:version", self.version.clone()),
            ("shortfall:scenario", self.scenario.clone()),
            ("shortfall:scenario_sha256", self.scenario_sha256.clone()),
            ("shortfall:seed", self.seed.clone()),
            ("shortfall:runs", self.runs.to_string()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .to_vec()
    }
}

/// Every part is preceded by its length, so that no two lists run together to the same bytes.
fn scenario_hash(inputs: &[Digest], set: &[String]) -> String {
    let parts = inputs.iter().flat_map(|digest| [&digest.file, &digest.sha256]).chain(set);
    digest_of(lengths(parts).as_bytes())
}

fn lengths<'a>(parts: impl Iterator<Item = &'a String>) -> String {
    parts.map(|part| format!("{}:{part}\n", part.len())).collect()
}

fn listed(set: &[String]) -> String {
    if set.is_empty() { "none".to_owned() } else { set.join(" ") }
}

/// The time, UTC, to the second.
pub(super) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
