//! Results in an object store: what goes there in which order, and what a cut at any call leaves.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "store/fake.rs"]
mod fake;
#[path = "results/fixture.rs"]
mod fixture;

use fake::{Cut, Fake};
use fixture::{Study, policy};
use sha2::{Digest, Sha256};
use shortfall::results::{self, Busy, Done, Draft, Found, Home, Manifest, Objects, Shard};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Chunks of four runs.
const CHUNKS: u64 = 4;

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Done,
    Already,
    Refused,
    Failed(String),
}

fn study(seed: u64) -> Study {
    let mut study = Study::new(
        &["ore", "metal"],
        vec![policy("none", &[]), policy("a reserve", &["stock", "unlimited"])],
    );
    study.scenario = fixture::scenario(seed, "scenario.toml");
    study
}

fn home(store: &Arc<Fake>, staging: &Path, shard: Shard) -> Home {
    let store = Arc::clone(store) as Arc<dyn Objects>;
    Home::in_store(store, staging, "fake://", shard).unwrap().expect("no other process is at work")
}

/// What `shortfall run` does with its home, with runs made up.
fn run(study: &Study, home: &Home, shard: Shard, replace: bool) -> End {
    let tried = || -> Result<End, Busy> {
        let old = match results::look(home)? {
            Found::Nothing => None,
            Found::Foreign(_) | Found::Damaged(_) => return Ok(End::Refused),
            Found::Results(old, damaged) if old.differences(&study.manifest()).is_empty() => {
                if damaged.is_empty() && !replace {
                    return Ok(End::Already);
                }
                Some(*old)
            }
            Found::Results(old, _) if replace => Some(*old),
            Found::Results(..) => return Ok(End::Refused),
        };
        let draft = begin(study, home, shard, replace)?;
        if draft.is_done()? {
            draft.leave();
            return Ok(End::Already);
        }
        results::gather(&draft)?;
        let done = make(study, &draft, shard)?;
        draft.receipt(&done)?;
        if shard.is_whole() {
            results::finish(draft, &done, old.as_ref(), &fixture::in_turn)?;
        } else {
            draft.leave();
        }
        Ok(End::Done)
    };
    tried().unwrap_or_else(|busy| match busy {
        Busy::Write(error) => End::Failed(error.to_string()),
        _ => End::Refused,
    })
}

fn begin(study: &Study, home: &Home, shard: Shard, replace: bool) -> Result<Draft, Busy> {
    let manifest = study.manifest();
    let fixed = results::fixed(&study.scenario, &manifest, std::iter::empty(), std::iter::empty());
    results::begin(results::enter(home, shard)?, manifest, CHUNKS, fixed, replace)
}

fn make(study: &Study, draft: &Draft, shard: Shard) -> Result<Vec<Done>, Busy> {
    let mut done = Vec::new();
    for number in shard.chunks(CHUNKS) {
        done.push(match draft.chunk(number)? {
            Ok(chunk) => chunk,
            Err(_) => draft.put(number, &study.chunk(number * 4..number * 4 + 4))?,
        });
    }
    Ok(done)
}

/// What `shortfall merge` does.
fn merge(home: &Home) -> End {
    let tried = || -> Result<End, Busy> {
        let found = results::look(home)?;
        let Some(draft) = results::resume(home)? else { return Ok(End::Already) };
        results::gather(&draft)?;
        let done: Vec<Option<Done>> =
            (0..CHUNKS).map(|chunk| Ok(draft.chunk(chunk)?.ok())).collect::<Result<_, Busy>>()?;
        let Some(done) = done.into_iter().collect::<Option<Vec<Done>>>() else { return Ok(End::Refused) };
        let old = if let Found::Results(old, _) = found { Some(*old) } else { None };
        results::finish(draft, &done, old.as_ref(), &fixture::in_turn)?;
        Ok(End::Done)
    };
    tried().unwrap_or_else(|busy| End::Failed(format!("{busy:?}")))
}

fn manifest(objects: &BTreeMap<String, Vec<u8>>) -> Option<Manifest> {
    objects.get("manifest.json").map(|bytes| serde_json::from_slice(bytes).unwrap())
}

