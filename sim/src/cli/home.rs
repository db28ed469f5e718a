//! Where results go or lie: a folder, or an address in an object store.

use super::Failure;
use crate::cloud;
use crate::cloud::Address;
use crate::results::{Home, Shard};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What a store needs besides its address.
#[derive(Debug, clap::Args)]
pub(super) struct StagingArgs {
    /// For results in an object store: the folder in which they are made on their way there. Without it: the system's folder
    /// for temporary files.
    #[arg(long, env = "SHORTFALL_STAGING", value_name = "DIR")]
    staging: Option<PathBuf>,
}

impl StagingArgs {
    /// The home that is written as a folder or as an address. A store gives up waiting when `stop` is set.
    pub(super) fn home(&self, written: &Path, shard: Shard, stop: &Arc<AtomicBool>) -> Result<Home, Failure> {
        let Some(address) = address(written)? else { return Ok(Home::from(written)) };
        let wrong = |why: String| Failure::Usage(format!("{address}: {why}"));
        let store = cloud::open(&address, Arc::clone(stop)).map_err(wrong)?;
        let staging = self.staging.clone().unwrap_or_else(std::env::temp_dir);
        let home = Home::in_store(store, &staging, &address.to_string(), shard);
        home.map_err(|error| Failure::Io(error.to_string()))?.map_err(|staging| {
            Failure::Refused(format!(
                "error: {address}: another process makes the same here\n  wait for its end, or give another --staging; it works in {}",
                staging.display()
            ))
        })
    }
}

/// The home of which only what it holds is asked.
pub(super) fn to_read(written: &Path) -> Result<Home, Failure> {
    let Some(address) = address(written)? else { return Ok(Home::from(written)) };
    let store = cloud::open(&address, Arc::default());
    store.map(Home::to_read).map_err(|why| Failure::Usage(format!("{address}: {why}")))
}

/// The address, if one is written.
fn address(written: &Path) -> Result<Option<Address>, Failure> {
    if !Address::is_meant(written) {
        return Ok(None);
    }
    let written = written.to_string_lossy();
    written.parse().map(Some).map_err(|why: String| Failure::Usage(format!("{written}: {why}")))
}

/// Refuses an address where only a folder can be read.
pub(super) fn folder(written: &Path) -> Result<&Path, Failure> {
    match address(written)? {
        None => Ok(written),
        Some(address) => Err(Failure::Usage(format!(
            "{address}: this reads folders alone\n  copy the results first, as with: aws s3 cp --recursive {address} results/copy"
        ))),
    }
}
