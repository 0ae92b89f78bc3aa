//! The upgrade as the JSON report and the properties of SARIF contain it, and the first lines of every command.

use serde::Serialize;

use super::{LintedFile, Report};
use crate::facts::catalogue::Catalogue;
use crate::facts::hops::{Hops, HopsError, Route, Stop};
use crate::facts::version::{Release, Upgrade, Version};

impl Report {
    /// Finds the routes of the upgrades that files were linted for, or of the given one if there is no file.
    ///
    /// # Errors
    /// Returns an error only if `rules/hops.toml` is damaged, which a test rules out.
    pub fn find_routes(&mut self, catalogue: &Catalogue) -> Result<(), HopsError> {
        let linted = self.linted();
        let linted: Vec<(Upgrade, &[Version])> = linted
            .map(|(_, linted)| (linted.upgrade, linted.evidence.as_slice()))
            .collect();
        self.routes = routes(&linted, (self.upgrade, self.from_written), catalogue)?;
        Ok(())
    }

    /// Returns the first lines.
    #[must_use]
    pub fn first_lines(&self) -> Vec<String> {
        let mut linted = self.linted();
        let is_without_from = linted.any(|(_, linted)| linted.is_without_from());
        first_lines(is_without_from, &self.routes)
    }
}

impl LintedFile {
    /// Returns whether something was linted without a running release, given or named by the text.
    #[must_use]
    pub fn is_without_from(&self) -> bool {
        is_without_from(self.upgrade, self.members, &self.evidence)
    }
}

/// Finds the routes of the upgrades of files, each with the releases that the file names; no two are the same.
///
/// `whole` is the given upgrade, with the running release as it was written. It is used if there is no file.
///
/// # Errors
/// Returns an error only if `rules/hops.toml` is damaged, which a test rules out.
pub fn routes(
    files: &[(Upgrade, &[Version])],
    whole: (Upgrade, Option<Version>),
    catalogue: &Catalogue,
) -> Result<Vec<Route>, HopsError> {
    let mut upgrades: Vec<(Upgrade, Option<Version>)> = Vec::new();
    for (upgrade, _) in files {
        let written = whole.1.filter(|_| upgrade.from == whole.0.from);
        upgrades.push((*upgrade, written));
    }
    if files.is_empty() {
        upgrades.push(whole);
    }
    if let Some((named, to)) = only_release(files) {
        let from = catalogue.release(named).ok().filter(|from| *from <= to);
        upgrades.push((Upgrade { from, to }, Some(named)));
    }
    let is_hop = |upgrade: &Upgrade| upgrade.from.is_some_and(|from| !from.same_line(upgrade.to));
    // The facts are parsed only if they are needed.
    if !upgrades.iter().any(|(upgrade, _)| is_hop(upgrade)) {
        return Ok(Vec::new());
    }
    let hops = Hops::built_in()?;
    let mut seen = Vec::new();
    let mut routes = Vec::new();
    for (upgrade, written) in upgrades {
        if !seen.contains(&upgrade) {
            seen.push(upgrade);
            routes.extend(Route::new(&hops, catalogue, upgrade, written));
        }
    }
    Ok(routes)
}

/// Returns the oldest release that files without a running release of their own name, if all name the same minor and
/// are upgraded to the same release.
fn only_release(files: &[(Upgrade, &[Version])]) -> Option<(Version, Release)> {
    let without_from = files.iter().filter(|(upgrade, _)| upgrade.from.is_none());
    let mut named = without_from
        .flat_map(|(upgrade, named)| named.iter().map(|version| (*version, upgrade.to)));
    let first = named.next()?;
    named.try_fold(first, |(oldest, to), (next, next_to)| {
        let is_same = next.first_release().same_line(oldest.first_release()) && to == next_to;
        is_same.then(|| (oldest.min(next), to))
    })
}

