//! Source files as the tests about the code itself read them.

use std::path::{Path, PathBuf};

/// The repository.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("sim/ lies in the workspace").to_owned()
}

/// What runs, builds and editors leave behind.
const NOT_OURS: [&str; 7] =
    ["target", ".git", ".venv", ".stamps", "__pycache__", ".ruff_cache", ".pytest_cache"];

/// Every file below `folder`, sorted, but for what no one wrote.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_file() {
                found.push(path);
            } else if !NOT_OURS.contains(&name.as_str()) && path != root().join("results") {
                folders.push(path);
            }
        }
    }
    found.sort();
    found
}

/// True if the file's name ends in one of these extensions.
pub(super) fn is(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|extension| extensions.iter().any(|known| extension == *known))
}

/// The path as messages show it.
pub(super) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
