//! Which members belong to one cluster.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;

use super::said::Said;
use super::seen::SeenMember;

/// More descriptions of one member than these are examples or copies.
const DESCRIPTIONS: usize = 32;

/// The token that etcd uses if none is set: `embed/config.go:425@v3.4.23`.
const DEFAULT_TOKEN: &str = "etcd-cluster";

/// The members of one cluster, two or more, in order of place.
#[derive(Clone, Debug)]
pub struct Cluster<'a> {
    /// Each with what it says.
    pub members: Vec<(&'a SeenMember, &'a Said)>,
}

impl<'a> Cluster<'a> {
    /// What the members say.
    pub fn said(&self) -> impl Iterator<Item = &'a Said> {
        self.members.iter().map(|(_, said)| *said)
    }

    /// Returns the token of the first member whose token is known.
    #[must_use]
    pub fn token(&self) -> Option<&'a str> {
        let mut tokens = self
            .said()
            .filter_map(|said| said.told("initial-cluster-token"));
        tokens.next().map(|token| token.text.as_str())
    }

    /// Returns the members that an initial cluster names and that are not among these.
    #[must_use]
    pub fn not_found(&self) -> Vec<&'a str> {
        let found: BTreeSet<&str> = self.said().map(|said| said.name.as_str()).collect();
        let named: BTreeSet<&str> = self
            .said()
            .flat_map(|said| said.list.keys().map(String::as_str))
            .collect();
        named.difference(&found).copied().collect()
    }
}

/// Returns the clusters of which there are two or more members in one tree; `tree` tells the tree of a member.
///
/// Members belong together if each names the other with the peer URLs that it advertises, or if they have the same
/// initial cluster. A member that names one which does not name it belongs to it if both have the same token of their
/// own. Where a member is described more than once, the descriptions are copies, and folders keep them apart.
#[must_use]
pub fn clusters<'a>(
    members: &'a [SeenMember],
    tree: impl Fn(&SeenMember) -> usize,
) -> Vec<Cluster<'a>> {
    let all = members.iter();
    let all: Vec<(&SeenMember, &Said)> = all
        .filter_map(|member| Some((member, member.said.as_deref()?)))
        .collect();
    let mut sets = Sets::of(all.len());
    let mut lists: HashMap<(usize, String), usize> = HashMap::new();
    let mut described: HashMap<(usize, &str, &[String]), Vec<usize>> = HashMap::new();
    for (index, (member, said)) in all.iter().enumerate() {
        let tree = tree(member);
        let is_listed = said.list.contains_key(&said.name)
            || said
                .list
                .values()
                .any(|urls| Some(urls) == said.advertised.as_ref());
        if said.list.len() > 1 && is_listed {
            let first = *lists.entry((tree, said.list_text())).or_insert(index);
            sets.unite(first, index);
        }
        if let Some(urls) = &said.advertised {
            let key = (tree, said.name.as_str(), urls.as_slice());
            described.entry(key).or_default().push(index);
        }
    }
    for (index, (member, said)) in all.iter().enumerate() {
        for (name, urls) in &said.list {
            let key = (tree(member), name.as_str(), urls.as_slice());
            let found = described.get(&key).map_or(&[][..], Vec::as_slice);
            for &other in found.iter().filter(|_| found.len() <= DESCRIPTIONS) {
                if other != index && belong_together(said, all[other].1) {
                    sets.unite(index, other);
                }
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<(&SeenMember, &Said)>> = BTreeMap::new();
    for (index, member) in all.into_iter().enumerate() {
        groups.entry(sets.first(index)).or_default().push(member);
    }
    let mut clusters = Vec::new();
    for mut group in groups.into_values() {
        group.sort_by(|(one, _), (other, _)| {
            (&one.start, &one.key).cmp(&(&other.start, &other.key))
        });
        split(group, 0, &mut clusters);
    }
    clusters
}

/// Whether a member and one that its initial cluster names belong to one cluster.
fn belong_together(said: &Said, other: &Said) -> bool {
    if other.names(said) {
        return true;
    }
    let is_same_token = match (
        said.told("initial-cluster-token"),
        other.told("initial-cluster-token"),
    ) {
        (Some(one), Some(other)) => one.text == other.text && one.text != DEFAULT_TOKEN,
        _ => false,
    };
    let mut common = said.list.iter();
    let agrees = common.all(|(name, urls)| other.list.get(name).is_none_or(|known| known == urls));
    is_same_token && agrees
}

/// Adds the clusters in a group. Copies of a member are kept apart by the first part of their paths that differs.
fn split<'a>(
    group: Vec<(&'a SeenMember, &'a Said)>,
    depth: usize,
    clusters: &mut Vec<Cluster<'a>>,
) {
    if group.len() < 2 {
        return;
    }
    let mut described = BTreeSet::new();
    let is_copied = group
        .iter()
        .any(|(_, said)| !described.insert((&said.name, &said.advertised)));
    if !is_copied {
        clusters.push(Cluster { members: group });
        return;
    }
    let mut parts: BTreeMap<Option<OsString>, Vec<(&SeenMember, &Said)>> = BTreeMap::new();
    for member in group {
        let part = member.0.start.0.components().nth(depth);
        let part = part.map(|part| part.as_os_str().to_owned());
        parts.entry(part).or_default().push(member);
    }
    // Copies in one file are alternatives of which it is not known which one counts.
    for (part, group) in parts {
        if part.is_some() {
            split(group, depth + 1, clusters);
        }
    }
}

/// Disjoint sets of indices; each is known by its least one.
struct Sets(Vec<usize>);

impl Sets {
    fn of(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn first(&mut self, index: usize) -> usize {
        let mut index = index;
        while self.0[index] != index {
            self.0[index] = self.0[self.0[index]];
            index = self.0[index];
        }
        index
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.0[one.max(other)] = one.min(other);
    }
}
