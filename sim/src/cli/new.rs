//! `shortfall new`: a bundled scenario, copied.

use super::{Failure, terminal};
use crate::disk;
use crate::disk::WriteError;
use clap::builder::PossibleValuesParser;
use include_dir::{Dir, DirEntry, include_dir};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// `scenarios/` as it was when the program was built.
static BUNDLED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../scenarios");

/// What Python leaves behind where a scenario's tables are built: no part of a scenario.
const LEFT_BEHIND: &str = "__pycache__";

/// Copied unless another is named.
const FIRST: &str = "cobalt-fpv";

/// Copy a bundled scenario into a new folder.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to: a folder that does not exist yet, or is empty.
    dir: PathBuf,

    /// Which scenario.
    #[arg(long, default_value = FIRST, env = "SHORTFALL_EXAMPLE", value_parser = PossibleValuesParser::new(names()))]
    example: String,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let example = BUNDLED.get_dir(&args.example).expect("clap admits only bundled names");
    refuse_to_overwrite(&args.dir)?;
    copy(example, &args.dir).map_err(|error| {
        // The folder was empty: what is in it is ours, and half a scenario is none.
        let _ = disk::remove_folder(&args.dir);
        Failure::Io(format!("cannot copy {} to {}: {error}", args.example, args.dir.display()))
    })?;
    let dir = args.dir.display();
    terminal::say(&format!("copied {} to {dir}; next: shortfall check {dir}", args.example));
    Ok(())
}

/// Names of the bundled scenarios, `cobalt-fpv` or `examples/outage`: folders with a scenario.toml.
fn names() -> Vec<&'static str> {
    let is_scenario = |dir: &&Dir<'static>| dir.contains(dir.path().join("scenario.toml"));
    let inside = BUNDLED.dirs().flat_map(Dir::dirs);
    BUNDLED.dirs().chain(inside).filter(is_scenario).filter_map(|dir| dir.path().to_str()).collect()
}

fn refuse_to_overwrite(dir: &Path) -> Result<(), Failure> {
    let refused = |what: &str| {
        let message = format!("error: {}: {what}; nothing was written", dir.display());
        Err(Failure::Refused(format!("{message}\n  name a folder that does not exist yet")))
    };
    match fs::read_dir(dir) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                refused("the folder is not empty")
            } else {
                Ok(())
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => refused("there is a file of that name"),
        Err(error) => Err(Failure::io(format_args!("cannot read {}", dir.display()), &error)),
    }
}

fn copy(from: &Dir<'static>, to: &Path) -> Result<(), WriteError> {
    disk::make_folder(to)?;
    for entry in from.entries() {
        match entry {
            DirEntry::Dir(dir) if dir.path().ends_with(LEFT_BEHIND) => {}
            DirEntry::Dir(dir) => copy(dir, &to.join(inside(dir.path(), from.path())))?,
            DirEntry::File(file) => {
                let path = to.join(inside(file.path(), from.path()));
                disk::write(&path, file.contents())?;
            }
        }
    }
    Ok(())
}

fn inside<'a>(path: &'a Path, folder: &Path) -> &'a Path {
    path.strip_prefix(folder).expect("an entry lies in its folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(folder: &Path, root: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with(LEFT_BEHIND) {
                continue;
            }
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                assert_eq!(
                    BUNDLED.get_file(inside(&path, root)).map(|file| file.contents().to_vec()),
                    Some(fs::read(&path).unwrap()),
                    "{} is not in the program as it is on disk: touch sim/src/cli/new.rs",
                    path.display()
                );
                found.push(path);
            }
        }
    }

    fn count(dir: &Dir<'static>) -> usize {
        let dirs = dir.dirs().filter(|dir| !dir.path().ends_with(LEFT_BEHIND));
        dir.files().count() + dirs.map(count).sum::<usize>()
    }

    #[test]
    fn the_program_carries_exactly_the_scenarios_on_disk() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
        let mut found = Vec::new();
        walk(&root, &root, &mut found);
        assert_eq!(found.len(), count(&BUNDLED));
    }
}
