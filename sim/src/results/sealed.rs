//! JSON that shows when it was changed: its last key, `seal`, is the SHA-256 of all before it.

use crate::disk::digest_of;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What stands between what is sealed and the seal.
const KEY: &str = ",\n  \"seal\": \"";
const END: &str = "\"\n}\n";

/// An object as JSON, sealed.
pub(super) fn seal(value: &impl Serialize) -> Vec<u8> {
    let text = serde_json::to_string_pretty(value).expect("plain data");
    let sealed = text.strip_suffix("\n}").expect("an object with a key");
    let seal = digest_of(sealed.as_bytes());
    format!("{sealed}{KEY}{seal}{END}").into_bytes()
}

/// What was sealed; `None` if a byte of it has changed, or it never was.
pub(super) fn open<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (sealed, seal) = text.rsplit_once(KEY)?;
    let whole = seal.strip_suffix(END) == Some(digest_of(sealed.as_bytes()).as_str());
    if whole { serde_json::from_str(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn any_bit_that_changes_breaks_the_seal() {
        let value = BTreeMap::from([("seed".to_owned(), "7".to_owned())]);
        let sealed = seal(&value);
        let mut read: BTreeMap<String, String> = open(&sealed).expect("as it was written");
        assert_eq!(read.remove("seal").map(|seal| seal.len()), Some(64));
        assert_eq!(read, value);
        for at in 0..sealed.len() * 8 {
            let mut bytes = sealed.clone();
            bytes[at / 8] ^= 1 << (at % 8);
            assert_eq!(open::<BTreeMap<String, String>>(&bytes), None, "bit {at}");
        }
        assert_eq!(open::<BTreeMap<String, String>>(&sealed[..sealed.len() - 1]), None);
        assert_eq!(open::<BTreeMap<String, String>>(b"{}"), None);
    }
}
