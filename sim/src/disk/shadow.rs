//! What is on the disk, as far as the program asked for it: names by syncing their folder, bytes by syncing their file.
//!
//! Systems promise no more (POSIX, fsync and rename), and some lose as much: after a power cut any name that was made, moved or
//! removed since its folder was synced may be there or not, and any file that was not synced may hold anything.

use super::system::Step;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a power cut leaves of that which was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// Nothing.
    All,
    /// The names, and files with nothing in them.
    Bytes,
    /// Some of it, by this seed.
    Some(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Folder,
    /// Its place among the files.
    File(usize),
}

/// The disk and the system's view of it.
pub(super) struct Shadow {
    root: PathBuf,
    /// Bytes that are on the disk.
    files: Vec<Vec<u8>>,
    /// Names as every process sees them.
    seen: BTreeMap<PathBuf, Node>,
    /// Names that are on the disk.
    kept: BTreeMap<PathBuf, Node>,
}

impl Shadow {
    /// All that is below a folder is on the disk.
    pub(super) fn of(root: &Path) -> Shadow {
        let mut shadow =
            Shadow { root: root.to_owned(), files: Vec::new(), seen: BTreeMap::new(), kept: BTreeMap::new() };
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).expect("listed").map(|entry| entry.expect("listed").path()) {
                let node = if path.is_dir() {
                    folders.push(path.clone());
                    Node::Folder
                } else {
                    shadow.file(fs::read(&path).expect("readable"))
                };
                shadow.seen.insert(path, node);
            }
        }
        shadow.kept = shadow.seen.clone();
        shadow
    }

    fn file(&mut self, bytes: Vec<u8>) -> Node {
        self.files.push(bytes);
        Node::File(self.files.len() - 1)
    }

    /// A call was carried out.
    pub(super) fn after(&mut self, step: Step, paths: &[&Path]) {
        let path = paths[paths.len() - 1].to_owned();
        match step {
            Step::MakeFolder => drop(self.seen.insert(path, Node::Folder)),
            // What was there keeps its bytes until the new ones are synced.
            Step::Create | Step::Lock if !self.seen.contains_key(&path) => {
                let file = self.file(Vec::new());
                self.seen.insert(path, file);
            }
            Step::Sync => {
                if let Some(Node::File(file)) = self.seen.get(&path) {
                    self.files[*file] = fs::read(&path).expect("readable");
                }
            }
            Step::Rename => {
                if let Some(node) = self.seen.remove(paths[0]) {
                    self.seen.insert(path, node);
                }
            }
            Step::RemoveFile | Step::RemoveFolder => drop(self.seen.remove(&path)),
            Step::SyncFolder => {
                let inside = |name: &PathBuf| name.parent() == Some(&path);
                self.kept.retain(|name, _| !inside(name));
                let now = self.seen.iter().filter(|(name, _)| inside(name));
                self.kept.extend(now.map(|(name, node)| (name.clone(), *node)));
            }
            Step::Create | Step::Lock | Step::Write | Step::Open | Step::Read | Step::List | Step::Look => {}
        }
    }

    /// Makes the folder what the disk holds after a power cut.
    pub(super) fn restore(self, loss: Loss) {
        let mut state = match loss {
            Loss::Some(seed) => seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            Loss::All | Loss::Bytes => 1,
        };
        let mut draw = |n: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 20) % n
        };
        let mut names = self.kept.clone();
        let all: Vec<&PathBuf> = self.seen.keys().chain(self.kept.keys()).collect();
        for name in all {
            let arrives = match loss {
                Loss::All => false,
                Loss::Bytes => true,
                Loss::Some(_) => draw(2) == 0,
            };
            match self.seen.get(name) {
                _ if !arrives || self.seen.get(name) == self.kept.get(name) => {}
                Some(node) => drop(names.insert(name.clone(), *node)),
                None => drop(names.remove(name)),
            }
        }
        // A rename is one change: its file has one of the two names, or both.
        for (name, node) in &self.seen {
            let has = |names: &BTreeMap<PathBuf, Node>| names.values().any(|other| other == node);
            if *node != Node::Folder && has(&self.kept) && !has(&names) {
                names.insert(name.clone(), *node);
            }
        }
        let mut bytes = self.files.clone();
        for (name, node) in &self.seen {
            let Node::File(file) = *node else { continue };
            let now = fs::read(name).expect("readable");
            if matches!(loss, Loss::Some(_)) && now != bytes[file] {
                bytes[file] = match draw(4) {
                    0 => now,
                    1 => now[..now.len() / 2].to_vec(),
                    2 => vec![0; now.len()],
                    _ => continue,
                };
            }
        }
        for entry in fs::read_dir(&self.root).expect("listed") {
            let path = entry.expect("listed").path();
            if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("removed");
        }
        // In order: a folder comes before what is in it, and what is in a folder that is lost is lost.
        for (name, node) in &names {
            let parent = name.parent().expect("below the root");
            match node {
                _ if !parent.is_dir() => {}
                Node::Folder => fs::create_dir(name).expect("made"),
                Node::File(file) => fs::write(name, &bytes[*file]).expect("written"),
            }
        }
    }
}
