//! `etcd-uplift rules`, `explain` and `option`: the facts and the advice, to read.

use std::io::Write;

use super::args::RulesArguments;
use super::{CLEAN, CommandError, Terminal};
use crate::catalogue::{EtcdOption, Spelling, Timeline};
use crate::check::Knowledge;
use crate::report::documentation::sources_of;
use crate::report::visible;
use crate::rule::Rule;
use crate::suppression::rules_without_advice;

pub(super) fn rules(
    arguments: &RulesArguments,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let upgrade = knowledge
        .catalogue
        .upgrade(arguments.upgrade.from, arguments.upgrade.to)?;
    for (rule, _) in knowledge.rules.iter() {
        // A changed default matters only to who passes the change; everything else also to who comes later.
        let passed = upgrade.from.is_none() || upgrade.crosses(rule.begins);
        let ended = |end| upgrade.from.is_some_and(|from| from >= end);
        let concerned = rule.begins <= upgrade.to
            && !rule.ends.is_some_and(ended)
            && (passed || rule.check != "default-changed");
        if concerned {
            writeln!(
                terminal.out,
                "{:<42} {:<7} {}",
                rule.id,
                if is_of_every_release(rule, knowledge) {
                    "every".to_owned()
                } else {
                    rule.begins.as_beginning()
                },
                visible(&rule.title)
            )?;
        }
    }
    writeln!(terminal.out, "\nderived from the facts, for every release:")?;
    for (id, meaning) in rules_without_advice() {
        writeln!(terminal.out, "{id:<42} {meaning}")?;
    }
    Ok(CLEAN)
}

pub(super) fn explain(
    id: &str,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    if let Some((id, meaning)) = rules_without_advice().find(|(known, _)| *known == id) {
        writeln!(
            terminal.out,
            "{id}\n\n{meaning}\n\nIt follows from the option's life-span and types; see `etcd-uplift option NAME`."
        )?;
        return Ok(CLEAN);
    }
    let Some(rule) = knowledge.rules.get(id) else {
        return Err(CommandError::Usage(format!(
            "there is no rule `{id}`; `etcd-uplift rules` lists them, with `--rules DIR` yours too"
        )));
    };
    let out = &mut terminal.out;
    writeln!(out, "{}: {}\n", rule.id, visible(&rule.title))?;
    if is_of_every_release(rule, knowledge) {
        writeln!(out, "matters in     every release")?;
    } else {
        writeln!(out, "matters from   etcd {}", rule.begins.as_beginning())?;
    }
    if let Some(end) = rule.ends {
        writeln!(out, "until          etcd {}", end.line())?;
    }
    if !rule.options.is_empty() {
        writeln!(out, "options        {}", rule.options.join(", "))?;
    }
    writeln!(out, "write instead  {}\n", visible(&rule.instead))?;
    for line in rule.why.trim().lines() {
        writeln!(out, "{}", visible(line))?;
    }
    writeln!(out)?;
    for example in &rule.examples {
        let from = example
            .from
            .as_ref()
            .map_or_else(String::new, |from| format!("from {from} "));
        writeln!(
            out,
            "Example: {} ({}, {from}to {})\n",
            visible(&example.title),
            visible(&example.file),
            example.to
        )?;
        for line in example.before.lines() {
            writeln!(out, "    {}", visible(line))?;
        }
        if example.before == example.after {
            writeln!(out, "\n  stays as it is.\n")?;
        } else {
            writeln!(out, "\n  becomes\n")?;
            for line in example.after.lines() {
                writeln!(out, "    {}", visible(line))?;
            }
            writeln!(out)?;
        }
    }
    if !rule.sources.is_empty() {
        writeln!(out, "{}:", sources_of(rule))?;
    }
    for source in &rule.sources {
        writeln!(out, "  {}", visible(source))?;
    }
    Ok(CLEAN)
}

