//! Reads what a block runs: `command`, `args`, `entrypoint`, `image`, and its variables.

use super::{HclReader, sets_variables};
use crate::facts::catalogue::Spelling;
use crate::member::{Place, Setting, Value};
use crate::source::Span;
use crate::surface::launch::{Image, Launch, Part};
use crate::surface::process::{Argument, is_variable};
use crate::surface::read_error::ReadError;
use crate::surface::site::Site;
use crate::surface::site::hcl::HclSite;
use crate::surface::site::item::{Item, Notation};
use crate::surface::site::list::{AssignmentSite, PairSite, fixed_word};
use crate::surface::site::word::Reads;
use crate::text::decoded::Decoded;
use crate::text::hcl::{Attribute, Block, Body, Expression, Kind};
use crate::text::words::Word;
use crate::text::yaml::Style;

/// Names of maps or lists of variables.
const VARIABLES: [&str; 3] = ["env", "environment", "environment_variables"];

/// Names of references to variables elsewhere.
const MORE_VARIABLES: [&str; 3] = ["env_from", "env_file", "environmentFiles"];

impl HclReader<'_> {
    /// Adds the members that a block or object runs; the variables of a task are next to its `config`.
    pub(super) fn process(
        &mut self,
        body: &Body,
        kind: &str,
        around: Option<&Body>,
    ) -> Result<(), ReadError> {
        let text = self.request.text;
        let own = |names: &[&str]| {
            let value = names.iter().find_map(|name| body.value(name));
            value.filter(|value| value.span.of(text).trim() != "null")
        };
        let entrypoint = own(&["entrypoint", "entryPoint"]);
        let command = own(&["command"]);
        let args = own(&["args"]);
        let image = own(&["image"]);
        let is_empty = [entrypoint, command, args, image]
            .iter()
            .all(Option::is_none);
        if is_empty {
            return Ok(());
        }
        let line = command
            .and_then(Expression::text)
            .filter(|line| line.text.trim().contains(char::is_whitespace));
        let mut launch = Launch::default();
        match line {
            Some(line) if args.is_none() && entrypoint.is_none() => {
                let place = Place::new(
                    self.reading.embed(line.clone(), 0),
                    Span::new(0, line.text.len()),
                );
                launch.command = Some(Part::Script(&line.text, place));
            }
            Some(_) => return Ok(()),
            None => {
                let parts = [entrypoint, command, args].map(|part| part.map(part_of));
                // The command is not literal.
                if parts.iter().any(|part| matches!(part, Some(None))) {
                    return Ok(());
                }
                let [entry_point, command, arguments] = parts.map(Option::flatten);
                launch = Launch {
                    entry_point,
                    command,
                    arguments,
                    ..launch
                };
            }
        }
        if let Some(image) = image {
            let name = image.text().map(|name| name.text.as_str());
            launch.image = Image::named(name.unwrap_or_default()).written_at(image.span);
        }
        let beside = around.filter(|_| kind == "config");
        for body in beside.into_iter().chain([body]) {
            launch.has_more_variables |= has_more_variables(body);
            launch.variables.extend(self.variables(body));
        }
        launch.add_members(self.request, &mut self.reading)
    }

    fn variables(&mut self, body: &Body) -> Vec<Setting> {
        let mut settings = Vec::new();
        for name in VARIABLES {
            match body.value(name).map(|value| &value.kind) {
                Some(Kind::Object(map)) => settings.extend(self.map(map)),
                Some(Kind::List(items)) => settings.extend(self.list(items)),
                _ => {}
            }
            for block in body.blocks.iter().filter(|block| block.kind == name) {
                match pair(&block.body) {
                    Some((name, value)) => {
                        settings.extend(self.setting(name.0, name.1, value, block.span));
                    }
                    None => settings.extend(self.map(&block.body)),
                }
            }
        }
        settings
    }

    /// Reads `NAME = "value"`.
    fn map(&mut self, map: &Body) -> Vec<Setting> {
        let entry = |attribute: &Attribute| {
            let span = attribute.name_span.cover(attribute.value.span);
            self.setting(
                &attribute.name,
                attribute.name_span,
                Some(&attribute.value),
                span,
            )
        };
        map.attributes.iter().filter_map(entry).collect()
    }

    /// Reads items `"NAME=value"` or `{ name = "NAME", value = "value" }`.
    fn list(&mut self, items: &[Expression]) -> Vec<Setting> {
        let spans: Vec<Span> = items.iter().map(|item| item.span).collect();
        let sites = Item::in_brackets(&spans, Notation::Hcl);
        let mut settings = Vec::new();
        for (expression, item) in items.iter().zip(sites) {
            match &expression.kind {
                Kind::Text(decoded) => settings.extend(self.assignment(decoded, item)),
                Kind::Object(body) => {
                    let Some((name, value)) = pair(body) else {
                        continue;
                    };
                    let site = Site::Pair(PairSite {
                        name: name.1,
                        name_style: Style::Double,
                        value: value
                            .filter(|value| value.text().is_some())
                            .map(|value| (value.span, Style::Double)),
                        bare: body.attributes.len() == 2 && body.blocks.is_empty(),
                        flow: true,
                        item,
                    });
                    settings.extend(self.setting_at(name.0, name.1, value, site));
                }
                _ => {}
            }
        }
        settings
    }

    fn assignment(&mut self, decoded: &Decoded, item: Item) -> Option<Setting> {
        let length = decoded.text.find('=')?;
        let name = Span::new(0, length);
        let value = Span::new(length + 1, decoded.text.len());
        let word = word(decoded, item.span);
        is_variable(name.of(&decoded.text)).then(|| Setting {
            spelling: Spelling::Variable,
            name: name.of(&decoded.text).to_owned(),
            name_place: Place::new(0, word.outer(name)),
            value: Value::Text(value.of(&decoded.text).to_owned()),
            value_place: Place::new(0, word.outer(value)),
            overridden: false,
            elsewhere: None,
            site: self.reading.add_site(Site::Assignment(AssignmentSite {
                word,
                name,
                value,
                item,
                style: Style::Double,
                free: true,
                reads: Reads::Text,
            })),
        })
    }

    fn setting(
        &mut self,
        name: &str,
        name_span: Span,
        value: Option<&Expression>,
        span: Span,
    ) -> Option<Setting> {
        let site = Site::Hcl(HclSite {
            name: name_span,
            value: value
                .filter(|value| value.text().is_some())
                .map(|value| value.span),
            span,
        });
        self.setting_at(name, name_span, value, site)
    }

    fn setting_at(
        &mut self,
        name: &str,
        name_span: Span,
        value: Option<&Expression>,
        site: Site,
    ) -> Option<Setting> {
        if !is_variable(name) {
            return None;
        }
        let text = self.request.text;
        let (read, place) = match value {
            Some(value) => match value.text() {
                Some(decoded) => (Value::Text(decoded.text.clone()), value.span),
                None if value.span.of(text).bytes().all(|b| b.is_ascii_digit())
                    || matches!(value.span.of(text), "true" | "false") =>
                {
                    (Value::Text(value.span.of(text).to_owned()), value.span)
                }
                None => (Value::Unknown(value.span.of(text).to_owned()), value.span),
            },
            None => (Value::Unknown(String::new()), Span::at(name_span.end)),
        };
        Some(Setting {
            spelling: Spelling::Variable,
            name: name.to_owned(),
            name_place: Place::new(0, unquoted(text, name_span)),
            value: read,
            value_place: Place::new(0, unquoted(text, place)),
            overridden: false,
            elsewhere: None,
            site: self.reading.add_site(site),
        })
    }
}