/// A manifest as the program writes it: with its digest at the end.
fn sealed(manifest: &Manifest) -> Vec<u8> {
    let text = serde_json::to_string_pretty(manifest).unwrap();
    let text = text.strip_suffix("\n}").unwrap();
    format!("{text},\n  \"seal\": \"{}\"\n}}\n", digest(text.as_bytes())).into_bytes()
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// All that has no times in it.
fn lasting(objects: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    objects
        .into_iter()
        .map(|(name, bytes)| {
            let timed = name == "manifest.json" || name.starts_with("receipts/");
            (name, if timed { Vec::new() } else { bytes })
        })
        .collect()
}

/// What one run leaves that nothing happens to.
fn unbroken(seed: u64) -> BTreeMap<String, Vec<u8>> {
    let (store, staging) = (Arc::new(Fake::default()), tempfile::tempdir().unwrap());
    assert_eq!(
        run(&study(seed), &home(&store, staging.path(), Shard::WHOLE), Shard::WHOLE, false),
        End::Done
    );
    assert_eq!(std::fs::read_dir(staging.path()).unwrap().count(), 0, "nothing is left here");
    lasting(store.objects())
}

#[test]
fn the_store_ends_with_what_a_folder_would_hold() {
    let folder = tempfile::tempdir().unwrap();
    study(1).write(folder.path(), 4 * CHUNKS, 4, None);
    let there = unbroken(1);
    for (name, bytes) in &there {
        let file = std::fs::read(folder.path().join(name)).unwrap();
        assert!(bytes.is_empty() || *bytes == file, "{name}");
    }
    assert!(there.keys().filter(|name| name.ends_with(".parquet")).count() > 5);
    assert!(there.keys().all(|name| !name.starts_with(".shortfall")), "nothing is under way");
}

#[test]
fn the_plan_claims_the_place_a_receipt_follows_its_chunks_and_the_manifest_comes_last() {
    let (store, staging) = (Arc::new(Fake::default()), tempfile::tempdir().unwrap());
    run(&study(1), &home(&store, staging.path(), Shard::WHOLE), Shard::WHOLE, false);
    let log: Vec<String> = store.log().into_iter().filter(|line| !line.starts_with("get ")).collect();
    let first = |what: &str| log.iter().position(|line| line.contains(what)).expect(what);
    let last = |what: &str| log.iter().rposition(|line| line.contains(what)).expect(what);
    let order = [
        first("create .shortfall-partial/plan.json"),
        first("put .shortfall-partial/fixed/"),
        last("put .shortfall-partial/fixed/"),
        first("put .shortfall-partial/chunks/"),
        last("put .shortfall-partial/chunks/"),
        first("create .shortfall-partial/receipts/"),
        first("put .shortfall-partial/placing.json"),
        first("put tables/"),
        last("put tables/"),
        first("create manifest.json"),
        first("remove .shortfall-partial/plan.json"),
        last("remove .shortfall-partial/placing.json"),
    ];
    assert!(order.is_sorted(), "{order:?}\n{}", log.join("\n"));
    assert!(last("put ") < first("create manifest.json"));
    assert_eq!(last("remove .shortfall-partial/placing.json"), log.len() - 1);
}

/// A store, with results of something else if they are to be replaced.
fn begun(replaced: bool, staging: &Path) -> Arc<Fake> {
    let store = Arc::new(Fake::default());
    if replaced {
        run(&study(2), &home(&store, staging, Shard::WHOLE), Shard::WHOLE, false);
        // With a table that the new results don't have.
        let mut manifest = manifest(&store.objects()).unwrap();
        manifest.files.push("tables/old/part-00001.parquet".to_owned());
        store.plant("manifest.json", &sealed(&manifest));
        store.plant("tables/old/part-00001.parquet", b"old");
    }
    store.cut(None);
    store
}

/// If there is a manifest, every table is as it says.
fn whole_or_none(objects: &BTreeMap<String, Vec<u8>>, cut: Cut) {
    for table in manifest(objects).into_iter().flat_map(|manifest| manifest.tables) {
        assert_eq!(digest(&objects[&table.file]), table.sha256, "{cut:?}: {}", table.file);
    }
}

#[test]
fn a_cut_at_any_call_leaves_no_half_results_and_the_same_command_ends_with_the_same_bytes() {
    let expected = unbroken(1);
    for replaced in [false, true] {
        let staging = tempfile::tempdir().unwrap();
        let command = |store: &Arc<Fake>, staging: &Path| {
            run(&study(1), &home(store, staging, Shard::WHOLE), Shard::WHOLE, replaced)
        };
        let store = begun(replaced, staging.path());
        assert_eq!(command(&store, staging.path()), End::Done);
        let calls = store.calls();
        assert!(calls > 40, "{calls} calls are too few to be true");
        // Each call is cut in one way; which, changes from one to the next.
        let way = |at: usize| if at.is_multiple_of(2) == replaced { Cut::Before(at) } else { Cut::After(at) };
        for cut in (0..calls).map(way) {
            let staging = tempfile::tempdir().unwrap();
            let store = begun(replaced, staging.path());
            store.cut(Some(cut));
            let end = command(&store, staging.path());
            assert!(matches!(end, End::Failed(_)), "{cut:?}: {end:?}");
            whole_or_none(&store.objects(), cut);
            store.cut(None);
            // The next command may come on another machine.
            let elsewhere = tempfile::tempdir().unwrap();
            let there =
                if store.objects().len().is_multiple_of(2) { staging.path() } else { elsewhere.path() };
            let again = run(&study(1), &home(&store, there, Shard::WHOLE), Shard::WHOLE, replaced);
            assert!(matches!(again, End::Done | End::Already), "{cut:?}: {again:?}");
            // What a command that was done had no time to remove, a merge removes.
            merge(&home(&store, elsewhere.path(), Shard::WHOLE));
            assert_eq!(names(lasting(store.objects())), names(expected.clone()), "{cut:?}");
            assert!(lasting(store.objects()) == expected, "{cut:?}");
        }
    }
}

fn names(objects: BTreeMap<String, Vec<u8>>) -> Vec<String> {
    objects.into_keys().collect()
}

#[test]
fn shards_from_several_machines_make_what_one_run_makes_and_only_the_join_brings_chunks_back() {
    let store = Arc::new(Fake::default());
    let got = || store.log().iter().filter(|line| line.contains("get ") && line.contains("/chunks/")).count();
    for shard in ["2/3", "3/3", "1/3", "2/3"] {
        let (staging, shard) = (tempfile::tempdir().unwrap(), shard.parse().unwrap());
        let end = run(&study(1), &home(&store, staging.path(), shard), shard, false);
        let again = shard.number == 2 && store.objects().len() > 10;
        assert!(end == End::Done || (end == End::Already && again), "{shard:?}: {end:?}");
    }
    assert_eq!(got(), 0, "a shard needs nothing of the others, nor of itself when it is done");
    let status = results::status(Home::to_read(Arc::clone(&store) as Arc<dyn Objects>)).unwrap().unwrap();
    assert_eq!((status.whole.len() as u64, status.receipts.len()), (CHUNKS, 3));
    let staging = tempfile::tempdir().unwrap();
    assert_eq!(merge(&home(&store, staging.path(), Shard::WHOLE)), End::Done);
    assert_eq!(got() as u64, CHUNKS);
    let tables = |objects: BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        objects.into_iter().filter(|(name, _)| name.starts_with("tables/")).collect()
    };
    assert!(tables(store.objects()) == tables(unbroken(1)));
    assert_eq!(merge(&home(&store, staging.path(), Shard::WHOLE)), End::Already);
}

