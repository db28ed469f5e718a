//! Real file systems that are full or read-only. They are mounted, which needs root; elsewhere these tests say so and pass.

use super::desk::{files, says};
use super::{Desk, VALID, said, tables};
use std::path::PathBuf;
use std::process::Command;

/// A file system in memory on a desk's folder `out`.
struct Mounted(PathBuf);

impl Mounted {
    /// `None` where nothing can be mounted.
    fn on(desk: &Desk, options: &str) -> Option<Mounted> {
        let path = desk.path("out");
        std::fs::create_dir(&path).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&path).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Mounted(path)),
            _ => {
                eprintln!("skipped: no file system can be mounted here; that takes root");
                None
            }
        }
    }

    fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        assert!(Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

const RUN: [&str; 7] = ["run", "scenario", "-o", "out", "-n", "5000", "-q"];

#[test]
fn a_full_disk_is_an_error_that_names_the_file_and_more_room_is_all_it_takes() {
    let unbroken = tables(&Desk::with(VALID).run("out", &["-n", "5000"]));
    // So small that it is full at the start, in the first chunk, in the second, and as tables are joined.
    let bytes: usize = unbroken.iter().map(|(_, bytes)| bytes.len()).sum();
    for (size, kept) in [(16_384, false), (bytes / 3, false), (bytes * 95 / 100, true), (bytes * 3 / 2, true)]
    {
        let desk = Desk::with(VALID);
        let Some(mounted) = Mounted::on(&desk, &format!("size={size}")) else { return };
        let (words, code) = said(&desk, &RUN);
        assert_eq!(code, Some(5), "{size}: {words}");
        says(&words, &["error: could not ", "out/", "No space left on device"]);
        let chunks = files(&desk.path("out")).keys().filter(|name| name.ends_with(".chunk")).count();
        assert!(!kept || chunks > 0, "{size}: what was written stays");
        assert!(!desk.path("out/manifest.json").exists());
        mounted.remount(&format!("size={}", 4 * bytes));
        assert_eq!(said(&desk, &RUN).1, Some(0));
        assert!(tables(&desk.path("out")) == unbroken, "{size}");
    }
}

#[test]
fn a_read_only_folder_is_an_error_and_what_it_holds_stays() {
    let desk = Desk::with(VALID);
    let Some(mounted) = Mounted::on(&desk, "size=64m") else { return };
    mounted.remount("ro");
    let (words, code) = said(&desk, &RUN);
    assert_eq!(code, Some(5), "{words}");
    says(&words, &["could not ", "out/", "Read-only file system"]);
    mounted.remount("rw");
    assert_eq!(said(&desk, &RUN).1, Some(0));
    let before = files(&desk.path("out"));
    mounted.remount("ro");
    assert_eq!(said(&desk, &["status", "out"]).1, Some(0), "to look changes nothing");
    assert_eq!(said(&desk, &["run", "scenario", "-o", "out", "-n", "5000"]).1, Some(0), "already done");
    let (words, code) = said(&desk, &[&RUN[..], &["--overwrite", "--seed", "8"]].concat());
    assert_eq!(code, Some(5), "{words}");
    assert!(files(&desk.path("out")) == before);
}
