//! The facts and the advice that checks use.

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::thread;

use crate::facts::catalogue::Catalogue;
use crate::rule::{BuiltInRules, Rules};

/// The facts and the advice that checks use.
#[derive(Debug)]
pub struct Knowledge {
    /// FACTS.
    pub catalogue: Catalogue,
    /// ADVICE.
    pub rules: Rules,
    /// The folders that an organisation's own rules were read from, with links resolved.
    pub own_folders: Vec<PathBuf>,
}

/// Why the built-in facts or rules cannot be read.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum KnowledgeError {
    #[error(transparent)]
    Catalogue(#[from] crate::facts::catalogue::CatalogueError),
    #[error(transparent)]
    Rule(#[from] crate::rule::RuleError),
}

impl Knowledge {
    /// Returns the facts and the rules that are built in.
    ///
    /// # Errors
    /// Returns an error only if a file below `rules/` is damaged, which a test rules out.
    pub fn built_in() -> Result<Self, KnowledgeError> {
        // Parsing these two takes most of the time to start on a small file.
        let (catalogue, rules) = thread::scope(|scope| {
            let rules = thread::Builder::new().spawn_scoped(scope, BuiltInRules::parse);
            let catalogue = Catalogue::built_in();
            let rules = match rules {
                Ok(rules) => rules.join().unwrap_or_else(|panic| resume_unwind(panic)),
                // A browser has no threads.
                Err(_) => BuiltInRules::parse(),
            };
            (catalogue, rules)
        });
        let catalogue = catalogue?;
        let rules = Rules::built_in(&catalogue, rules?)?;
        Ok(Self {
            catalogue,
            rules,
            own_folders: Vec::new(),
        })
    }
}
