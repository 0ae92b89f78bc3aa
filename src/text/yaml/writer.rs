//! Writes scalars so that they read as the given text.

use super::{Kind, Scalar, Style, parse_all, resolve};

/// Writes the text as a scalar on one line, in that style if it can express the text; returns `None` if no style can.
#[must_use]
pub fn written(text: &str, style: Style, flow: bool) -> Option<String> {
    if text.contains(char::is_control) {
        return None;
    }
    let double = || format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    match style {
        Style::Single => Some(format!("'{}'", text.replace('\'', "''"))),
        Style::Double => Some(double()),
        Style::Plain if is_item(text, text, flow) => Some(text.to_owned()),
        Style::Plain => Some(double()),
        Style::Block => None,
    }
}

/// Whether `raw`, as the only item of a sequence, reads as the string `expected`, and as nothing else.
#[must_use]
pub fn is_item(raw: &str, expected: &str, flow: bool) -> bool {
    let text = if flow {
        format!("[{raw}]\n")
    } else {
        format!("- {raw}\n")
    };
    let Ok(documents) = parse_all(&text) else {
        return false;
    };
    let [document] = documents.as_slice() else {
        return false;
    };
    let [item] = document.items(document.root) else {
        return false;
    };
    match &document.node(*item).kind {
        Kind::Scalar { text, style, tag } => {
            text == expected
                && resolve(text, *style == Style::Plain, tag.as_deref())
                    == Scalar::Text(expected.to_owned())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_is_quoted_only_if_necessary() {
        let plain = |text: &str, flow: bool| written(text, Style::Plain, flow);
        assert_eq!(plain("--a=b", false).as_deref(), Some("--a=b"));
        assert_eq!(plain("--a=b,c", true).as_deref(), Some("\"--a=b,c\""));
        assert_eq!(plain("24", false).as_deref(), Some("\"24\""));
        assert_eq!(plain("off", false).as_deref(), Some("\"off\""));
        assert_eq!(plain("a: b", false).as_deref(), Some("\"a: b\""));
        assert_eq!(plain("a\nb", false), None);
        assert_eq!(
            written("it's", Style::Single, false).as_deref(),
            Some("'it''s'")
        );
    }
}
