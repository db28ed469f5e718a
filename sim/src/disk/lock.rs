//! Locks: who holds one, and how others learn of it.

use super::{Sink, WriteError, failed, make_folder, system};
use std::io::{self, Write};
use std::path::Path;

/// A lock on a file, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: Sink,
}

/// How a file is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// No other process may hold it. The file names the process that does.
    Alone,
    /// Others may share it.
    Shared,
}

/// Locks a file, made if need be; in vain if another process holds it: what the file says of who that is.
pub(crate) fn lock(path: &Path, hold: Hold) -> Result<Result<Lock, String>, WriteError> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let alone = hold == Hold::Alone;
    let Some(file) = system::lock(path, alone).map_err(failed(path, "lock"))? else {
        // It may be gone by now, or unreadable where locks keep readers off too.
        let said = super::read(path).ok().flatten().unwrap_or_default();
        return Ok(Err(String::from_utf8_lossy(&said).trim().to_owned()));
    };
    let mut file = Sink { file, path: path.to_owned() };
    if alone {
        name(&mut file).map_err(failed(path, "write"))?;
    }
    Ok(Ok(Lock { _file: file }))
}

/// Says in the file who holds it. That is for people: what counts is the lock.
fn name(file: &mut Sink) -> io::Result<()> {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
    file.file.set_len(0)?;
    writeln!(file, "process {}{}, since {now}", std::process::id(), machine())
}

/// ` on node17`, if it is known.
fn machine() -> String {
    let named = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| std::env::var("HOSTNAME").map_err(io::Error::other));
    named.map(|name| format!(" on {}", name.trim())).unwrap_or_default()
}
