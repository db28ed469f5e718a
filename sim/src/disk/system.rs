//! The calls to the operating system, one function each. In a build for tests a trial may answer in its place.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    MakeFolder,
    Create,
    Write,
    Sync,
    SyncFolder,
    /// Of two paths: from, to.
    Rename,
    RemoveFile,
    RemoveFolder,
    Open,
    Read,
    List,
    Look,
    Lock,
}

#[cfg(not(test))]
#[inline]
fn call<T>(_: Step, _: &[&Path], system: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    system()
}

#[cfg(test)]
use super::trial::call;

pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    call(Step::MakeFolder, &[path], || fs::create_dir(path))
}

/// A folder in which only this user may do anything.
pub(super) fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    call(Step::MakeFolder, &[path], || builder.create(path))
}

/// True if it is a folder, and no link to one, in which only its owner may write.
pub(super) fn is_private_folder(path: &Path) -> io::Result<bool> {
    let found = call(Step::Look, &[path], || fs::symlink_metadata(path))?;
    #[cfg(unix)]
    let private = std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o022 == 0;
    #[cfg(not(unix))]
    let private = true;
    Ok(found.is_dir() && private)
}

/// How many bytes a file has.
pub(super) fn length(path: &Path) -> io::Result<u64> {
    call(Step::Look, &[path], || fs::metadata(path).map(|file| file.len()))
}

/// An empty file, whatever was there.
pub(super) fn create(path: &Path) -> io::Result<File> {
    call(Step::Create, &[path], || File::create(path))
}

/// Writes the first of these bytes; how many.
pub(super) fn write(mut file: &File, path: &Path, bytes: &[u8]) -> io::Result<usize> {
    #[cfg(test)]
    let bytes = super::trial::cut(path, bytes);
    call(Step::Write, &[path], || file.write(bytes))
}

/// Brings a file's bytes to the disk.
pub(super) fn sync(file: &File, path: &Path) -> io::Result<()> {
    call(Step::Sync, &[path], || file.sync_all())
}

/// Brings a folder's entries to the disk. Only Unix opens folders as files; elsewhere a rename itself is all there is.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    let system = || if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) };
    call(Step::SyncFolder, &[folder], system)
}

pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    call(Step::Rename, &[from, to], || fs::rename(from, to))
}

pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    call(Step::RemoveFile, &[path], || fs::remove_file(path))
}

/// Removes a folder if nothing is in it.
pub(super) fn remove_folder(path: &Path) -> io::Result<()> {
    call(Step::RemoveFolder, &[path], || fs::remove_dir(path))
}

pub(super) fn open(path: &Path) -> io::Result<File> {
    call(Step::Open, &[path], || File::open(path))
}

/// Reads the next bytes; how many.
pub(super) fn read(mut file: &File, path: &Path, into: &mut [u8]) -> io::Result<usize> {
    call(Step::Read, &[path], || file.read(into))
}

/// Names in a folder, each with whether it is a folder; a link is none.
pub(super) fn list(path: &Path) -> io::Result<Vec<(String, bool)>> {
    call(Step::List, &[path], || {
        let entry = |entry: io::Result<fs::DirEntry>| {
            let entry = entry?;
            Ok((entry.file_name().to_string_lossy().into_owned(), entry.file_type()?.is_dir()))
        };
        fs::read_dir(path)?.map(entry).collect()
    })
}

/// True if there is something of this name.
pub(super) fn exists(path: &Path) -> io::Result<bool> {
    call(Step::Look, &[path], || path.try_exists())
}

/// Opens a file, made if need be, and locks it; `None` if another process holds it.
pub(super) fn lock(path: &Path, alone: bool) -> io::Result<Option<File>> {
    call(Step::Lock, &[path], || {
        loop {
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
            match if alone { file.try_lock() } else { file.try_lock_shared() } {
                // Who held it may have removed it as we opened it: then another process locks another file.
                Ok(()) if !is_at(&file, path)? => {}
                Ok(()) => return Ok(Some(file)),
                Err(fs::TryLockError::WouldBlock) => return Ok(None),
                Err(fs::TryLockError::Error(error)) => return Err(error),
            }
        }
    })
}

/// True if an open file is the one that has this name now.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(now) => Ok((now.dev(), now.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Elsewhere an open file can't be removed.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}
