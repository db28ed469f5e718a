//! Every file operation of the results, each with its error in words.

use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
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
pub(super) fn failed<E: fmt::Display>(file: &Path, operation: &'static str) -> impl FnOnce(E) -> WriteError {
    move |reason| WriteError { file: file.to_owned(), operation, reason: reason.to_string() }
}

/// Makes a folder with its parents; each new name is on the disk when this returns.
pub(super) fn make_folder(path: &Path) -> Result<(), WriteError> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(Path::new(""));
    make_folder(parent)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !path.is_dir() => {
            Err(failed(path, "make the folder")(error))
        }
        _ => sync_folder(parent),
    }
}

/// Makes a folder that is this user's alone, or finds it so: in a folder for temporary files, another user may have been there
/// first.
pub(super) fn make_private_folder(path: &Path) -> Result<(), WriteError> {
    if let Some(parent) = path.parent() {
        make_folder(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made.map_err(failed(path, "make the folder")),
    }
    // Not followed if it is a link.
    let found = fs::symlink_metadata(path).map_err(failed(path, "look at"))?;
    #[cfg(unix)]
    let private = std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o022 == 0;
    #[cfg(not(unix))]
    let private = true;
    match found.is_dir() && private {
        true => Ok(()),
        false => Err(failed(path, "use")("others can write in it, or it is no folder")),
    }
}

/// Writes a file with its folders, through to the disk. Mode as the process's mask says, so readable by others as usual.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let mut file = File::create(path).map_err(failed(path, "create"))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed(path, "write"))
}

/// Brings a file's bytes to the disk.
pub(super) fn sync(path: &Path) -> Result<(), WriteError> {
    // Syncing a handle that can't write fails on some systems.
    let file = OpenOptions::new().read(true).write(true).open(path).map_err(failed(path, "open"))?;
    file.sync_all().map_err(failed(path, "sync"))
}

/// Moves a file within a file system, with the target's folders made; its name is on the disk when this returns.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), WriteError> {
    let folder = to.parent().unwrap_or(Path::new(""));
    make_folder(folder)?;
    fs::rename(from, to).map_err(failed(to, "rename a finished file to"))?;
    sync_folder(folder)
}

/// Brings a folder's entries to the disk.
fn sync_folder(folder: &Path) -> Result<(), WriteError> {
    // Only Unix opens folders as files; elsewhere the rename itself is all there is.
    if cfg!(unix) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder).and_then(|file| file.sync_all()).map_err(failed(folder, "sync the folder"))?;
    }
    Ok(())
}

/// Removes a file; one that is not there is fine.
pub(super) fn remove(path: &Path) -> Result<(), WriteError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path, "remove")(error)),
        _ => Ok(()),
    }
}

/// Removes a folder that is the program's own, with all in it; one that is not there is fine.
pub(super) fn remove_folder(path: &Path) -> Result<(), WriteError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path, "remove")(error)),
        _ => Ok(()),
    }
}

/// Removes a file's folders up to `root`, as far as they are empty.
pub(super) fn remove_empty_parents(path: &Path, root: &Path) {
    for folder in path.ancestors().skip(1).take_while(|folder| folder.starts_with(root) && *folder != root) {
        // A folder that is not empty stays; that is the point.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

/// Removes a folder if nothing is in it.
pub(super) fn remove_if_empty(folder: &Path) {
    // Not empty, or not there: both are as wanted.
    let _ = fs::remove_dir(folder);
}

/// The text of a file, or `None` if there is none.
pub(super) fn read(path: &Path) -> Result<Option<String>, WriteError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, "read")(error)),
    }
}

/// Names in a folder, sorted; none if there is no such folder.
pub(super) fn entries(path: &Path) -> Result<Vec<String>, WriteError> {
    let listing = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listing => listing.map_err(failed(path, "list"))?,
    };
    let mut names = Vec::new();
    for entry in listing {
        names.push(entry.map_err(failed(path, "list"))?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Writes a file under a name that nothing reads, and renames it: the file is whole or not there.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    // Two processes, on two machines maybe, may write the same file at once.
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}-{}.writing", std::process::id(), now.subsec_nanos()));
    let staged = path.with_file_name(name);
    let written = write(&staged, bytes).and_then(|()| rename(&staged, path));
    if written.is_err() {
        // A full disk needs the room; that the rest can't be removed is no second error.
        let _ = fs::remove_file(&staged);
    }
    written
}

/// All bytes of a file, or `None` if there is none.
pub(super) fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>, WriteError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, "read")(error)),
    }
}

/// `length` bytes of a file from `start` on.
pub(super) fn read_part(path: &Path, start: u64, length: u64) -> Result<Vec<u8>, WriteError> {
    let mut file = File::open(path).map_err(failed(path, "open"))?;
    file.seek(SeekFrom::Start(start)).map_err(failed(path, "read"))?;
    let mut bytes = vec![0; usize::try_from(length).map_err(failed(path, "read"))?];
    file.read_exact(&mut bytes).map_err(failed(path, "read"))?;
    Ok(bytes)
}

/// A lock on a file, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// How a file is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hold {
    /// No other process may hold it.
    Alone,
    /// Others may share it.
    Shared,
}

/// Locks a file, made if need be; `None` if another process holds it.
pub(super) fn lock(path: &Path, hold: Hold) -> Result<Option<Lock>, WriteError> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let options = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    let file = options.map_err(failed(path, "open"))?;
    let locked = match hold {
        Hold::Alone => file.try_lock(),
        Hold::Shared => file.try_lock_shared(),
    };
    match locked {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(failed(path, "lock")(error)),
    }
}

/// How many bytes a file has.
pub(super) fn length(path: &Path) -> Result<u64, WriteError> {
    fs::metadata(path).map(|file| file.len()).map_err(failed(path, "look at"))
}

/// Bytes and SHA-256, in hex, of a file.
pub(super) fn digest(path: &Path) -> Result<(u64, String), WriteError> {
    let mut file = File::open(path).map_err(failed(path, "open"))?;
    let (mut hash, mut buffer, mut bytes) = (Sha256::new(), vec![0; 1 << 16], 0);
    loop {
        let n = file.read(&mut buffer).map_err(failed(path, "read"))?;
        if n == 0 {
            return Ok((bytes, hex(&hash.finalize())));
        }
        bytes += n as u64;
        hash.update(&buffer[..n]);
    }
}

/// SHA-256 of bytes, in hex.
pub(super) fn digest_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
