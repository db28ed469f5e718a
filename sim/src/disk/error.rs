//! What a failed file operation says.

use std::fmt;
use std::path::{Path, PathBuf};

/// Failure to write: the file, what was tried, and the reason.
#[derive(Debug)]
pub struct WriteError {
    /// The file or folder.
    pub file: PathBuf,
    /// What could not be done, as a verb: `write`, `rename`.
    pub operation: &'static str,
    /// What the system or the format's library said.
    pub reason: String,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {} {}: {}", self.operation, self.file.display(), self.reason)
    }
}

impl std::error::Error for WriteError {}

/// Attaches file and operation to an error.
pub(crate) fn failed<E: fmt::Display>(file: &Path, operation: &'static str) -> impl FnOnce(E) -> WriteError {
    move |reason| WriteError { file: file.to_owned(), operation, reason: reason.to_string() }
}
