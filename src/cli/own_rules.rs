//! An organisation's own rules: where they are found, and `etcd-uplift rules check`.

use std::path::Path;

use similar::TextDiff;

use super::args::{Command, InputArguments, OwnRulesArguments, RulesCommand};
use super::command_error::CommandError;
use super::exit_status::{CLEAN, FOUND};
use super::terminal::Terminal;
use crate::check::Knowledge;
use crate::example::{self, ExampleError};
use crate::limits::DIFF_TIME;
use crate::project::configuration::{ConfigurationError, rules_named_for, rules_named_in};
use crate::project::own_rules;
use crate::report::{visible, visible_path};
use crate::rule::{Example, Rule};

/// Adds the organisation's own rules to the knowledge, before any other file is read.
pub(super) fn add(command: &Command, knowledge: &mut Knowledge) -> Result<(), CommandError> {
    let nearest = InputArguments::default();
    let (input, own): (&InputArguments, &OwnRulesArguments) = match command {
        Command::Lint(lint) => (&lint.input, &lint.input.own),
        Command::Fix(fix) => (&fix.input, &fix.input.own),
        Command::Show(show) => (&show.input, &show.input.own),
        Command::Explain { own, .. } => (&nearest, own),
        Command::Lsp => (&nearest, &nearest.own),
        Command::Rules(rules) => {
            if let Some(RulesCommand::Check { folder }) = &rules.command {
                own_rules::add(knowledge, folder)?;
                return Ok(());
            }
            (&nearest, &rules.own)
        }
        _ => return Ok(()),
    };
    for folder in &own.folders {
        own_rules::add(knowledge, folder)?;
    }
    if input.no_config {
        return Ok(());
    }
    let working = std::env::current_dir()?;
    let named = match &input.config {
        Some(path) => {
            let path = std::path::absolute(path)?;
            // A missing configuration file is reported when it is used.
            rules_named_in(&path)?.map(|rules| (path, rules))
        }
        None => rules_named_for(&working)?,
    };
    let Some((file, folders)) = named else {
        return Ok(());
    };
    for folder in folders {
        if !folder.path.is_dir() {
            let message = format!("there is no folder {}", visible_path(&folder.path));
            return Err(CommandError::Configuration(ConfigurationError::Content {
                path: visible_path(&file),
                place: folder.place,
                span: folder.span,
                message,
            }));
        }
        let from_here = folder.path.strip_prefix(&working);
        let is_here = |path: &&Path| !path.as_os_str().is_empty();
        let path = from_here.ok().filter(is_here).unwrap_or(&folder.path);
        own_rules::add(knowledge, path)?;
    }
    Ok(())
}

/// Runs the examples of all of an organisation's own rules.
pub(super) fn check(
    knowledge: &Knowledge,
    terminal: &mut Terminal<'_>,
) -> Result<u8, CommandError> {
    let mut failed = 0;
    let mut rules = 0;
    for (rule, _) in knowledge.rules.iter().filter(|(rule, _)| rule.is_own) {
        rules += 1;
        let failures: Vec<(&Example, ExampleError)> = rule
            .examples
            .iter()
            .filter_map(|shown| Some((shown, example::run(rule, shown, knowledge).err()?)))
            .collect();
        let is_shown = !rule.examples.is_empty();
        if is_shown && failures.is_empty() {
            writeln!(terminal.out, "ok      {}", rule.id)?;
            continue;
        }
        failed += 1;
        writeln!(terminal.out, "failed  {}", rule.id)?;
        if !is_shown {
            writeln!(
                terminal.out,
                "  it has no example: [[rule.example]] shows what it finds"
            )?;
        }
        for (shown, error) in failures {
            failure(rule, shown, &error, terminal)?;
        }
    }
    terminal.out.flush()?;
    writeln!(terminal.err, "{failed} of {rules} rules failed")?;
    Ok(if failed > 0 { FOUND } else { CLEAN })
}

fn failure(
    rule: &Rule,
    shown: &Example,
    error: &ExampleError,
    terminal: &mut Terminal<'_>,
) -> Result<(), CommandError> {
    let title = visible(&shown.title);
    let message = error.to_string();
    writeln!(terminal.out, "  {title}: {}", visible(&message))?;
    if let ExampleError::Differs(actual) = error {
        let diff = TextDiff::configure()
            .timeout(DIFF_TIME)
            .diff_lines(shown.after.as_str(), actual.as_str());
        let file = visible(&shown.file);
        let (old, new) = (format!("{file} of {}", rule.id), format!("{file} by fix"));
        let unified = diff.unified_diff().header(&old, &new).to_string();
        for line in unified.lines() {
            writeln!(terminal.out, "  {}", visible(line))?;
        }
    }
    Ok(())
}
