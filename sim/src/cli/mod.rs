//! The command line: parse, dispatch, print, exit code.

/// Runs the program with the process's arguments and gives its exit code.
pub fn main() -> std::process::ExitCode {
    todo!()
}
