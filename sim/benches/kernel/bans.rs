//! The bans of a block of runs: drawn as the workload says, or read.

use super::{ORIGINS, RUNS, STEPS, USERS};
use std::f64::consts::{LN_2, PI};

/// A lane's openness in one run from a step on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    pub origin: u8,
    pub user: u8,
    pub run: u8,
    pub open: f64,
}

/// Changes of a block by step. Reused from block to block.
#[derive(Debug, Default)]
pub struct Bans {
    laid: Vec<(u8, Change)>,
    sorted: Vec<Change>,
    first: Vec<usize>,
    /// Bans that act in at least one step.
    pub n_bans: usize,
}

impl Bans {
    pub fn at(&self, step: usize) -> &[Change] {
        &self.sorted[self.first[step]..self.first[step + 1]]
    }

    pub fn clear(&mut self) {
        self.laid.clear();
        self.n_bans = 0;
    }

    /// A ban of `origin` over the steps `[from, until)` that blocks `blocked` of the lanes to `targets`, a set of bits.
    pub fn lay(&mut self, run: usize, origin: usize, from: usize, until: usize, blocked: f64, targets: u32) {
        for user in (0..USERS).filter(|user| targets >> user & 1 == 1) {
            let change = |open| Change { origin: origin as u8, user: user as u8, run: run as u8, open };
            self.laid.push((from as u8, change(1.0 - blocked)));
            self.laid.push((until.min(STEPS) as u8, change(1.0)));
        }
        self.n_bans += 1;
    }

    /// Sorts by step, those of one step as laid.
    pub fn finish(&mut self) {
        self.first.clear();
        self.first.resize(STEPS + 2, 0);
        for (step, _) in &self.laid {
            self.first[*step as usize + 1] += 1;
        }
        for step in 0..=STEPS {
            self.first[step + 1] += self.first[step];
        }
        self.sorted.resize(self.laid.len(), Change::default());
        for (step, change) in &self.laid {
            let place = &mut self.first[*step as usize];
            self.sorted[*place] = *change;
            *place += 1;
        }
        self.first.rotate_right(1);
        self.first[0] = 0;
    }

    /// Draws the bans of a block.
    pub fn draw(&mut self, seed: u64, block: u64) {
        self.clear();
        let mut dice = Dice(seed ^ block.wrapping_mul(0xd1b5_4a32_d192_ed03));
        let (sigma, mu) = (LN_2.sqrt(), 9.0_f64.ln() - LN_2 / 2.0);
        for run in 0..RUNS {
            for origin in 0..ORIGINS {
                let mut time = 0.0;
                loop {
                    time += -48.0 * dice.uniform().ln();
                    if time >= STEPS as f64 {
                        break;
                    }
                    let normal = (-2.0 * dice.uniform().ln()).sqrt() * (2.0 * PI * dice.uniform()).cos();
                    let end = time + (mu + sigma * normal).exp();
                    let blocked = dice.uniform().max(dice.uniform()).max(dice.uniform());
                    let targets = dice.six_of_eight() & !home(origin);
                    let (from, until) = (time.ceil() as usize, end.ceil() as usize);
                    if from < until.min(STEPS) {
                        self.lay(run, origin, from, until, blocked, targets);
                    }
                    time = end;
                }
            }
        }
        self.finish();
    }
}

/// The bit of an origin's own place, if it is one of the users.
pub fn home(origin: usize) -> u32 {
    let place = if origin < super::MINES { origin } else { (origin - super::MINES) % USERS };
    1 << place & 0xff
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In (0, 1).
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) * (1.0 / (1_u64 << 53) as f64)
    }

    /// All but two of eight, each pair as likely as any other.
    fn six_of_eight(&mut self) -> u32 {
        let pair = (((self.next() >> 32) * 56) >> 32) as u32;
        let (first, second) = (pair / 7, pair % 7);
        let second = if second >= first { second + 1 } else { second };
        0xff & !(1 << first | 1 << second)
    }
}
