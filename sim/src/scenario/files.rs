//! Bytes to text: byte order marks, encodings that are recognised and refused, digests.

use super::limits::MOST_BYTES;
use super::problem::{Location, Problems};
use super::source::{Source, SourceId};
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};

/// A path as messages show it: with slashes, so that they read the same everywhere.
pub(super) fn shown(path: &Path) -> PathBuf {
    PathBuf::from(path.to_string_lossy().replace('\\', "/"))
}

/// Reads a file and adds it to the sources; `None` if its text can't be used, which is reported.
///
/// A file that can't be opened is reported at `named`, where the scenario names it.
pub(super) fn read(
    path: &Path,
    name: &str,
    named: Option<Location>,
    problems: &mut Problems,
) -> Option<SourceId> {
    match bytes(path) {
        Ok(bytes) => add(shown(path), name, &bytes, problems),
        Err(error) => {
            let why = match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such file".to_string(),
                _ => format!("can't be read: {error}"),
            };
            problems.push_error(named, format!("{}: {why}", shown(path).display()), None);
            None
        }
    }
}

/// The bytes of a regular file of bearable size: a pipe would be waited for, a device has no end.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let about = std::fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    if about.len() > MOST_BYTES {
        return Err(io::Error::other(format!("it is larger than {} MiB", MOST_BYTES >> 20)));
    }
    std::fs::read(path)
}

/// Adds what the command line says as a source, so that its faults are shown as those of files.
pub(super) fn argument(flag: &str, text: &str, problems: &mut Problems) -> SourceId {
    let id = SourceId(problems.sources.len() as u32);
    let (path, name) = (PathBuf::from(flag), flag.to_string());
    problems.sources.push(Source { path, name, text: text.to_string(), sha256: digest(text.as_bytes()) });
    id
}

/// Adds bytes as a source; `None` if they are no UTF-8, which is reported.
pub(super) fn add(path: PathBuf, name: &str, bytes: &[u8], problems: &mut Problems) -> Option<SourceId> {
    let id = SourceId(problems.sources.len() as u32);
    let marked = bytes.strip_prefix(b"\xef\xbb\xbf");
    let content = marked.unwrap_or(bytes);
    let mut source = Source { path, name: name.to_string(), text: String::new(), sha256: digest(bytes) };
    let at = |start: usize, end: usize| Location { source: id, start, end };
    let refusal = if let Some(utf16) = utf16(bytes) {
        source.text = String::from_utf16_lossy(&utf16);
        let hint =
            "save it as UTF-8: in a spreadsheet as \"CSV UTF-8\", in an editor by \"save with encoding\"";
        Some((at(0, 0), "the file is UTF-16; scenario files are UTF-8".to_string(), hint))
    } else if let Err(error) = std::str::from_utf8(content) {
        let good = error.valid_up_to();
        source.text = String::from_utf8_lossy(content).into_owned();
        let offset = good + (bytes.len() - content.len());
        let byte = content[good];
        let message =
            format!("byte {offset} (0x{byte:02X}) is not UTF-8; the file looks like Latin-1 or Windows-1252");
        Some((at(good, good + '\u{fffd}'.len_utf8()), message, "save it as UTF-8: iconv -f latin1 -t utf8"))
    } else {
        source.text = String::from_utf8_lossy(content).into_owned();
        None
    };
    problems.sources.push(source);
    match refusal {
        None => Some(id),
        Some((at, message, hint)) => {
            problems.error(at, message, Some(hint.into()));
            None
        }
    }
}

/// The 16-bit units, if the bytes are UTF-16: by their mark, or because every other byte of the start is 0.
fn utf16(bytes: &[u8]) -> Option<Vec<u16>> {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect::<Vec<u16>>()
    };
    let start = &bytes[..bytes.len().min(64)];
    let zeros =
        |offset: usize| start.len() >= 4 && start.iter().skip(offset).step_by(2).all(|byte| *byte == 0);
    match bytes {
        [0xff, 0xfe, rest @ ..] => Some(units(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Some(units(rest, u16::from_be_bytes)),
        _ if zeros(1) => Some(units(bytes, u16::from_le_bytes)),
        _ if zeros(0) => Some(units(bytes, u16::from_be_bytes)),
        _ => None,
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
