//! Writes a results folder: rows in bounded memory, everything else at the end, the manifest last.

use super::document::datapackage;
use super::files::{self, WriteError};
use super::folder::{self, Commit, MANIFEST, PARTIAL};
use super::manifest::{Manifest, TableFile, now};
use super::parquet::{Cell, Spool, join};
use super::part::{DRAW, POINT, Part, run_key, spool_name};
use super::subject::Subject;
use super::tables::{self, Table};
use crate::history::Occurrence;
use crate::metrics::BandKind;
use crate::metrics::Bands;
use crate::scenario::Scenario;
use crate::units::MONTHS_PER_YEAR;
use arrow_array::StringArray;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A results folder being written. Dropped before [`Writer::finish`], it leaves the folder as it was.
#[derive(Debug)]
pub struct Writer {
    out: PathBuf,
    subject: Arc<Subject>,
    names: Arc<StringArray>,
    parts: Vec<Part>,
    events: Option<Spool>,
    bands: Option<Spool>,
    /// Staged file and its name in the folder.
    staged: Vec<(String, String)>,
}

impl Writer {
    /// Begins to write into `out`, which holds nothing, or results that are to be replaced.
    pub fn open(out: &Path, subject: Subject) -> Result<Writer, WriteError> {
        let folder = out.join(PARTIAL);
        files::make_folder(&folder)?;
        let subject = Arc::new(subject);
        let names = Arc::new(StringArray::from_iter_values(subject.names.list()));
        // The writer exists before its spools, so that a failure here tidies up as well.
        let mut writer = Writer {
            out: out.to_owned(),
            subject: subject.clone(),
            names: names.clone(),
            parts: Vec::new(),
            events: None,
            bands: None,
            staged: Vec::new(),
        };
        for policy in 0..subject.policies.len() {
            writer.parts.push(Part::create(&folder, &subject, &names, policy)?);
        }
        writer.events = Some(writer.spool(&tables::EVENTS)?);
        writer.bands = Some(writer.spool(&tables::BANDS)?);
        Ok(writer)
    }

    /// One part for each policy, to be filled side by side.
    pub fn parts(&mut self) -> &mut [Part] {
        &mut self.parts
    }

    /// Adds the events of a run, by hazard and start. Runs come in order.
    pub fn events(&mut self, run: u64, weight: f64, events: &[Occurrence]) -> Result<(), WriteError> {
        let key = run_key(run, weight);
        let spool = self.events.as_mut().expect("open until the end");
        for Occurrence { event, policy, common } in events {
            let hazard = &self.subject.hazards[event.hazard as usize];
            let policy =
                policy.map_or(Cell::Missing, |policy| Cell::Name(self.subject.policies[policy].name));
            let cause = self.subject.cause(event);
            let picked = event.picked.as_ref().map(|picked| {
                picked.iter().map(|unit| hazard.units[*unit as usize].as_str()).collect::<Vec<_>>().join(", ")
            });
            spool.row(&[
                &[POINT],
                &key,
                &[
                    Cell::Name(hazard.name),
                    Cell::Name(hazard.kind),
                    Cell::Int(i64::from(event.number)),
                    Cell::Real(event.start * MONTHS_PER_YEAR),
                    Cell::Real(event.end * MONTHS_PER_YEAR),
                    Cell::Real(event.severity),
                    Cell::Text(picked.as_deref().unwrap_or(&hazard.all)),
                    Cell::Text(&cause),
                    Cell::Flag(*common),
                    policy,
                ],
            ])?;
        }
        Ok(())
    }

    /// Adds the bands of policy number `policy`. Policies come in order.
    pub fn bands(&mut self, policy: usize, bands: &Bands) -> Result<(), WriteError> {
        let subject = self.subject.clone();
        let (names, words) = (&subject.policies[policy], subject.words);
        let spool = self.bands.as_mut().expect("open until the end");
        for band in bands.all() {
            let missing = Cell::Missing;
            let (of, what) = match band.kind {
                BandKind::ShortfallShare => {
                    let consumer = &subject.consumers[band.item];
                    let who = [consumer.material, consumer.place, consumer.sector].map(Cell::Name);
                    (words.shortfall_share, [who[0], who[1], who[2], missing])
                }
                BandKind::Price => {
                    let (material, place) = subject.markets[band.item];
                    (words.price, [Cell::Name(material), Cell::Name(place), missing, missing])
                }
                BandKind::StockLevel => {
                    let stock = &names.stockpiles[band.item];
                    (
                        words.stock_level,
                        [Cell::Name(stock.material), missing, missing, Cell::Name(stock.name)],
                    )
                }
            };
            let key = [POINT, Cell::Name(names.name), DRAW, Cell::Name(of)];
            let value = [Cell::Int(band.step as i64), Cell::Real(band.quantile), Cell::Real(band.value)];
            spool.row(&[&key, &what, &value])?;
        }
        Ok(())
    }

