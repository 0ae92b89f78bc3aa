//! Writes text for a place in another text: inside quotes, with escapes, or not at all.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is escaped in a URL: all but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How a byte of a decoded text is written in the outer text; new text beside it is written the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// A shell word outside quotes.
    ShellBare,
    /// Inside `'…'` of a shell.
    ShellSingle,
    /// Inside `"…"` of a shell.
    ShellDouble,
    /// A word of a systemd unit outside quotes.
    UnitBare,
    /// Inside `'…'` of a systemd unit.
    UnitSingle,
    /// Inside `"…"` of a systemd unit.
    UnitDouble,
    /// A word of a batch file outside quotes.
    BatchBare,
    /// Inside `"…"` of a batch file.
    BatchQuoted,
    /// A word of PowerShell outside quotes.
    PowerShellBare,
    /// Inside `'…'` of PowerShell.
    PowerShellSingle,
    /// Inside `"…"` of PowerShell.
    PowerShellDouble,
    /// The rest of a line in an environment file.
    Line,
    /// Written unchanged.
    Verbatim,
    /// Inside a here-document in which the shell expands variables.
    HereDocument,
    /// A `data:` URL.
    Percent,
    /// Inside `"…"` of HCL.
    HclString,
    /// Inside a here-document of HCL.
    HclDocument,
    /// In a Dockerfile whose continuation character is a grave accent.
    GraveContinued,
    /// A YAML scalar without quotes.
    YamlPlain,
    /// Inside `'…'` of YAML.
    YamlSingle,
    /// Inside `"…"` of YAML or JSON.
    YamlDouble,
    /// Inside a literal block scalar, `|`.
    YamlLiteral,
    /// Inside a folded block scalar, `>`.
    YamlFolded,
    /// Read-only: shared through an anchor, or decoded in a way that is not known exactly.
    Fixed,
}

/// Writes `text` in that quoting; returns `None` if the quoting cannot express it.
#[must_use]
pub fn written(text: &str, quoting: Quoting) -> Option<String> {
    let plain = |allowed: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || allowed.contains(c))
    };
    let as_it_is = matches!(
        quoting,
        Quoting::Verbatim
            | Quoting::HereDocument
            | Quoting::Percent
            | Quoting::GraveContinued
            | Quoting::HclDocument
    );
    let spaced = as_it_is
        || matches!(
            quoting,
            Quoting::YamlDouble | Quoting::YamlLiteral | Quoting::HclString
        );
    let unprintable = text.contains(|c: char| {
        c.is_control() && c != '\n' && !(c == '\t' && spaced) && !(c == '\r' && as_it_is)
    });
    if unprintable {
        return None;
    }
    match quoting {
        Quoting::ShellBare => plain("-_=./:,+@%^").then(|| text.to_owned()),
        Quoting::UnitBare => plain("-_=./:,+@^").then(|| text.to_owned()),
        Quoting::BatchBare => plain("-_=./:,+@\\").then(|| text.to_owned()),
        Quoting::BatchQuoted => {
            let fits = !text.contains(['"', '%', '!', '^', '\n']) && !text.ends_with('\\');
            fits.then(|| text.to_owned())
        }
        Quoting::PowerShellBare => plain("-_=./:+\\").then(|| text.to_owned()),
        Quoting::PowerShellDouble => {
            let fits = !text.contains(['"', '$', '`', '\n']) && !text.ends_with('\\');
            fits.then(|| text.to_owned())
        }
        Quoting::PowerShellSingle => {
            let fits = !text.contains(['"', '\'', '\n']) && !text.ends_with('\\');
            fits.then(|| text.to_owned())
        }
        Quoting::ShellSingle => (!text.contains('\'')).then(|| text.to_owned()),
        Quoting::UnitSingle => {
            (!text.contains(['\'', '\\', '%', '$', '\n'])).then(|| text.to_owned())
        }
        Quoting::ShellDouble => {
            let mut written = String::with_capacity(text.len());
            for c in text.chars() {
                match c {
                    '"' | '\\' => written.extend(['\\', c]),
                    '$' | '`' | '!' => return None,
                    _ => written.push(c),
                }
            }
            Some(written)
        }
        Quoting::UnitDouble => {
            let mut written = String::with_capacity(text.len());
            for c in text.chars() {
                match c {
                    '"' | '\\' => written.extend(['\\', c]),
                    '%' | '$' | '\n' => return None,
                    _ => written.push(c),
                }
            }
            Some(written)
        }
        Quoting::Line => {
            (!text.contains(['\n', '"', '\'', '\\', '#', '$', '`'])).then(|| text.to_owned())
        }
        // What else a plain or folded scalar cannot contain depends on the whole scalar.
        Quoting::YamlPlain | Quoting::YamlFolded => (!text.contains('\n')).then(|| text.to_owned()),
        Quoting::YamlSingle => (!text.contains('\n')).then(|| text.replace('\'', "''")),
        Quoting::YamlDouble => {
            let mut written = String::with_capacity(text.len());
            for c in text.chars() {
                match c {
                    '"' | '\\' => written.extend(['\\', c]),
                    '\n' => written.push_str("\\n"),
                    '\t' => written.push_str("\\t"),
                    _ => written.push(c),
                }
            }
            Some(written)
        }
        Quoting::YamlLiteral | Quoting::Verbatim => Some(text.to_owned()),
        Quoting::Percent => Some(utf8_percent_encode(text, RESERVED).to_string()),
        Quoting::HereDocument => {
            let mut written = String::with_capacity(text.len());
            for c in text.chars() {
                if matches!(c, '\\' | '$' | '`') {
                    written.push('\\');
                }
                written.push(c);
            }
            Some(written)
        }
        Quoting::HclString => {
            let written = written(text, Quoting::YamlDouble)?;
            without_templates(&written)
        }
        Quoting::HclDocument => without_templates(text),
        Quoting::GraveContinued => {
            let written = text.replace("\\\n", "`\n").replace("\\\r\n", "`\r\n");
            (!written.contains('\\')).then_some(written)
        }
        Quoting::Fixed => None,
    }
}

/// Escapes `${` and `%{` so that HCL reads them as text; returns `None` if the text next to it might complete such a
/// sequence.
fn without_templates(text: &str) -> Option<String> {
    let beside = text.starts_with('{') || text.ends_with(['$', '%']);
    (!beside).then(|| text.replace("${", "$${").replace("%{", "%%{"))
}
