//! How far a run is, for people: a bar in a terminal, else a plain line now and then.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Time between two plain lines.
const PAUSE: Duration = Duration::from_secs(10);

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A bar in a terminal, lines elsewhere.
    Auto,
    /// A bar.
    Bar,
    /// Plain lines.
    Lines,
    /// JSON, an object a line.
    Json,
    /// Nothing.
    None,
}

/// Shows progress on standard error.
#[derive(Debug)]
pub(super) struct Meter {
    shown: Shown,
}

#[derive(Debug)]
enum Shown {
    Bar(ProgressBar),
    Lines(Mutex<Lines>),
    Nothing,
}

#[derive(Debug)]
struct Lines {
    total: u64,
    done: u64,
    /// Of them, done by an earlier command.
    before: u64,
    began: Instant,
    last: Instant,
    json: bool,
}

impl Meter {
    /// A meter of `total` runs. A bar needs a terminal that moves its cursor; without one it becomes lines.
    pub(super) fn new(progress: Progress, total: u64) -> Meter {
        let able =
            std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let shown = match progress {
            Progress::None => Shown::Nothing,
            Progress::Auto | Progress::Bar if able => Shown::Bar(bar(total)),
            Progress::Auto | Progress::Bar | Progress::Lines | Progress::Json => {
                let (now, json) = (Instant::now(), progress == Progress::Json);
                Shown::Lines(Mutex::new(Lines { total, done: 0, before: 0, began: now, last: now, json }))
            }
        };
        Meter { shown }
    }

    /// So many more runs are done.
    pub(super) fn add(&self, runs: u64) {
        match &self.shown {
            Shown::Bar(bar) => bar.inc(runs),
            Shown::Lines(lines) => {
                // A panic elsewhere can't leave a count half made: go on with it.
                let mut lines = lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                lines.done += runs;
                let now = Instant::now();
                if now - lines.last >= PAUSE {
                    lines.last = now;
                    // Nobody reads a closed pipe, and the run goes on without.
                    let _ = writeln!(std::io::stderr(), "{}", lines.text(now - lines.began));
                }
            }
            Shown::Nothing => {}
        }
    }

    /// So many runs were done before.
    pub(super) fn skip(&self, runs: u64) {
        match &self.shown {
            Shown::Bar(bar) => {
                bar.inc(runs);
                bar.reset_eta();
            }
            Shown::Lines(lines) => {
                let mut lines = lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                lines.done += runs;
                lines.before += runs;
            }
            Shown::Nothing => {}
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

impl Lines {
    /// `1200 of 5000 runs, 240 a second, 16 s left`, or the same as JSON.
    fn text(&self, spent: Duration) -> String {
        let rate = (self.done - self.before) as f64 / spent.as_secs_f64();
        let left = (self.total - self.done) as f64 / rate;
        if self.json {
            let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            return serde_json::json!({
                "at": at,
                "level": "progress",
                "runs_done": self.done,
                "runs": self.total,
                "runs_per_second": rate,
                "seconds_left": left,
            })
            .to_string();
        }
        format!("{} of {} runs, {rate:.0} a second, {left:.0} s left", self.done, self.total)
    }
}

fn bar(total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} runs, {per_sec}, {eta} left")
        .expect("the template is fixed and has a test");
    ProgressBar::new(total).with_style(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_done_rate_and_time_left() {
        let now = Instant::now();
        let lines = Lines { total: 5000, done: 1200, before: 0, began: now, last: now, json: false };
        assert_eq!(lines.text(Duration::from_secs(5)), "1200 of 5000 runs, 240 a second, 16 s left");
        let line = Lines { json: true, ..lines }.text(Duration::from_secs(5));
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(
            (&told["runs_done"], &told["runs_per_second"], told["seconds_left"].as_f64().map(f64::round)),
            (&serde_json::json!(1200), &serde_json::json!(240.0), Some(16.0))
        );
    }

    #[test]
    fn the_template_of_the_bar_is_one() {
        bar(10).inc(1);
    }
}