/// Returns the span inside the quotes, if any.
fn unquoted(text: &str, span: Span) -> Span {
    if span.len() > 1 && span.of(text).starts_with('"') {
        Span::new(span.start + 1, span.end - 1)
    } else {
        span
    }
}

fn word(decoded: &Decoded, span: Span) -> Word {
    Word {
        span,
        decoded: decoded.clone(),
        expansions: Vec::new(),
        unclosed: None,
        endless: None,
    }
}

/// Returns the items of a list; one that is not a text is an unknown word.
fn arguments(items: &[Expression]) -> Vec<Argument> {
    let spans: Vec<Span> = items.iter().map(|item| item.span).collect();
    let sites = Item::in_brackets(&spans, Notation::Hcl);
    let argument = |(expression, item): (&Expression, Item)| {
        let word = match expression.text() {
            Some(decoded) => word(decoded, expression.span),
            None => {
                let unknown = fixed_word("?", expression.span);
                Word {
                    expansions: vec![Span::new(0, unknown.text().len())],
                    ..unknown
                }
            }
        };
        Argument {
            word,
            item,
            style: Style::Double,
        }
    };
    items.iter().zip(sites).map(argument).collect()
}

/// Returns the part that a text or a list is; `None` for anything else.
fn part_of(expression: &Expression) -> Option<Part<'_>> {
    match &expression.kind {
        Kind::Text(text) => Some(Part::Word(fixed_word(&text.text, expression.span))),
        Kind::List(items) => Some(Part::List(arguments(items))),
        _ => None,
    }
}

/// A name with its span, and a value.
type Pair<'b> = ((&'b str, Span), Option<&'b Expression>);

/// Reads `name = "NAME"` and `value = …`.
fn pair(body: &Body) -> Option<Pair<'_>> {
    let name = body.value("name")?;
    let text = name.text()?;
    Some(((&text.text, name.span), body.value("value")))
}

/// Whether the block has variables from elsewhere too.
fn has_more_variables(body: &Body) -> bool {
    let attribute = |one: &Attribute| {
        let open = VARIABLES.contains(&one.name.as_str())
            && !matches!(one.value.kind, Kind::Object(_) | Kind::List(_));
        open || MORE_VARIABLES.contains(&one.name.as_str())
    };
    let block = |block: &Block| {
        block.kind == "dynamic"
            || sets_variables(&block.kind, &block.body)
            || MORE_VARIABLES.contains(&block.kind.as_str())
    };
    body.attributes.iter().any(attribute) || body.blocks.iter().any(block)
}
