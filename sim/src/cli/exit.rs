//! How a command ends: the failure, its message, its exit code.

use super::terminal;

/// Done, or already done.
pub(super) const DONE: u8 = 0;
/// A bug.
pub(super) const INTERNAL: u8 = 1;
const USAGE: u8 = 2;
const REFUSED: u8 = 3;
const IO: u8 = 5;
const STOPPED: u8 = 75;
const INTERRUPTED: u8 = 130;

/// Why a command ended without what was asked for.
#[derive(Debug)]
pub enum Failure {
    /// The command line, as clap explains it.
    Parse(Box<clap::Error>),
    /// The command line, for a reason that clap can't know.
    Usage(String),
    /// The scenario or the folder is refused: the whole message, ready to print.
    Refused(String),
    /// Input or output failed; what was being done, and why it failed.
    Io(String),
    /// The reader of stdout went away: nobody is left to tell, and nothing is wrong.
    BrokenPipe,
    /// A signal asked to stop, or time is up: what was kept. The same command goes on.
    Stopped(String),
    /// All is made and not joined: the folder.
    Unmerged(String),
    /// Ctrl-C: what was kept.
    Interrupted(String),
}

impl Failure {
    /// Failure to do something with a file.
    pub(super) fn io(what: impl std::fmt::Display, error: &std::io::Error) -> Failure {
        Failure::Io(format!("{what}: {error}"))
    }

    /// Says what went wrong on stderr and gives the exit code.
    pub(super) fn report(&self) -> u8 {
        match self {
            Failure::Parse(error) => {
                // If stderr is closed there is nobody to tell.
                let _ = error.print();
            }
            Failure::Usage(message) | Failure::Io(message) => terminal::fail(&format!("error: {message}")),
            Failure::Refused(message) => terminal::fail(message),
            Failure::Unmerged(dir) => {
                terminal::say(&format!("all chunks are done; `shortfall merge {dir}` makes the results"))
            }
            Failure::Stopped(kept) => terminal::say(&format!("stopped: {kept}; the same command goes on")),
            Failure::Interrupted(kept) => {
                terminal::say(&format!("interrupted: {kept}; the same command goes on"))
            }
            Failure::BrokenPipe => {}
        }
        self.code()
    }

    fn code(&self) -> u8 {
        match self {
            Failure::Parse(_) | Failure::Usage(_) => USAGE,
            Failure::Refused(_) => REFUSED,
            Failure::Io(_) => IO,
            Failure::BrokenPipe => DONE,
            Failure::Stopped(_) | Failure::Unmerged(_) => STOPPED,
            Failure::Interrupted(_) => INTERRUPTED,
        }
    }
}

/// Writing to stdout is the only I/O that `?` is used on without more words.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
            _ => Failure::io("cannot write to stdout", &error),
        }
    }
}

/// What clap returns instead of matches: help and version are no failure and belong on stdout.
pub(super) fn parsed(error: clap::Error) -> Result<(), Failure> {
    if error.use_stderr() {
        return Err(Failure::Parse(Box::new(error)));
    }
    Ok(error.print()?)
}
