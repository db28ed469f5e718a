//! Results in an object store: addresses always, stores with the feature `cloud`. The only module that names object_store, and
//! the only one in which anything waits as a future.

mod address;
#[cfg(feature = "cloud")]
mod store;
#[cfg(feature = "cloud")]
mod words;

pub use address::{Address, Scheme};

use crate::results::Objects;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Opens what lies at an address; nothing is asked of it yet. After `stop` is set, no call waits for longer than a few seconds.
///
/// Errors: what is missing in the environment; or this program was built without stores.
#[cfg(feature = "cloud")]
pub fn open(address: &Address, stop: Arc<AtomicBool>) -> Result<Arc<dyn Objects>, String> {
    Ok(Arc::new(store::Store::open(address, stop)?))
}

/// Says that this program was built without stores.
#[cfg(not(feature = "cloud"))]
pub fn open(_: &Address, _: Arc<AtomicBool>) -> Result<Arc<dyn Objects>, String> {
    Err("this program was built without object stores\n  with them: cargo build --release --features cloud"
        .to_owned())
}
