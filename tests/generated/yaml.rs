//! Writes YAML in the styles that people use: block and flow, quotes, comments, blank lines.

use etcd_uplift::facts::catalogue::Spelling;
use etcd_uplift::member::Value;

use super::dice::Dice;
use super::member::Member;
use super::quoting::json;

/// What is to be written.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Value(Value),
    Map(Vec<(String, Node)>),
    List(Vec<Node>),
    /// Several lines.
    Lines(String),
}

impl Node {
    pub(crate) fn text(text: impl Into<String>) -> Node {
        Node::Value(Value::Text(text.into()))
    }

    pub(crate) fn texts(texts: impl IntoIterator<Item = String>) -> Node {
        Node::List(texts.into_iter().map(Node::text).collect())
    }

    pub(crate) fn map<const N: usize>(entries: [(&str, Node); N]) -> Node {
        Node::Map(
            entries
                .into_iter()
                .map(|(key, node)| (key.to_owned(), node))
                .collect(),
        )
    }

    /// Returns the keys of a member as etcd's configuration file nests them.
    pub(crate) fn of_keys(member: &Member) -> Node {
        let mut root = Vec::new();
        for given in member.of(Spelling::Key) {
            let mut parts: Vec<&str> = given.name.split('.').collect();
            let last = parts.pop().unwrap_or_default();
            let mut section: &mut Vec<(String, Node)> = &mut root;
            for part in parts {
                // Of sections that differ in case only the first is used, as a person would.
                let same = |entry: &(String, Node)| entry.0.eq_ignore_ascii_case(part);
                let at = section.iter().position(same).unwrap_or_else(|| {
                    section.push((part.to_owned(), Node::Map(Vec::new())));
                    section.len() - 1
                });
                let Node::Map(entries) = &mut section[at].1 else {
                    return Node::Map(root);
                };
                section = entries;
            }
            section.push((last.to_owned(), Node::Value(given.value.clone())));
        }
        Node::Map(root)
    }

    fn has_lines(&self) -> bool {
        match self {
            Node::Lines(_) => true,
            Node::Value(_) => false,
            Node::Map(entries) => entries.iter().any(|(_, node)| node.has_lines()),
            Node::List(items) => items.iter().any(Node::has_lines),
        }
    }

    /// Writes JSON, which is YAML as well.
    pub(crate) fn json(&self, indent: usize, dice: &mut Dice) -> String {
        let (open, close, parts): (_, _, Vec<String>) = match self {
            Node::Lines(text) => return json(text),
            Node::Value(Value::List(items)) => {
                let items = items.iter().map(|item| Node::Value(item.clone())).collect();
                return Node::List(items).json(indent, dice);
            }
            Node::Value(value) => return quoted(value, 0),
            Node::Map(entries) => {
                let entry = |(key, node): &(String, Node), dice: &mut Dice| {
                    format!("{}: {}", json(key), node.json(indent + 2, dice))
                };
                (
                    '{',
                    '}',
                    entries.iter().map(|one| entry(one, dice)).collect(),
                )
            }
            Node::List(items) => (
                '[',
                ']',
                items
                    .iter()
                    .map(|item| item.json(indent + 2, dice))
                    .collect(),
            ),
        };
        if parts.is_empty() || dice.once_in(3) {
            return format!("{open}{}{close}", parts.join(", "));
        }
        let margin = " ".repeat(indent);
        format!(
            "{open}\n{margin}  {}\n{margin}{close}",
            parts.join(&format!(",\n{margin}  "))
        )
    }

    /// Writes a YAML document.
    pub(crate) fn document(&self, dice: &mut Dice) -> String {
        let mut text = String::new();
        if dice.once_in(4) {
            text.push_str("# etcd\n");
        }
        if dice.once_in(6) {
            text.push_str("---\n");
        }
        self.block(0, dice, &mut text);
        text
    }

    /// Writes block style, from the begin of a line.
    fn block(&self, indent: usize, dice: &mut Dice, out: &mut String) {
        let margin = " ".repeat(indent);
        match self {
            Node::Map(entries) if !entries.is_empty() => {
                for (key, node) in entries {
                    between(&margin, dice, out);
                    let key = if dice.once_in(8) {
                        json(key)
                    } else {
                        key.clone()
                    };
                    out.push_str(&format!("{margin}{key}:"));
                    node.after_key(indent, dice, out);
                }
            }
            Node::List(items) if !items.is_empty() => {
                for item in items {
                    between(&margin, dice, out);
                    match item {
                        Node::Map(entries) if !entries.is_empty() && !dice.once_in(4) => {
                            let mut inner = String::new();
                            item.block(indent + 2, &mut Dice::new(Vec::new()), &mut inner);
                            out.push_str(&format!("{margin}- {}", inner.trim_start()));
                        }
                        _ => {
                            out.push_str(&format!("{margin}-"));
                            item.after_key(indent, dice, out);
                        }
                    }
                }
            }
            other => {
                out.push_str(&format!("{margin}{}\n", other.flow(dice)));
            }
        }
    }

