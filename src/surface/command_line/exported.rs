//! What the commands before etcd's give it: exported variables, and variables that hold flags.

use super::flags::{flags_in, variable_setting};
use super::program::assigned_name;
use crate::catalogue::{Catalogue, Spelling};
use crate::setting::{Setting, TextId};
use crate::source::Span;
use crate::surface::Reading;
use crate::surface::is_telling;
use crate::surface::words::Word;

/// Variables set so far in a script.
#[derive(Default)]
pub(super) struct Exported {
    /// Those that etcd reads itself.
    settings: Vec<Setting>,
    /// Those that hold flags, with the variable's name.
    flags: Vec<(String, Vec<Setting>)>,
    /// `set -a`: every assignment is exported.
    all: bool,
    /// Other files set variables, or an earlier member was given these.
    elsewhere: bool,
}

impl Exported {
    /// Whether the command only sets variables, which are then remembered.
    pub(super) fn takes(
        &mut self,
        catalogue: &Catalogue,
        reading: &mut Reading,
        words: &[Word],
        text_id: TextId,
    ) -> bool {
        let exports = match words[0].text() {
            "." | "source" => {
                self.elsewhere = true;
                return false;
            }
            "set" => {
                self.all |= words[1..]
                    .iter()
                    .any(|word| matches!(word.text(), "-a" | "allexport"));
                return false;
            }
            "export" => true,
            _ => false,
        };
        let first = usize::from(exports);
        if words[first..]
            .iter()
            .any(|word| assigned_name(word, 0).is_none())
        {
            return false;
        }
        for (index, word) in words.iter().enumerate().skip(first) {
            let Some(name) = assigned_name(word, 0) else {
                continue;
            };
            let variable = name.of(word.text());
            let value = Span::new(name.end + 1, word.text().len());
            if value.of(word.text()).starts_with('-') {
                let inner = reading.embed(word.decoded.clone(), text_id);
                let list = flags_in(catalogue, word.text(), value, inner, reading);
                let telling = list
                    .settings
                    .iter()
                    .any(|setting| is_telling(catalogue, Spelling::Flag, &setting.name));
                if telling {
                    self.flags.push((variable.to_owned(), list.settings));
                }
            } else if (exports || self.all)
                && variable.starts_with("ETCD_")
                && catalogue.spelled(Spelling::Variable, variable).is_some()
            {
                let start = index
                    .checked_sub(1)
                    .map_or(word.span.start, |before| words[before].span.end);
                let extent = Span::new(start, word.span.end);
                let lead = " ".to_owned();
                self.settings
                    .push(variable_setting(reading, word, name, lead, extent, text_id));
            }
        }
        true
    }

    /// Adds what was set before to a member's settings. Gives whether something else may set more.
    pub(super) fn complete(&mut self, settings: &mut Vec<Setting>, arguments: &[Word]) -> bool {
        let elsewhere = self.elsewhere;
        if !self.settings.is_empty() {
            // One member shows them; to the next one they are given too.
            self.elsewhere = true;
            settings.splice(0..0, std::mem::take(&mut self.settings));
        }
        let used = |name: &str| {
            arguments.iter().any(|word| {
                word.expansions
                    .iter()
                    .any(|expansion| names_variable(expansion.of(word.text()), name))
            })
        };
        self.flags.retain_mut(|(name, flags)| {
            let used = used(name);
            if used {
                settings.append(flags);
            }
            !used
        });
        elsewhere
    }
}

/// Whether `$NAME` or `${NAME…}` expands that variable.
fn names_variable(expansion: &str, name: &str) -> bool {
    let body = expansion.trim_start_matches(['$', '{']);
    body.strip_prefix(name)
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}
