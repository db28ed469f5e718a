//! The scenario's folder: which files may be read, and how they are called in messages.

use super::files;
use super::keys::Table;
use super::problem::{Location, Problems};
use super::sheet::{self, Row};
use super::value::quoted;
use std::path::PathBuf;

/// The folder that holds scenario.toml.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// Files outside of it may be read.
    pub(super) allow_outside: bool,
}

impl Folder {
    /// True if the folder has a file `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.path.join(name).is_file()
    }

    /// The rows of the file `name`, which is named at `named`; `None` if it can't be read, which is reported.
    pub(super) fn sheet(
        &self,
        name: &str,
        named: Option<Location>,
        table: &Table,
        problems: &mut Problems,
    ) -> Option<Vec<Row>> {
        let path = self.path.join(name);
        if !self.allow_outside && self.is_outside(&path) {
            let message = format!("{} lies outside the scenario's folder", quoted(name));
            let hint = "copy it into the folder, so that the scenario is whole, or pass --allow-outside";
            problems.push_error(named, message, Some(hint.into()));
            return None;
        }
        let source = files::read(&path, name, named, problems)?;
        Some(sheet::read(source, table, problems))
    }

    /// True if the path, links followed, leads out of the folder; a file that does not exist is judged by its text.
    fn is_outside(&self, path: &std::path::Path) -> bool {
        match (path.canonicalize(), self.path.canonicalize()) {
            (Ok(file), Ok(folder)) => !file.starts_with(folder),
            _ => path
                .strip_prefix(&self.path)
                .map_or(true, |rest| rest.components().any(|part| part == std::path::Component::ParentDir)),
        }
    }
}