    /// Writes the value after `key:` or `-`, to the end of the line or lines.
    fn after_key(&self, indent: usize, dice: &mut Dice, out: &mut String) {
        match self {
            Node::Lines(text) => {
                let margin = " ".repeat(indent + 2);
                out.push_str(" |\n");
                for line in text.lines() {
                    out.push_str(&if line.is_empty() {
                        "\n".to_owned()
                    } else {
                        format!("{margin}{line}\n")
                    });
                }
            }
            Node::Value(Value::List(items)) if !items.is_empty() && !dice.once_in(2) => {
                out.push('\n');
                Node::List(items.iter().cloned().map(Node::Value).collect()).block(
                    indent + 2,
                    dice,
                    out,
                );
            }
            Node::Value(Value::List(items)) => {
                let items = Node::List(items.iter().cloned().map(Node::Value).collect());
                out.push_str(&format!(" {}{}\n", items.flow(dice), remark(dice)));
            }
            Node::Value(Value::Text(text)) if is_line(text) && dice.once_in(12) => {
                out.push_str(&format!(" |-\n{}{text}\n", " ".repeat(indent + 2)));
            }
            Node::Value(value) => {
                let gap = dice.pick(&[" ", " ", " ", "   "]);
                out.push_str(&format!(
                    "{gap}{}{}\n",
                    scalar(value, false, dice),
                    remark(dice)
                ));
            }
            Node::Map(entries) if entries.is_empty() => out.push_str(" {}\n"),
            Node::List(items) if items.is_empty() => out.push_str(" []\n"),
            _ if !self.has_lines() && dice.once_in(3) => {
                out.push_str(&format!(" {}{}\n", self.flow(dice), remark(dice)));
            }
            Node::Map(_) => {
                out.push_str(&format!("{}\n", remark(dice)));
                self.block(indent + 2, dice, out);
            }
            Node::List(_) => {
                out.push_str(&format!("{}\n", remark(dice)));
                // A list may begin below its key, but not below another list's dash.
                let deeper = out.trim_end().ends_with('-') || dice.once_in(2);
                self.block(if deeper { indent + 2 } else { indent }, dice, out);
            }
        }
    }

    /// Writes flow style, on one line.
    fn flow(&self, dice: &mut Dice) -> String {
        match self {
            Node::Lines(text) => json(text),
            Node::Value(Value::List(items)) => {
                Node::List(items.iter().cloned().map(Node::Value).collect()).flow(dice)
            }
            Node::Value(value) => scalar(value, true, dice),
            Node::Map(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, node)| format!("{key}: {}", node.flow(dice)))
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
            Node::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.flow(dice)).collect();
                let (open, close) = dice.pick(&[("[", "]"), ("[ ", " ]")]);
                format!("{open}{}{close}", items.join(dice.pick(&[", ", ","])))
            }
        }
    }
}

fn between(margin: &str, dice: &mut Dice, out: &mut String) {
    match dice.below(12) {
        10 => out.push('\n'),
        11 => out.push_str(&format!("{margin}# a remark\n")),
        _ => {}
    }
}

fn remark(dice: &mut Dice) -> &'static str {
    if dice.once_in(8) { "  # why" } else { "" }
}

fn is_line(text: &str) -> bool {
    !text.is_empty() && !text.contains('\n') && text.trim() == text
}

/// Returns whether the text without quotes is a string for every reader of YAML.
fn is_plain(text: &str, flow: bool) -> bool {
    let resolved = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "t", "f",
    ];
    let first = text.chars().next();
    let inside =
        |c: char| c.is_ascii_alphanumeric() || "/._=-".contains(c) || !flow && ",:".contains(c);
    first.is_some_and(|first| first.is_ascii_alphabetic() || first == '/')
        && text.chars().all(inside)
        && !text.ends_with(':')
        && !resolved.contains(&text.to_ascii_lowercase().as_str())
}

fn scalar(value: &Value, flow: bool, dice: &mut Dice) -> String {
    match value {
        Value::Text(text) if is_plain(text, flow) && !dice.once_in(3) => text.clone(),
        Value::Null if !flow => dice.pick(&["", "~", "null"]).to_owned(),
        Value::Bool(value) => {
            let words = if *value {
                ["true", "True", "yes", "on"]
            } else {
                ["false", "False", "no", "off"]
            };
            words[dice.pick(&[0, 0, 0, 0, 1, 2, 3])].to_owned()
        }
        Value::Integer(number) if *number >= 0 && dice.once_in(8) => dice.pick(&[
            format!("0x{number:x}"),
            format!("+{number}"),
            format!("0{number:o}"),
        ]),
        other => quoted(other, dice.below(2)),
    }
}

/// Quotes a text in one of the two ways.
fn quoted(value: &Value, single: usize) -> String {
    match value {
        Value::Text(text) if single == 1 && !text.contains('\n') => {
            format!("'{}'", text.replace('\'', "''"))
        }
        Value::Text(text) => json(text),
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        _ => String::new(),
    }
}
