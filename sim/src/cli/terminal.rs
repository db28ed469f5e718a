//! Words to people on stderr, and to programs that want JSON.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Set once, when the command line is known: errors are told after it is gone.
static JSON: AtomicBool = AtomicBool::new(false);

/// From now on every message is one JSON object a line.
pub(super) fn speak_json() {
    JSON.store(true, Ordering::Relaxed);
}

/// One message to stderr. Never fails: if stderr is closed there is nobody to tell.
pub(super) fn say(message: &str) {
    write("info", message);
}

/// One warning, or several, to stderr.
pub(super) fn warn(message: &str) {
    write("warning", message);
}

/// An error to stderr.
pub(super) fn fail(message: &str) {
    write("error", message);
}

fn write(level: &str, message: &str) {
    let line = if JSON.load(Ordering::Relaxed) {
        let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        serde_json::json!({ "at": at, "level": level, "message": message }).to_string()
    } else {
        message.to_owned()
    };
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// True if messages may be coloured: a terminal that can, and no wish against it (<https://no-color.org>).
pub(super) fn colour_on_stderr() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    std::io::stderr().is_terminal()
        && !JSON.load(Ordering::Relaxed)
        && !set("NO_COLOR")
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
