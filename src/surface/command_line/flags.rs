//! Reads the settings of one command: its flags, and variables that are words.

use super::super::site::Site;
use crate::facts::catalogue::{Catalogue, Spelling, ValueType};
use crate::member::{Place, PositionalArgument, Setting, TextId, Value, asks_for_help};
use crate::source::Span;
use crate::surface::reading::Reading;
use crate::surface::site::word::{FlagSite, FlagValue, Reads, VariableWordSite};
use crate::text::words::{Dialect, Word, words};

/// Returns the setting of a variable that is one word; `removal` is what is removed with it.
pub(in crate::surface) fn variable_setting(
    reading: &mut Reading,
    word: &Word,
    name: Span,
    lead: String,
    removal: Span,
    text_id: TextId,
) -> Setting {
    let inner = Span::new(name.end + 1, word.text().len());
    let text = word.text()[inner.start..].to_owned();
    let value = if word.expands_in(inner) {
        Value::Unknown(text)
    } else {
        Value::Text(text)
    };
    Setting {
        spelling: Spelling::Variable,
        name: word.text()[name.start..name.end].to_owned(),
        name_place: Place::new(text_id, word.outer(name)),
        value,
        value_place: Place::new(text_id, word.outer(inner)),
        overridden: false,
        elsewhere: None,
        site: reading.add_site(Site::VariableWord(VariableWordSite {
            word: word.clone(),
            name,
            value: inner,
            lead,
            removal,
            reads: Reads::Text,
        })),
    }
}

/// Reads flags without a program, as in `ETCD_OPTS="--name a"`.
pub(in crate::surface) fn flags(
    catalogue: &Catalogue,
    text: &str,
    text_id: TextId,
    reading: &mut Reading,
) -> FlagList {
    flags_in(catalogue, text, Span::new(0, text.len()), text_id, reading)
}

/// Reads flags without a program in a part of a text.
pub(in crate::surface) fn flags_in(
    catalogue: &Catalogue,
    text: &str,
    range: Span,
    text_id: TextId,
    reading: &mut Reading,
) -> FlagList {
    let words = words(text, range, Dialect::Shell);
    reading.report_unread_rest(&words, text_id);
    flag_list(catalogue, &words, range.start, text_id, reading).unwrap_or_default()
}

/// The flags of one command.
#[derive(Default)]
pub(in crate::surface) struct FlagList {
    pub(in crate::surface) settings: Vec<Setting>,
    /// How many words come from variables, which may contain more flags.
    pub(super) unknown: usize,
    /// Those variables.
    pub(super) expanded: Vec<(String, Place)>,
    pub(super) positional_arguments: Vec<PositionalArgument>,
    /// Words after an expansion: each is positional, or the value of a flag that the expansion ends with.
    pub(super) after_expansions: Vec<PositionalArgument>,
}

impl FlagList {
    /// Whether these are all the flags.
    pub(in crate::surface) fn whole(&self) -> bool {
        self.unknown == 0
    }

    /// Returns the positional arguments in order, if each expansion ends with a whole flag or not.
    pub(super) fn take_positional_arguments(
        &mut self,
        are_expansions_known: bool,
    ) -> Vec<PositionalArgument> {
        let mut arguments = std::mem::take(&mut self.positional_arguments);
        if are_expansions_known {
            arguments.append(&mut self.after_expansions);
            arguments.sort_by_key(|argument| argument.place.span.start);
        }
        arguments
    }
}

