//! Patterns over names: a name, a bloc, or a glob with `*` and `?`.

use super::problem::At;

/// One written pattern.
#[derive(Clone, Debug)]
pub struct Selector {
    /// As written.
    pub pattern: At<String>,
}

impl Selector {
    /// True if `name` fits the pattern; case counts. `*` stands for any characters, also none, and `?` for one.
    pub fn matches(&self, name: &str) -> bool {
        let pattern: Vec<char> = self.pattern.chars().collect();
        let name: Vec<char> = name.chars().collect();
        // The last `*` is the only one that ever needs to be tried again: an earlier one could take no more than it.
        let (mut p, mut n) = (0, 0);
        let mut star = None;
        while n < name.len() {
            match pattern.get(p) {
                Some('*') => {
                    star = Some((p, n));
                    p += 1;
                }
                Some(c) if *c == '?' || *c == name[n] => {
                    p += 1;
                    n += 1;
                }
                _ => {
                    let Some((at, taken)) = star else { return false };
                    star = Some((at, taken + 1));
                    p = at + 1;
                    n = taken + 1;
                }
            }
        }
        pattern[p..].iter().all(|c| *c == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::Selector;
    use crate::scenario::At;
    use crate::scenario::Location;
    use crate::scenario::SourceId;

    #[test]
    fn stars_take_any_characters_and_question_marks_one() {
        let at = Location { source: SourceId(0), start: 0, end: 0 };
        let fits =
            |pattern: &str, name: &str| Selector { pattern: At { value: pattern.into(), at } }.matches(name);
        assert!(fits("cobalt_*", "cobalt_ore") && fits("cobalt_*", "cobalt_") && !fits("cobalt_*", "cobalt"));
        assert!(fits("*", "") && fits("*a*b", "xaxbxab") && !fits("*a*b", "ba"));
        assert!(fits("?", "é") && !fits("?", "") && fits("NMC?22", "NMC622") && !fits("nmc622", "NMC622"));
    }
}
