//! A parser for HCL: blocks, attributes, and expressions as far as they are literals.

#[cfg(test)]
mod tests;
mod text;

use super::decoded::Decoded;
use crate::limits::HCL_NESTING;
use crate::source::Span;

/// The content of a block, of a file, or of an object.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) blocks: Vec<Block>,
}

/// `name = value`.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    /// With its quotes, if any.
    pub(crate) name_span: Span,
    pub(crate) value: Expression,
}

/// `kind "label" { … }`.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) kind: String,
    pub(crate) labels: usize,
    pub(crate) span: Span,
    pub(crate) body: Body,
}

/// A value: what follows `=`, or an item of a list.
#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
}

/// Kinds of expressions.
#[derive(Debug)]
pub(crate) enum Kind {
    /// `"…"`.
    Text(Decoded),
    /// `<<EOF`.
    Document(Decoded),
    List(Vec<Expression>),
    Object(Body),
    /// `function(…)`.
    Call(Vec<Expression>),
    /// Anything else: its value depends on something else.
    Other,
}

impl Body {
    /// Returns the value of the first attribute of that name.
    pub(crate) fn value(&self, name: &str) -> Option<&Expression> {
        let mut found = self.attributes.iter().filter(|one| one.name == name);
        found.next().map(|attribute| &attribute.value)
    }
}

impl Expression {
    /// Returns the text, if it is a string.
    pub(crate) fn text(&self) -> Option<&Decoded> {
        match &self.kind {
            Kind::Text(decoded) => Some(decoded),
            _ => None,
        }
    }
}

/// A file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) body: Body,
    /// `${…}` and `%{…}` in strings and here-documents.
    pub(crate) templates: Vec<Span>,
}

/// The offset at which a text is not HCL.
#[derive(Debug)]
pub(crate) struct Error(pub(crate) usize);

/// Parses a file.
pub(crate) fn parse(text: &str) -> Result<File, Error> {
    let mut parser = Parser {
        text,
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        templates: Vec::new(),
    };
    let body = parser.body(0)?;
    if parser.at < text.len() {
        return Err(Error(parser.at));
    }
    Ok(File {
        body,
        templates: parser.templates,
    })
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    templates: Vec<Span>,
}

