//! Reads assignments of `cmd` and PowerShell.

use super::{Exported, variable_name};
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::member::{Place, Setting, TextId, Value};
use crate::source::Span;
use crate::surface::command_line::flags::variable_setting;
use crate::surface::reading::Reading;
use crate::surface::site::Site;
use crate::text::quoting::Quoting;
use crate::text::words::Word;

impl Exported {
    /// Records an assignment of a Windows shell. Returns whether the command is one, `None` if it is of another shell.
    ///
    /// Such variables are always exported.
    pub(super) fn assign_on_windows(
        &mut self,
        catalogue: &Catalogue,
        reading: &mut Reading,
        words: &[Word],
        text_id: TextId,
    ) -> Option<bool> {
        let first = &words[0];
        let (word, name_start) = match first.quoting()? {
            Quoting::BatchBare if first.text().eq_ignore_ascii_case("set") => (words.get(1)?, 0),
            Quoting::PowerShellBare => {
                let is_variable = first.text().to_ascii_lowercase().starts_with("$env:");
                (first, is_variable.then_some("$env:".len())?)
            }
            Quoting::BatchBare => return Some(false),
            _ => return None,
        };
        let text = word.text();
        let name_end = name_start + variable_name(&text[name_start..]).len();
        let name = Span::new(name_start, name_end);
        let spelled = catalogue
            .spelled(Spelling::Variable, name.of(text))
            .is_some();
        if !name.of(text).starts_with("ETCD_") || !spelled {
            return Some(true);
        }
        let count = if word.span == first.span { 1 } else { 2 };
        if text[name_end..].starts_with('=') && words.len() == count && text.len() > name_end + 1 {
            // A new variable would need a line of its own.
            let lead = String::new();
            let removal = first.span.cover(word.span);
            let mut setting = variable_setting(reading, word, name, lead, removal, text_id);
            let inner = Span::new(name_end + 1, text.len());
            let value = inner.of(text).to_owned();
            // PowerShell writes the assigned name like an expansion.
            let known = !word.expansions.iter().any(|one| one.end > inner.start);
            setting.value = if known {
                Value::Text(value)
            } else {
                Value::Unknown(value)
            };
            self.settings.push(setting);
            return Some(true);
        }
        // `$env:NAME = "value"`, and values with spaces.
        let value = words
            .get(2)
            .filter(|_| words.len() == 3 && words[1].text() == "=");
        let place = value.map_or(word.span, |value| value.span);
        self.settings.push(Setting {
            spelling: Spelling::Variable,
            name: name.of(text).to_owned(),
            name_place: Place::new(text_id, word.outer(name)),
            value: match value.filter(|value| value.expansions.is_empty()) {
                Some(value) => Value::Text(value.text().to_owned()),
                None => Value::Unknown(String::new()),
            },
            value_place: Place::new(text_id, place),
            overridden: false,
            elsewhere: None,
            site: reading.add_site(Site::Fixed),
        });
        Some(true)
    }
}
