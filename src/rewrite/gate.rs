//! The last check of a rewrite, which uses no rule's name: the result has no refusal, loss or change that the text did
//! not have.

use std::collections::HashMap;

use crate::check::DERIVED;
use crate::diagnostic::{Consequence, Diagnostic, Severity};
use crate::edit::Applicability;

/// What the new release refuses, ignores or changes in a text, and how often.
#[derive(Debug)]
pub(super) struct Harms(HashMap<Harm, usize>);

#[derive(Debug, PartialEq, Eq, Hash)]
struct Harm {
    rule: String,
    /// The option, or the subject if the rule is about no single option; a fix may rename the option of another rule.
    what: String,
    /// The message that the release exits with, without the numbers of lines.
    line: String,
    is_change: bool,
}

impl Harm {
    fn of(found: &Diagnostic) -> Option<Self> {
        let is_change = match found.consequence {
            Consequence::Refused
            | Consequence::Dropped
            | Consequence::DroppedWithWarning
            | Consequence::Unreachable => false,
            Consequence::Changed => true,
            // An option that is no longer set shows in the effective configuration.
            Consequence::DefaultChanged | Consequence::Deprecated | Consequence::Advice => {
                return None;
            }
        };
        let is_of_any = DERIVED.iter().any(|(id, _)| *id == found.rule);
        let (what, line) = match &found.option {
            Some(option) if is_of_any => (option.clone(), String::new()),
            None if found.rule == "start-refused" => {
                let line = found.message.replace(|c: char| c.is_ascii_digit(), "");
                (String::new(), line)
            }
            None if is_of_any => (found.about.clone(), String::new()),
            _ => (String::new(), String::new()),
        };
        Some(Self {
            rule: found.rule.clone(),
            what,
            line,
            is_change,
        })
    }
}

impl Harms {
    /// Returns the harms among findings.
    pub(super) fn of<'d>(found: impl Iterator<Item = &'d Diagnostic>) -> Self {
        let mut harms = HashMap::new();
        for harm in found.filter_map(Harm::of) {
            *harms.entry(harm).or_default() += 1;
        }
        Self(harms)
    }

    /// Returns the first finding that is a harm and not among these, in words. Fixes that are not safe may change what
    /// works.
    pub(super) fn first_new<'d>(
        mut self,
        found: impl Iterator<Item = &'d Diagnostic>,
        least: Applicability,
    ) -> Option<String> {
        for found in found {
            let Some(harm) = Harm::of(found) else {
                continue;
            };
            let is_note = harm.is_change && found.severity == Severity::Note;
            if is_note || harm.is_change && least < Applicability::Safe {
                continue;
            }
            let left = self.0.get_mut(&harm).filter(|left| **left > 0);
            match left {
                Some(left) => *left -= 1,
                None => return Some(format!("{}: {}", found.rule, found.message)),
            }
        }
        None
    }
}
