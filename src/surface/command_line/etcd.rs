//! Reads commands of etcd itself: their flags and their variables.

use super::Finder;
use super::exported::passes_script_arguments;
use super::flags::{flag_list, variable_setting};
use crate::limits::EXPANSION_LENGTH;
use crate::member::{
    Completeness, Delivery, Expansion, Inputs, Member, NamedRelease, Place, Reference,
    ReferenceKind, Setting, TextId, mark_overridden, only_informs, sets_nothing,
};
use crate::source::Span;
use crate::surface::launch::program::Invocation;
use crate::text::words::Word;

impl Finder<'_> {
    /// Adds the member that a command of etcd starts.
    pub(super) fn etcd(
        &mut self,
        words: &[Word],
        invocation: &Invocation,
        arguments: usize,
        text_id: TextId,
    ) -> Option<usize> {
        let mut settings = Vec::new();
        for variable in &invocation.variables {
            let word = &words[variable.word];
            let name = word.text()[variable.name.start..variable.name.end].to_owned();
            if name.starts_with("ETCD_") {
                let previous_end = variable
                    .word
                    .checked_sub(1 + variable.option)
                    .map_or(word.span.start, |before| words[before].span.end);
                settings.push(variable_setting(
                    self.reading,
                    word,
                    variable.name,
                    variable.lead.clone(),
                    Span::new(previous_end, word.span.end),
                    text_id,
                ));
            }
        }
        let own_name = usize::from(self.names_itself && arguments == 1 && words.len() > 1);
        let arguments = arguments + own_name;
        let previous_end = words[arguments - 1].span.end;
        let mut list = flag_list(
            self.catalogue,
            &words[arguments..],
            previous_end,
            text_id,
            self.reading,
        )?;
        // Before it prints, etcd refuses flags that it does not have.
        let informs = only_informs(&list.settings, &list.positional_arguments)
            && list.settings.iter().all(|flag| sets_nothing(&flag.name));
        if !self.keeps_informing && informs {
            return None;
        }
        settings.append(&mut list.settings);
        self.expanded.extend(list.expanded.iter().cloned());
        let unclosed = words.iter().find_map(|word| word.unclosed);
        let endless = words.iter().find_map(|word| word.endless);
        if unclosed.or(endless).is_some() {
            let is_known = |setting: &Setting| {
                self.catalogue
                    .spelled(setting.spelling, &setting.name)
                    .is_some()
            };
            if settings.iter().any(is_known) {
                if let Some(quote) = unclosed {
                    self.refuse(quote, text_id);
                } else if let Some(dollar) = endless {
                    self.refuse_for(&never_ends(), dollar, text_id);
                }
            }
            return None;
        }
        let given = if invocation.in_container {
            self.contained += 1;
            self.exported
                .flags_of(&mut settings, &words[arguments..], self.reading, text_id)
        } else {
            let arguments = &words[arguments..];
            self.exported
                .complete(&mut settings, arguments, self.reading, text_id)
        };
        let passes_arguments =
            invocation.passes_arguments || passes_script_arguments(&words[arguments..]);
        if passes_arguments && self.exported.sets_arguments {
            let sites = settings.iter().map(|setting| setting.site);
            self.reading.hazards.beside_arguments.extend(sites);
        }
        mark_overridden(&mut settings);
        let variable_files = invocation.variable_files.iter();
        let variable_files = variable_files.map(|&(word, start)| {
            let word = &words[word];
            let path = Span::new(start, word.text().len());
            Reference {
                kind: ReferenceKind::Variables,
                path: path.of(word.text()).to_owned(),
                place: Place::new(text_id, word.outer(path)),
                is_optional: false,
                object: None,
            }
        });
        let variable_files: Vec<Reference> = variable_files.collect();
        list.after_expansions
            .retain(|argument| !given.values.contains(&argument.place));
        let positional_arguments = list.take_positional_arguments(list.unknown <= given.words);
        let all_but_words =
            !given.elsewhere && !invocation.reads_variables && !invocation.passes_arguments;
        self.reading.members.push(Member {
            settings,
            completeness: if list.unknown <= given.words
                && all_but_words
                && variable_files.is_empty()
            {
                Completeness::Whole
            } else {
                Completeness::Partial
            },
            lacks_only_expansions: all_but_words && list.unknown == list.expanded.len(),
            expansions: list
                .expanded
                .into_iter()
                .map(|(variable, place)| Expansion { variable, place })
                .collect(),
            inputs: Inputs {
                variables: variable_files,
                ..Inputs::default()
            },
            inherited: invocation.inherited.clone(),
            delivery: Delivery::Environment,
            evidence: invocation.evidence.map(|(version, span)| NamedRelease {
                version,
                place: Some(Place::new(text_id, span)),
            }),
            positional_arguments,
            ..Member::at(Place::new(text_id, words[arguments - own_name - 1].span))
        });
        Some(self.reading.members.len() - 1)
    }
}

/// Returns the message about an expansion that is too long.
fn never_ends() -> String {
    format!("what the shell expands here is longer than {EXPANSION_LENGTH} bytes")
}
