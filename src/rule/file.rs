//! The form of a file of rules, and its validation.

use serde::Deserialize;
use toml::Spanned;

use super::case::Check;
use super::definition::{Example, Keep, Rule, RuleDelivery};
use super::value_condition::{ValueCondition, WireCondition};
use crate::diagnostic::{Impact, Severity};
use crate::facts::catalogue::{Catalogue, nearest};
use crate::facts::go_value::parse_duration;
use crate::facts::version::{Release, Version};
use crate::source::{LineColumn, Source};

/// The checks that an organisation's own rules may name: they depend on the rule alone.
pub const OWN_CHECKS: [&str; 3] = [POLICY, "behaviour-changed", "read-otherwise"];

/// The check for what no fact of etcd decides.
const POLICY: &str = "policy";

/// Why rules could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{}:{}: {message}", .place.line, .place.column)]
pub struct RuleError {
    /// The file.
    pub file: String,
    /// Where.
    pub place: LineColumn,
    /// What is wrong, and what to write.
    pub message: String,
}

/// The owner of the rules in a file.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a> {
    /// Built-in rules.
    BuiltIn,
    /// An organisation's own rules.
    Own {
        /// Whether an id is that of a finding without a rule.
        is_taken: &'a dyn Fn(&str) -> bool,
    },
}

/// A file of rules that is parsed, and not yet checked against the facts.
pub(super) struct RuleFile {
    file: Source,
    rules: Vec<Spanned<WireRule>>,
}

impl RuleFile {
    pub(super) fn parse(file: Source) -> Result<Self, RuleError> {
        let wire: WireFile = toml::from_str(&file.text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            error_at(&file, start, error.message().to_owned())
        })?;
        if wire.rules.is_empty() {
            let message = "contains no rule; a rule begins with [[rule]]";
            return Err(error_at(&file, 0, message.to_owned()));
        }
        Ok(Self {
            file,
            rules: wire.rules,
        })
    }

    /// Adds the rules of the file to the known ones, each with its check.
    pub(super) fn add_to(
        self,
        known: &mut Vec<(Rule, Check)>,
        checks: &[(&str, Check)],
        catalogue: &Catalogue,
        origin: Origin<'_>,
    ) -> Result<(), RuleError> {
        let reader = RuleFileParser {
            checks,
            catalogue,
            file: &self.file,
            origin,
        };
        for wire in self.rules {
            let rule = reader.rule(wire, known)?;
            known.push(rule);
        }
        Ok(())
    }
}

/// Reads the rules of one file.
struct RuleFileParser<'a> {
    checks: &'a [(&'a str, Check)],
    catalogue: &'a Catalogue,
    file: &'a Source,
    origin: Origin<'a>,
}

