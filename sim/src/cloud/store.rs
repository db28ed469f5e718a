//! A store of the crate object_store, one call at a time for the caller: waiting, trying again and giving up are here.

use super::address::{Address, Scheme};
use super::words::{is_missing, may_pass, words};
use crate::disk;
use crate::disk::WriteError;
use crate::results::{Objects, Take};
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::multipart::MultipartStore;
use object_store::path::Path as Name;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, RetryConfig};
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Bytes that go in one request: with object_store's limit of 30 s for each, a line of 2.5 Mbit/s is enough.
const PART: u64 = 8 << 20;
/// Objects on their way here at a time.
const AT_ONCE: usize = 8;
/// How often a request is made before its error is final; the waits between add up to half a minute.
const TRIES: u32 = 8;
/// The first wait; each is twice the one before.
const WAIT: Duration = Duration::from_millis(250);
/// How long a request may still take when a signal has come: the program is to end within 5 s.
const GRACE: Duration = Duration::from_secs(3);
/// How often the signal is looked for.
const GLANCE: Duration = Duration::from_millis(50);

/// What is asked of a store.
trait Backend: ObjectStore + MultipartStore {}
impl<T: ObjectStore + MultipartStore> Backend for T {}

/// Results in a store.
#[derive(Debug)]
pub(super) struct Store {
    runtime: Runtime,
    there: There,
}

/// The store, and how long to wait for it.
struct There {
    backend: Arc<dyn Backend>,
    address: Address,
    stop: Arc<AtomicBool>,
    /// When the signal was first seen.
    stopped: OnceLock<Instant>,
    wait: Duration,
}

/// Why a call came to nothing.
enum Fault {
    Store(Error),
    Stopped,
}

impl Store {
    /// Keys come from the environment, by the names that each provider's own tools use.
    pub(super) fn open(address: &Address, stop: Arc<AtomicBool>) -> Result<Store, String> {
        // An error says that one is set already, which is as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // All trying again is done here: in one way, and until a signal comes.
        let retry = RetryConfig { max_retries: 0, ..RetryConfig::default() };
        let backend: Result<Arc<dyn Backend>, Error> = match address.scheme {
            Scheme::S3 => {
                let plain = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"]
                    .iter()
                    .any(|name| std::env::var(name).is_ok_and(|url| url.starts_with("http://")));
                let builder = AmazonS3Builder::from_env().with_bucket_name(&address.bucket).with_retry(retry);
                // Who names an address without TLS means it.
                let builder = if plain { builder.with_allow_http(true) } else { builder };
                builder.build().map(|store| Arc::new(store) as Arc<dyn Backend>)
            }
            Scheme::Gs => {
                let builder = GoogleCloudStorageBuilder::from_env();
                let built = builder.with_bucket_name(&address.bucket).with_retry(retry).build();
                built.map(|store| Arc::new(store) as Arc<dyn Backend>)
            }
            Scheme::Az => {
                let builder = MicrosoftAzureBuilder::from_env();
                let built = builder.with_container_name(&address.bucket).with_retry(retry).build();
                built.map(|store| Arc::new(store) as Arc<dyn Backend>)
            }
        };
        let backend = backend.map_err(|error| words(&error))?;
        Store::of(backend, address.clone(), stop, WAIT)
    }

    fn of(
        backend: Arc<dyn Backend>,
        address: Address,
        stop: Arc<AtomicBool>,
        wait: Duration,
    ) -> Result<Store, String> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| format!("can't start a thread: {error}"))?;
        Ok(Store { runtime, there: There { backend, address, stop, stopped: OnceLock::new(), wait } })
    }

    /// Waits for what is asked of the object of this name.
    fn wait_for<T>(
        &self,
        operation: &'static str,
        name: &str,
        ask: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, WriteError> {
        self.runtime.block_on(ask).map_err(|fault| {
            let reason = match fault {
                Fault::Store(error) => words(&error),
                Fault::Stopped => "stopped by a signal".to_owned(),
            };
            WriteError { file: PathBuf::from(self.there.address.of(name)), operation, reason }
        })
    }
}