type Parsed<T> = Result<T, Error>;

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn starts(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    fn fail<T>(&self) -> Parsed<T> {
        Err(Error(self.at))
    }

    /// Skips white space and comments, and with `lines` also line breaks.
    fn blank(&mut self, lines: bool) -> Parsed<()> {
        loop {
            let rest = self.rest();
            let next =
                rest.trim_start_matches(|c| matches!(c, ' ' | '\t' | '\r') || lines && c == '\n');
            self.at += rest.len() - next.len();
            if next.starts_with('#') || next.starts_with("//") {
                self.at += next.find('\n').unwrap_or(next.len());
            } else if next.starts_with("/*") {
                match next.find("*/") {
                    Some(end) => self.at += end + 2,
                    None => return self.fail(),
                }
            } else {
                return Ok(());
            }
        }
    }

    fn identifier(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
            .unwrap_or(rest.len());
        let starts = rest.starts_with(|c: char| c.is_alphabetic() || c == '_');
        (starts && length > 0).then(|| {
            self.at += length;
            &rest[..length]
        })
    }

    /// Parses an identifier or a string.
    fn name(&mut self) -> Parsed<(String, Span)> {
        let start = self.at;
        let name = if self.starts("\"") {
            self.string()?.text
        } else {
            match self.identifier() {
                Some(name) => name.to_owned(),
                None => return self.fail(),
            }
        };
        Ok((name, Span::new(start, self.at)))
    }

    /// Parses attributes and blocks up to the closing brace or the end.
    fn body(&mut self, depth: usize) -> Parsed<Body> {
        let mut body = Body::default();
        if depth > HCL_NESTING {
            return self.fail();
        }
        loop {
            self.blank(true)?;
            if self.rest().is_empty() || self.starts("}") {
                return Ok(body);
            }
            let start = self.at;
            let (name, name_span) = self.name()?;
            self.blank(false)?;
            if self.starts("=") && !self.starts("==") {
                self.at += 1;
                self.blank(false)?;
                let value = self.expression(depth + 1, false)?;
                body.attributes.push(Attribute {
                    name,
                    name_span,
                    value,
                });
                self.blank(false)?;
                // A line ends here; some older files have commas.
                if self.starts(",") {
                    self.at += 1;
                } else if !self.rest().is_empty() && !self.starts("\n") && !self.starts("}") {
                    return self.fail();
                }
                continue;
            }
            let mut labels = 0;
            while !self.starts("{") {
                self.name()?;
                labels += 1;
                self.blank(false)?;
            }
            self.at += 1;
            let inner = self.body(depth + 1)?;
            if !self.starts("}") {
                return self.fail();
            }
            self.at += 1;
            body.blocks.push(Block {
                kind: name,
                labels,
                span: Span::new(start, self.at),
                body: inner,
            });
        }
    }

    /// Parses an expression up to a comma, a closing bracket, or, outside brackets, the end of the line.
    fn expression(&mut self, depth: usize, bracketed: bool) -> Parsed<Expression> {
        let start = self.at;
        if depth > HCL_NESTING {
            return self.fail();
        }
        let kind = self.operand(depth)?;
        let end = self.at;
        self.blank(bracketed)?;
        if self.ends(bracketed) {
            self.at = end;
            let span = Span::new(start, end);
            return Ok(Expression { span, kind });
        }
        // An operator follows: the value is not a literal.
        let mut end = end;
        while !self.ends(bracketed) {
            self.token(depth)?;
            end = self.at;
            self.blank(bracketed)?;
        }
        self.at = end;
        Ok(Expression {
            span: Span::new(start, end),
            kind: Kind::Other,
        })
    }

    fn ends(&self, bracketed: bool) -> bool {
        match self.rest().chars().next() {
            None | Some(',' | ')' | ']' | '}') => true,
            Some('\n') => !bracketed,
            _ => false,
        }
    }

    fn operand(&mut self, depth: usize) -> Parsed<Kind> {
        match self.rest().chars().next() {
            Some('"') => self.string().map(Kind::Text),
            Some('<') if self.starts("<<") => self.document().map(Kind::Document),
            Some('[') => self
                .list(depth, ']')
                .map(|items| items.map_or(Kind::Other, Kind::List)),
            Some('{') => self.object(depth),
            _ => match self.identifier() {
                Some("for") => Ok(Kind::Other),
                Some(_) if self.starts("(") => {
                    let items = self.list(depth, ')')?;
                    Ok(items.map_or(Kind::Other, Kind::Call))
                }
                Some(_) => Ok(Kind::Other),
                None => self.token(depth).map(|()| Kind::Other),
            },
        }
    }

    /// Skips one token, or a bracket with its content.
    fn token(&mut self, depth: usize) -> Parsed<()> {
        match self.rest().chars().next() {
            Some('"') => self.string().map(|_| ()),
            Some('<') if self.starts("<<") => self.document().map(|_| ()),
            Some(open @ ('(' | '[' | '{')) => {
                let close = match open {
                    '(' => ')',
                    '[' => ']',
                    _ => '}',
                };
                if depth > HCL_NESTING {
                    return self.fail();
                }
                self.at += 1;
                self.blank(true)?;
                while !self.rest().starts_with(close) {
                    if self.rest().is_empty() || self.rest().starts_with([')', ']', '}']) {
                        return self.fail();
                    }
                    self.token(depth + 1)?;
                    self.blank(true)?;
                }
                self.at += 1;
                Ok(())
            }
            Some(c) => {
                if self.identifier().is_none() {
                    self.at += c.len_utf8();
                }
                Ok(())
            }
            None => self.fail(),
        }
    }

    /// Parses the items between brackets; returns `None` if `for` or a splat makes them.
    fn list(&mut self, depth: usize, close: char) -> Parsed<Option<Vec<Expression>>> {
        let open = self.at;
        self.at += 1;
        self.blank(true)?;
        if self.starts("for ") {
            self.at = open;
            self.token(depth)?;
            return Ok(None);
        }
        let mut items = Vec::new();
        while !self.rest().starts_with(close) {
            items.push(self.expression(depth + 1, true)?);
            self.blank(true)?;
            if self.starts(",") {
                self.at += 1;
                self.blank(true)?;
            } else if !self.rest().starts_with(close) {
                return self.fail();
            }
        }
        self.at += 1;
        Ok(Some(items))
    }

    fn object(&mut self, depth: usize) -> Parsed<Kind> {
        let open = self.at;
        self.at += 1;
        self.blank(true)?;
        if self.starts("for ") {
            self.at = open;
            self.token(depth)?;
            return Ok(Kind::Other);
        }
        let mut body = Body::default();
        while !self.starts("}") {
            if self.starts("(") {
                self.at = open;
                self.token(depth)?;
                return Ok(Kind::Other);
            }
            let (mut name, name_span) = self.name()?;
            // A key such as `local.name` is not a literal.
            while self.starts(".") || self.starts("[") {
                self.token(depth)?;
                name.clear();
            }
            self.blank(false)?;
            if !self.starts("=") && !self.starts(":") {
                return self.fail();
            }
            self.at += 1;
            self.blank(false)?;
            let value = self.expression(depth + 1, false)?;
            body.attributes.push(Attribute {
                name,
                name_span,
                value,
            });
            self.blank(true)?;
            if self.starts(",") {
                self.at += 1;
                self.blank(true)?;
            }
        }
        self.at += 1;
        Ok(Kind::Object(body))
    }
}
