//! Counts the results of cases, by their kind.

use std::collections::BTreeMap;

use super::Outcome;

#[derive(Default)]
struct Row {
    cases: u64,
    read: u64,
    fixed: u64,
    runs: u64,
    wrong: u64,
    /// Of the wrong ones: nothing was rewritten, and the tool reports a bug of its own.
    bugs: u64,
    /// The failing cases with the shortest texts: of wrong texts, and of reported bugs.
    smallest: [Option<(usize, u64)>; 2],
}

/// The counts.
#[derive(Default)]
pub(crate) struct Tally {
    rows: BTreeMap<&'static str, Row>,
}

impl Tally {
    pub(crate) fn add(&mut self, kind: &'static str, seed: u64, outcome: Outcome) {
        let row = self.rows.entry(kind).or_default();
        let is_read = !matches!(outcome, Outcome::NotGenerated | Outcome::NotRead);
        row.read += u64::from(is_read);
        match outcome {
            Outcome::NotGenerated => return,
            Outcome::NotRead | Outcome::Kept => {}
            Outcome::Fixed { runs } => {
                row.fixed += 1;
                row.runs += runs;
            }
            Outcome::Wrong(failure) => {
                row.fixed += 1;
                row.wrong += 1;
                row.bugs += u64::from(failure.why.contains(super::BUG));
                let one = (super::length(&failure), seed);
                let smallest = &mut row.smallest[usize::from(failure.why.contains(super::BUG))];
                *smallest = smallest.iter().copied().chain([one]).min();
            }
        }
        row.cases += 1;
    }

    pub(crate) fn with(mut self, other: Tally) -> Tally {
        for (kind, more) in other.rows {
            let row = self.rows.entry(kind).or_default();
            row.cases += more.cases;
            row.read += more.read;
            row.fixed += more.fixed;
            row.runs += more.runs;
            row.wrong += more.wrong;
            row.bugs += more.bugs;
            for (smallest, more) in row.smallest.iter_mut().zip(more.smallest) {
                *smallest = smallest.iter().copied().chain(more).min();
            }
        }
        self
    }

    /// Returns the smallest failing cases of each kind, by their seeds.
    pub(crate) fn failing(&self) -> Vec<(&'static str, u64)> {
        let failing = self.rows.iter();
        failing
            .flat_map(|(kind, row)| {
                row.smallest
                    .iter()
                    .flatten()
                    .map(|(_, seed)| (*kind, *seed))
            })
            .collect()
    }

    /// Returns the kinds of which no case was read, sorted.
    pub(crate) fn never_read<'k>(&self, kinds: impl Iterator<Item = &'k str>) -> Vec<&'k str> {
        self.without(kinds, |row| row.read)
    }

    /// Returns the kinds of which no case was fixed, sorted.
    pub(crate) fn never_fixed<'k>(&self, kinds: impl Iterator<Item = &'k str>) -> Vec<&'k str> {
        self.without(kinds, |row| row.fixed)
    }

    fn without<'k>(
        &self,
        kinds: impl Iterator<Item = &'k str>,
        count: impl Fn(&Row) -> u64,
    ) -> Vec<&'k str> {
        let has_none = |kind: &&str| self.rows.get(kind).is_none_or(|row| count(row) == 0);
        let mut kinds: Vec<&str> = kinds.filter(has_none).collect();
        kinds.sort_unstable();
        kinds
    }

    pub(crate) fn table(&self) -> String {
        let line = |what: &str, row: &Row| {
            format!(
                "{:>7} {:>7} {:>7} {:>7} {:>7} {:>7}  {what}\n",
                row.cases, row.read, row.fixed, row.runs, row.wrong, row.bugs
            )
        };
        let mut table = "  cases    read   fixed    runs   wrong    bugs\n".to_owned();
        let mut all = Row::default();
        for (kind, row) in &self.rows {
            table.push_str(&line(kind, row));
            all.cases += row.cases;
            all.read += row.read;
            all.fixed += row.fixed;
            all.runs += row.runs;
            all.wrong += row.wrong;
            all.bugs += row.bugs;
        }
        table + &line("all", &all)
    }
}
