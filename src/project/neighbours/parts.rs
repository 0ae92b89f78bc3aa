//! Files that form one unit or one set of services: a unit and its drop-ins, a compose file and its overrides.

use std::path::{Path, PathBuf};

use crate::facts::catalogue::variable_name;
use crate::project::walk;

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
    let name = [".j2", ".erb", ".tpl", ".tmpl"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
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
