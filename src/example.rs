//! Examples of rules as tests: the rule finds something in each unless the example declares otherwise, and `fix` gives
//! the declared text.

use crate::check::Knowledge;
use crate::edit::Applicability;
use crate::lint::{LintOptions, LintResult, lint};
use crate::rewrite::{RewriteError, RewriteOptions, rewrite};
use crate::rule::{Example, Rule};
use crate::source::Source;

/// Why an example fails.
#[derive(Debug, thiserror::Error)]
pub enum ExampleError {
    /// Its releases are no upgrade.
    #[error(transparent)]
    Upgrade(#[from] crate::facts::catalogue::UpgradeError),
    /// Its text is no etcd configuration.
    #[error("`before` is not etcd configuration: {0}")]
    NotEtcd(&'static str),
    /// Its text cannot be read.
    #[error("`before` cannot be read: {0}")]
    Unreadable(String),
    /// The rule finds nothing in it.
    #[error("the rule finds nothing in `before`; found: {}", listed(.0))]
    NotFound(Vec<String>),
    /// The rule finds something in an example that it must not report.
    #[error("the rule finds something in `before`, but the example sets `finds = false`")]
    Found,
    /// It cannot be rewritten.
    #[error(transparent)]
    Rewrite(#[from] RewriteError),
    /// `fix` gives another text.
    #[error("`fix` gives another text than `after`")]
    Differs(String),
}

/// Runs one example.
///
/// # Errors
/// Returns an error if the example fails.
pub fn run(rule: &Rule, example: &Example, knowledge: &Knowledge) -> Result<(), ExampleError> {
    let upgrade = knowledge
        .catalogue
        .upgrade(example.from, Some(example.to))?;
    let source = Source::new(example.file.as_str(), example.before.as_str());
    let lint_options = LintOptions::new(knowledge, upgrade);
    let found = match lint(&source, &lint_options) {
        LintResult::Linted(linted) => linted.diagnostics,
        LintResult::NotEtcd(_) if !example.finds && example.before == example.after => {
            return Ok(());
        }
        LintResult::NotEtcd(why) => return Err(ExampleError::NotEtcd(why)),
        LintResult::Unreadable(error) => return Err(ExampleError::Unreadable(error.message)),
    };
    let is_found = found.iter().any(|found| found.rule == rule.id);
    if is_found && !example.finds {
        return Err(ExampleError::Found);
    }
    if !is_found && example.finds {
        let found = found.into_iter().map(|found| found.rule);
        return Err(ExampleError::NotFound(found.collect()));
    }
    let options = RewriteOptions {
        lint: lint_options,
        least: Applicability::Safe,
    };
    let rewritten = rewrite(&source, &options)?;
    if rewritten.text == example.after {
        Ok(())
    } else {
        Err(ExampleError::Differs(rewritten.text))
    }
}

fn listed(rules: &[String]) -> String {
    if rules.is_empty() {
        "nothing".to_owned()
    } else {
        rules.join(", ")
    }
}