/// Returns whether something is linted without a running release, given or named by the text for each member.
#[must_use]
pub fn is_without_from(upgrade: Upgrade, members: usize, evidence: &[Version]) -> bool {
    let every_member_is_named = members > 0 && evidence.len() >= members;
    upgrade.from.is_none() && !every_member_is_named
}

/// Returns what is not checked if the running release is not known, and what to know about the routes.
#[must_use]
pub fn first_lines(is_without_from: bool, routes: &[Route]) -> Vec<String> {
    let mut lines = Vec::new();
    if is_without_from {
        lines.push(
            "without --from, changed defaults and changed behaviour are not checked, and keys are rarely fixed"
                .to_owned(),
        );
    }
    for line in routes.iter().flat_map(Route::lines) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The upgrade of a report.
#[derive(Serialize)]
pub(super) struct WireUpgrade<'r> {
    from: Option<String>,
    to: String,
    stops: Vec<WireStop<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skipped: Vec<WireSkipped<'r>>,
    /// The upgrades of files with one of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<WireUpgrade<'r>>,
}

impl<'r> WireUpgrade<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let Upgrade { from, to } = report.upgrade;
        let is_own = |route: &&Route| {
            let last = route.stops.last().map(|stop| stop.release);
            from == Some(route.from) && last == Some(to)
        };
        let own = report.routes.iter().find(is_own);
        let others = report.routes.iter().filter(|route| !is_own(route));
        Self {
            from: from.map(|release| release.to_string()),
            to: to.to_string(),
            stops: own.map_or_else(Vec::new, stops),
            skipped: own.map_or_else(Vec::new, skipped),
            others: others.map(Self::of_route).collect(),
        }
    }

    fn of_route(route: &'r Route) -> Self {
        let last = route.stops.last().map_or(route.from, |stop| stop.release);
        Self {
            from: Some(route.from.to_string()),
            to: last.to_string(),
            stops: stops(route),
            skipped: skipped(route),
            others: Vec::new(),
        }
    }
}

fn stops(route: &Route) -> Vec<WireStop<'_>> {
    route.stops.iter().map(WireStop::of).collect()
}

fn skipped(route: &Route) -> Vec<WireSkipped<'_>> {
    let pairs = route.skipped.iter().map(|pair| WireSkipped {
        from: pair.from.to_string(),
        to: pair.to.to_string(),
        servers: pair.servers.iter().map(ToString::to_string).collect(),
        harmless: pair.harmless,
        seen: &pair.seen,
    });
    pairs.collect()
}

/// A release at which the cluster runs, and the conditions of the hop to it.
#[derive(Serialize)]
struct WireStop<'r> {
    release: String,
    after: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<WireMinimum<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    never: Option<&'r str>,
    conditions: Vec<WireCondition<'r>>,
}

impl<'r> WireStop<'r> {
    fn of(stop: &'r Stop) -> Self {
        let conditions = stop.conditions.iter().map(|condition| WireCondition {
            id: &condition.id,
            ends_in: condition.ends_in.word(),
            instruction: &condition.instruction,
            otherwise: &condition.otherwise,
            sources: &condition.sources,
        });
        Self {
            release: stop.release.to_string(),
            after: stop.after.to_string(),
            minimum: stop.minimum.as_ref().map(|minimum| WireMinimum {
                release: minimum.release.to_string(),
                why: &minimum.why,
            }),
            never: stop.never.as_ref().map(|never| never.why.as_str()),
            conditions: conditions.collect(),
        }
    }
}

#[derive(Serialize)]
struct WireMinimum<'r> {
    release: String,
    why: &'r str,
}

#[derive(Serialize)]
struct WireCondition<'r> {
    id: &'r str,
    ends_in: &'static str,
    #[serde(rename = "do")]
    instruction: &'r str,
    #[serde(rename = "else")]
    otherwise: &'r str,
    sources: &'r [String],
}

#[derive(Serialize)]
struct WireSkipped<'r> {
    from: String,
    to: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    servers: Vec<String>,
    harmless: bool,
    seen: &'r str,
}
