//! How long a run may take, as people and Slurm write it.

use std::time::Duration;

/// Kept free at the end of a walltime: what is in flight is dropped, chunks in memory are written, all in this time.
const MARGIN: Duration = Duration::from_secs(5);

/// `3600`, `90m`, `12h`, `45:00`, `1:30:00`, `2-12:00:00`.
pub(super) fn parse(written: &str) -> Result<Duration, String> {
    let hint = || "write seconds, 90m, 12h, 1:30:00 or 2-12:00:00".to_owned();
    seconds(written.trim()).filter(|seconds| *seconds > 0).map(Duration::from_secs).ok_or_else(hint)
}

fn seconds(written: &str) -> Option<u64> {
    for (unit, seconds) in [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)] {
        if let Some(number) = written.strip_suffix(unit) {
            return number.parse::<u64>().ok()?.checked_mul(seconds);
        }
    }
    let (days, rest) = match written.split_once('-') {
        Some((days, rest)) => (days.parse::<u64>().ok()?, rest),
        None => (0, written),
    };
    let parts: Vec<u64> = rest.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let of_day = match parts.as_slice() {
        [seconds] if days == 0 => *seconds,
        [hours] => hours.checked_mul(3600)?,
        [minutes, seconds] if days == 0 => minutes.checked_mul(60)?.checked_add(*seconds)?,
        [hours, minutes] => hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?,
        [hours, minutes, seconds] => {
            hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(*seconds)?
        }
        _ => return None,
    };
    days.checked_mul(86_400)?.checked_add(of_day)
}

/// What of a walltime can be worked in: all but a margin, or nine tenths of a short one.
pub(super) fn usable(walltime: Duration) -> Duration {
    walltime.saturating_sub(MARGIN).max(walltime.mul_f64(0.9).min(MARGIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_slurm_writes_them() {
        let found = ["90", "90m", "2h", "1d", "45:00", "1:30:00", "2-12", "2-12:30", "2-12:30:01"]
            .map(|written| parse(written).unwrap().as_secs());
        assert_eq!(found, [90, 5400, 7200, 86_400, 2700, 5400, 216_000, 217_800, 217_801]);
        for wrong in ["", "0", "-5", "5x", "1:2:3:4", "99999999999999999999", "18446744073709551615d"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_run_ends_before_its_walltime() {
        for seconds in [1, 5, 10, 3600] {
            let walltime = Duration::from_secs(seconds);
            assert!(usable(walltime) < walltime && usable(walltime) >= walltime.mul_f64(0.5), "{seconds}");
        }
    }
}
