//! The members whose value differs from that of the most.

use super::said::Said;

/// A value, and the members that have it.
pub(super) struct Group<'a, T> {
    pub(super) value: T,
    pub(super) members: Vec<&'a Said>,
}

/// Returns the members by value: first those with the most frequent one, of equally frequent ones that of the first
/// member.
pub(super) fn by_value<'a, T: PartialEq>(
    values: impl Iterator<Item = (&'a Said, T)>,
) -> Vec<Group<'a, T>> {
    let mut groups: Vec<Group<'a, T>> = Vec::new();
    for (said, value) in values {
        match groups.iter_mut().find(|group| group.value == value) {
            Some(group) => group.members.push(said),
            None => groups.push(Group {
                value,
                members: vec![said],
            }),
        }
    }
    // The sort keeps the order of equal ones.
    groups.sort_by_key(|group| std::cmp::Reverse(group.members.len()));
    groups
}

/// Returns the names of members: `infra0`, `infra0 and infra1`, `infra0, infra1 and infra2`.
pub(super) fn names(members: &[&Said]) -> String {
    let names: Vec<&str> = members.iter().map(|said| said.name.as_str()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Returns where members write an option, for a note.
pub(super) fn elsewhere(members: &[&Said], option: &str) -> Vec<String> {
    let notes = members.iter().map(|said| {
        let place = said.spot(option).shown();
        let is_set = said.told(option).is_some_and(|told| told.spot.is_some());
        if is_set {
            format!("{} sets `{option}` in {place}", said.name)
        } else {
            format!(
                "{} begins in {place} and does not set `{option}`",
                said.name
            )
        }
    });
    notes.collect()
}