/// Reads flags as Go's flag package does; returns `None` for subcommands of etcd, which are other programs.
pub(super) fn flag_list(
    catalogue: &Catalogue,
    words: &[Word],
    previous_end: usize,
    text_id: TextId,
    reading: &mut Reading,
) -> Option<FlagList> {
    let mut list = FlagList::default();
    let mut previous_end = previous_end;
    let mut at = 0;
    let mut is_after_expansion = false;
    while let Some(word) = words.get(at) {
        at += 1;
        let text = word.text();
        let follows_expansion = std::mem::take(&mut is_after_expansion);
        if text == "--" {
            // Go's flag package stops here; what follows is positional, even with dashes.
            list.positional_arguments
                .extend(words[at..].iter().map(|word| PositionalArgument {
                    word: word.text().to_owned(),
                    place: Place::new(text_id, word.span),
                }));
            break;
        }
        let dashes = text.len() - text.trim_start_matches('-').len();
        if dashes == 0 || dashes > 2 || text.len() == dashes {
            let all = Span::new(0, text.len());
            if matches!(text, "gateway" | "grpc-proxy") && at == 1 {
                return None;
            } else if word.expands_in(all) || text.is_empty() && !word.expansions.is_empty() {
                list.unknown += 1;
                let names = word.expansions.iter();
                let place = Place::new(text_id, word.span);
                let names = names.map(|one| expanded_variable(one.of(text)).to_owned());
                list.expanded.extend(names.map(|name| (name, place)));
                is_after_expansion = true;
            } else {
                let arguments = if follows_expansion {
                    &mut list.after_expansions
                } else {
                    &mut list.positional_arguments
                };
                arguments.push(PositionalArgument {
                    word: text.to_owned(),
                    place: Place::new(text_id, word.span),
                });
            }
            previous_end = word.span.end;
            continue;
        }
        let equals = text.find('=');
        let name = Span::new(dashes, equals.unwrap_or(text.len()));
        if word.expands_in(name) {
            list.unknown += 1;
            previous_end = word.span.end;
            continue;
        }
        let flag = text[name.start..name.end].to_owned();
        let next = words.get(at);
        let (value, value_span, site_value) = match equals {
            Some(equals) => {
                let inner = Span::new(equals + 1, text.len());
                let body = text[inner.start..].to_owned();
                let value = if word.expands_in(inner) {
                    Value::Unknown(body)
                } else {
                    Value::Text(body)
                };
                (value, word.outer(inner), FlagValue::Inline(inner))
            }
            None => match next.filter(|next| takes_next(catalogue, &flag, next)) {
                Some(next) => {
                    at += 1;
                    let body = next.text().to_owned();
                    let value = if next.expansions.is_empty() {
                        Value::Text(body)
                    } else {
                        Value::Unknown(body)
                    };
                    let inner = next.outer(Span::new(0, next.text().len()));
                    (value, inner, FlagValue::Next(next.clone()))
                }
                None => (Value::Bare, Span::at(word.span.end), FlagValue::Absent),
            },
        };
        let end = match &site_value {
            FlagValue::Next(next) => next.span.end,
            _ => word.span.end,
        };
        let name_span = word.outer(Span::new(0, name.end));
        let site = reading.add_site(Site::Flag(FlagSite {
            word: word.clone(),
            dashes,
            name,
            lacks_value: matches!(site_value, FlagValue::Absent)
                && requires_value(catalogue, &flag),
            value: site_value,
            previous_end,
            is_alone: false,
        }));
        list.settings.push(Setting {
            spelling: Spelling::Flag,
            name: flag,
            name_place: Place::new(text_id, name_span),
            value,
            value_place: Place::new(text_id, value_span),
            overridden: false,
            elsewhere: None,
            site,
        });
        previous_end = end;
        // Go prints the help immediately, and ignores what follows.
        let is_help = list
            .settings
            .last()
            .is_some_and(|last| asks_for_help(&last.name));
        if is_help && list.positional_arguments.is_empty() {
            break;
        }
    }
    Some(list)
}

/// Inserts the flags that a word expands to at the place of the word, because of two equal flags the later one counts.
pub(in crate::surface) fn insert_flags(
    settings: &mut Vec<Setting>,
    flags: Vec<Setting>,
    word: Place,
) {
    let is_later = |setting: &Setting| {
        setting.spelling == Spelling::Flag
            && setting.name_place.text == word.text
            && setting.name_place.span.start > word.span.start
    };
    let at = settings.iter().position(is_later).unwrap_or(settings.len());
    settings.splice(at..at, flags);
}

/// Returns the variable that `$NAME` or `${NAME…}` expands.
pub(super) fn expanded_variable(expansion: &str) -> &str {
    let name = expansion.trim_start_matches(['$', '{']);
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    &name[..end.unwrap_or(name.len())]
}

/// Whether the next word is the value of a flag without `=`: for all flags but booleans.
fn takes_next(catalogue: &Catalogue, flag: &str, next: &Word) -> bool {
    match catalogue.option(flag) {
        Some(_) => requires_value(catalogue, flag),
        None => !next.text().starts_with('-'),
    }
}

/// Whether a flag of that name requires a value: all known ones but booleans do.
fn requires_value(catalogue: &Catalogue, flag: &str) -> bool {
    catalogue.option(flag).is_some_and(|option| {
        !matches!(
            option.type_at(catalogue.newest()),
            ValueType::Bool | ValueType::Ignored
        )
    })
}
