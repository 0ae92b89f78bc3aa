//! Containers that patches change: what kustomize and kubeadm render from several texts.

use std::collections::HashSet;

use super::given::joined;
use super::part::{Assembled, Missing, Part, Patch, Rendering, Why, of_part, reading_of};
use super::patched::Patched;
use super::process::Finder;
use crate::facts::catalogue::Spelling;
use crate::member::{Completeness, Member, Reference, ReferenceKind, Setting};
use crate::surface::{Container, JsonPatch, Reading, Target};

/// The members that are rendered from a text and others.
pub(super) struct OfRenderings {
    pub(super) members: Vec<Assembled>,
    /// The sites of the settings of patches that are joined to them.
    pub(super) sites: Vec<usize>,
    /// The sites of the settings of objects that are only used with their patches.
    replaced: HashSet<usize>,
    /// Whether the text is a patch of an object, even if that is not in the tree.
    pub(super) is_patch: bool,
}

impl OfRenderings {
    /// Removes the members of patches that are joined to others, and of objects that are only used with their patches. A patch whose object is not there is a part of it.
    pub(super) fn without_patches(&self, own: &Reading, members: &mut Vec<Assembled>) {
        let containers = own.rendered.containers.iter();
        let patches = containers.filter(|container| container.is_patch);
        let settings = patches.flat_map(|patch| &patch.members);
        let settings = settings.flat_map(|member| &member.settings);
        let operations = own.rendered.json_patches.iter();
        let operations = operations.flat_map(|patch| &patch.operations);
        let settings = settings.chain(operations.flat_map(|operation| &operation.settings));
        let of_patches: HashSet<usize> = settings.map(|setting| setting.site).collect();
        let is_patch = |assembled: &Assembled| {
            let mut settings = assembled.member.settings.iter();
            let is_own = settings.all(|setting| of_patches.contains(&setting.site));
            is_own && !assembled.member.settings.is_empty()
        };
        members.retain(|assembled| {
            let mut settings = assembled.member.settings.iter();
            let is_joined = settings.all(|setting| self.sites.contains(&setting.site));
            let mut settings = assembled.member.settings.iter();
            let is_replaced = !assembled.member.settings.is_empty()
                && settings.all(|setting| self.replaced.contains(&setting.site));
            !(is_patch(assembled) && is_joined || is_replaced)
        });
        for assembled in members.iter_mut().filter(|_| self.is_patch) {
            if is_patch(assembled) {
                assembled.member.completeness = Completeness::Partial;
            }
        }
    }
}

/// Returns the members of the containers that patches change.
pub(super) fn members(finder: &Finder<'_>) -> OfRenderings {
    let mut found = OfRenderings {
        members: Vec::new(),
        sites: Vec::new(),
        replaced: HashSet::new(),
        is_patch: false,
    };
    if finder.own.1.rendered.is_empty() {
        return found;
    }
    let renderings = finder
        .files
        .renderings(finder.catalogue, &finder.own.0.path);
    for rendering in &renderings {
        let mut patches = rendering.patches.iter();
        found.is_patch |= patches.any(|patch| patch.part.is_here() && patch.text.is_none());
        for part in &rendering.manifests {
            let reading = reading_of(finder.own, part);
            let containers = reading.rendered.containers.iter();
            for container in containers.filter(|container| !container.is_patch) {
                let Some(joined) = rendered(finder, rendering, (part, reading, container)) else {
                    continue;
                };
                if rendering.is_only_use && part.is_here() {
                    let settings = container.members.iter().flat_map(|own| &own.settings);
                    found.replaced.extend(settings.map(|own| own.site));
                }
                found.members.push(joined);
            }
        }
    }
    let concerns_own = |assembled: &Assembled| {
        let mut settings = assembled.member.settings.iter();
        assembled.is_started_here || settings.any(|setting| setting.elsewhere.is_none())
    };
    found.members.retain(concerns_own);
    let settings = found.members.iter().flat_map(|one| &one.member.settings);
    let own = settings.filter(|setting| setting.elsewhere.is_none());
    found.sites = own.map(|setting| setting.site).collect();
    found
}

