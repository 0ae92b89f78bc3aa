//! Tries properties, and counts what their cases exercised.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseResult, TestRunner};

/// How many cases a property is tried on.
pub(crate) const CASES: u32 = 400;

/// Tries a property on random values; panics with the smallest value that fails.
pub(crate) fn holds<V: Debug>(
    strategy: &impl Strategy<Value = V>,
    property: impl Fn(V) -> TestCaseResult,
) {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    if let Err(error) = runner.run(strategy, property) {
        panic!("{error}\n{runner}");
    }
}

/// What the cases of a property exercised.
#[derive(Default)]
pub(crate) struct Tally(RefCell<BTreeMap<&'static str, u32>>);

impl Tally {
    pub(crate) fn count(&self, what: &'static str) {
        *self.0.borrow_mut().entry(what).or_default() += 1;
    }

    pub(crate) fn get(&self, what: &str) -> u32 {
        self.0.borrow().get(what).copied().unwrap_or_default()
    }

    /// Fails if there were fewer. The minimum is so far below the usual number that chance does not reach it.
    pub(crate) fn demand(&self, what: &str, least: u32) {
        let count = self.get(what);
        assert!(count >= least, "{what}: {count} of {CASES} cases");
    }
}
