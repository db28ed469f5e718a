//! The command `shortfall`.

fn main() -> std::process::ExitCode {
    shortfall::cli::main()
}
