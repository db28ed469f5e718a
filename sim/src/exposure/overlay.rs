//! Which things several events touch at a time.

use super::Things;
use super::things::{NEIGHBOURS, places};
use crate::math::WIDTH;

/// Until when the things of one channel are touched so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    /// By neighbours, then run.
    groups: Vec<Group>,
}

/// 64 neighbours in one run.
#[derive(Clone, Copy, Debug)]
struct Group {
    /// First step after all events on a thing so far; 0: untouched. Of a thing that is overlaid, its number among those.
    until: [u32; NEIGHBOURS],
    /// Things that two events touch at a time, or without a gap between.
    overlaid: u64,
}

const UNTOUCHED: Group = Group { until: [0; NEIGHBOURS], overlaid: 0 };

impl Overlay {
    pub(super) fn clear(&mut self) {
        self.groups.fill(UNTOUCHED);
    }

    /// An event touches these things over `[from, until)`: which of them are overlaid now. New ones are numbered on from `n`.
    pub(super) fn touch(&mut self, things: Things, run: u8, from: u32, until: u32, n: &mut u32) -> u64 {
        let at = place(things.word, run);
        if at >= self.groups.len() {
            self.groups.resize((things.word as usize + 1) * WIDTH, UNTOUCHED);
        }
        let group = &mut self.groups[at];
        for item in places(things.without(group.overlaid).bits()) {
            let before = &mut group.until[item];
            if *before > 0 && from <= *before {
                group.overlaid |= 1 << item;
                *before = *n;
                *n += 1;
            } else {
                *before = until;
            }
        }
        group.overlaid
    }

    /// Which of these things are overlaid, or of their neighbours.
    pub(super) fn overlaid(&self, things: Things, run: u8) -> u64 {
        self.groups[place(things.word, run)].overlaid
    }

    /// Number of an overlaid thing.
    pub(super) fn number(&self, item: usize, run: u8) -> u32 {
        self.groups[place((item / NEIGHBOURS) as u32, run)].until[item % NEIGHBOURS]
    }
}

fn place(word: u32, run: u8) -> usize {
    word as usize * WIDTH + run as usize
}
