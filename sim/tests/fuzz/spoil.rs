//! Slips, tears and malice: what bytes, words and lines may become.

use super::dice::Dice;

/// What is put in: signs that formats give a meaning, numbers at the edges of types, text that is none.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"'",
    b",",
    b";",
    b"\n",
    b"\r",
    b"=",
    b"[",
    b"]",
    b"{",
    b"}",
    b"[[",
    b"]]",
    b"#",
    b".",
    b"*",
    b"?",
    b"-",
    b"\\",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xcc\x82",
    b"\"\"\"",
    b"nan",
    b"inf",
    b"-inf",
    b"-0.0",
    b"0",
    b"1e308",
    b"1e-320",
    b"1e999",
    b"9223372036854775807",
    b"9223372036854775808",
    b"18446744073709551616",
    b"-1",
    b"0.5",
    b"1e9",
    b"1_000",
    b"0x7f",
    b"true",
    b"\"permanent\"",
    b"2027-02-30",
    b"1900-01-01",
    b"9999-12-31",
    b"{ sweep = [0, 1, 2] }",
    b"{ lognormal = { mean = 9, sd = 6 } }",
    b"{ uniform = { low = 0, high = 1 } }",
    b"[\"*\"]",
    b"../../etc/passwd",
    b"\x1b[2J",
];

/// Text or bytes with one to four faults in them; `other` lends words and lines.
pub(crate) fn spoil(text: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut spoilt = text.to_vec();
    for _ in 0..1 + dice.below(4) {
        match dice.below(10) {
            0 => flip(&mut spoilt, dice),
            1 => splice(&mut spoilt, dice.of::<&[u8]>(PIECES), 0, dice),
            2 => splice(&mut spoilt, b"", 1 + dice.below(12), dice),
            3 => splice(&mut spoilt, dice.of::<&[u8]>(PIECES), 1 + dice.below(8), dice),
            4 => swap_words(&mut spoilt, text, dice),
            5 => swap_words(&mut spoilt, other, dice),
            6 => replace_word(&mut spoilt, dice),
            7 => lines(&mut spoilt, text, dice),
            8 => lines(&mut spoilt, other, dice),
            _ => cut(&mut spoilt, dice),
        }
    }
    spoilt
}

fn flip(bytes: &mut [u8], dice: &mut Dice) {
    if !bytes.is_empty() {
        let at = dice.below(bytes.len());
        bytes[at] ^= 1 << dice.below(8);
    }
}

fn splice(bytes: &mut Vec<u8>, piece: &[u8], removed: usize, dice: &mut Dice) {
    let start = dice.below(bytes.len() + 1);
    let end = (start + removed).min(bytes.len());
    bytes.splice(start..end, piece.iter().copied());
}

/// Where words stand: keys, names, numbers.
fn words(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-+*".contains(&byte);
    let mut found = Vec::new();
    let mut start = None;
    for at in 0..=bytes.len() {
        match (bytes.get(at).is_some_and(|byte| is_word(*byte)), start) {
            (true, None) => start = Some(at),
            (false, Some(first)) => {
                found.push(first..at);
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Puts a word of `from` in the place of another.
fn swap_words(bytes: &mut Vec<u8>, from: &[u8], dice: &mut Dice) {
    let (targets, sources) = (words(bytes), words(from));
    if !targets.is_empty() && !sources.is_empty() {
        let source = from[dice.of(&sources).clone()].to_vec();
        bytes.splice(dice.of(&targets).clone(), source);
    }
}

/// Puts an odd piece in the place of a word.
fn replace_word(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let targets = words(bytes);
    if !targets.is_empty() {
        bytes.splice(dice.of(&targets).clone(), dice.of(PIECES).iter().copied());
    }
}

/// Drops, doubles, moves or borrows a line.
fn lines(bytes: &mut Vec<u8>, from: &[u8], dice: &mut Dice) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let at = dice.below(lines.len());
    match dice.below(3) {
        0 => drop(lines.remove(at)),
        1 => {
            let to = dice.below(lines.len());
            lines.swap(at, to);
        }
        _ => {
            let others: Vec<&[u8]> = from.split(|byte| *byte == b'\n').collect();
            lines.insert(at, dice.of(&others).to_vec());
        }
    }
    *bytes = lines.join(&b'\n');
}

fn cut(bytes: &mut Vec<u8>, dice: &mut Dice) {
    bytes.truncate(dice.below(bytes.len() + 1));
}
