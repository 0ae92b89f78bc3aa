//! Finds the fixes whose result cannot be verified, and applies the others.

use std::collections::HashSet;

use super::attempt::attempt;
use super::options::{Rewrite, RewriteError, RewriteOptions};
use super::withhold::{Allowed, FixKey, Withheld};
use crate::limits::REWRITE_ATTEMPTS;
use crate::source::Source;

/// Returns the text with all fixes but those with which no attempt passes. If a second run would change more, no fix is
/// applied.
pub(super) fn without_failing(
    source: &Source,
    options: &RewriteOptions<'_>,
) -> Result<Rewrite, RewriteError> {
    let rewrite = without_first_failing(source, options)?;
    if rewrite.withheld.is_empty() || rewrite.fixes == 0 {
        return Ok(rewrite);
    }
    let again = without_first_failing(&source.with_text(rewrite.text.clone()), options)?;
    if again.text == rewrite.text {
        return Ok(rewrite);
    }
    let why = |withheld: Withheld| (withheld.key(), withheld.why);
    let failed: Vec<(FixKey, String)> = rewrite.withheld.into_iter().map(why).collect();
    let none = HashSet::new();
    let none = Allowed::Only(&none, &failed);
    attempt(source, options, &none, &mut Vec::new())
}

fn without_first_failing(
    source: &Source,
    options: &RewriteOptions<'_>,
) -> Result<Rewrite, RewriteError> {
    let mut chosen = Vec::new();
    let error = match attempt(source, options, &Allowed::All, &mut chosen) {
        Ok(rewrite) => return Ok(rewrite),
        Err(error) => error,
    };
    let is_of_one_fix = matches!(
        error,
        RewriteError::Unreadable(_)
            | RewriteError::DidNotConverge
            | RewriteError::Verify(_)
            | RewriteError::NewFinding(_)
    );
    if !is_of_one_fix || chosen.is_empty() {
        return Err(error);
    }
    let mut allowed: HashSet<FixKey> = HashSet::new();
    let mut failed: Vec<(FixKey, String)> = Vec::new();
    let mut left = REWRITE_ATTEMPTS;
    let mut seen: HashSet<FixKey> = HashSet::new();
    // A fix that another one makes possible is chosen in a later pass, and so in a later attempt.
    let mut at = 0;
    while let Some(key) = chosen.get(at).cloned() {
        at += 1;
        if !seen.insert(key.clone()) {
            continue;
        }
        let why = match left.checked_sub(1) {
            None => Some(error.to_string()),
            Some(fewer) => {
                left = fewer;
                allowed.insert(key.clone());
                let only = Allowed::Only(&allowed, &failed);
                attempt(source, options, &only, &mut chosen)
                    .err()
                    .map(|error| error.to_string())
            }
        };
        if let Some(why) = why {
            allowed.remove(&key);
            failed.push((key, why));
        }
    }
    attempt(
        source,
        options,
        &Allowed::Only(&allowed, &failed),
        &mut Vec::new(),
    )
}
