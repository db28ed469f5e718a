//! `kill -9` at any moment, then the same command.

use super::{Desk, Dice, VALID, tables, thorough};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// So many kills, in rounds of some.
const MOMENTS: usize = 30;
const MOMENTS_OF_A_THOROUGH_TEST: usize = 200;
const IN_A_ROUND: usize = 5;

const UNTIL: &str =
    "runs = 10\nuntil = { statistic = \"mean\", relative_half_width = 0.1, max_runs = 20000 }";

/// Gives a command and kills it after a while; true if it had ended before.
fn killed(desk: &Desk, arguments: &[&str], after: Duration) -> bool {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shortfall"));
    command.current_dir(desk.path("")).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    let code = child.wait().unwrap().code();
    assert!(code.is_none() || code == Some(0), "{arguments:?} ended with {code:?}");
    code.is_some()
}

/// Kills the last of these commands again and again, the others being done before; it must end as if nothing had been.
fn any_moment(desk: &Desk, before: &[&[&str]], command: &[&str], n: usize, dice: &mut Dice) {
    let give = |arguments: &[&str]| drop(desk.shortfall(arguments).assert().success());
    let out = desk.path("out");
    let clear = || {
        if out.exists() {
            std::fs::remove_dir_all(&out).unwrap()
        }
    };
    let prepare = || {
        clear();
        before.iter().for_each(|arguments| give(arguments));
    };
    prepare();
    let began = Instant::now();
    give(command);
    let whole = began.elapsed();
    let unbroken = tables(&out);
    let mut made = 0;
    while made < n {
        prepare();
        for _ in 0..IN_A_ROUND {
            let after = whole.mul_f64(dice.below(1000) as f64 / 1000.0);
            made += 1;
            let ended = killed(desk, command, after);
            looks_whole_only_if_it_is(&out, &unbroken, after);
            if ended {
                break;
            }
        }
        give(command);
        assert!(tables(&out) == unbroken, "other bytes after kills");
        assert!(!desk.path("out/.shortfall-partial").exists());
    }
}

fn looks_whole_only_if_it_is(out: &Path, unbroken: &[(String, Vec<u8>)], after: Duration) {
    if out.join("manifest.json").exists() {
        assert!(tables(out) == unbroken, "killed after {after:?}: a manifest, and not its tables");
    }
}

#[test]
fn a_run_that_is_killed_at_random_moments_ends_with_the_bytes_of_the_unbroken_run() {
    let n = if thorough() { MOMENTS_OF_A_THOROUGH_TEST } else { MOMENTS };
    let mut dice = Dice(20);
    let desk = Desk::in_memory(VALID);
    any_moment(&desk, &[], &["run", "scenario", "-o", "out", "-n", "9000", "-q"], n / 2, &mut dice);
    let shard = |shard| ["run", "scenario", "-o", "out", "-n", "9000", "-q", "--shard", shard];
    let (first, second) = (shard("1/2"), shard("2/2"));
    any_moment(&desk, &[&first, &second], &["merge", "out", "-q"], n / 4, &mut dice);
    // Where it ends when enough is known, what was known before a kill counts the same.
    desk.edit("scenario.toml", |text| text.replace("runs = 10", UNTIL));
    any_moment(&desk, &[], &["run", "scenario", "-o", "out", "-q"], n / 4, &mut dice);
}
