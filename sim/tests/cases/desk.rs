//! The program in a folder of its own, as a user runs it.
#![allow(dead_code, reason = "each test crate uses its part of it")]

use assert_cmd::Command;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with a scenario in `scenario/`; what is run in it writes to `out/`.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    /// With a copy of a scenario.
    pub(crate) fn with(scenario: &str) -> Desk {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(desk.path("scenario")).unwrap();
        for (name, content) in files(Path::new(scenario)) {
            if !name.contains('/') {
                std::fs::write(desk.path("scenario").join(name), content).unwrap();
            }
        }
        desk
    }

    /// The same in memory where that can be: for what writes so much that waiting for a disk would take most of the time.
    pub(crate) fn in_memory(scenario: &str) -> Desk {
        let desk = Desk::with(scenario);
        match tempfile::tempdir_in("/dev/shm") {
            Err(_) => desk,
            Ok(folder) => {
                std::fs::create_dir(folder.path().join("scenario")).unwrap();
                for (name, bytes) in files(&desk.path("scenario")) {
                    std::fs::write(folder.path().join("scenario").join(name), bytes).unwrap();
                }
                Desk { folder }
            }
        }
    }

    /// With a scenario made of these files.
    pub(crate) fn of(scenario: &[(&str, &str)]) -> Desk {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(desk.path("scenario")).unwrap();
        for (name, text) in scenario {
            std::fs::write(desk.path("scenario").join(name), text).unwrap();
        }
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Changes a file of the scenario.
    pub(crate) fn edit(&self, file: &str, change: impl FnOnce(&str) -> String) {
        let path = self.path("scenario").join(file);
        let old = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, change(&old)).unwrap();
    }

    /// The program in this folder, without variables of the machine that tests run on.
    pub(crate) fn shortfall(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shortfall"));
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SHORTFALL_"))
        {
            command.env_remove(name);
        }
        command.current_dir(self.folder.path()).args(arguments);
        command
    }

    /// Runs the scenario into `out`.
    pub(crate) fn run(&self, out: &str, more: &[&str]) -> PathBuf {
        self.shortfall(&[&["run", "scenario", "-o", out, "-q"], more].concat()).assert().success();
        self.path(out)
    }

    /// What `check` and `run` say, both with exit code 3 and neither with a trace in the folder.
    pub(crate) fn refused(&self, more: &[&str]) -> String {
        let before = files(self.folder.path());
        let said = [&["check", "scenario"][..], &["run", "scenario", "-o", "out", "--quiet"]].map(|verb| {
            let output = self.shortfall(&[verb, more].concat()).assert().code(3).get_output().clone();
            assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{more:?}");
            String::from_utf8(output.stderr).unwrap()
        });
        assert_eq!(said[0], said[1], "check and run say the same");
        assert_eq!(before, files(self.folder.path()), "a refused scenario leaves nothing behind");
        said[0].clone()
    }

    /// `check` and `run` accept it; what `check` says of it.
    pub(crate) fn accepted(&self, more: &[&str]) -> String {
        let output =
            self.shortfall(&[&["check", "scenario"], more].concat()).assert().success().get_output().clone();
        self.run("out", &[&["--overwrite"], more].concat());
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Every file below a folder, with its bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            found.insert(name, std::fs::read(&path).unwrap());
        }
    }
    found
}

/// Asserts that a message has each of these parts.
#[track_caller]
pub(crate) fn says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{part:?} is missing in:\n{message}");
    }
}