/// Returns the member of a container with its patches; `None` if none changes it.
fn rendered(
    finder: &Finder<'_>,
    rendering: &Rendering,
    (part, reading, container): (&Part, &Reading, &Container),
) -> Option<Assembled> {
    let [member] = container.members.as_slice() else {
        return None;
    };
    let mut patched = Patched::of((part, reading), container, member);
    let mut inexact: Option<&Patch> = None;
    let mut is_changed = false;
    for patch in &rendering.patches {
        let text = reading_of(finder.own, &patch.part);
        let outcome = apply(&mut patched, container, patch, text);
        is_changed |= outcome != Outcome::Other;
        if outcome == Outcome::Inexact {
            inexact = inexact.or(Some(patch));
        }
    }
    if !is_changed {
        return None;
    }
    if inexact.is_none() && !rendering.has_more {
        return Some(exact(finder, rendering, part, member, &patched));
    }
    let path = match inexact.map(|patch| &patch.part) {
        Some(Part::Other(text)) => text.path.display().to_string(),
        _ => rendering.path.display().to_string(),
    };
    let settings = member.settings.iter().map(|setting| of_part(setting, part));
    let reference = Reference {
        kind: ReferenceKind::Variables,
        path,
        place: member.anchor,
        is_optional: false,
        object: None,
    };
    let mut missing = vec![Missing {
        reference,
        why: Why::NotRendered,
    }];
    missing.retain(|_| part.is_here());
    Some(Assembled {
        member: joined(member, part, settings.collect(), (false, true)),
        is_started_here: part.is_here(),
        missing,
        missing_for_others: Vec::new(),
        config_file: None,
    })
}

/// Returns the member of a container whose patches are all known.
fn exact(
    finder: &Finder<'_>,
    rendering: &Rendering,
    part: &Part,
    member: &Member,
    patched: &Patched<'_>,
) -> Assembled {
    // The list of a patch replaces that of the object.
    let inputs = patched.inputs.unwrap_or((part, member));
    let given = finder.variables(&[inputs]);
    let mut settings = given.settings;
    for (part, owner, setting) in patched.settings() {
        settings.push(Setting {
            value: finder.value(part, owner.unwrap_or(member), None, setting),
            ..of_part(setting, part)
        });
    }
    settings.sort_by_key(|setting| setting.spelling == Spelling::Flag);
    let started = Member {
        // What is open is that of the lists that are left.
        completeness: if patched.is_open {
            Completeness::Partial
        } else {
            Completeness::Whole
        },
        evidence: member.evidence.filter(|_| !rendering.sets_images),
        ..member.clone()
    };
    let is_open = given.is_open || patched.is_open;
    Assembled {
        member: joined(&started, part, settings, (true, is_open)),
        is_started_here: part.is_here(),
        missing: given.missing,
        missing_for_others: Vec::new(),
        config_file: None,
    }
}

/// What a patch does to a container.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It changes something else.
    Other,
    Applied,
    /// It changes it in a way that is not known exactly.
    Inexact,
}

fn apply<'p>(
    patched: &mut Patched<'p>,
    container: &Container,
    patch: &'p Patch,
    text: &'p Reading,
) -> Outcome {
    let target = patch.target.as_ref();
    if target.is_some_and(|target| !may_select(target, container)) {
        return Outcome::Other;
    }
    let is_here = |text: usize| match patch.text {
        Some(own) => text == own,
        None => true,
    };
    let mut outcome = Outcome::Other;
    let mut set = |is_exact: bool| {
        outcome = match (outcome, is_exact) {
            (Outcome::Inexact, _) | (_, false) => Outcome::Inexact,
            _ => Outcome::Applied,
        };
    };
    let containers = text.rendered.containers.iter();
    for over in containers.filter(|over| is_here(over.text)) {
        let is_named =
            over.object.kind == container.object.kind && over.object.name == container.object.name;
        if target.is_some() || is_named {
            if over.name == container.name {
                set(patched.merge(over, &patch.part, text));
            }
            patched.reorder();
        }
    }
    let json_patches = text.rendered.json_patches.iter();
    for json_patch in json_patches.filter(|one| is_here(one.text)) {
        if patched.is_of_any_index() || concerns(json_patch, container) {
            set(patched.operate(json_patch, container.index, &patch.part));
        }
    }
    if target.is_some_and(|target| target.has_more) && outcome == Outcome::Applied {
        return Outcome::Inexact;
    }
    outcome
}

fn concerns(patch: &JsonPatch, container: &Container) -> bool {
    let mut operations = patch.operations.iter();
    operations.any(|operation| {
        operation
            .container
            .is_none_or(|index| index == container.index)
    })
}

/// Whether a target may select the object of a container.
fn may_select(target: &Target, container: &Container) -> bool {
    let fits = |wanted: &Option<String>, own: &str| {
        wanted.as_ref().is_none_or(|wanted| {
            let is_literal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
            wanted == own || !wanted.chars().all(is_literal)
        })
    };
    fits(&target.kind, &container.object.kind) && fits(&target.name, &container.object.name)
}
