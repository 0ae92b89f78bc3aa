//! Escapes text from files, which is never trusted: nothing in it may control a terminal or the log of a CI.
//!
//! GitHub's runner reads two things as a command: `::` after the white space at the begin of a line, and `##[`
//! anywhere.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

/// Returns the text with control characters, terminal escapes and direction marks shown as escapes, and no command to
/// GitHub inside.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) && !text.contains(COMMAND) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        push_visible(&mut shown, c);
    }
    Cow::Owned(shown)
}

/// Adds a character to a text in the form that [`visible`] gives it there.
pub(super) fn push_visible(shown: &mut String, c: char) {
    if is_hidden(c) || c == '[' && shown.ends_with("##") {
        push_escape(shown, c);
    } else {
        shown.push(c);
    }
}

/// Adds a character to a text as an escape.
pub(super) fn push_escape(shown: &mut String, c: char) {
    // Writing to a `String` cannot fail.
    let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
}

/// Returns equal JSON without control characters: what has to be escaped can only be inside its strings.
#[must_use]
pub(crate) fn quiet_json(json: &str) -> String {
    let mut quiet = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_hidden(c) || c == '[' && quiet.ends_with("##") {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a `String` cannot fail.
                let _ = write!(quiet, "\\u{unit:04x}");
            }
        } else {
            quiet.push(c);
        }
    }
    quiet
}

/// Returns a path at the begin of a line, escaped in the same way.
#[must_use]
pub fn visible_path(path: &Path) -> String {
    let text = path.to_string_lossy();
    let lead = if text.trim_start().starts_with("::") {
        "./"
    } else {
        ""
    };
    format!("{lead}{}", visible(&text))
}

/// The begin of GitHub's commands in their older form, anywhere in a line.
const COMMAND: &str = "##[";

/// Returns whether a terminal may read the character as a command, or show it in another place or not at all.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_direction_marks_are_shown() {
        assert_eq!(
            visible("a\u{1b}[31mb\u{202e}\n"),
            "a\\u{1b}[31mb\\u{202e}\\u{a}"
        );
        assert_eq!(visible("é ✓"), "é ✓");
        assert_eq!(visible_path(Path::new("a\n::b")), "a\\u{a}::b");
        assert_eq!(
            visible_path(Path::new("::error::x.yml")),
            "./::error::x.yml"
        );
        assert_eq!(visible_path(Path::new(" ::x.yml")), "./ ::x.yml");
        assert_eq!(visible("a ##[error]b"), "a ##\\u{5b}error]b");
        assert_eq!(
            quiet_json("[\n\"##[x]\u{7f}\u{e0001}\"]"),
            "[\n\"##\\u005bx]\\u007f\\udb40\\udc01\"]"
        );
    }
}
