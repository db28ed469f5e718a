//! Every file operation that writes, and the reading back of what was written, each with its error in words.
//!
//! No other module changes a file: `sim/tests/layers.rs` checks it. So a test can let any operation of the program fail, or
//! let the process die or the power go there: see `ensemble/broken`.

mod error;
mod lock;
#[cfg(test)]
pub(crate) mod shadow;
mod system;
#[cfg(test)]
pub(crate) mod trial;

pub use error::WriteError;
pub(crate) use error::failed;
pub(crate) use lock::{Hold, Lock, lock};
#[cfg(test)]
pub(crate) use system::Step;

use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes read at once.
const BLOCK: usize = 1 << 16;

/// Makes a folder with its parents; each new name is on the disk when this returns.
pub(crate) fn make_folder(path: &Path) -> Result<(), WriteError> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(Path::new(""));
    make_folder(parent)?;
    match system::make_folder(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !path.is_dir() => {
            Err(failed(path, "make the folder")(error))
        }
        _ => sync_folder(parent),
    }
}

/// Makes a folder that is this user's alone, or finds it so: in a folder for temporary files, another user may have been there
/// first.
pub(crate) fn make_private_folder(path: &Path) -> Result<(), WriteError> {
    make_folder(path.parent().unwrap_or(Path::new("")))?;
    match system::make_private_folder(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => made.map_err(failed(path, "make the folder"))?,
    }
    match system::is_private_folder(path).map_err(failed(path, "look at"))? {
        true => Ok(()),
        false => Err(failed(path, "use")("others can write in it, or it is no folder")),
    }
}

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Sink {
    file: File,
    path: PathBuf,
}

/// Begins a file, with its folders. Mode as the process's mask says, so readable by others as usual.
pub(crate) fn create(path: &Path) -> Result<Sink, WriteError> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let file = system::create(path).map_err(failed(path, "create"))?;
    Ok(Sink { file, path: path.to_owned() })
}

impl Sink {
    /// Ends the file: its bytes are on the disk when this returns. Its name is not: see [`rename`].
    pub(crate) fn finish(self) -> Result<(), WriteError> {
        system::sync(&self.file, &self.path).map_err(failed(&self.path, "write"))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        system::write(&self.file, &self.path, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        // Nothing is held back here.
        Ok(())
    }
}

/// Writes a file, through to the disk.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let mut sink = create(path)?;
    sink.write_all(bytes).map_err(failed(path, "write"))?;
    sink.finish()
}

/// Writes a file under a name that nothing reads, and renames it: the file is whole or not there.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    // Two processes, on two machines maybe, may write the same file at once.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}-{}.writing", std::process::id(), now.subsec_nanos()));
    let staged = path.with_file_name(name);
    let written = write(&staged, bytes).and_then(|()| rename(&staged, path));
    if written.is_err() {
        // A full disk needs the room; that the rest can't be removed is no second error.
        let _ = system::remove_file(&staged);
    }
    written
}

/// Moves a file within a file system, with the target's folders made; its name is on the disk when this returns.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), WriteError> {
    let folder = to.parent().unwrap_or(Path::new(""));
    make_folder(folder)?;
    system::rename(from, to).map_err(failed(to, "rename a finished file to"))?;
    sync_folder(folder)
}

/// Brings a folder's entries to the disk.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), WriteError> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    system::sync_folder(folder).map_err(failed(folder, "sync the folder"))
}

/// Removes a file; one that is not there is fine.
pub(crate) fn remove(path: &Path) -> Result<(), WriteError> {
    match system::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path, "remove")(error)),
        _ => Ok(()),
    }
}

/// Removes a folder that is the program's own, with all in it; one that is not there is fine.
pub(crate) fn remove_folder(path: &Path) -> Result<(), WriteError> {
    empty(path, &[])?;
    match system::remove_folder(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path, "remove")(error)),
        _ => Ok(()),
    }
}

/// Removes all that is in a folder that is the program's own, but for what has one of these names.
pub(crate) fn empty(path: &Path, but: &[&str]) -> Result<(), WriteError> {
    for (name, is_folder) in listed(path)?.into_iter().filter(|(name, _)| !but.contains(&name.as_str())) {
        let path = path.join(name);
        if is_folder { remove_folder(&path) } else { remove(&path) }?;
    }
    Ok(())
}

/// Removes a file's folders up to `root`, as far as they are empty.
pub(crate) fn remove_empty_parents(path: &Path, root: &Path) {
    for folder in path.ancestors().skip(1).take_while(|folder| folder.starts_with(root) && *folder != root) {
        // A folder that is not empty stays; that is the point.
        if system::remove_folder(folder).is_err() {
            break;
        }
    }
}

/// Removes a folder if nothing is in it.
pub(crate) fn remove_if_empty(folder: &Path) {
    // Not empty, or not there: both are as wanted.
    let _ = system::remove_folder(folder);
}

/// True if there is a file or folder of this name.
pub(crate) fn exists(path: &Path) -> Result<bool, WriteError> {
    system::exists(path).map_err(failed(path, "look for"))
}

/// Names in a folder, sorted; none if there is no such folder.
pub(crate) fn entries(path: &Path) -> Result<Vec<String>, WriteError> {
    Ok(listed(path)?.into_iter().map(|(name, _)| name).collect())
}

/// The same, each with whether it is a folder.
fn listed(path: &Path) -> Result<Vec<(String, bool)>, WriteError> {
    match system::list(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        listing => {
            let mut names = listing.map_err(failed(path, "list"))?;
            names.sort();
            Ok(names)
        }
    }
}

/// All bytes of a file, or `None` if there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, WriteError> {
    let file = match system::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(failed(path, "open"))?,
    };
    let mut bytes = Vec::new();
    each_block(&file, path, |block| bytes.extend_from_slice(block))?;
    Ok(Some(bytes))
}

/// `length` bytes of a file from `start` on.
pub(crate) fn read_part(path: &Path, start: u64, length: u64) -> Result<Vec<u8>, WriteError> {
    let mut file = open(path)?;
    file.seek(SeekFrom::Start(start)).map_err(failed(path, "read"))?;
    let mut bytes = vec![0; usize::try_from(length).map_err(failed(path, "read"))?];
    let mut filled = 0;
    while filled < bytes.len() {
        match system::read(&file, path, &mut bytes[filled..]) {
            Ok(0) => return Err(failed(path, "read")("it is shorter than it was")),
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(path, "read")(error)),
        }
    }
    Ok(bytes)
}

/// A file to be read.
pub(crate) fn open(path: &Path) -> Result<File, WriteError> {
    system::open(path).map_err(failed(path, "open"))
}

/// How many bytes a file has.
pub(crate) fn length(path: &Path) -> Result<u64, WriteError> {
    system::length(path).map_err(failed(path, "look at"))
}

/// Bytes and SHA-256, in hex, of a file.
pub(crate) fn digest(path: &Path) -> Result<(u64, String), WriteError> {
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    each_block(&open(path)?, path, |block| {
        bytes += block.len() as u64;
        hash.update(block);
    })?;
    Ok((bytes, hex(&hash.finalize())))
}

/// SHA-256 of bytes, in hex.
pub(crate) fn digest_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn each_block(file: &File, path: &Path, mut take: impl FnMut(&[u8])) -> Result<(), WriteError> {
    let mut block = vec![0; BLOCK];
    loop {
        match system::read(file, path, &mut block) {
            Ok(0) => return Ok(()),
            Ok(n) => take(&block[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(path, "read")(error)),
        }
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
