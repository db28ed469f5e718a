//! Which instructions of the processor loops over rows and ciphers use. All of them give the same bits: the compiler neither fuses nor
//! reorders float operations.

use std::fmt;

/// Something that is compiled once for each set of instructions, with all that it calls, if that is marked `inline(always)`.
pub trait Task {
    /// Does it; to be marked `inline(always)` too.
    fn run(self);
}

/// A set of instructions that this processor has: there is no other way to get one than to have it found here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instructions(Set);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    /// What every processor of the target has; SSE2 on x86-64.
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Instructions {
    /// Those of this processor, the best last.
    pub fn all() -> Vec<Instructions> {
        #[allow(unused_mut, reason = "other targets have one set")]
        let mut all = vec![Instructions(Set::Baseline)];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(Instructions::avx2());
            let wide = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512cd")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("fma");
            if has_bits() && wide {
                all.push(Instructions(Set::Avx512));
            }
        }
        all
    }

    /// The best that this processor has.
    pub fn best() -> Instructions {
        *Instructions::all().last().expect("the baseline is always there")
    }

    /// AVX2, if this processor has it: what whole numbers side by side gain from.
    pub fn avx2() -> Option<Instructions> {
        #[cfg(target_arch = "x86_64")]
        if has_bits() && is_x86_feature_detected!("avx2") {
            return Some(Instructions(Set::Avx2));
        }
        None
    }

    /// As tables show it.
    pub fn name(self) -> &'static str {
        match self.0 {
            Set::Baseline => "baseline",
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => "AVX-512",
        }
    }

    /// Does something with these instructions.
    #[inline]
    #[allow(unsafe_code, reason = "a version is called only where the processor has what it is compiled for")]
    pub fn run(self, task: impl Task) {
        match self.0 {
            Set::Baseline => task.run(),
            // SAFETY: only `all` makes these, and it found the features on this processor.
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => unsafe { avx2(task) },
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => unsafe { avx512(task) },
        }
    }
}

impl fmt::Display for Instructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What both wide sets are compiled with besides.
#[cfg(target_arch = "x86_64")]
fn has_bits() -> bool {
    is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("lzcnt")
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,avx2,bmi1,bmi2,popcnt,lzcnt")]
fn avx2(task: impl Task) {
    task.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,avx2,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,bmi1,bmi2,fma,popcnt,lzcnt")]
fn avx512(task: impl Task) {
    task.run();
}