#[test]
fn a_chunk_that_is_damaged_or_lost_in_the_store_is_made_again() {
    let chunk = |number: u64| format!(".shortfall-partial/chunks/{number:08}.chunk");
    let store = Arc::new(Fake::default());
    let shards = ["1/2", "2/2"].map(|shard| shard.parse::<Shard>().unwrap());
    let make = |shard: Shard| {
        let staging = tempfile::tempdir().unwrap();
        run(&study(1), &home(&store, staging.path(), shard), shard, false)
    };
    assert_eq!(shards.map(make), [End::Done, End::Done]);
    let staging = tempfile::tempdir().unwrap();
    store.plant(&chunk(0), b"cut");
    assert_eq!(merge(&home(&store, staging.path(), Shard::WHOLE)), End::Refused);
    assert_eq!(shards.map(make), [End::Done, End::Already], "its receipt names other bytes");
    store.lose(&chunk(3));
    assert_eq!(shards.map(make), [End::Already, End::Done]);
    // Of the same length: only what reads it can know, which is the whole run.
    let mut bytes = store.objects()[&chunk(1)].clone();
    bytes[40] ^= 1;
    store.plant(&chunk(1), &bytes);
    assert_eq!(merge(&home(&store, staging.path(), Shard::WHOLE)), End::Done, "it was here before");
    assert_eq!(make(Shard::WHOLE), End::Already);
}

