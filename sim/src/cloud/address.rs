//! `s3://bucket/name`: which store, which bucket, below which name.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// Where results lie in an object store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Which kind of store.
    pub scheme: Scheme,
    /// Bucket; Azure says container.
    pub bucket: String,
    /// What every object's name begins with; no slash at either end.
    pub prefix: String,
}

/// Kinds of stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Amazon S3, and all that speak like it.
    S3,
    /// Google Cloud Storage.
    Gs,
    /// Azure Blob Storage.
    Az,
}

impl Scheme {
    const ALL: [(Scheme, &'static str); 3] = [(Scheme::S3, "s3"), (Scheme::Gs, "gs"), (Scheme::Az, "az")];

    fn name(self) -> &'static str {
        Scheme::ALL.iter().find(|(scheme, _)| *scheme == self).expect("all are listed").1
    }
}

impl Address {
    /// True if it is written as an address and not as a folder.
    pub fn is_meant(written: &Path) -> bool {
        written.to_str().is_some_and(|written| written.contains("://"))
    }

    /// The address of an object; without a name, of all.
    pub fn of(&self, name: &str) -> String {
        if name.is_empty() { self.to_string() } else { format!("{self}/{name}") }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}/{}", self.scheme.name(), self.bucket, self.prefix)
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(written: &str) -> Result<Address, String> {
        let (scheme, rest) = written.split_once("://").ok_or("write s3://bucket/name")?;
        let (scheme, _) = Scheme::ALL
            .into_iter()
            .find(|(_, name)| scheme.eq_ignore_ascii_case(name))
            .ok_or_else(|| format!("no store {scheme:?}: write s3://, gs:// or az://"))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_end_matches('/');
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if bucket.is_empty() || !bucket.chars().all(plain) {
            return Err(format!("no bucket {bucket:?}: it has letters, digits, '-', '.' and '_'"));
        }
        if prefix.is_empty() {
            return Err(format!(
                "give a name in the bucket: {written}/results/first",
                written = written.trim_end_matches('/')
            ));
        }
        let part = |part: &str| match part {
            "" | "." | ".." => false,
            part => !part.chars().any(|c| c.is_control() || "?#\\".contains(c)),
        };
        if let Some(wrong) = prefix.split('/').find(|name| !part(name)) {
            return Err(format!(
                "{wrong:?} is no part of an object's name: not empty, '.', '..', nor with '?', '#' or '\\'"
            ));
        }
        Ok(Address { scheme, bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_store_a_bucket_and_a_name() {
        let address: Address = "s3://bucket/results/first/".parse().expect("an address");
        let expected =
            Address { scheme: Scheme::S3, bucket: "bucket".into(), prefix: "results/first".into() };
        assert_eq!(address, expected);
        assert_eq!(address.of("manifest.json"), "s3://bucket/results/first/manifest.json");
        for (written, scheme) in [("gs://b/x", Scheme::Gs), ("AZ://my-container/x y", Scheme::Az)] {
            assert_eq!(written.parse::<Address>().map(|address| address.scheme), Ok(scheme));
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_what_to_write() {
        for (written, said) in [
            ("results/x", "write s3://bucket/name"),
            ("http://bucket/x", "no store \"http\""),
            ("s3:///x", "no bucket \"\""),
            ("s3://user@bucket/x", "no bucket \"user@bucket\""),
            ("s3://bucket", "give a name in the bucket: s3://bucket/results/first"),
            ("s3://bucket/", "give a name in the bucket: s3://bucket/results/first"),
            ("s3://bucket//x", "\"\" is no part"),
            ("s3://bucket/a/../b", "\"..\" is no part"),
            ("s3://bucket/a?x=1", "\"a?x=1\" is no part"),
        ] {
            let error = written.parse::<Address>().expect_err("no address");
            assert!(error.contains(said), "{written}: {error}");
        }
    }

    #[test]
    fn a_folder_is_no_address() {
        for (written, meant) in [("results/x", false), ("C:\\x", false), ("s3:/x", false), ("s3://b/x", true)]
        {
            assert_eq!(Address::is_meant(Path::new(written)), meant, "{written}");
        }
    }
}
