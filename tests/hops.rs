//! Checks the facts about hops against the releases known.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashSet;

use etcd_uplift::facts::catalogue::Catalogue;
use etcd_uplift::facts::hops::{Ending, Hops, Route};
use etcd_uplift::facts::version::{Release, Version};

fn facts() -> (Catalogue, Hops) {
    (Catalogue::built_in().unwrap(), Hops::built_in().unwrap())
}

#[test]
fn every_pair_of_neighbours_is_a_hop() {
    let (catalogue, hops) = facts();
    let lines: Vec<Version> = catalogue.lines().map(|(line, ..)| line).collect();
    let pairs: Vec<(Version, Version)> = lines.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let hops: Vec<(Version, Version)> = hops.hops.iter().map(|hop| (hop.from, hop.to)).collect();
    assert_eq!(hops, pairs);
}

#[test]
fn every_patch_is_known_and_every_target_is_a_place_to_stop() {
    let (catalogue, hops) = facts();
    let last = |line: Version| catalogue.release(line).unwrap();
    let is_known = |release: Release, line: Version| {
        assert!(release.line() == line && release <= last(line), "{release}");
    };
    for hop in &hops.hops {
        is_known(hop.target, hop.to);
        assert_eq!(hop.target, last(hop.to), "the target is the newest patch");
        for never in &hop.never {
            is_known(never.first, hop.to);
            is_known(never.last, hop.to);
            assert!(never.first <= never.last && never.last < hop.target);
            assert!(!never.why.is_empty());
        }
        if let Some(minimum) = &hop.minimum {
            is_known(minimum.release, hop.from);
            assert!(!minimum.why.is_empty());
            let before = hops.hops.iter().find(|before| before.to == hop.from);
            assert!(before.is_none_or(|before| minimum.release <= before.target));
        }
    }
    for pair in &hops.skipped {
        let between = catalogue
            .lines()
            .filter(|(line, ..)| pair.from < *line && *line < pair.to);
        assert!(
            between.count() > 0,
            "{} to {} skips nothing",
            pair.from,
            pair.to
        );
        assert!(last(pair.from) <= last(pair.to) && !pair.seen.is_empty());
        for server in &pair.servers {
            assert!(*server <= last(server.line()), "{server}");
            assert!([pair.from, pair.to].contains(&server.line()), "{server}");
        }
    }
}

#[test]
fn every_condition_has_an_action_a_consequence_and_sources() {
    let (_, hops) = facts();
    let mut ids = HashSet::new();
    for hop in &hops.hops {
        sources(&hop.sources);
        for condition in &hop.conditions {
            assert!(
                ids.insert(condition.id.clone()),
                "{} is given twice",
                condition.id
            );
            for text in [&condition.instruction, &condition.otherwise] {
                assert!(
                    !text.is_empty() && !text.contains('\n') && !text.ends_with('.'),
                    "{text}"
                );
            }
            sources(&condition.sources);
        }
    }
    let ends_in = |ending| {
        let mut conditions = hops.hops.iter().flat_map(|hop| &hop.conditions);
        conditions.any(|condition| condition.ends_in == ending)
    };
    assert!(ends_in(Ending::Panic) && ends_in(Ending::OpenDoor));
}

/// A page, `path@tag` or `path:line@tag` in etcd's repository, or `run` with the releases that ran.
fn sources(sources: &[String]) {
    assert!(!sources.is_empty());
    for source in sources {
        let is_run = source.split_once("run").is_some_and(|(before, releases)| {
            let mut releases = releases.split_whitespace();
            before.is_empty()
                && releases.all(|release| Release::try_from(release.to_owned()).is_ok())
        });
        let is_cited = source.split_once('@').is_some_and(|(place, tag)| {
            place.contains('/') && (tag.starts_with('v') || tag == "main")
        });
        assert!(
            is_run || is_cited || source.starts_with("https://"),
            "{source}"
        );
    }
}

#[test]
fn every_stop_meets_what_the_next_hop_demands() {
    let (catalogue, hops) = facts();
    let lines: Vec<(Version, Release, Release)> = catalogue.lines().collect();
    for (index, &(_, first, _)) in lines.iter().enumerate() {
        for &(to, ..) in &lines[index..] {
            let from = Version {
                patch: Some(first.patch),
                ..first.line()
            };
            let upgrade = catalogue.upgrade(Some(from), Some(to)).unwrap();
            let Some(route) = Route::new(&hops, &catalogue, upgrade, Some(from)) else {
                assert_eq!(first.line(), to);
                continue;
            };
            let mut running = route.from;
            for stop in &route.stops {
                assert!(stop.release > running && stop.never.is_none());
                let demanded = stop.minimum.as_ref();
                assert!(demanded.is_none_or(|demanded| demanded.release <= running));
                running = stop.release;
            }
            assert_eq!(running, upgrade.to);
            for line in route.lines() {
                assert!(!line.contains('\n'), "{line}");
            }
        }
    }
}
