//! Files read, kept whole for messages and digests.

use std::path::PathBuf;

/// Index into [`super::Problems::sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// One file of a scenario.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path as messages show it: the scenario's path joined with the file's name.
    pub path: PathBuf,
    /// Name inside the scenario's folder: `plants.csv`.
    pub name: String,
    /// Text after a byte order mark, CRs kept, so that positions are those of an editor.
    pub text: String,
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
}

impl Source {
    /// False for what stood on the command line, which is called by its flag: `--set`.
    pub fn is_file(&self) -> bool {
        !self.name.starts_with("--")
    }
}
