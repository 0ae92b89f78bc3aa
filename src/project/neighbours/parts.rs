//! Files that form one unit or one set of services: a unit and its drop-ins, a compose file and its overrides.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::facts::catalogue::variable_name;
use crate::project::walk;
use crate::surface::{self, Surface};

/// The folders in which systemd finds units, from the root of a host; the parts of one unit may be in several.
const UNIT_FOLDERS: [&str; 5] = [
    "etc/systemd/system",
    "run/systemd/system",
    "usr/local/lib/systemd/system",
    "usr/lib/systemd/system",
    "lib/systemd/system",
];

/// Returns what a file is a part of, as a path that all its parts share, or `None` if it is no part of anything.
pub(super) fn whole(path: &Path) -> Option<PathBuf> {
    let folder = path.parent()?;
    let name = path.file_name()?.to_str()?;
    let name = without_template(name);
    if let Some(unit) = folder
        .file_name()
        .and_then(|name| name.to_str()?.strip_suffix(".d"))
        && name.ends_with(".conf")
        && is_unit(unit)
    {
        return Some(host(folder.parent()?).join(template(unit)));
    }
    if is_unit(name) {
        return Some(host(folder).join(template(name)));
    }
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let is_compose = name.starts_with("docker-compose") || name.starts_with("compose");
    (is_yaml && is_compose).then(|| folder.join("compose"))
}

/// Returns the name of the file that a template of that name becomes.
pub(super) fn without_template(name: &str) -> &str {
    [".j2", ".erb", ".tpl", ".tmpl", ".epp"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name)
}

/// Whether a file is a unit or a drop-in, by its name.
pub(super) fn is_of_unit(path: &Path) -> bool {
    unit_of(path).is_some()
}

/// Returns the units that these files are: for each the unit file and its drop-ins, sorted by name. The files share
/// their [`whole`]. A drop-in of one instance does not count for the others.
pub(super) fn in_order(files: &[PathBuf]) -> Vec<Vec<PathBuf>> {
    let names: BTreeSet<&str> = files.iter().filter_map(|path| unit_of(path)).collect();
    let of_name = |name: &str| {
        let is_for = |path: &&PathBuf| {
            unit_of(path).is_some_and(|unit| unit == name || unit == template(name))
        };
        let mut own: Vec<&PathBuf> = files.iter().filter(is_for).collect();
        let file_name = |path: &PathBuf| path.file_name().map(ToOwned::to_owned);
        own.sort_by_key(|path| (is_drop_in(path), file_name(path), rank(path)));
        // Of files of the same name the folder of the administrator counts; an instance has one unit file.
        own.dedup_by(|later, first| {
            let both_units = !is_drop_in(later) && !is_drop_in(first);
            both_units || file_name(later) == file_name(first)
        });
        own.into_iter().cloned().collect()
    };
    names.into_iter().map(of_name).collect()
}

/// The surface of units.
pub(super) fn unit_surface() -> Option<Surface> {
    surface::named("systemd-unit")
}

/// The surface of environment files.
pub(super) fn environment_surface() -> Option<Surface> {
    surface::named("env-file")
}

/// The surface of arguments and variables of processes.
pub(super) fn process_surface() -> Option<Surface> {
    surface::named("process")
}

/// The surface of Kubernetes objects.
pub(super) fn manifest_surface() -> Option<Surface> {
    surface::named("manifest")
}

/// The surface of configuration files.
pub(super) fn config_file_surface() -> Option<Surface> {
    surface::named("config-file")
}

/// Returns the name of the unit that a file is, or is a drop-in of.
fn unit_of(path: &Path) -> Option<&str> {
    let name = without_template(path.file_name()?.to_str()?);
    if is_unit(name) {
        return Some(name);
    }
    let folder = path.parent()?.file_name()?.to_str()?;
    let unit = folder.strip_suffix(".d").filter(|unit| is_unit(unit))?;
    name.ends_with(".conf").then_some(unit)
}

fn is_drop_in(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| !is_unit(without_template(name)))
}

/// The place of the folder in systemd's order.
fn rank(path: &Path) -> usize {
    let text = path.to_string_lossy();
    let mut folders = UNIT_FOLDERS.iter();
    let rank = folders.position(|folder| text.contains(&format!("/{folder}/")));
    rank.unwrap_or(UNIT_FOLDERS.len())
}

fn is_unit(name: &str) -> bool {
    name.ends_with(".service") || name.ends_with(".container")
}

/// Returns `etcd@.service` for `etcd@infra1.service`.
fn template(unit: &str) -> String {
    match (unit.split_once('@'), unit.rsplit_once('.')) {
        (Some((name, _)), Some((_, kind))) => format!("{name}@.{kind}"),
        _ => unit.to_owned(),
    }
}

/// Returns the root of the host that the folder of units is in, or the folder itself.
fn host(folder: &Path) -> &Path {
    let units = UNIT_FOLDERS.iter().map(Path::new);
    let mut units = units.filter(|units| folder.ends_with(units));
    let depth = units.next().map_or(0, |units| units.components().count());
    folder.ancestors().nth(depth).unwrap_or(folder)
}

/// Returns whether the file names the option as a flag or a variable.
pub(super) fn names_option(path: &Path, option: &str) -> bool {
    let Ok(bytes) = walk::read(path) else {
        return true;
    };
    let text = String::from_utf8_lossy(&bytes);
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    [format!("--{option}"), variable_name(option)]
        .iter()
        .any(|name| {
            text.match_indices(name.as_str())
                .any(|(at, _)| !text[at + name.len()..].starts_with(is_part))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_one_unit_share_a_path() {
        let of = |path: &str| whole(Path::new(path));
        let unit = of("/hosts/a/usr/lib/systemd/system/etcd.service");
        assert_eq!(
            unit,
            of("/hosts/a/etc/systemd/system/etcd.service.d/10-tls.conf")
        );
        assert_ne!(
            unit,
            of("/hosts/b/etc/systemd/system/etcd.service.d/10-tls.conf")
        );
        assert_eq!(of("/u/etcd.service"), of("/u/etcd.service.d/a.conf.j2"));
        assert_eq!(of("/u/etcd@.service"), of("/u/etcd@a.service.d/a.conf"));
        assert_eq!(
            of("/c/docker-compose.yml"),
            of("/c/docker-compose.override.yml")
        );
        assert_eq!(of("/c/etcd.conf.yml"), None);
        assert_eq!(of("/c/conf.d/etcd.conf"), None);
    }
}
