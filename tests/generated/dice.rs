//! Decisions from a list of numbers. If it is used up every decision is the first and simplest.

/// A list of numbers, of which each decision takes one.
pub(crate) struct Dice {
    rolls: Vec<u16>,
    at: usize,
}

impl Dice {
    pub(crate) fn new(rolls: Vec<u16>) -> Dice {
        Dice { rolls, at: 0 }
    }

    /// Creates numbers enough for one configuration: SplitMix64.
    pub(crate) fn seeded(seed: u64) -> Dice {
        let mut state = seed;
        let rolls = (0..4096).map(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed >> 40) as u16
        });
        Dice::new(rolls.collect())
    }

    /// All numbers.
    pub(crate) fn rolls(&self) -> &[u16] {
        &self.rolls
    }

    /// The numbers that were taken so far.
    pub(crate) fn taken(&self) -> &[u16] {
        &self.rolls[..self.at.min(self.rolls.len())]
    }

    /// Returns a number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let roll = self.rolls.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(roll) % end
    }

    /// Returns true once in `times`.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}
