//! Where results live: in a folder, or in an object store for which a folder on this machine stands in.

use super::shard::Shard;
use crate::disk;
use crate::disk::{Hold, Lock, WriteError, digest_of};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The objects of a store below the name of the results: whole or not there, and no folders but in their names.
///
/// Each call is tried again for as long as that can help; an error is final.
pub trait Objects: fmt::Debug + Send + Sync {
    /// Names below a folder, or all for an empty one, and the bytes of each; sorted.
    fn list(&self, below: &str) -> Result<Vec<(String, u64)>, WriteError>;

    /// An object, or `None` if there is none.
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, WriteError>;

    /// Gives many objects to `take`, several on their way at a time; those that are not there are passed over.
    fn get_each(&self, names: &[String], take: &mut Take<'_>) -> Result<(), WriteError>;

    /// Puts a file, in place of what was there.
    fn put(&self, name: &str, file: &Path) -> Result<(), WriteError>;

    /// Puts an object if none is there, in one step; else gives what is there, if it is something else.
    fn create(&self, name: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, WriteError>;

    /// Removes objects; those that are not there are fine.
    fn remove(&self, names: &[String]) -> Result<(), WriteError>;

    /// An object's address, for messages.
    fn address(&self, name: &str) -> String;
}

/// Takes an object's name and bytes.
pub type Take<'a> = dyn FnMut(&str, Vec<u8>) -> Result<(), WriteError> + 'a;

/// Where results live.
#[derive(Clone, Debug)]
pub struct Home {
    /// The folder; with a store, the one that stands in: chunks are made there, and tables joined.
    pub(super) folder: PathBuf,
    /// The store, which then is what counts.
    pub(super) store: Option<Arc<dyn Objects>>,
    /// Held for the folder that stands in.
    _lock: Option<Arc<Lock>>,
}

impl From<&Path> for Home {
    fn from(folder: &Path) -> Home {
        Home { folder: folder.to_owned(), store: None, _lock: None }
    }
}

impl From<&PathBuf> for Home {
    fn from(folder: &PathBuf) -> Home {
        Home::from(folder.as_path())
    }
}

impl From<&Home> for Home {
    fn from(home: &Home) -> Home {
        home.clone()
    }
}

impl Home {
    /// Results in a store, of which only what it holds is asked.
    pub fn to_read(store: Arc<dyn Objects>) -> Home {
        Home { folder: PathBuf::new(), store: Some(store), _lock: None }
    }

    /// Results in a store. What is on its way there, for one shard of one address, is made in a folder of its own in `staging`;
    /// if another process uses it, that is what is given.
    pub fn in_store(
        store: Arc<dyn Objects>,
        staging: &Path,
        address: &str,
        shard: Shard,
    ) -> Result<Result<Home, PathBuf>, WriteError> {
        let own =
            staging.join(format!("shortfall-{}-{}", &digest_of(address.as_bytes())[..16], shard.label()));
        disk::make_private_folder(&own)?;
        Ok(match disk::lock(&own.join("lock"), Hold::Alone)? {
            Err(_) => Err(own),
            Ok(lock) => {
                let folder = own.join("results");
                Ok(Home { folder, store: Some(store), _lock: Some(Arc::new(lock)) })
            }
        })
    }

    /// True if results go to a store.
    pub fn is_in_store(&self) -> bool {
        self.store.is_some()
    }
}
