//! Words to people on stderr.

use std::io::{IsTerminal, Write};

/// One message to stderr. Never fails: if stderr is closed there is nobody to tell.
pub(super) fn say(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{message}");
}

/// True if messages may be coloured: a terminal that can, and no wish against it (<https://no-color.org>).
pub(super) fn colour_on_stderr() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    std::io::stderr().is_terminal()
        && !set("NO_COLOR")
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