/// Whether it says of no release that it begins there.
fn is_of_every_release(rule: &Rule, knowledge: &Knowledge) -> bool {
    let first = knowledge.catalogue.lines().next();
    first.is_some_and(|(_, first, _)| rule.begins <= first)
}

pub(super) fn option(
    name: &str,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let catalogue = &knowledge.catalogue;
    let flag = name.trim_start_matches('-');
    let found = catalogue
        .option(flag)
        .or_else(|| catalogue.spelled(Spelling::Variable, name))
        .or_else(|| catalogue.spelled(Spelling::Key, name));
    let Some(option) = found else {
        return Err(CommandError::Usage(format!(
            "etcd has no option `{name}` in any release from 2.3 on"
        )));
    };
    show(option, knowledge, terminal)?;
    Ok(CLEAN)
}

fn show(
    option: &EtcdOption,
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<(), CommandError> {
    let out = &mut terminal.out;
    let newest = knowledge.catalogue.newest();
    if option.has_flag {
        writeln!(out, "flag         --{}", option.name)?;
        let variable = option
            .spelled(Spelling::Variable, newest)
            .unwrap_or_default();
        writeln!(out, "variable     {variable}")?;
    }
    if option.key.is_empty() {
        writeln!(
            out,
            "key          none: it cannot be set in the configuration file"
        )?;
    } else {
        writeln!(out, "key          {}", over_time(&option.key))?;
    }
    let since: Vec<String> = option.since.iter().map(ToString::to_string).collect();
    let removed = option.removed.map_or_else(
        || "to the newest".to_owned(),
        |removed| format!("removed in {removed}"),
    );
    writeln!(out, "since        {}, {removed}", since.join(", "))?;
    writeln!(out, "default      {}", over_time(&option.default))?;
    if let Some(deprecated) = &option.deprecated {
        let until = deprecated
            .until
            .map_or_else(String::new, |until| format!(", taken back in {until}"));
        writeln!(out, "deprecated   since {}{until}", deprecated.since)?;
    }
    if let Some(replacement) = &option.replaced_by {
        let new = replacement.option.as_deref().unwrap_or("nothing");
        let gate = replacement
            .gate
            .as_ref()
            .map_or_else(String::new, |gate| format!(" {gate}"));
        writeln!(out, "replaced by  {new}{gate}")?;
    }
    if let Some(notes) = &option.notes {
        writeln!(out, "notes        {notes}")?;
    }
    writeln!(
        out,
        "\n{:<8} {:<22} {:<44} with a configuration file",
        "release", "type", "default"
    )?;
    for (line, _, last) in knowledge.catalogue.lines() {
        if !option.exists_at(last) {
            writeln!(out, "{:<8} -", line.to_string())?;
            continue;
        }
        let shown = |text: &str| {
            if text.is_empty() {
                "(empty)".to_owned()
            } else {
                text.to_owned()
            }
        };
        let key = match option.key_at(last) {
            Some(_) => format!(
                "{} as {}",
                shown(option.default_at(last, true)),
                option.key_type_at(last).go_name()
            ),
            None => "no key".to_owned(),
        };
        let value_type = format!("{:?}", option.type_at(last)).to_lowercase();
        writeln!(
            out,
            "{:<8} {:<22} {:<44} {key}",
            line.to_string(),
            value_type,
            shown(option.default_at(last, false))
        )?;
    }
    writeln!(out, "\nSources in github.com/etcd-io/etcd:")?;
    for source in &option.sources {
        writeln!(out, "  {source}")?;
    }
    Ok(())
}

fn over_time(timeline: &Timeline<String>) -> String {
    let points: Vec<String> = timeline
        .points()
        .map(|(since, value)| {
            let value = if value.is_empty() { "(none)" } else { value };
            if since.major == 0 {
                value.to_owned()
            } else {
                format!("{value} from {since}")
            }
        })
        .collect();
    points.join(", ")
}