    /// Joins the tables, adds what goes with them, and moves all into the folder; old results named in `replaced` go.
    pub fn finish(
        mut self,
        scenario: &Scenario,
        mut manifest: Manifest,
        replaced: Option<&Manifest>,
    ) -> Result<Manifest, WriteError> {
        let mut spools: [Vec<Spool>; 7] = std::array::from_fn(|_| Vec::new());
        for part in self.parts.drain(..) {
            let Part { outcomes, years, stockpiles, required, costs, .. } = part;
            for (list, spool) in spools.iter_mut().zip([outcomes, years, stockpiles, required, costs]) {
                list.push(spool);
            }
        }
        spools[5].extend(self.events.take());
        spools[6].extend(self.bands.take());
        for (table, spools) in tables::TABLES.into_iter().zip(spools) {
            let file = self.table(table, spools, &manifest)?;
            manifest.tables.push(file);
        }
        for (index, source) in scenario.sources.iter().enumerate().filter(|(_, source)| source.is_file()) {
            let copy = copy_name(&source.name, index);
            // Two hazards may read one catalogue.
            if self.staged.iter().all(|(_, target)| *target != copy) {
                self.stage(copy, source.text.as_bytes())?;
            }
        }
        self.stage("scenario/resolved.json".to_owned(), json(&resolved(&manifest)).as_bytes())?;
        self.stage("datapackage.json".to_owned(), datapackage(&manifest).as_bytes())?;
        manifest.finished = now();
        let receipt = "receipts/00001-of-00001.json".to_owned();
        self.stage(receipt.clone(), json(&receipt_of(&manifest)).as_bytes())?;
        manifest.receipts.push(receipt);
        manifest.files =
            self.staged.iter().map(|(_, target)| target.clone()).chain([MANIFEST.to_owned()]).collect();
        let text = json(&serde_json::to_value(&manifest).expect("a manifest is plain data"));
        self.stage(MANIFEST.to_owned(), text.as_bytes())?;
        let remove = replaced.map(|old| old.files.clone()).unwrap_or_default();
        folder::commit(&self.out, &Commit { remove, place: self.staged.clone() })?;
        Ok(manifest)
    }

    /// One table out of its spools.
    fn table(
        &mut self,
        table: &Table,
        spools: Vec<Spool>,
        manifest: &Manifest,
    ) -> Result<TableFile, WriteError> {
        let mut parts = spools;
        if parts.is_empty() {
            // No policy, no part: the table is there all the same, with its columns.
            parts.push(self.spool(table)?);
        }
        let (mut paths, mut rows) = (Vec::new(), 0);
        for spool in parts {
            let (path, n) = spool.finish()?;
            paths.push(path);
            rows += n;
        }
        let file = format!("tables/{}/part-00001.parquet", table.name);
        let path = self.staging(file.clone());
        join(&paths, &path, &manifest.provenance())?;
        files::sync(&path)?;
        for spool in &paths {
            files::remove(spool)?;
        }
        let (bytes, sha256) = files::digest(&path)?;
        Ok(TableFile { table: table.name.to_owned(), file, rows, bytes, sha256 })
    }

    fn spool(&self, table: &Table) -> Result<Spool, WriteError> {
        Spool::create(self.out.join(PARTIAL).join(spool_name(table, 0)), table, &self.names)
    }

    /// Writes a file that goes to `target` at the end.
    fn stage(&mut self, target: String, bytes: &[u8]) -> Result<(), WriteError> {
        let path = self.staging(target);
        files::write(&path, bytes)
    }

    /// Where the file that goes to `target` is written.
    fn staging(&mut self, target: String) -> PathBuf {
        let staged = format!("{:05}.staged", self.staged.len());
        let path = self.out.join(PARTIAL).join(&staged);
        self.staged.push((staged, target));
        path
    }
}

impl Drop for Writer {
    /// Drops what is under way. After a commit there is nothing left to drop; a commit that failed midway stays, to be
    /// finished by the next run.
    fn drop(&mut self) {
        folder::abandon(&self.out);
    }
}

/// Name of the copy of source `index`. A file from outside the scenario's folder keeps only the end of its name.
fn copy_name(name: &str, index: usize) -> String {
    let path = Path::new(name);
    if !name.is_empty() && path.components().all(|part| matches!(part, Component::Normal(_))) {
        return format!("scenario/{name}");
    }
    let last = path.file_name().map_or("file".to_owned(), |last| last.to_string_lossy().into_owned());
    format!("scenario/outside/{index:03}-{last}")
}

/// What the command line fixed, beside the files.
fn resolved(manifest: &Manifest) -> serde_json::Value {
    serde_json::json!({
        "seed": manifest.seed,
        "runs": manifest.runs,
        "set": manifest.set,
        "policies": manifest.policies,
    })
}

fn receipt_of(manifest: &Manifest) -> serde_json::Value {
    serde_json::json!({
        "format": manifest.format,
        "version": manifest.version,
        "scenario_sha256": manifest.scenario_sha256,
        "seed": manifest.seed,
        "runs": manifest.runs,
        "shard": 1,
        "shards": 1,
        "tables": manifest.tables,
        "started": manifest.started,
        "finished": manifest.finished,
    })
}

fn json(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).expect("plain data") + "\n"
}
