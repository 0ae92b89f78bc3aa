//! Writes settings as a configuration file, a command line or an environment file.

use crate::facts::catalogue::Spelling;
use crate::facts::go_value::duration_text;
use crate::member::{Setting, Value};
use crate::text::quoting::{self, Quoting};
use crate::text::yaml::{self, Style};

/// Returns whether a setting can be written on its lines.
pub(super) fn can_write(setting: &Setting) -> bool {
    match (setting.spelling, &setting.value) {
        (Spelling::Key, Value::Text(text)) => scalar(text).is_some(),
        (Spelling::Key, Value::List(items)) => {
            let mut texts = items.iter().map(|item| item.text().and_then(scalar));
            texts.all(|text| text.is_some())
        }
        (Spelling::Key, _) => true,
        (_, value) => value.text().and_then(word).is_some(),
    }
}

/// Writes the settings of a configuration file; `is_duration` tells which keys are in nanoseconds.
pub(super) fn file(settings: &[Setting], is_duration: impl Fn(&Setting) -> bool) -> String {
    let mut settings: Vec<&Setting> = settings.iter().collect();
    // Keys of one section are next to one another, after the keys without a section.
    settings.sort_by_key(|setting| {
        let sections: Vec<&str> = setting.name.split('.').collect();
        let (_, sections) = sections
            .split_last()
            .map_or(("", &[][..]), |(last, rest)| (*last, rest));
        sections.join(".")
    });
    let mut text = String::new();
    let mut open: Vec<&str> = Vec::new();
    for setting in settings {
        let mut sections: Vec<&str> = setting.name.split('.').collect();
        let Some(key) = sections.pop() else { continue };
        let common = open
            .iter()
            .zip(&sections)
            .take_while(|(one, other)| one == other);
        let common = common.count();
        for (depth, section) in sections.iter().enumerate().skip(common) {
            text.push_str(&format!("{}{section}:\n", "  ".repeat(depth)));
        }
        let indent = "  ".repeat(sections.len());
        match &setting.value {
            Value::List(items) if items.is_empty() => {
                text.push_str(&format!("{indent}{key}: []\n"));
            }
            Value::List(items) => {
                text.push_str(&format!("{indent}{key}:\n"));
                for item in items.iter().filter_map(|item| scalar(item.text()?)) {
                    text.push_str(&format!("{indent}  - {item}\n"));
                }
            }
            Value::Integer(number) => {
                let duration = i64::try_from(*number).ok().filter(|_| is_duration(setting));
                let duration = duration.map(duration_text);
                let note = duration.map_or_else(String::new, |text| format!("  # {text}"));
                text.push_str(&format!("{indent}{key}: {number}{note}\n"));
            }
            Value::Bool(value) => text.push_str(&format!("{indent}{key}: {value}\n")),
            value => {
                let scalar = value.text().and_then(scalar).unwrap_or_default();
                text.push_str(&format!("{indent}{key}: {scalar}\n"));
            }
        }
        open = sections;
    }
    text
}

/// Writes a command line.
pub(super) fn command(settings: &[Setting]) -> String {
    let words = settings.iter().map(|setting| {
        let value = setting.value.text().and_then(word).unwrap_or_default();
        format!("--{}={value}", setting.name)
    });
    let words: Vec<String> = std::iter::once("etcd".to_owned()).chain(words).collect();
    format!("{}\n", words.join(" \\\n  "))
}

/// Writes the lines of an environment file.
pub(super) fn variables(settings: &[Setting]) -> String {
    let lines = settings.iter().map(|setting| {
        let value = setting.value.text().and_then(word).unwrap_or_default();
        format!("{}={value}\n", setting.name)
    });
    lines.collect()
}

fn scalar(text: &str) -> Option<String> {
    yaml::written(text, Style::Plain, false)
}

/// Returns the text as a word that a shell and systemd read in the same way.
fn word(text: &str) -> Option<String> {
    let bare = quoting::written(text, Quoting::UnitBare).filter(|text| !text.is_empty());
    bare.or_else(|| {
        let is_plain =
            !text.contains(['\'', '\n']) && quoting::written(text, Quoting::ShellSingle).is_some();
        is_plain.then(|| format!("'{text}'"))
    })
    .or_else(|| {
        let is_plain = !text.contains(['"', '\\', '\n']);
        let inside = quoting::written(text, Quoting::ShellDouble).filter(|_| is_plain)?;
        Some(format!("\"{inside}\""))
    })
}
