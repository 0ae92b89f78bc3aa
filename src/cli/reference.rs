//! `etcd-uplift rules`, `explain` and `option`: prints the facts and the advice.

use super::args::{DrawingArguments, RulesArguments};
use super::command_error::CommandError;
use super::exit_status::CLEAN;
use super::terminal::Terminal;
use super::{config_resolver, drawing};
use crate::check::{Knowledge, KnowledgeError};
use crate::manual::{self, derived, terminal as page};
use crate::report::visible;
use crate::rule::Rule;

pub(super) fn rules(
    arguments: &RulesArguments,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let upgrade = config_resolver::upgrade(&arguments.upgrade, knowledge, terminal)?;
    config_resolver::write_route(upgrade, arguments.upgrade.from, knowledge, terminal)?;
    let is_concerned = |rule: &&Rule| {
        // A changed default matters only if the upgrade passes the change; everything else also after it.
        let passed = upgrade.from.is_none() || upgrade.crosses(rule.begins);
        let ended = |end| upgrade.from.is_some_and(|from| from >= end);
        rule.begins <= upgrade.to
            && !rule.ends.is_some_and(ended)
            && (passed || rule.check != "default-changed")
    };
    let rules = knowledge.rules.iter().map(|(rule, _)| rule);
    let rules: Vec<&Rule> = rules.filter(is_concerned).collect();
    let derived = derived::all().map_err(KnowledgeError::Rule)?;
    let style = drawing::on_standard_output(&arguments.drawing);
    let text = page::rules(&rules, &derived, knowledge, style);
    terminal.out.write_all(text.as_bytes())?;
    Ok(CLEAN)
}

pub(super) fn explain(
    id: &str,
    drawing: &DrawingArguments,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let style = drawing::on_standard_output(drawing);
    let derived = derived::all().map_err(KnowledgeError::Rule)?;
    let text = if let Some(derived) = derived.iter().find(|derived| derived.id == id) {
        page::derived(derived, style)
    } else if let Some(rule) = knowledge.rules.get(id) {
        page::rule(rule, knowledge, style)
    } else {
        return Err(CommandError::Usage(no_rule(id, knowledge)));
    };
    terminal.out.write_all(text.as_bytes())?;
    Ok(CLEAN)
}

/// Returns what may have been meant by an unknown rule id.
fn no_rule(id: &str, knowledge: &Knowledge) -> String {
    let shown = visible(id);
    if let Some(option) = manual::option_named(&knowledge.catalogue, id) {
        let name = &option.name;
        return format!("`{shown}` is an option, not a rule: see `etcd-uplift option {name}`");
    }
    let near: Vec<String> = manual::nearest_rules(knowledge, id)
        .into_iter()
        .map(|id| format!("`{id}`"))
        .collect();
    if near.is_empty() {
        format!("there is no rule `{shown}`; `etcd-uplift rules` lists them")
    } else {
        let near = near.join(" or ");
        format!("there is no rule `{shown}`; did you mean {near}? `etcd-uplift rules` lists them")
    }
}

pub(super) fn option(
    name: &str,
    drawing: &DrawingArguments,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let Some(option) = manual::option_named(&knowledge.catalogue, name) else {
        let shown = visible(name);
        let oldest = knowledge.catalogue.oldest().line();
        let mut error = format!("etcd has no option `{shown}` in any release from {oldest} on");
        if let Some(near) = manual::nearest_option(&knowledge.catalogue, name) {
            error.push_str(&format!("; did you mean `{near}`?"));
        }
        return Err(CommandError::Usage(error));
    };
    let text = page::option(option, knowledge, drawing::on_standard_output(drawing));
    terminal.out.write_all(text.as_bytes())?;
    Ok(CLEAN)
}
