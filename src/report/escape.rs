//! Text from files is never trusted: nothing in it may steer a terminal.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

/// The text with control characters, terminal escapes and direction marks shown as escapes.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            // Writing into a String cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// A path at the beginning of a line, with the same care: no line begins with `::`, which is a command to GitHub.
#[must_use]
pub fn visible_path(path: &Path) -> String {
    let text = path.to_string_lossy();
    let lead = if text.starts_with("::") { "./" } else { "" };
    format!("{lead}{}", visible(&text))
}

/// Whether a terminal may take the character for a command, or show it in another place or not at all.
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
    }
}
