//! The scenario's folder: which files may be read, and how they are called in messages. Points of a sweep share its tables:
//! what the first reading has read is not read again.

use super::files;
use super::keys::Table;
use super::problem::{At, Location, Problem, Problems};
use super::sheet::{self, Row};
use super::source::SourceId;
use super::value::quoted;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The folder that holds scenario.toml.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// Files outside of it may be read.
    pub(super) allow_outside: bool,
    /// Tables read, by file and what they were read as.
    sheets: Mutex<BTreeMap<(String, &'static str), Sheet>>,
    /// True after the first reading: a file that only some points name is not kept, as each has its own list of sources.
    pub(super) sealed: bool,
}

/// A table read, with what was found wrong with it.
#[derive(Clone, Debug)]
struct Sheet {
    rows: Arc<Vec<Row>>,
    problems: Vec<Problem>,
}

impl Folder {
    pub(super) fn new(path: PathBuf, allow_outside: bool) -> Folder {
        Folder { path, allow_outside, sheets: Mutex::default(), sealed: false }
    }

    /// True if the folder has something of the name `name`, also if it is no file or a link that leads nowhere: a table
    /// that is there and can't be read is not passed over.
    pub(super) fn has(&self, name: &str) -> bool {
        self.path.join(name).symlink_metadata().is_ok()
    }

    /// The rows of the file `name`, which is named at `named`; `None` if it can't be read, which is reported.
    pub(super) fn sheet(
        &self,
        name: &str,
        named: Option<Location>,
        table: &Table,
        problems: &mut Problems,
    ) -> Option<Arc<Vec<Row>>> {
        let key = (name.to_string(), table.title);
        // A panic elsewhere can't leave the map half changed.
        let known = || self.sheets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(sheet) = known().get(&key) {
            problems.list.extend(sheet.problems.iter().cloned());
            return Some(sheet.rows.clone());
        }
        let source = self.source(name, named, problems)?;
        let n_before = problems.list.len();
        let rows = Arc::new(sheet::read(source, table, problems));
        if !self.sealed {
            let sheet = Sheet { rows: rows.clone(), problems: problems.list[n_before..].to_vec() };
            known().insert(key, sheet);
        }
        Some(rows)
    }

    /// The cells of a CSV file whose columns are no table's, each with its place.
    pub(super) fn cells(
        &self,
        file: &At<String>,
        problems: &mut Problems,
    ) -> Option<(SourceId, Vec<Vec<At<String>>>)> {
        let source = self.source(file, Some(file.at), problems)?;
        Some((source, sheet::cells_of(source, problems)))
    }

    fn source(&self, name: &str, named: Option<Location>, problems: &mut Problems) -> Option<SourceId> {
        let path = self.path.join(name);
        if !self.allow_outside && self.is_outside(&path) {
            let message = format!("{} lies outside the scenario's folder", quoted(name));
            let hint = "copy it into the folder, so that the scenario is whole, or pass --allow-outside";
            problems.push_error(named, message, Some(hint.into()));
            return None;
        }
        files::read(&path, name, named, problems)
    }

    /// True if the path, links followed, leads out of the folder; a file that does not exist is judged by its text.
    fn is_outside(&self, path: &Path) -> bool {
        match (path.canonicalize(), self.path.canonicalize()) {
            (Ok(file), Ok(folder)) => !file.starts_with(folder),
            _ => path
                .strip_prefix(&self.path)
                .map_or(true, |rest| rest.components().any(|part| part == std::path::Component::ParentDir)),
        }
    }
}
