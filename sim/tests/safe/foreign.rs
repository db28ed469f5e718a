//! Parts of other studies among ours, the same part twice, and shards that overlap.

use super::desk::{files, says};
use super::{Desk, VALID, said, tables};

/// Three chunks.
const RUNS: &str = "9000";

fn shard(desk: &Desk, out: &str, shard: &str, more: &[&str]) {
    desk.run(out, &[&["-n", RUNS, "--shard", shard], more].concat());
}

#[test]
fn parts_of_another_seed_or_scenario_are_named_and_never_merged() {
    let desk = Desk::with(VALID);
    shard(&desk, "out", "1/2", &[]);
    shard(&desk, "seed", "2/2", &["--seed", "8"]);
    shard(&desk, "other", "2/2", &["--set", "market.cover_days=46"]);
    let part = |out: &str, name: &str| desk.path(&format!("{out}/.shortfall-partial/{name}"));
    let theirs: Vec<String> = files(&part("seed", "chunks")).into_keys().collect();
    let receipt = "receipts/00002-of-00002.json";
    for other in ["seed", "other"] {
        for chunk in &theirs {
            let name = format!("chunks/{chunk}");
            std::fs::copy(part(other, &name), part("out", &name)).unwrap();
        }
        std::fs::copy(part(other, receipt), part("out", receipt)).unwrap();
        for verb in ["status", "merge"] {
            let (words, code) = said(&desk, &[verb, "out"]);
            assert_eq!(code, Some(3), "{words}");
            says(&words, &[receipt, "of another study"]);
            theirs.iter().for_each(|chunk| says(&words, &[chunk]));
        }
    }
    // The command of that shard makes it good, and what was foreign leaves no trace.
    shard(&desk, "out", "2/2", &[]);
    assert_eq!(said(&desk, &["merge", "out", "-q"]).1, Some(0));
    assert!(tables(&desk.path("out")) == tables(&desk.run("whole", &["-n", RUNS])));
}

#[test]
fn the_same_part_twice_counts_once_and_a_copy_under_another_name_is_named() {
    let desk = Desk::with(VALID);
    for number in ["1/2", "2/2", "1/2"] {
        shard(&desk, "out", number, &[]);
    }
    let part = |name: &str| desk.path(&format!("out/.shortfall-partial/{name}"));
    let first = std::fs::read(part("chunks/00000000.chunk")).unwrap();
    let second = std::fs::read(part("chunks/00000001.chunk")).unwrap();
    for (name, wrong) in [
        ("chunks/00000001.chunk", "holds chunk 0, not 1"),
        ("chunks/00000003.chunk", "no chunk of this study"),
        ("chunks/1.chunk", "no chunk of this study"),
    ] {
        std::fs::write(part(name), &first).unwrap();
        for verb in ["status", "merge"] {
            let (words, code) = said(&desk, &[verb, "out"]);
            assert_eq!(code, Some(3), "{words}");
            says(&words, &[name, wrong]);
        }
        std::fs::remove_file(part(name)).unwrap();
        std::fs::write(part("chunks/00000001.chunk"), &second).unwrap();
    }
    assert_eq!(said(&desk, &["merge", "out", "-q"]).1, Some(0));
    assert!(tables(&desk.path("out")) == tables(&desk.run("whole", &["-n", RUNS])));
}

#[test]
fn shards_that_overlap_make_no_run_twice() {
    let desk = Desk::with(VALID);
    for number in ["2/2", "1/3", "2/3", "1/2", "3/7"] {
        shard(&desk, "out", number, &[]);
    }
    assert_eq!(said(&desk, &["merge", "out", "-q"]).1, Some(0));
    let out = desk.path("out");
    assert!(tables(&out) == tables(&desk.run("whole", &["-n", RUNS])));
    assert_eq!(files(&out.join("receipts")).len(), 5);
}
