//! Texts that are linked by names: processes that get variables from others, and the config maps that they name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::parts;
use super::units::Files;
use crate::assemble::{OtherText, Part, Referred};
use crate::facts::catalogue::Catalogue;
use crate::member::ObjectReference;

/// What a text with an object, or with a process that gets variables from another text, contains.
const SIGNS: [&str; 4] = ["onfigMap", "secretRef", "env_file", "env-file"];

impl Files {
    /// Returns the texts with objects, and those with processes that get variables from other texts.
    pub(super) fn linked(&self, catalogue: &Catalogue) -> &[Arc<OtherText>] {
        self.linked.get_or_init(|| {
            let mut paths: Vec<&PathBuf> = self.by_name.values().flatten().collect();
            paths.sort();
            let texts = paths.into_iter().filter_map(|path| {
                let bytes = self.bytes(path)?;
                let has = |sign: &str| memchr::memmem::find(&bytes, sign.as_bytes()).is_some();
                let is_linked = SIGNS.iter().any(|sign| has(sign));
                if !is_linked || !(has("etcd") || has("ETCD_")) {
                    return None;
                }
                let surface = parts::manifest_surface()
                    .filter(|_| has("ConfigMap") || has("configMapGenerator"));
                let text = self.text(catalogue, path, surface)?;
                let mut members = text.reading.members.iter();
                let is_process = members.any(|member| !member.inputs.variables.is_empty());
                (is_process || !text.reading.objects.is_empty()).then_some(text)
            });
            texts.collect()
        })
    }

    /// Returns the text with an object, seen from `own`. Of several objects of that name, the one in the folder of
    /// `part` counts.
    pub(super) fn object(
        &self,
        catalogue: &Catalogue,
        own: &Path,
        part: &Path,
        object: &ObjectReference,
    ) -> Referred {
        let has = |text: &&Arc<OtherText>| {
            let mut objects = text.reading.objects.iter();
            objects.any(|one| one.is_named_by(object))
        };
        let all: Vec<&Arc<OtherText>> = self.linked(catalogue).iter().filter(has).collect();
        let beside = all
            .iter()
            .filter(|text| text.source.path.parent() == part.parent());
        let beside: Vec<&Arc<OtherText>> = beside.copied().collect();
        let text = match (beside.as_slice(), all.as_slice()) {
            ([text], _) | ([], [text]) => *text,
            _ => return Referred::Unknown,
        };
        Referred::One(if text.source.path == own {
            Part::Own
        } else {
            Part::Other(Arc::clone(text))
        })
    }

    /// Returns the file that a relative path names, from the folder of `part`.
    pub(super) fn beside(&self, part: &Path, path: &str) -> Option<PathBuf> {
        if path.starts_with('/') || path.is_empty() {
            return None;
        }
        let mut file = part.parent()?.to_path_buf();
        for name in path.split('/').filter(|name| !matches!(*name, "" | ".")) {
            if name == ".." {
                file.pop();
            } else {
                file.push(name);
            }
        }
        let name = file.file_name()?.to_str()?;
        let files = self.by_name.get(parts::without_template(name))?;
        files.contains(&file).then_some(file)
    }
}
