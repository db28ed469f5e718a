//! Texts that would move a cursor, run in a browser or a spreadsheet; and a program that talks to nobody.

use super::VALID;
use super::desk::Desk;

/// What no terminal should ever get from a file.
const ESCAPES: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}\u{9b}31m\r";

fn harmless(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    !text.contains(|c: char| {
        (c.is_control() && c != '\n' && c != '\t') || ('\u{202a}'..='\u{202e}').contains(&c)
    })
}

#[test]
fn texts_of_a_scenario_reach_no_terminal_as_commands() {
    let desk = Desk::with(VALID);
    let quoted = serde_json::to_string(ESCAPES).unwrap();
    desk.edit("scenario.toml", |text| {
        text.replace("title = \"Gallium for two\"", &format!("title = {quoted}\nquestion = {quoted}"))
    });
    desk.edit("materials.csv", |text| text.replace("Gallium,", &format!("\"{ESCAPES}\",")));
    desk.edit("consumers.csv", |text| {
        text.replace("place,sector", "place,note,sector")
            .replace("DEU,", &format!("DEU,\"{ESCAPES}\","))
            .replace("JPN,", "JPN,,")
    });
    for arguments in [
        &["check", "scenario", "-v"][..],
        &["run", "scenario", "-o", "out", "-n", "2"],
        &["run", "scenario", "-o", "out", "-n", "2", "--dry-run"],
        &["plan", "scenario", "--pilot", "8"],
        &["status", "out"],
        &["story", "out", "--run", "0"],
    ] {
        let output = desk.shortfall(arguments).env("CLICOLOR_FORCE", "1").output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(harmless(&output.stdout) && harmless(&output.stderr), "{arguments:?}");
    }
}

#[test]
fn faults_are_shown_without_the_commands_in_their_lines() {
    let desk = Desk::with(VALID);
    desk.edit("lanes.csv", |text| text.replace("CHN,DEU,38.5", &format!("CHN,DEU,\"{ESCAPES}\"")));
    desk.edit("scenario.toml", |text| {
        text.replace("cover_days", "\"cover\\u001b[2Jdays\"")
            .replace("imposer = \"CHN\"", "imposer = \"CH\\u001bN\"")
    });
    for arguments in [
        &["check", "scenario"][..],
        &["check", "scenario", "--format", "json"],
        &["run", "scenario", "-o", "out"],
    ] {
        let output = desk.shortfall(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(3));
        assert!(harmless(&output.stdout) && harmless(&output.stderr), "{arguments:?}");
    }
}

#[test]
#[cfg(all(target_os = "linux", not(feature = "cloud")))]
#[cfg_attr(debug_assertions, ignore = "a build that is not optimised keeps what nobody calls")]
fn the_program_has_no_way_to_the_network() {
    let program = std::fs::read(assert_cmd::cargo::cargo_bin!("shortfall")).unwrap();
    let names = |name: &str| {
        let name = format!("\0{name}\0");
        program.windows(name.len()).any(|bytes| bytes == name.as_bytes())
    };
    assert!(
        names("open64") || names("open"),
        "names of the system's calls are not where they are looked for"
    );
    for call in ["socket", "connect", "getaddrinfo", "sendto", "recvfrom", "bind", "listen", "accept4"] {
        assert!(!names(call), "the program calls {call}");
    }
    println!(
        "trust: no network at run time without the cloud feature | the program names no call of the system that opens a socket"
    );
}
