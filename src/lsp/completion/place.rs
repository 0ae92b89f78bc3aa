//! What is being typed at a place, determined from its line.

use crate::facts::catalogue::Spelling;
use crate::lsp::position::Text;
use crate::source::Span;

/// What is being typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// How the option is spelled.
    pub(super) spelling: Spelling,
    /// Its name, or a value of it.
    pub(super) wanted: Wanted,
    /// The span of the option with its value, as far as they are typed; for an item on a line of its own the key alone.
    pub(super) whole: Span,
    /// The span that a completion replaces: the name, or one item of the value.
    pub(super) typed: Span,
    /// Whether it is in quotes.
    pub(super) is_quoted: bool,
}

/// What can be completed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A name.
    Name,
    /// A value of the option of that name; flags without their dashes. `apart`: a flag's value may be a word of its
    /// own.
    Value { name: String, apart: bool },
}

/// Returns what is being typed at an offset, or `None` if it cannot be an option.
pub(super) fn at(text: &Text, offset: usize) -> Option<Place> {
    let line = text.line_at(offset);
    word(text.as_str(), line, offset).or_else(|| key(text, line, offset))
}

/// Finds a flag, or a variable of etcd's.
fn word(text: &str, line: Span, offset: usize) -> Option<Place> {
    let ends_word = |c: char| c.is_whitespace() || "\"'`[](){};|&<>".contains(c);
    let before = Span::new(line.start, offset).of(text);
    let begin = before.rfind(ends_word).map_or(0, |at| {
        at + before[at..].chars().next().map_or(1, char::len_utf8)
    });
    let is_quoted = before[..begin].ends_with(['"', '\'']);
    let mut start = line.start + begin;
    // A variable that contains flags: `OPTS=--name`.
    if !Span::new(start, offset).of(text).starts_with('-')
        && let Some(at) = Span::new(start, offset).of(text).find("=-")
    {
        start += at + 1;
    }
    let after = Span::new(offset, line.end).of(text);
    let end = offset + after.find(ends_word).unwrap_or(after.len());
    let typed = Span::new(start, offset).of(text);
    let flag = typed
        .strip_prefix('-')
        .map(|rest| rest.strip_prefix('-').unwrap_or(rest));
    let (spelling, name) = match flag {
        // One dash alone begins an item of a list more often than a flag.
        Some(_) if typed == "-" => return None,
        Some(name) => (Spelling::Flag, name),
        None if typed.starts_with("ETCD_") => (Spelling::Variable, typed),
        None => return word_apart(text, line, Span::new(start, offset), end),
    };
    let whole = Span::new(start, end);
    let (wanted, typed) = match name.split_once('=') {
        None if is_name(name) => {
            let rest = Span::new(offset, end).of(text);
            let name_end = rest.find('=').map_or(end, |at| offset + at);
            (Wanted::Name, Span::new(start, name_end))
        }
        Some((name, value)) if is_name(name) => {
            let name = name.to_owned();
            (
                Wanted::Value { name, apart: false },
                item(text, offset - value.len(), offset, end),
            )
        }
        _ => return None,
    };
    Some(Place {
        spelling,
        wanted,
        whole,
        typed,
        is_quoted,
    })
}