impl RuleFileParser<'_> {
    fn rule(
        &self,
        wire: Spanned<WireRule>,
        known: &[(Rule, Check)],
    ) -> Result<(Rule, Check), RuleError> {
        let start = wire.span().start;
        let wire = wire.into_inner();
        self.id(&wire.id, known)?;
        let check = self.check(&wire.check)?;
        let named = wire.options.iter().chain(&wire.if_set);
        let named = named.chain(&wire.unless_set);
        for option in named.chain(wire.keep.iter().map(|keep| &keep.option)) {
            self.option(option)?;
        }
        if self.is_own() {
            self.own(&wire)?;
        }
        let begins = match &wire.begins {
            Some(begins) => self.release(begins)?,
            // What etcd does not decide applies to every release.
            None if wire.check.get_ref() == POLICY => self.catalogue.oldest(),
            None => {
                let message = "missing field `begins`: the first release in which the rule matters";
                return Err(self.error_at(start, message.to_owned()));
            }
        };
        let ends = wire.ends.as_ref().map(|ends| self.release(ends));
        let ends = ends.transpose()?;
        if let (Some(end), Some(written)) = (ends, &wire.ends)
            && end <= begins
        {
            return Err(self.error(
                written,
                format!("`ends` must be later than `begins`, {begins}"),
            ));
        }
        if let Some(severity) = &wire.severity
            && wire.check.get_ref() != POLICY
        {
            let message =
                "follows from what etcd does; only a rule with `check = \"policy\"` sets it";
            return Err(self.error(severity, format!("the severity {message}")));
        }
        let examples = wire.examples.into_iter();
        let examples: Result<_, _> = examples.map(|example| self.example(example)).collect();
        let rule = Rule {
            is_own: self.is_own(),
            id: wire.id.into_inner(),
            title: wire.title,
            begins,
            ends,
            options: inner(wire.options),
            impact: wire.impact,
            severity: wire.severity.map(Spanned::into_inner),
            check: wire.check.into_inner(),
            if_set: inner(wire.if_set),
            if_value: self.compiled(wire.if_value)?,
            unless_set: inner(wire.unless_set),
            unless_value: self.compiled(wire.unless_value)?,
            delivery: wire.delivery,
            does: wire.does,
            keep: wire.keep.map(|keep| Keep {
                option: keep.option.into_inner(),
                value: keep.value,
            }),
            pin: wire.pin.is_none_or(Spanned::into_inner),
            why: wire.why,
            instead: wire.instead,
            sources: wire.sources,
            examples: examples?,
        };
        Ok((rule, check))
    }

    fn id(&self, id: &Spanned<String>, known: &[(Rule, Check)]) -> Result<(), RuleError> {
        let is_word = |word: &str| {
            let mut bytes = word.bytes();
            !word.is_empty() && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let text = id.get_ref();
        if !text.split('-').all(is_word) {
            let message = "an id consists of words of lower-case letters and digits, joined by `-`";
            return Err(self.error(id, format!("`{text}`: {message}")));
        }
        let taken = match self.origin {
            Origin::Own { is_taken } => is_taken(text),
            Origin::BuiltIn => false,
        };
        let mut known = known.iter().map(|(rule, _)| rule);
        let message = match known.find(|rule| rule.id == *text) {
            Some(rule) if rule.is_own => format!("there are two rules `{text}`"),
            None if !taken => return Ok(()),
            _ => format!("`{text}` is a built-in rule; use another id"),
        };
        Err(self.error(id, message))
    }

    fn check(&self, name: &Spanned<String>) -> Result<Check, RuleError> {
        let text = name.get_ref();
        let own = OWN_CHECKS.join(", ");
        let Some((_, check)) = self.checks.iter().find(|(known, _)| known == text) else {
            let known: Vec<&str> = self.checks.iter().map(|(name, _)| *name).collect();
            let known = if self.is_own() { own } else { known.join(", ") };
            return Err(self.error(
                name,
                format!("there is no check `{text}`; known checks: {known}"),
            ));
        };
        if self.is_own() && !OWN_CHECKS.contains(&text.as_str()) {
            let message =
                format!("the check `{text}` is for a built-in rule; custom rules can use {own}");
            return Err(self.error(name, message));
        }
        if !self.is_own() && text == POLICY {
            let message = "the check `policy` is for custom rules".to_owned();
            return Err(self.error(name, message));
        }
        Ok(*check)
    }

    fn option(&self, name: &Spanned<String>) -> Result<(), RuleError> {
        let text = name.get_ref();
        if self.catalogue.option(text).is_some() {
            return Ok(());
        }
        let message = match nearest::option(self.catalogue, text) {
            Some(nearest) => format!(
                "etcd has no option `{text}` in any release; did you mean `{nearest}`? Write the name of the flag without dashes"
            ),
            None => format!("etcd has no option `{text}` in any release"),
        };
        Err(self.error(name, message))
    }

    /// Validates further what our own tests check for built-in rules.
    fn own(&self, wire: &WireRule) -> Result<(), RuleError> {
        let keep = wire.keep.as_ref().map(|keep| keep.option.span().start);
        if let Some(at) = keep.or(wire.pin.as_ref().map(|pin| pin.span().start)) {
            let message = "custom rules have no fix; write in `instead` what to do";
            return Err(self.error_at(at, message.to_owned()));
        }
        let is_policy = wire.check.get_ref() == POLICY;
        if is_policy && wire.if_set.is_empty() && wire.unless_set.is_empty() {
            let message = "has neither `if-set` nor `unless-set`: it would apply to every member";
            return Err(self.error(&wire.id, message.to_owned()));
        }
        if !is_policy && wire.does.is_none() {
            let check = wire.check.get_ref();
            let message = format!(
                "`check = \"{check}\"` needs `does`: what the new release does, as in `does = \"logs JSON\"`"
            );
            return Err(self.error(&wire.check, message));
        }
        if wire.check.get_ref() == "read-otherwise" && wire.if_set.is_empty() {
            let message =
                "`check = \"read-otherwise\"` needs `if-set`: the options whose values it checks";
            return Err(self.error(&wire.check, message.to_owned()));
        }
        self.condition(wire.if_value.as_ref(), &wire.if_set, "if-")?;
        self.condition(wire.unless_value.as_ref(), &wire.unless_set, "unless-")
    }

    fn condition(
        &self,
        condition: Option<&Spanned<WireCondition>>,
        options: &[Spanned<String>],
        kind: &str,
    ) -> Result<(), RuleError> {
        let Some(written) = condition else {
            return Ok(());
        };
        if options.is_empty() {
            let message = format!("`{kind}value` has no effect without `{kind}set`");
            return Err(self.error(written, message));
        }
        match written.get_ref() {
            WireCondition::OneOf(list)
            | WireCondition::NoneOf(list)
            | WireCondition::Contains(list)
                if list.is_empty() =>
            {
                Err(self.error(written, "lists no value".to_owned()))
            }
            WireCondition::ShorterThan(limit) => match parse_duration(limit) {
                Ok(_) => Ok(()),
                Err(error) => Err(self.error(written, error.to_string())),
            },
            _ => Ok(()),
        }
    }

    fn compiled(
        &self,
        condition: Option<Spanned<WireCondition>>,
    ) -> Result<Option<ValueCondition>, RuleError> {
        let compiled = condition.map(|written| written.into_inner().compile());
        let compiled = compiled.transpose();
        compiled.map_err(|(start, error)| self.error_at(start, error.to_string()))
    }

    fn example(&self, wire: WireExample) -> Result<Example, RuleError> {
        let from = wire.from.as_ref().map(|from| self.version(from));
        let (from, to) = (from.transpose()?, self.version(&wire.to)?);
        let upgrade = self.catalogue.upgrade(from, Some(to));
        upgrade.map_err(|error| self.error(&wire.to, error.to_string()))?;
        Ok(Example {
            title: wire.title,
            file: wire.file,
            from,
            to,
            before: wire.before,
            finds: wire.finds.unwrap_or(true),
            after: wire.after,
        })
    }

    fn version(&self, written: &Spanned<String>) -> Result<Version, RuleError> {
        let version: Version =
            written
                .get_ref()
                .parse()
                .map_err(|error: crate::facts::version::VersionError| {
                    self.error(written, error.to_string())
                })?;
        let known = self.catalogue.release(version);
        known.map_err(|error| self.error(written, error.to_string()))?;
        Ok(version)
    }

    /// Parses the release that something begins with: the first of a minor if no patch is written.
    fn release(&self, written: &Spanned<String>) -> Result<Release, RuleError> {
        self.version(written).map(Version::first_release)
    }

    fn is_own(&self) -> bool {
        matches!(self.origin, Origin::Own { .. })
    }

    fn error<T>(&self, at: &Spanned<T>, message: String) -> RuleError {
        self.error_at(at.span().start, message)
    }

    fn error_at(&self, start: usize, message: String) -> RuleError {
        error_at(self.file, start, message)
    }
}

