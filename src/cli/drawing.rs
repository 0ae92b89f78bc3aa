//! How text is drawn on the output that it is written to: colours, box drawing, links, width.

use std::ffi::OsString;
use std::io::IsTerminal;

use super::args::{ColorChoice, DrawingArguments};
use crate::report::style::Style;

/// The width if no terminal reports one, in columns.
const WIDTH: usize = 100;

/// The greatest width, in columns: longer lines are hard to read.
const WIDEST: usize = 140;

/// Returns the style for a file: plain text.
pub(super) fn plain() -> Style {
    Style {
        colour: false,
        unicode: false,
        ascii: false,
        links: false,
        width: WIDTH,
    }
}

/// Returns the style for standard output, from the terminal and the user's settings.
pub(super) fn on_standard_output(arguments: &DrawingArguments) -> Style {
    let is_terminal = std::io::stdout().is_terminal();
    let style = chosen(arguments, is_terminal, |name| std::env::var_os(name));
    let terminal = terminal_size::terminal_size().filter(|_| is_terminal);
    let columns = std::env::var("COLUMNS").ok();
    let width = columns
        .and_then(|columns| columns.parse().ok())
        .or(terminal.map(|(width, _)| usize::from(width.0).min(WIDEST)))
        .unwrap_or(WIDTH);
    Style {
        links: style.links && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        width,
        ..style
    }
}

/// Returns whether to use colours: arguments first, then `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, then the terminal.
fn chosen(
    arguments: &DrawingArguments,
    is_terminal: bool,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Style {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let is = |name: &str, text: &str| variable(name).is_some_and(|value| value == text);
    let is_dumb = is("TERM", "dumb");
    let colour = match arguments.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if is_set("NO_COLOR") => false,
        ColorChoice::Auto if is_set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") => true,
        ColorChoice::Auto => is_terminal && !is_dumb && !is("CLICOLOR", "0"),
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find(|name| is_set(name))
        .and_then(&variable);
    // A terminal whose locale is not set is assumed to support UTF-8.
    let supports_unicode = locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    Style {
        colour,
        unicode: is_terminal && !is_dumb && supports_unicode && !arguments.ascii,
        ascii: arguments.ascii,
        links: is_terminal && !is_dumb && arguments.color != ColorChoice::Never,
        width: WIDTH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(color: ColorChoice, is_terminal: bool, set: &[(&str, &str)]) -> bool {
        style(color, false, is_terminal, set).colour
    }

    fn style(color: ColorChoice, ascii: bool, is_terminal: bool, set: &[(&str, &str)]) -> Style {
        let arguments = DrawingArguments { color, ascii };
        chosen(&arguments, is_terminal, |name| {
            let value = set.iter().find(|(set, _)| *set == name);
            value.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn colours_follow_what_is_typed_then_the_variables_then_the_terminal() {
        use ColorChoice::{Always, Auto, Never};
        assert!(colour(Auto, true, &[]));
        assert!(!colour(Auto, false, &[]));
        assert!(colour(Always, false, &[("NO_COLOR", "1")]));
        assert!(!colour(Never, true, &[("CLICOLOR_FORCE", "1")]));
        assert!(!colour(
            Auto,
            true,
            &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]
        ));
        assert!(colour(Auto, true, &[("NO_COLOR", "")]));
        assert!(colour(Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!colour(Auto, false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!colour(Auto, true, &[("CLICOLOR", "0")]));
        assert!(!colour(Auto, true, &[("TERM", "dumb")]));
    }

    #[test]
    fn boxes_are_drawn_where_they_can_be_seen() {
        let unicode = |ascii, is_terminal, set: &[(&str, &str)]| {
            style(ColorChoice::Auto, ascii, is_terminal, set).unicode
        };
        assert!(unicode(false, true, &[]));
        assert!(!unicode(false, false, &[]));
        assert!(!unicode(true, true, &[]));
        assert!(!unicode(false, true, &[("LANG", "C")]));
        assert!(unicode(
            false,
            true,
            &[("LC_ALL", "de_DE.UTF-8"), ("LANG", "C")]
        ));
        assert!(!unicode(false, true, &[("TERM", "dumb")]));
    }
}