#[test]
fn of_two_studies_in_one_place_the_second_is_refused_and_a_replaced_one_cannot_end() {
    let store = Arc::new(Fake::default());
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = "1/2".parse().unwrap();
    assert_eq!(run(&study(1), &home(&store, here.path(), first), first, false), End::Done);
    assert_eq!(run(&study(2), &home(&store, there.path(), first), first, false), End::Refused);
    let whole = Shard::WHOLE;
    assert_eq!(run(&study(2), &home(&store, there.path(), whole), whole, false), End::Refused);
    // The first is about to finish when it is replaced.
    let home_of_first = home(&store, here.path(), whole);
    let draft = begin(&study(1), &home_of_first, whole, false).unwrap();
    let done = make(&study(1), &draft, whole).unwrap();
    assert_eq!(run(&study(2), &home(&store, there.path(), whole), whole, true), End::Done);
    let error = results::finish(draft, &done, None, &fixture::in_turn).unwrap_err().to_string();
    assert!(error.contains("another process has finished or replaced it"), "{error}");
    assert_eq!(lasting(store.objects()), unbroken(2));
}

#[test]
fn objects_of_others_are_refused_and_stay() {
    let (store, staging) = (Arc::new(Fake::default()), tempfile::tempdir().unwrap());
    store.plant("letters/one.txt", b"dear");
    assert_eq!(run(&study(1), &home(&store, staging.path(), Shard::WHOLE), Shard::WHOLE, true), End::Refused);
    assert_eq!(names(store.objects()), ["letters/one.txt"]);
}

#[test]
fn two_processes_do_not_share_the_folder_in_which_things_wait() {
    let (store, staging) = (Arc::new(Fake::default()), tempfile::tempdir().unwrap());
    let other = Arc::clone(&store) as Arc<dyn Objects>;
    let first = home(&store, staging.path(), Shard::WHOLE);
    assert!(Home::in_store(Arc::clone(&other), staging.path(), "fake://", Shard::WHOLE).unwrap().is_err());
    let shard = "1/2".parse().unwrap();
    assert!(Home::in_store(Arc::clone(&other), staging.path(), "fake://", shard).unwrap().is_ok());
    assert!(Home::in_store(Arc::clone(&other), staging.path(), "fake://x", Shard::WHOLE).unwrap().is_ok());
    drop(first);
    assert!(Home::in_store(other, staging.path(), "fake://", Shard::WHOLE).unwrap().is_ok());
}

#[cfg(not(feature = "cloud"))]
#[test]
fn a_program_that_was_built_without_stores_says_how_to_build_one_with_them() {
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/invalid/valid");
    for words in
        [&["run", scenario, "-o", "s3://bucket/x"][..], &["status", "s3://bucket/x"], &["merge", "gs://b/x"]]
    {
        let mut command = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin!("shortfall"));
        let assert = command.current_dir(env!("CARGO_TARGET_TMPDIR")).args(words).assert().code(2);
        let said = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        assert!(said.contains(words.last().unwrap()), "{said}");
        assert!(
            said.contains("built without object stores\n  with them: cargo build --release --features cloud")
        );
    }
}
