//! Words to people on stderr, and to programs that want JSON.

use std::borrow::Cow;
use std::io::{IsTerminal, Result, Write};
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
        visible(message, colour_on_stderr()).into_owned()
    };
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// A stream on which what is written can't move the cursor, hide text or turn it round.
pub(super) struct Visible<W>(pub(super) W);

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.0.write_all(visible(text, false).as_bytes())?,
            Err(_) => self.0.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        self.0.flush()
    }
}

/// A text with its control characters, and those that turn the direction of writing, spelt out: scenarios come from others.
/// Line breaks and tabs stay, and with `colour` what colours do.
fn visible(text: &str, colour: bool) -> Cow<'_, str> {
    let hidden = |c: char| {
        c.is_control() && !"\n\t".contains(c)
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(hidden) {
        let (before, after) = rest.split_at(at);
        shown.push_str(before);
        let paint = if colour { paint(after) } else { 0 };
        let length = match paint {
            0 => after.chars().next().map_or(0, char::len_utf8),
            paint => paint,
        };
        match paint {
            0 => shown.extend(after[..length].chars().flat_map(char::escape_default)),
            _ => shown.push_str(&after[..length]),
        }
        rest = &after[length..];
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// Length of the colour that a text begins with; 0 if it begins with none.
fn paint(text: &str) -> usize {
    let Some(inside) = text.strip_prefix("\x1b[") else { return 0 };
    let end = inside.find(|c: char| !c.is_ascii_digit() && c != ';');
    end.filter(|end| inside[*end..].starts_with('m')).map_or(0, |end| "\x1b[".len() + end + 1)
}

/// True if messages may be coloured: a terminal that can, and no wish against it (<https://no-color.org>).
pub(super) fn colour_on_stderr() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    std::io::stderr().is_terminal()
        && !JSON.load(Ordering::Relaxed)
        && !set("NO_COLOR")
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_moves_the_cursor_or_turns_the_text_is_spelt_out_and_colours_stay() {
        assert_eq!(visible("a\tb\n銅", false), "a\tb\n銅");
        assert_eq!(visible("\x1b[2Jx\u{202e}y\u{9b}z\r", true), "\\u{1b}[2Jx\\u{202e}y\\u{9b}z\\r");
        assert_eq!(visible("\x1b[1;31mred\x1b[0m", true), "\x1b[1;31mred\x1b[0m");
        assert_eq!(visible("\x1b[1;31mred", false), "\\u{1b}[1;31mred");
        assert_eq!(visible("\x1b[", true), "\\u{1b}[");
    }
}