/// Finds a value that is a word of its own after its flag; `typed` is the part of it before the offset.
fn word_apart(text: &str, line: Span, typed: Span, end: usize) -> Option<Place> {
    let before = Span::new(line.start, typed.start).of(text);
    let flag_end = before.trim_end_matches([' ', '\t']);
    let begin = flag_end.rfind([' ', '\t', '"', '\'', '=']);
    let begin = begin.map_or(0, |at| at + 1);
    let name = flag_end[begin..].strip_prefix('-')?;
    let name = name.strip_prefix('-').unwrap_or(name);
    if flag_end.len() == before.len() || name.is_empty() || !is_name(name) {
        return None;
    }
    let name = name.to_owned();
    Some(Place {
        spelling: Spelling::Flag,
        wanted: Wanted::Value { name, apart: true },
        whole: Span::new(line.start + begin, end),
        typed: item(text, typed.start, typed.end, end),
        is_quoted: false,
    })
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Returns the item of a comma-separated list that an offset is in.
fn item(text: &str, start: usize, offset: usize, end: usize) -> Span {
    let before = Span::new(start, offset).of(text);
    let after = Span::new(offset, end).of(text);
    Span::new(
        before.rfind(',').map_or(start, |at| start + at + 1),
        after.find(',').map_or(end, |at| offset + at),
    )
}

/// Finds a key of a mapping on a line of its own, its value, or an item of the list below it.
fn key(text: &Text, line: Span, offset: usize) -> Option<Place> {
    let whole_text = text.as_str();
    let content = line.of(whole_text);
    let start = line.start + (content.len() - content.trim_start_matches([' ', '\u{feff}']).len());
    if offset < start {
        return None;
    }
    let before = Span::new(start, offset).of(whole_text);
    if before.starts_with('#') || before.contains(" #") {
        return None;
    }
    if let Some(item) = before.strip_prefix("- ") {
        let (whole, name) = parent(text, start, true)?;
        let value_start = offset - item.trim_start().len();
        return Some(value(whole_text, name, whole, value_start, offset, line));
    }
    let inside = in_braces(Span::new(start, offset), whole_text);
    let start = inside.unwrap_or(start);
    let before = Span::new(start, offset).of(whole_text);
    let line = match inside {
        None => line,
        Some(_) => {
            let after = Span::new(offset, line.end).of(whole_text);
            let end = after.find([',', '}']).unwrap_or(after.len());
            Span::new(line.start, offset + end)
        }
    };
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let name_len = before.find(|c| !bare(c)).unwrap_or(before.len());
    let after_name = &before[name_len..];
    if after_name.is_empty() {
        let rest = Span::new(offset, line.end).of(whole_text);
        let name_end = offset + rest.find(|c| !bare(c)).unwrap_or(rest.len());
        return Some(Place {
            spelling: Spelling::Key,
            wanted: Wanted::Name,
            whole: Span::new(start, line.end),
            typed: Span::new(start, name_end),
            is_quoted: false,
        });
    }
    let typed = after_name.strip_prefix(':')?;
    if name_len == 0 || !typed.starts_with(' ') {
        return None;
    }
    let name = before[..name_len].to_owned();
    let value_start = offset - typed.trim_start().len();
    Some(value(
        whole_text,
        name,
        Span::new(start, line.end),
        value_start,
        offset,
        line,
    ))
}

/// Returns where an entry of a mapping in braces begins, if an offset is in one.
fn in_braces(before: Span, text: &str) -> Option<usize> {
    let content = before.of(text);
    let open = content.rfind('{')?;
    let inside = &content[open + 1..];
    let is_value = content[..open].trim_end().ends_with(':');
    if !is_value || inside.contains(['"', '\'', '[', '}']) {
        return None;
    }
    let entry = inside.rfind(',').map_or(inside, |at| &inside[at + 1..]);
    Some(before.end - entry.trim_start().len())
}

/// Returns the value of a key, or the item of it that an offset is in.
fn value(text: &str, name: String, whole: Span, start: usize, offset: usize, line: Span) -> Place {
    let before = Span::new(start, offset).of(text);
    let opened = before.rfind(['"', '\'', '[', ',']);
    let begin = opened.map_or(0, |at| at + 1);
    let is_quoted = before.matches(['"', '\'']).count() % 2 == 1;
    let begin = begin + (before[begin..].len() - before[begin..].trim_start().len());
    let after = Span::new(offset, line.end).of(text);
    let end = after.find(|c: char| c.is_whitespace() || "\"',]#".contains(c));
    Place {
        spelling: Spelling::Key,
        wanted: Wanted::Value { name, apart: false },
        whole,
        typed: Span::new(start + begin, offset + end.unwrap_or(after.len())),
        is_quoted,
    }
}

/// Returns the section that a key is in, by indentation, or `None` if `is_section` knows none of the keys above it, and
/// in braces.
pub(super) fn section(
    text: &Text,
    start: usize,
    is_section: impl Fn(&str) -> bool,
) -> Option<Option<String>> {
    let line = text.line_at(start);
    let before = Span::new(line.start, start).of(text.as_str());
    if !before.trim_matches([' ', '\u{feff}']).is_empty() {
        return None;
    }
    match parent(text, start, false) {
        None => Some(None),
        Some((_, name)) => is_section(&name).then_some(Some(name)),
    }
}

/// Returns the key that a line is below, and where its name begins; `list` for an item, which may be indented as little
/// as its key.
fn parent(text: &Text, start: usize, list: bool) -> Option<(Span, String)> {
    let whole_text = text.as_str();
    let mut line = text.line_at(start);
    let indent = start - line.start;
    while line.start > 0 {
        line = text.line_at(line.start - 1);
        let content = line.of(whole_text);
        let trimmed = content.trim_start_matches([' ', '\u{feff}']);
        let at = content.len() - trimmed.len();
        let is_above = at < indent || list && at == indent && !trimmed.starts_with('-');
        if trimmed.trim().is_empty() || trimmed.starts_with('#') || !is_above {
            continue;
        }
        let (name, _) = trimmed.split_once(':')?;
        let start = line.start + at;
        return Some((Span::new(start, start + name.len()), name.to_owned()));
    }
    None
}
