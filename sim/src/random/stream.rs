//! A stream of uniforms for one purpose.

/// What a stream is for. Hashed together, never added: sums of seeds collide.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// Seed of the scenario.
    pub seed: u64,
    /// Draw of the uncertain numbers.
    pub draw: u64,
    /// What draws: `hazard cod_quota`, `stockpile eu_cobalt`.
    pub name: &'a str,
}

/// A sequence of random numbers that depends on its key, run and cell alone.
#[derive(Clone, Debug)]
pub struct Stream;

impl Stream {
    /// The stream of a key in one run. `cell` tells streams of one key and run apart (a block of the random field, an event).
    pub fn new(key: Key<'_>, run: u64, cell: u64) -> Stream {
        let _ = (key, run, cell);
        todo!()
    }

    /// A uniform in the open interval (0, 1).
    pub fn uniform(&mut self) -> f64 {
        todo!()
    }
}
