//! SIGINT and SIGTERM: the first asks the runs to stop, a second SIGINT ends the process at once.

use super::Failure;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(unix)]
use signal_hook::consts::{SIGINT, SIGTERM};

/// Flags that signals set.
pub(super) struct Signals {
    /// Set by any of them: runs look at it between blocks.
    pub(super) stop: Arc<AtomicBool>,
    interrupted: Arc<AtomicBool>,
}

impl Signals {
    /// Listens from now on. Files are written under temporary names, so ending at once leaves none that looks whole.
    pub(super) fn listen() -> Result<Signals, Failure> {
        let signals = Signals { stop: Arc::default(), interrupted: Arc::default() };
        signals.register().map_err(|error| Failure::io("cannot listen to signals", &error))?;
        Ok(signals)
    }

    #[cfg(unix)]
    fn register(&self) -> std::io::Result<()> {
        use signal_hook::flag;
        // The order matters: the first SIGINT finds the flag unset and sets it, the second finds it set.
        flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&self.interrupted))?;
        flag::register(SIGINT, Arc::clone(&self.interrupted))?;
        flag::register(SIGINT, Arc::clone(&self.stop))?;
        flag::register(SIGTERM, Arc::clone(&self.stop))?;
        Ok(())
    }

    #[cfg(not(unix))]
    fn register(&self) -> std::io::Result<()> {
        // Elsewhere Ctrl-C ends the process at once, which loses nothing but time.
        Ok(())
    }

    /// Which failure a run is that stopped with so many of its chunks done.
    pub(super) fn failure(&self, done: u64, all: u64) -> Failure {
        let share = format!("{:.0} %", 100.0 * done as f64 / all.max(1) as f64);
        let kept =
            if done == 0 { "nothing was kept".to_owned() } else { format!("{share} is done and kept") };
        let interrupted = self.interrupted.load(Ordering::Relaxed);
        if interrupted { Failure::Interrupted(kept) } else { Failure::Stopped(kept) }
    }
}
