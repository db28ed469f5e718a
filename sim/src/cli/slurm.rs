//! The script of a Slurm job array.

use std::time::Duration;

/// A job array: `tasks` tasks share `shards` shards.
pub(super) struct Array<'a> {
    pub(super) name: &'a str,
    pub(super) shards: u64,
    pub(super) tasks: u64,
    pub(super) threads: usize,
    pub(super) walltime: Duration,
    /// Megabytes; left out if nothing is known.
    pub(super) memory: Option<u64>,
    /// The command of a shard, without `--shard`.
    pub(super) command: &'a [String],
    pub(super) out: &'a str,
}

impl Array<'_> {
    /// A task makes every `tasks`-th shard. Slurm's warning before the end of its time stops the shard under way, which is kept
    /// as far as it is done, and the task goes back into the queue. Shards that are done are not made again.
    pub(super) fn script(&self) -> String {
        let Array { shards, tasks, threads, .. } = self;
        let seconds = self.walltime.as_secs();
        let time = format!(
            "{}-{:02}:{:02}:{:02}",
            seconds / 86_400,
            seconds / 3600 % 24,
            seconds / 60 % 60,
            seconds % 60
        );
        let memory = self.memory.map_or(String::new(), |megabytes| format!("#SBATCH --mem={megabytes}M\n"));
        let name: String =
            self.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let command: Vec<String> = self.command.iter().map(|word| quoted(word)).collect();
        let command = command.join(" ");
        let out = quoted(self.out);
        format!(
            r#"#!/bin/bash
#SBATCH --job-name={name}
#SBATCH --array=1-{tasks}
#SBATCH --cpus-per-task={threads}
#SBATCH --time={time}
{memory}#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:TERM@60
#
# {shards} shards on {tasks} tasks: each makes every {tasks}th of them. Written by `shortfall plan --slurm`.
#
#   job=$(sbatch --parsable THIS)
#   sbatch --dependency=afterok:$job --wrap {merge}
set -u
shard=
trap '[ -z "$shard" ] || kill -TERM "$shard"' TERM
for ((number = SLURM_ARRAY_TASK_ID; number <= {shards}; number += {tasks})); do
    {command} --shard "$number/{shards}" --progress lines &
    shard=$!
    wait "$shard"
    code=$?
    # A signal ends the wait before the shard ends.
    if ((code > 128)); then
        wait "$shard"
        code=$?
    fi
    case $code in
    0) ;;
    75)
        scontrol requeue "$SLURM_JOB_ID"
        exit 75
        ;;
    *)
        exit "$code"
        ;;
    esac
done
"#,
            merge = quoted(&format!("shortfall merge {out}")),
        )
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word_in_a_shell() {
        let found = ["a-b/c_1.toml", "", "two words", "it's", "$HOME"].map(quoted);
        assert_eq!(found, ["a-b/c_1.toml", "''", "'two words'", r"'it'\''s'", "'$HOME'"]);
    }
}
