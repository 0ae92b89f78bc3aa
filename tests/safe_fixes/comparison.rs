//! Rewrites files, and compares what uses them before and after.

use std::collections::BTreeSet;
use std::fs;

use etcd_uplift::cli;
use etcd_uplift::source::Source;

use super::BUG;
use super::bash::{Bash, Launch};
use super::generator::branches::{Language, Rendering};
use super::generator::situations::{Situation, Use};
use super::judge::{Judge, Verdict};
use super::usage::View;

/// Returns the files with every safe fix: one by the library, several as a tree.
pub(crate) fn rewritten(
    judge: &Judge<'_>,
    files: &[(String, String)],
) -> Result<Vec<(String, String)>, String> {
    if let [(name, text)] = files {
        let rewrite = judge.rewritten(&Source::new(name, text.clone()));
        let rewrite = rewrite.map_err(|error| error.to_string())?;
        return Ok(vec![(name.clone(), rewrite.text)]);
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let (from, to) = (judge.from.to_string(), judge.to.to_string());
    let mut arguments = [
        "etcd-uplift",
        "fix",
        "--write",
        "--from",
        &from,
        "--to",
        &to,
    ]
    .map(Into::into)
    .to_vec();
    arguments.push(folder.path().as_os_str().to_owned());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = cli::run(arguments, &mut std::io::empty(), &mut out, &mut err);
    let message = String::from_utf8_lossy(&[out, err].concat()).into_owned();
    if status > 1 {
        return Err(message);
    }
    if message.contains(BUG) {
        return Err(message);
    }
    let read = |(name, _): &(String, String)| {
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        (name.clone(), text)
    };
    Ok(files.iter().map(read).collect())
}

pub(crate) fn renderings(situation: &Situation) -> Vec<Rendering> {
    let mut renderings = situation.language.renderings();
    if situation.language == Language::Plain && !matches!(situation.used, Use::Script | Use::Writer)
    {
        renderings.truncate(1);
    }
    // A text written for one setting of Jinja is no configuration with the other.
    let is_for_untrimmed = |line: &str| {
        let statement = line.trim();
        let is_alone = statement.starts_with("{%") && statement.ends_with("%}");
        is_alone && (line.starts_with(' ') || line.contains("{%-") || line.contains("-%}"))
    };
    if situation
        .files
        .iter()
        .any(|(_, text)| text.lines().any(is_for_untrimmed))
    {
        renderings.retain(|by| !by.trims);
    }
    renderings
}

/// Returns a comment of the old text that the new one does not have.
pub(crate) fn lost_comment(old: &str, new: &str) -> Option<String> {
    let comments = |text: &str| -> BTreeSet<String> {
        let lines = text.lines().filter_map(|line| line.split_once("# why-"));
        lines.map(|(_, comment)| comment.to_owned()).collect()
    };
    comments(old).difference(&comments(new)).next().cloned()
}

/// Returns how many starts of etcd were compared, or what is wrong.
pub(crate) fn seen(
    judge: &Judge<'_>,
    bash: &Bash,
    old: &View,
    new: &View,
    by: Rendering,
) -> Result<u64, String> {
    let of = |verdict: Verdict| match verdict {
        Verdict::Same | Verdict::RefusedBefore => Ok(0),
        Verdict::Fixed => Ok(1),
        Verdict::Wrong(why) => Err(why),
    };
    match (old, new) {
        (View::Exact(_), _) => Err("it is not to be changed".to_owned()),
        (View::Configuration(name, old), View::Configuration(_, new)) => {
            of(judge.compared(name, old, new))
        }
        (View::Text(name, old), View::Text(_, new)) => of(judge.compared(name, old, new)),
        (View::Script(old), View::Script(new)) => {
            let (old, new) = (bash.run(old, by.is_true), bash.run(new, by.is_true));
            if old == new {
                return Ok(0);
            }
            if (&old.output, old.status) != (&new.output, new.status) {
                return Err(format!(
                    "the script prints {:?} and exits {:?}; it printed {:?} and exited {:?}",
                    new.output, new.status, old.output, old.status
                ));
            }
            let programs = |launches: &[Launch]| -> Vec<String> {
                launches
                    .iter()
                    .map(|launch| launch.program.clone())
                    .collect()
            };
            if programs(&old.launches) != programs(&new.launches) {
                return Err(format!(
                    "starts {:?} in place of {:?}",
                    programs(&new.launches),
                    programs(&old.launches)
                ));
            }
            let mut runs = 0;
            for (old, new) in old.launches.iter().zip(&new.launches) {
                if old.program == "etcd" {
                    runs += of(judge.compared("run.sh", &old.as_script(), &new.as_script()))?;
                } else if old != new {
                    return Err(format!("{} gets {:?}; it got {:?}", old.program, new, old));
                }
            }
            Ok(runs)
        }
        _ => Err("it is something else now".to_owned()),
    }
}
