//! Rust without its words: what is left of a file if comments and literals are taken out.

/// Rust code with every comment, string and character literal blanked out, line breaks kept.
pub(super) fn code(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    while i < characters.len() {
        let end = literal_or_comment(&characters, i);
        if end > i {
            out.extend(characters[i..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            i = end;
        } else {
            out.push(characters[i]);
            i += 1;
        }
    }
    out
}

/// One past the end of the comment or literal that begins at `i`; `i` if none does.
fn literal_or_comment(text: &[char], i: usize) -> usize {
    let at = |k: usize| text.get(k).copied().unwrap_or('\0');
    let word = |c: char| c.is_alphanumeric() || c == '_';
    match at(i) {
        '/' if at(i + 1) == '/' => (i..text.len()).find(|k| text[*k] == '\n').unwrap_or(text.len()),
        '/' if at(i + 1) == '*' => block_comment(text, i),
        '"' => string(text, i),
        'r' if (i == 0 || !word(at(i - 1)) || (at(i - 1) == 'b' && (i == 1 || !word(at(i - 2))))) => {
            raw(text, i)
        }
        '\'' if at(i + 1) == '\\' => {
            (i + 3..text.len()).find(|k| text[*k] == '\'').map_or(text.len(), |k| k + 1)
        }
        '\'' if at(i + 2) == '\'' => i + 3,
        _ => i,
    }
}

fn block_comment(text: &[char], start: usize) -> usize {
    let (mut depth, mut i) = (0, start);
    while i + 1 < text.len() {
        match (text[i], text[i + 1]) {
            ('/', '*') => (depth, i) = (depth + 1, i + 2),
            ('*', '/') => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    text.len()
}

fn string(text: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < text.len() {
        match text[i] {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    text.len()
}

fn raw(text: &[char], start: usize) -> usize {
    let hashes = text[start + 1..].iter().take_while(|c| **c == '#').count();
    if text.get(start + 1 + hashes) != Some(&'"') {
        return start;
    }
    let close =
        |k: usize| text[k] == '"' && text[k + 1..].iter().take_while(|c| **c == '#').count() >= hashes;
    (start + 2 + hashes..text.len()).find(|k| close(*k)).map_or(text.len(), |k| k + 1 + hashes)
}
