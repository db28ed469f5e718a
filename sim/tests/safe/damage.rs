//! One byte changed, anywhere in a folder: whoever reads it names the file, or says what it would have said.

use super::desk::files;
use super::{Desk, Dice, VALID, said, tables, thorough};
use std::path::Path;

/// Places in a file at which a byte is changed: its ends, which formats live by, and some between.
fn places(length: usize, dice: &mut Dice) -> Vec<usize> {
    if length == 0 {
        return Vec::new();
    }
    let more = if thorough() { 200 } else { 3 };
    let ends = [0, 1, length / 2, length.saturating_sub(40), length.saturating_sub(6), length - 1];
    let mut found: Vec<usize> = ends.into_iter().filter(|at| *at < length).collect();
    found.extend((0..more).map(|_| dice.below(length)));
    found
}

/// Changes each file in turn at several places, and puts it back.
fn flips(folder: &Path, mut look: impl FnMut(&str, usize)) {
    let mut dice = Dice(5);
    for (name, bytes) in files(folder) {
        let path = folder.join(&name);
        for at in places(bytes.len(), &mut dice) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << dice.below(8);
            std::fs::write(&path, &flipped).unwrap();
            look(&name, at);
        }
        std::fs::write(&path, &bytes).unwrap();
    }
}

/// What `status` says, without a process of its own for each byte.
fn status(out: &Path) -> Result<(), String> {
    use shortfall::results::{Found, look, status};
    let begun = status(out).map_err(|error| error.to_string())?;
    let damaged = match (begun, look(out).map_err(|error| error.to_string())?) {
        (Some(status), _) => status.damaged,
        (None, Found::Results(_, damaged)) => damaged,
        (None, Found::Damaged(what)) => vec![what],
        (None, other) => vec![format!("{other:?}")],
    };
    if damaged.is_empty() { Ok(()) } else { Err(damaged.join("\n")) }
}

#[test]
fn every_byte_of_a_results_folder_counts() {
    let desk = Desk::in_memory(VALID);
    let out = desk.run("out", &[]);
    flips(&out, |name, at| {
        let words = status(&out).expect_err(&format!("{name} at {at}: nobody noticed"));
        assert!(words.contains(name), "{name} at {at}: {words}");
    });
    assert_eq!(status(&out), Ok(()));
    // As a user meets it: named by every verb that reads, made good by the command that made it.
    for name in
        ["tables/years/part-00001.parquet", "scenario/plants.csv", "datapackage.json", "manifest.json"]
    {
        let whole = files(&out);
        let mut bytes = whole[name].clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(out.join(name), bytes).unwrap();
        for verb in [&["status", "out"][..], &["merge", "out"], &["story", "out", "--run", "0"]] {
            let (words, code) = said(&desk, verb);
            assert!(code == Some(3) && words.contains(name), "{name}: {verb:?} says {words}");
        }
        let (words, code) = said(&desk, &["run", "scenario", "-o", "out"]);
        if name == "manifest.json" {
            assert!(code == Some(3) && words.contains(name), "{words}");
            std::fs::write(out.join(name), &whole[name]).unwrap();
        } else {
            assert_eq!(code, Some(0), "{name}: {words}");
        }
        assert!(tables(&out).iter().all(|(name, bytes)| whole[name] == *bytes), "{name}");
    }
}

#[test]
fn every_byte_of_what_is_under_way_counts() {
    let desk = Desk::in_memory(VALID);
    let whole = tables(&desk.run("whole", &[]));
    for shard in ["1/2", "2/2"] {
        desk.run("out", &["--shard", shard]);
    }
    let (out, partial) = (desk.path("out"), desk.path("out/.shortfall-partial"));
    let mut plans = 0;
    flips(&partial, |name, at| {
        if name.starts_with("lock") {
            // What it says is for people.
            assert_eq!(status(&out), Ok(()), "{name} at {at}");
            return;
        }
        let fixed = name.starts_with("fixed/");
        match status(&out) {
            // Looked at when it is used: below.
            Ok(()) => assert!(fixed, "{name} at {at}: nobody noticed"),
            Err(words) => assert!(words.contains(name), "{name} at {at}: {words}"),
        }
        // A merge takes no part of it, unless it is good by itself.
        match shortfall::ensemble::merge(&out, false) {
            Ok(_) => panic!("{name} at {at}: merged all the same"),
            Err(error) => assert!(format!("{error:?}").contains(name), "{name} at {at}: {error:?}"),
        }
        plans += usize::from(name == "plan.json");
    });
    assert!(plans > 0);
    // The command of the whole makes good whatever is damaged.
    let before = files(&partial);
    for (name, bytes) in &before {
        let mut flipped = bytes.clone();
        if let Some(byte) = flipped.get_mut(bytes.len() / 3) {
            *byte ^= 16;
        }
        for (name, bytes) in &before {
            let path = partial.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        std::fs::write(partial.join(name), flipped).unwrap();
        let (words, code) = said(&desk, &["run", "scenario", "-o", "out"]);
        assert_eq!(code, Some(0), "{name}: {words}");
        assert!(tables(&out) == whole, "{name}");
        std::fs::remove_dir_all(&out).unwrap();
    }
}

#[test]
fn a_file_that_is_cut_emptied_or_gone_is_named() {
    let desk = Desk::in_memory(VALID);
    let out = desk.run("out", &[]);
    for (name, bytes) in files(&out) {
        let path = out.join(&name);
        for cut in [1, 8, 500, bytes.len()] {
            std::fs::write(&path, &bytes[..bytes.len().saturating_sub(cut)]).unwrap();
            let words = status(&out).expect_err(&format!("{name} cut by {cut}"));
            assert!(words.contains(&name), "{name} cut by {cut}: {words}");
        }
        std::fs::remove_file(&path).unwrap();
        let words = status(&out).expect_err(&name);
        assert!(words.contains(&name) || name == "manifest.json", "{name}: {words}");
        std::fs::write(&path, &bytes).unwrap();
    }
    assert_eq!(status(&out), Ok(()));
}
