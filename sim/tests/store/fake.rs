//! A store in memory that keeps a log of its changes, and fails from a chosen call on.

use shortfall::disk::WriteError;
use shortfall::results::{Objects, Take};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The call from which on every call fails, as after a kill or a cut line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// It is not carried out.
    Before(usize),
    /// It is carried out, and its answer lost.
    After(usize),
}

#[derive(Debug, Default)]
pub(crate) struct Fake(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<String, Vec<u8>>,
    log: Vec<String>,
    calls: usize,
    cut: Option<Cut>,
}

impl Fake {
    /// Counts calls anew, and cuts the line.
    pub(crate) fn cut(&self, cut: Option<Cut>) {
        let mut state = self.0.lock().unwrap();
        state.calls = 0;
        state.log.clear();
        state.cut = cut;
    }

    pub(crate) fn calls(&self) -> usize {
        self.0.lock().unwrap().calls
    }

    /// Changes since the count began, a line each.
    pub(crate) fn log(&self) -> Vec<String> {
        self.0.lock().unwrap().log.clone()
    }

    pub(crate) fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        self.0.lock().unwrap().objects.clone()
    }

    /// Puts an object as somebody else would.
    pub(crate) fn plant(&self, name: &str, bytes: &[u8]) {
        self.0.lock().unwrap().objects.insert(name.to_owned(), bytes.to_vec());
    }

    pub(crate) fn lose(&self, name: &str) {
        self.0.lock().unwrap().objects.remove(name).unwrap();
    }

    fn call<T>(&self, name: &str, act: impl FnOnce(&mut State) -> T) -> Result<T, WriteError> {
        let mut state = self.0.lock().unwrap();
        let call = state.calls;
        state.calls += 1;
        let lost = || WriteError {
            file: PathBuf::from(self.address(name)),
            operation: "reach",
            reason: "cut".to_owned(),
        };
        match state.cut {
            Some(Cut::Before(from)) if call >= from => Err(lost()),
            Some(Cut::After(from)) if call > from => Err(lost()),
            Some(Cut::After(from)) if call == from => {
                act(&mut state);
                Err(lost())
            }
            _ => Ok(act(&mut state)),
        }
    }
}

impl Objects for Fake {
    fn list(&self, below: &str) -> Result<Vec<(String, u64)>, WriteError> {
        let start = if below.is_empty() { String::new() } else { format!("{below}/") };
        self.call(below, |state| {
            let all = state.objects.iter().filter(|(name, _)| name.starts_with(&start));
            all.map(|(name, bytes)| (name.clone(), bytes.len() as u64)).collect()
        })
    }

    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, WriteError> {
        self.call(name, |state| {
            state.log.push(format!("get {name}"));
            state.objects.get(name).cloned()
        })
    }

    fn get_each(&self, names: &[String], take: &mut Take<'_>) -> Result<(), WriteError> {
        for name in names {
            self.get(name)?.map_or(Ok(()), |bytes| take(name, bytes))?;
        }
        Ok(())
    }

    fn put(&self, name: &str, file: &Path) -> Result<(), WriteError> {
        let bytes = std::fs::read(file).unwrap();
        self.call(name, |state| {
            state.log.push(format!("put {name}"));
            state.objects.insert(name.to_owned(), bytes);
        })
    }

    fn create(&self, name: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, WriteError> {
        self.call(name, |state| match state.objects.get(name) {
            Some(there) => Some(there.clone()).filter(|there| there != bytes),
            None => {
                state.log.push(format!("create {name}"));
                state.objects.insert(name.to_owned(), bytes.to_vec());
                None
            }
        })
    }

    fn remove(&self, names: &[String]) -> Result<(), WriteError> {
        self.call(names.first().map_or("", String::as_str), |state| {
            for name in names {
                if state.objects.remove(name).is_some() {
                    state.log.push(format!("remove {name}"));
                }
            }
        })
    }

    fn address(&self, name: &str) -> String {
        format!("fake://{name}")
    }
}
