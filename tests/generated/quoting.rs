//! Quotes words and values by the rules of their readers.

use super::dice::Dice;
use super::member::Word;

/// Returns whether nothing in a text has a meaning to any reader of words.
fn is_harmless(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/._:,=@+-".contains(c))
}

fn escaped(text: &str, special: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if special.contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Quotes only the value of a word, or all of it.
fn word(word: &Word, dice: &mut Dice, quoted: impl Fn(&str, &mut Dice) -> String) -> String {
    match &word.value {
        Some(value) if dice.once_in(3) => quoted(&format!("{}{value}", word.name), dice),
        Some(value) => format!("{}{}", word.name, quoted(value, dice)),
        None => word.name.clone(),
    }
}

/// Quotes a word for a POSIX shell.
pub(crate) fn shell_word(of: &Word, dice: &mut Dice) -> String {
    word(of, dice, shell)
}

pub(crate) fn shell(text: &str, dice: &mut Dice) -> String {
    match dice.below(4) {
        0 if is_harmless(text) => text.to_owned(),
        1 => format!("\"{}\"", escaped(text, "\"\\$`")),
        2 if !text.is_empty() => escaped(text, " \t'\"\\$`#;&|*?()<>{}[]!~"),
        _ => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// Quotes a word of `ExecStart=`: systemd.service(5).
pub(crate) fn unit_word(of: &Word, dice: &mut Dice) -> String {
    word(of, dice, |text, dice| unit(text, dice).replace('$', "$$"))
}

/// Quotes a word of `Environment=`, in which `$` has no meaning: systemd.exec(5).
pub(crate) fn unit(text: &str, dice: &mut Dice) -> String {
    let text = text.replace('%', "%%");
    match dice.below(3) {
        0 if is_harmless(&text) => text,
        1 if !text.contains('\'') => format!("'{}'", escaped(&text, "\\")),
        _ => format!("\"{}\"", escaped(&text, "\"\\")),
    }
}

/// Quotes the value of a line of an environment file in a form that systemd and shells read alike.
pub(crate) fn assigned(text: &str, dice: &mut Dice) -> String {
    match dice.below(3) {
        0 if is_harmless(text) || text.is_empty() => text.to_owned(),
        1 if !text.contains('\'') => format!("'{text}'"),
        _ => format!("\"{}\"", escaped(text, "\"\\$`")),
    }
}

/// Quotes a word of a batch file; returns `None` if it needs more than quotes there.
pub(crate) fn batch_word(of: &Word, dice: &mut Dice) -> Option<String> {
    let text = of.value.as_deref().unwrap_or_default();
    (!text.contains(['"', '%', '!', '\\'])).then(|| {
        word(of, dice, |text, dice| {
            if is_harmless(text) && !dice.once_in(2) {
                text.to_owned()
            } else {
                format!("\"{text}\"")
            }
        })
    })
}

/// Quotes a word for PowerShell.
pub(crate) fn powershell_word(of: &Word, dice: &mut Dice) -> Option<String> {
    let text = of.value.as_deref().unwrap_or_default();
    (!text.contains(['"', '\\']) && !text.is_empty() || of.value.is_none()).then(|| {
        word(of, dice, |text, dice| match dice.below(3) {
            0 if is_harmless(text) && !text.contains([',', '@']) => text.to_owned(),
            1 => format!("'{}'", text.replace('\'', "''")),
            _ => format!("\"{}\"", text.replace('$', "`$")),
        })
    })
}

/// Writes a text in JSON.
pub(crate) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Writes a text in HCL: <https://developer.hashicorp.com/terraform/language/expressions/strings>.
pub(crate) fn hcl(text: &str) -> String {
    format!(
        "\"{}\"",
        escaped(text, "\"\\")
            .replace("${", "$${")
            .replace("%{", "%%{")
            .replace('\n', "\\n")
    )
}

/// Writes the content of a `data:` URL.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
