//! Trials: what if a file operation failed, or the process died or the power went there? In builds for tests only.
//!
//! A trial is for the files below one folder, so tests can run at once. It counts the calls to the system, answers one of them,
//! or all from one on, in the system's place, and keeps what would be on the disk if the power went: see `shadow`.

use super::shadow::{Loss, Shadow};
use super::system::Step;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Numbers of errors, as Linux has them.
pub(crate) const EIO: i32 = 5;
pub(crate) const EMFILE: i32 = 24;
pub(crate) const ENOSPC: i32 = 28;
pub(crate) const EROFS: i32 = 30;

/// What happens at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It fails with this error, once.
    Error(i32),
    /// A write takes only half of the bytes, which is no error.
    Short,
    /// The disk is full from here on: a write that begins here takes half.
    Full,
    /// The file system is read-only from here on.
    ReadOnly,
    /// The process dies: neither this call nor any later one happens; of a write, half of it.
    Death,
}

static TRIALS: Mutex<Vec<State>> = Mutex::new(Vec::new());

struct State {
    root: PathBuf,
    calls: Vec<(Step, PathBuf)>,
    fault: Option<(usize, Fault)>,
    shadow: Shadow,
}

/// A trial under way.
pub(crate) struct Trial {
    root: PathBuf,
}

fn trials() -> MutexGuard<'static, Vec<State>> {
    // A test that failed is no reason for others to fail.
    TRIALS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Trial {
    /// Begins a trial of the files below a folder: what happens at which call, counted from 0.
    pub(crate) fn begin(root: &Path, fault: Option<(usize, Fault)>) -> Trial {
        let root = root.to_owned();
        let shadow = Shadow::of(&root);
        trials().push(State { root: root.clone(), calls: Vec::new(), fault, shadow });
        Trial { root }
    }

    /// Ends it; every call that was made, with its last path.
    pub(crate) fn end(self) -> Vec<(Step, PathBuf)> {
        self.take().calls
    }

    /// Ends it as the power goes: the folder holds what was brought to the disk, and of the rest what the loss leaves.
    pub(crate) fn power_cut(self, loss: Loss) -> Vec<(Step, PathBuf)> {
        let state = self.take();
        state.shadow.restore(loss);
        state.calls
    }

    fn take(self) -> State {
        let mut trials = trials();
        let position = trials.iter().position(|state| state.root == self.root).expect("begun");
        trials.swap_remove(position)
    }
}

/// Carries out a call of the system, unless a trial answers in its place.
pub(super) fn call<T>(step: Step, paths: &[&Path], system: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let mut trials = trials();
    let Some(state) = trials.iter_mut().find(|state| paths[0].starts_with(&state.root)) else {
        drop(trials);
        return system();
    };
    let number = state.calls.len();
    state.calls.push((step, paths[paths.len() - 1].to_owned()));
    if let Some(error) = state.answer(number, step) {
        return Err(error);
    }
    let done = system()?;
    state.shadow.after(step, paths);
    match state.fault {
        Some((at, Fault::Death)) if at == number => Err(io::Error::other("died")),
        _ => Ok(done),
    }
}

/// What of these bytes the next write takes.
pub(super) fn cut<'a>(path: &Path, bytes: &'a [u8]) -> &'a [u8] {
    let trials = trials();
    let Some(state) = trials.iter().find(|state| path.starts_with(&state.root)) else { return bytes };
    match state.fault {
        Some((at, Fault::Short | Fault::Full | Fault::Death)) if at == state.calls.len() => {
            &bytes[..bytes.len().div_ceil(2)]
        }
        _ => bytes,
    }
}

impl State {
    /// The error that this call ends with, if the system is not to be asked.
    fn answer(&self, number: usize, step: Step) -> Option<io::Error> {
        use Step::{Create, Lock, MakeFolder, RemoveFile, RemoveFolder, Rename, Write};
        let (at, fault) = self.fault.filter(|(at, _)| *at <= number)?;
        let grows = matches!(step, Create | Lock | MakeFolder | Rename | Write);
        let first_write = at == number && step == Write;
        match fault {
            Fault::Error(error) => (at == number).then(|| io::Error::from_raw_os_error(error)),
            Fault::Short => None,
            Fault::Full => (grows && !first_write).then(|| io::Error::from_raw_os_error(ENOSPC)),
            Fault::ReadOnly => (grows || matches!(step, RemoveFile | RemoveFolder))
                .then(|| io::Error::from_raw_os_error(EROFS)),
            Fault::Death => (!first_write).then(|| io::Error::other("died")),
        }
    }
}
