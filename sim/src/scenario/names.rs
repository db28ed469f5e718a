//! What may be a name. Names are only text: no file is ever called after one, so slashes, `..` and `CON` are fine, and
//! names that differ by case alone are two names. They are kept in composed Unicode form (NFC).

/// Longest name, in bytes: labels of figures and tables stay readable.
const LONGEST: usize = 120;

/// Why `name` can't be a name; `None` if it can.
pub(super) fn fault(name: &str) -> Option<String> {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    if name.is_empty() {
        return Some("a name is empty".into());
    }
    if name.chars().any(is_break) {
        return Some("a name has a line break or another control character".into());
    }
    if name.starts_with(char::is_whitespace) {
        return Some("a name begins with a blank".into());
    }
    if name.ends_with(char::is_whitespace) {
        return Some("a name ends with a blank".into());
    }
    (name.len() > LONGEST)
        .then(|| format!("a name is {} bytes long; at most {LONGEST} are allowed", name.len()))
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn names_are_text_and_only_what_breaks_a_label_is_refused() {
        for fine in [
            "Li2CO3 / LiOH",
            "a:b",
            "CON",
            "..",
            "../../escape",
            "/etc/x",
            "銅",
            "a,b\"c",
            "k=v",
            "*",
            "=1+1",
        ] {
            assert_eq!(fault(fine), None, "{fine}");
        }
        for refused in ["", " lead", "trail ", "two\nlines", "\t=1", &"x".repeat(300)] {
            assert!(fault(refused).is_some(), "{refused:?}");
        }
    }
}
