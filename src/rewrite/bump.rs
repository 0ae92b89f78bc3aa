//! Sets the tags of images to the release of the next stop, together with the fixes that this release needs.

use super::options::{Rewrite, RewriteError, RewriteOptions};
use super::rewrite;
use super::withhold::Withheld;
use crate::check::{NAMED_RELEASE_DIFFERS, findings};
use crate::diagnostic::Severity;
use crate::edit::{Applicability, Edit, Fix, When, apply};
use crate::facts::hops::{Hops, Route};
use crate::facts::version::{Release, Upgrade};
use crate::lint::{LintOptions, LintResult, lint};
use crate::rule::Finding;
use crate::source::Source;
use crate::surface::Reading;

/// The tags of a text that are set to another release.
struct Tags {
    running: Release,
    fix: Fix,
}

/// Returns the text with the tags of etcd's images set to `upgrade.to`, which is one stop away, and with the fixes that
/// this release needs. If one of the tags cannot be set, or the new release refuses or loses something that has to be
/// changed by hand, no tag is set, and the other fixes are made as without this.
///
/// # Errors
/// Returns an error if no set of fixes can be verified; the old text then stays.
pub fn rewrite_with_tags(
    source: &Source,
    options: &RewriteOptions<'_>,
    hops: &Hops,
) -> Result<Rewrite, RewriteError> {
    let LintResult::Linted(linted) = lint(source, &options.lint) else {
        return rewrite(source, options);
    };
    let tags = match tags(source, &linted.reading, &options.lint, hops) {
        Ok(Some(tags)) => tags,
        Ok(None) => return rewrite(source, options),
        Err(withheld) => return without_tags(source, options, withheld),
    };
    let upgrade = Upgrade {
        from: Some(tags.running),
        to: options.lint.upgrade.to,
    };
    let of_hop = RewriteOptions {
        lint: LintOptions {
            upgrade,
            ..options.lint
        },
        ..*options
    };
    let with_tags = source.with_text(apply(&source.text, &[&tags.fix]));
    let mut rewritten = rewrite(&with_tags, &of_hop)?;
    let Some(why) = left_by_hand(&source.with_text(rewritten.text.clone()), &of_hop.lint) else {
        rewritten.tags = tags.fix.edits.len();
        rewritten.fixes += rewritten.tags;
        return Ok(rewritten);
    };
    let place = tags.fix.span().start;
    without_tags(source, options, withheld(source, upgrade.to, place, why))
}

/// Returns the edits of the tags that name a release before `upgrade.to`; `None` if there are none.
///
/// # Errors
/// If they cannot all be set, or not in one step.
fn tags(
    source: &Source,
    reading: &Reading,
    options: &LintOptions<'_>,
    hops: &Hops,
) -> Result<Option<Tags>, Withheld> {
    let catalogue = &options.knowledge.catalogue;
    let Upgrade { from, to } = options.upgrade;
    let mut edits: Vec<Edit> = Vec::new();
    let mut running: Option<Release> = None;
    for member in &reading.members {
        let Some(named) = member.evidence else {
            continue;
        };
        let place = named.place.unwrap_or(member.anchor);
        let place = reading.file_span(place).start;
        let failed = |why: String| withheld(source, to, place, why);
        let Ok(release) = catalogue.release(named.version) else {
            return Err(failed("no release of etcd has this number".to_owned()));
        };
        if release >= to {
            continue;
        }
        if let Some(other) = running.replace(release).filter(|other| *other != release) {
            let why = format!("the text names etcd {other} and etcd {release}");
            return Err(failed(why));
        }
        if let Some(from) = from.filter(|from| !from.same_line(release)) {
            let why = format!(
                "the tag names etcd {release}, and --from etcd {}",
                from.line()
            );
            return Err(failed(why));
        }
        let upgrade = Upgrade {
            from: Some(release),
            to,
        };
        let route = Route::new(hops, catalogue, upgrade, Some(named.version));
        if let Some(first) = route.and_then(|route| Some(route.stops.first()?.release))
            && first != to
        {
            return Err(failed(format!(
                "etcd {release} is upgraded to etcd {first} first: run it with --to {first}"
            )));
        }
        match reading.tag_edit(source, named, to) {
            Ok(edit) if edits.contains(&edit) => {}
            Ok(edit) => edits.push(edit),
            Err(why) => return Err(failed(why.to_string())),
        }
    }
    let fix = Fix::new(title(to), edits, Applicability::Safe, When::With);
    let tags = running.zip(fix);
    Ok(tags.map(|(running, fix)| Tags { running, fix }))
}

/// Returns the first thing that the release refuses, loses or changes in a member of the text, and that a person has to
/// change, maybe in another text.
fn left_by_hand(source: &Source, options: &LintOptions<'_>) -> Option<String> {
    let LintResult::Linted(linted) = lint(source, options) else {
        return Some("the result cannot be read".to_owned());
    };
    if !linted.reading.unread.is_empty() {
        return Some("a part of the text cannot be read".to_owned());
    }
    let members = linted.members.iter();
    let mut found = members.flat_map(|member| findings(member, options.upgrade, options.knowledge));
    let is_left = |finding: &Finding| {
        let is_suppressed = linted.suppressed.iter().any(|one| {
            let found = &one.diagnostic;
            (&found.rule, &found.option) == (&finding.rule, &finding.option)
        });
        finding.resulting_severity() == Severity::Error && !is_suppressed
    };
    let left = found.find(is_left)?;
    Some(format!("{}: {}", left.title, left.message))
}

fn without_tags(
    source: &Source,
    options: &RewriteOptions<'_>,
    withheld: Withheld,
) -> Result<Rewrite, RewriteError> {
    let mut rewritten = rewrite(source, options)?;
    rewritten.withheld.insert(0, withheld);
    Ok(rewritten)
}

fn withheld(source: &Source, to: Release, place: usize, why: String) -> Withheld {
    let (rule, _) = NAMED_RELEASE_DIFFERS;
    Withheld::new(rule, title(to), source.line_column(place), why)
}

fn title(to: Release) -> String {
    format!("Set the tag of the image to etcd {to}")
}
