//! How many threads: flag, our variable, Slurm's, rayon's, the machine.

use super::options::Origin;

/// Most threads that can be asked for: far above any machine, low enough that making them can't exhaust one.
pub(super) const MOST: u64 = 1024;

/// A number of threads and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Threads {
    /// At least 1.
    pub(super) count: usize,
    /// Who said so.
    pub(super) origin: Origin,
}

/// Variables of others that say how many cores are ours, the first that holds a number counts.
const OTHERS: [&str; 2] = ["SLURM_CPUS_PER_TASK", "RAYON_NUM_THREADS"];

/// The threads to use; 0 anywhere means every core of the machine.
///
/// A variable of another program that holds no number is passed over: it is not ours to refuse.
pub(super) fn choose(
    asked: Option<(u64, Origin)>,
    variable: impl Fn(&str) -> Option<String>,
    machine: usize,
) -> Threads {
    let others = || {
        OTHERS.iter().find_map(|name| {
            let count: u64 = variable(name)?.trim().parse().ok()?;
            Some((count.min(MOST), Origin::Other(name)))
        })
    };
    let (count, origin) = asked.or_else(others).unwrap_or((0, Origin::Machine));
    let count = usize::try_from(count).expect("at most MOST threads");
    Threads { count: if count == 0 { machine.max(1) } else { count }, origin }
}

/// Cores that this process may use.
pub(super) fn machine() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slurm_and_rayon(name: &str) -> Option<String> {
        match name {
            "SLURM_CPUS_PER_TASK" => Some("6".to_owned()),
            "RAYON_NUM_THREADS" => Some("5".to_owned()),
            _ => None,
        }
    }

    #[test]
    fn a_flag_wins_over_slurm() {
        let threads = choose(Some((3, Origin::Flag)), slurm_and_rayon, 8);
        assert_eq!(threads, Threads { count: 3, origin: Origin::Flag });
    }

    #[test]
    fn slurm_wins_over_rayon_and_rayon_over_the_machine() {
        assert_eq!(choose(None, slurm_and_rayon, 8).count, 6);
        let rayon = |name: &str| (name == "RAYON_NUM_THREADS").then(|| "5".to_owned());
        assert_eq!(choose(None, rayon, 8), Threads { count: 5, origin: Origin::Other("RAYON_NUM_THREADS") });
    }

    #[test]
    fn no_word_from_anyone_means_the_machine() {
        assert_eq!(choose(None, |_| None, 8), Threads { count: 8, origin: Origin::Machine });
    }

    #[test]
    fn zero_means_every_core() {
        assert_eq!(choose(Some((0, Origin::Flag)), slurm_and_rayon, 8).count, 8);
    }

    #[test]
    fn a_variable_that_holds_no_number_is_passed_over() {
        let odd = |name: &str| (name == "SLURM_CPUS_PER_TASK").then(|| "2(x3)".to_owned());
        assert_eq!(choose(None, odd, 8).origin, Origin::Machine);
    }
}
