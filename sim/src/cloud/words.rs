//! What a store's errors mean: whether trying again can help, and what to tell a person.

use object_store::Error;

/// The address at which machines of Amazon's ask for keys: it is asked when no other keys are there.
const MACHINE_KEYS: [&str; 2] = ["/latest/api/token", "/latest/meta-data"];

/// The error with all that caused it, in one line.
fn whole(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(deeper) = source {
        let said = deeper.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        source = deeper.source();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// True if the object is not there; a bucket that is not there is another matter.
pub(super) fn is_missing(error: &Error) -> bool {
    matches!(error, Error::NotFound { .. }) && !no_bucket(&whole(error))
}

/// True if the same request may work the next time.
pub(super) fn may_pass(error: &Error) -> bool {
    let Error::Generic { .. } = error else { return false };
    let text = whole(error);
    // What the store has understood and refused stays refused.
    let refused =
        text.contains("status code: 4") && !["408", "425", "429"].iter().any(|code| text.contains(code));
    !(refused || no_keys(&text) || text.contains("scheme is not allowed"))
}

/// What went wrong, in words, then what the store said.
pub(super) fn words(error: &Error) -> String {
    let text = whole(error);
    let meaning = match error {
        _ if no_keys(&text) => {
            "no keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role"
        }
        _ if no_bucket(&text) => "no such bucket",
        // A list that is refused comes as an error of no kind.
        _ if text.contains("status code: 403") => "refused: these keys may not do that, or are wrong",
        _ if text.contains("status code: 401") => "refused: the keys are wrong or have run out",
        Error::NotFound { .. } => "not there",
        _ if text.contains("timed out") => "no answer in time",
        _ if text.contains("Connection refused") => "nobody answers at that address",
        _ => return text,
    };
    format!("{meaning}\n  {text}")
}

fn no_keys(text: &str) -> bool {
    MACHINE_KEYS.iter().any(|path| text.contains(path))
}

fn no_bucket(text: &str) -> bool {
    ["NoSuchBucket", "ContainerNotFound", "The specified bucket does not exist"]
        .iter()
        .any(|code| text.contains(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(text: &str) -> Error {
        Error::Generic { store: "S3", source: text.into() }
    }

    fn not_found(text: &str) -> Error {
        Error::NotFound { path: "x".to_owned(), source: text.into() }
    }

    #[test]
    fn a_bucket_that_is_not_there_is_no_object_that_is_not_there() {
        assert!(is_missing(&not_found("404 <Code>NoSuchKey</Code>")));
        assert!(!is_missing(&not_found("404 <Code>NoSuchBucket</Code>")));
        assert!(words(&not_found("404 <Code>NoSuchBucket</Code>")).starts_with("no such bucket\n"));
    }

    #[test]
    fn a_cut_line_and_a_busy_server_may_pass_and_a_refusal_may_not() {
        assert!(may_pass(&generic("error sending request: connection closed before message completed")));
        assert!(may_pass(&generic("Server returned non-2xx status code: 503 Service Unavailable: SlowDown")));
        assert!(may_pass(&generic("Server returned non-2xx status code: 429 Too Many Requests")));
        assert!(!may_pass(&generic("Server returned non-2xx status code: 400 Bad Request")));
        assert!(!may_pass(&generic("Error performing PUT http://169.254.169.254/latest/api/token")));
        assert!(!may_pass(&not_found("404")));
    }

    #[test]
    fn what_a_person_can_do_something_about_is_said_first() {
        let keys = words(&generic("Error performing PUT http://169.254.169.254/latest/api/token: cut"));
        assert!(keys.starts_with("no keys: set AWS_ACCESS_KEY_ID"));
        let refused = words(&generic("status code: 403 Forbidden: <Code>AccessDenied</Code>"));
        assert!(refused.starts_with("refused: these keys may not do that"));
        assert!(words(&generic("tcp connect error: Connection refused")).starts_with("nobody answers"));
        assert_eq!(words(&generic("something\n  else")), "Generic S3 error: something else");
    }
}