impl There {
    /// Asks until it works, until trying again can't help or has been tried often enough, or until a signal has come.
    async fn ask<T, F>(&self, once: impl Fn() -> F) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut wait = self.wait;
        for tried in 1.. {
            let answer = tokio::select! {
                answer = once() => answer,
                () = self.given_up() => return Err(Fault::Stopped),
            };
            match answer {
                Ok(answer) => return Ok(answer),
                Err(error) if tried >= TRIES || !may_pass(&error) => return Err(Fault::Store(error)),
                Err(_) => tokio::select! {
                    () = tokio::time::sleep(wait) => wait *= 2,
                    () = self.given_up() => return Err(Fault::Stopped),
                },
            }
        }
        unreachable!("the last try ends the loop")
    }

    /// Ends when a signal came a while ago.
    async fn given_up(&self) {
        loop {
            if self.stop.load(Ordering::Relaxed) && self.stopped.get_or_init(Instant::now).elapsed() > GRACE {
                return;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    fn name(&self, name: &str) -> Result<Name, Fault> {
        let full = if name.is_empty() { self.address.prefix.clone() } else { self.full(name) };
        Name::parse(full).map_err(|error| Fault::Store(error.into()))
    }

    fn full(&self, name: &str) -> String {
        format!("{}/{name}", self.address.prefix)
    }

    async fn list(&self, below: &str) -> Result<Vec<(String, u64)>, Fault> {
        let folder = self.name(below)?;
        let listed = self.ask(|| self.backend.list(Some(&folder)).try_collect::<Vec<_>>()).await?;
        let start = self.full("");
        let own = |name: &Name| name.as_ref().strip_prefix(&start).map(str::to_owned);
        let mut found: Vec<(String, u64)> =
            listed.into_iter().filter_map(|meta| Some((own(&meta.location)?, meta.size))).collect();
        found.sort();
        Ok(found)
    }

    /// A large object comes in parts, so that each request is a short one.
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let name = self.name(name)?;
        let first = self.ask(|| async {
            let found = self.backend.get(&name).await?;
            let size = found.meta.size;
            Ok((size, if size <= PART { Some(found.bytes().await?) } else { None }))
        });
        let (size, bytes) = match first.await {
            Err(Fault::Store(error)) if is_missing(&error) => return Ok(None),
            first => first?,
        };
        if let Some(bytes) = bytes {
            return Ok(Some(bytes.into()));
        }
        let mut whole = Vec::new();
        let mut start = 0;
        while start < size {
            let part = start..size.min(start + PART);
            start = part.end;
            whole.extend_from_slice(&self.ask(|| self.backend.get_range(&name, part.clone())).await?);
        }
        Ok(Some(whole))
    }

    /// A large file goes in parts; it is there when the last call ends, and not before.
    async fn put(&self, name: &str, mut file: impl Read, size: u64) -> Result<(), Fault> {
        let name = self.name(name)?;
        let mut read = |bytes: u64| {
            let mut part = Vec::new();
            let read = file.by_ref().take(bytes).read_to_end(&mut part);
            read.map(|_| PutPayload::from(part))
                .map_err(|error| Fault::Store(Error::Generic { store: "disk", source: Box::new(error) }))
        };
        if size <= PART {
            let bytes = read(size)?;
            return self.ask(|| self.backend.put(&name, bytes.clone())).await.map(drop);
        }
        let id = self.ask(|| self.backend.create_multipart(&name)).await?;
        let mut parts = Vec::new();
        for number in 0..size.div_ceil(PART) as usize {
            let bytes = read(PART)?;
            parts.push(self.ask(|| self.backend.put_part(&name, &id, number, bytes.clone())).await?);
        }
        self.ask(|| self.backend.complete_multipart(&name, &id, parts.clone())).await.map(drop)
    }

    /// If the answer to a put is lost and it is made again, what is there is our own: so bytes are compared.
    async fn create(&self, name: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let full = self.name(name)?;
        let once = || {
            let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
            self.backend.put_opts(&full, PutPayload::from(bytes.to_vec()), options)
        };
        match self.ask(once).await {
            Ok(_) => Ok(None),
            Err(Fault::Store(Error::AlreadyExists { .. })) => {
                Ok(self.get(name).await?.filter(|there| there != bytes))
            }
            Err(fault) => Err(fault),
        }
    }

    async fn remove(&self, names: &[String]) -> Result<(), Fault> {
        let names = names.iter().map(|name| self.name(name)).collect::<Result<Vec<Name>, Fault>>()?;
        self.ask(|| async {
            let all = stream::iter(names.clone().into_iter().map(Ok)).boxed();
            let mut gone = self.backend.delete_stream(all);
            while let Some(one) = gone.next().await {
                one.map(drop).or_else(|error| if is_missing(&error) { Ok(()) } else { Err(error) })?;
            }
            Ok(())
        })
        .await
    }
}

impl Objects for Store {
    fn list(&self, below: &str) -> Result<Vec<(String, u64)>, WriteError> {
        self.wait_for("list", below, self.there.list(below))
    }

    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, WriteError> {
        self.wait_for("get", name, self.there.get(name))
    }

    fn get_each(&self, names: &[String], take: &mut Take<'_>) -> Result<(), WriteError> {
        for some in names.chunks(AT_ONCE) {
            let ask = stream::iter(some).map(|name| self.there.get(name)).buffered(AT_ONCE).try_collect();
            let found: Vec<Option<Vec<u8>>> = self.wait_for("get", &some[0], ask)?;
            for (name, bytes) in some.iter().zip(found) {
                bytes.map_or(Ok(()), |bytes| take(name, bytes))?;
            }
        }
        Ok(())
    }

    fn put(&self, name: &str, file: &Path) -> Result<(), WriteError> {
        let (opened, size) = (disk::open(file)?, disk::length(file)?);
        self.wait_for("put", name, self.there.put(name, opened, size))
    }

    fn create(&self, name: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, WriteError> {
        self.wait_for("put", name, self.there.create(name, bytes))
    }

    fn remove(&self, names: &[String]) -> Result<(), WriteError> {
        match names.first() {
            Some(first) => self.wait_for("remove", first, self.there.remove(names)),
            None => Ok(()),
        }
    }

    fn address(&self, name: &str) -> String {
        self.there.address.of(name)
    }
}

impl fmt::Debug for There {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The store knows keys: none of it is shown.
        write!(f, "{}", self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::memory::InMemory;

    fn store(stop: bool) -> Store {
        let address = "s3://bucket/some/name".parse().expect("an address");
        let stop = Arc::new(AtomicBool::new(stop));
        Store::of(Arc::new(InMemory::new()), address, stop, Duration::ZERO).expect("a runtime")
    }

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a file for the test");
        std::fs::write(file.path(), bytes).expect("written");
        file
    }

    #[test]
    fn what_was_put_is_listed_and_got_below_its_own_name_alone() {
        let store = store(false);
        for name in ["a/x y.csv", "a/b/c", "ab"] {
            store.put(name, file(name.as_bytes()).path()).expect("put");
        }
        let names = |below: &str| -> Vec<String> {
            store.list(below).expect("listed").into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(""), ["a/b/c", "a/x y.csv", "ab"]);
        assert_eq!(names("a"), ["a/b/c", "a/x y.csv"]);
        assert_eq!(store.get("ab").expect("got").as_deref(), Some(&b"ab"[..]));
        assert_eq!(store.get("b").expect("asked"), None);
        store.remove(&["ab".to_owned(), "not there".to_owned()]).expect("removed");
        assert_eq!(names(""), ["a/b/c", "a/x y.csv"]);
    }

    #[test]
    fn one_of_two_that_create_an_object_learns_of_the_other() {
        let store = store(false);
        assert_eq!(store.create("plan", b"one").expect("put"), None);
        assert_eq!(store.create("plan", b"one").expect("an answer that was lost is no other"), None);
        assert_eq!(store.create("plan", b"two").expect("asked").as_deref(), Some(&b"one"[..]));
    }

    #[test]
    fn a_large_file_goes_and_comes_in_parts() {
        let store = store(false);
        let bytes: Vec<u8> = (0..2 * PART + 5).map(|at| (at % 251) as u8).collect();
        store.put("large", file(&bytes).path()).expect("put");
        assert_eq!(store.list("").expect("listed"), [("large".to_owned(), 2 * PART + 5)]);
        assert!(store.get("large").expect("got").as_deref() == Some(&bytes[..]));
        let mut seen = Vec::new();
        let names = ["large", "not there", "large"].map(str::to_owned);
        store
            .get_each(&names, &mut |name, got| {
                seen.push((name.to_owned(), got.len()));
                Ok(())
            })
            .expect("got");
        assert_eq!(seen, vec![("large".to_owned(), bytes.len()); 2]);
    }

    #[test]
    fn after_a_signal_nothing_is_tried_for_long() {
        let store = store(true);
        let began = Instant::now();
        let endless = store.there.ask(|| std::future::pending::<Result<(), Error>>());
        let error = store.wait_for("put", "x", endless).expect_err("given up");
        assert_eq!(error.to_string(), "could not put s3://bucket/some/name/x: stopped by a signal");
        assert!(began.elapsed() < GRACE + Duration::from_secs(1));
    }

    #[test]
    fn what_may_pass_is_tried_again_and_what_may_not_is_final() {
        let store = store(false);
        let tries = std::cell::Cell::new(0);
        let failing = |error: fn() -> Error| {
            tries.set(0);
            store.runtime.block_on(store.there.ask(|| {
                tries.set(tries.get() + 1);
                std::future::ready(Err::<(), Error>(error()))
            }))
        };
        let cut = || Error::Generic { store: "S3", source: "connection reset by peer".into() };
        assert!(failing(cut).is_err());
        assert_eq!(tries.get(), TRIES);
        assert!(failing(|| Error::PermissionDenied { path: String::new(), source: "403".into() }).is_err());
        assert_eq!(tries.get(), 1);
    }
}