fn error_at(file: &Source, start: usize, message: String) -> RuleError {
    RuleError {
        file: file.path.to_string_lossy().into_owned(),
        place: file.line_column(start),
        message,
    }
}

fn inner(names: Vec<Spanned<String>>) -> Vec<String> {
    names.into_iter().map(Spanned::into_inner).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireFile {
    #[serde(rename = "rule", default)]
    rules: Vec<Spanned<WireRule>>,
}

/// The fields are documented at [`Rule`].
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct WireRule {
    id: Spanned<String>,
    title: String,
    begins: Option<Spanned<String>>,
    ends: Option<Spanned<String>>,
    #[serde(default)]
    options: Vec<Spanned<String>>,
    impact: Impact,
    severity: Option<Spanned<Severity>>,
    check: Spanned<String>,
    #[serde(default)]
    if_set: Vec<Spanned<String>>,
    if_value: Option<Spanned<WireCondition>>,
    #[serde(default)]
    unless_set: Vec<Spanned<String>>,
    unless_value: Option<Spanned<WireCondition>>,
    delivery: Option<RuleDelivery>,
    does: Option<String>,
    keep: Option<WireKeep>,
    pin: Option<Spanned<bool>>,
    why: String,
    instead: String,
    #[serde(default)]
    sources: Vec<String>,
    #[serde(rename = "example", default)]
    examples: Vec<WireExample>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct WireKeep {
    option: Spanned<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct WireExample {
    title: String,
    file: String,
    from: Option<Spanned<String>>,
    to: Spanned<String>,
    before: String,
    finds: Option<bool>,
    after: String,
}
