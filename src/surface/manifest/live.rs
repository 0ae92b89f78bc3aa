//! Objects that the API server printed, `kubectl get -o yaml`: they are not what a person writes, and they repeat it.

use super::pod_paths::POD_PATHS;
use crate::facts::catalogue::Spelling;
use crate::source::Span;
use crate::surface::document::DocumentReader;
use crate::surface::process::is_variable;
use crate::surface::site::unwritable::Unwritable;
use crate::text::yaml::NodeId;

/// The manifest that `kubectl apply` was given last, in an annotation.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

impl DocumentReader<'_> {
    /// Records that an object is one that the API server printed, if it is.
    pub(super) fn mark_live(&mut self, id: NodeId) {
        let document = self.document;
        let below = |path: &[&str]| self.below(id, path);
        let status = below(&["status"]);
        let has_status = status.is_some_and(|status| !document.entries(status).is_empty());
        let is_printed = has_status
            || below(&["metadata", "uid"]).is_some()
            || below(&["metadata", "resourceVersion"]).is_some();
        if !is_printed {
            return;
        }
        let repeated = [
            status,
            below(&["metadata", "managedFields"]),
            below(&["metadata", "annotations", LAST_APPLIED]),
        ];
        let all = document.resolved(id).span;
        self.reading
            .hazards
            .output
            .set_read_only(all, Unwritable::LiveObject);
        for repeated in repeated.into_iter().flatten() {
            let span = document.node(repeated).span;
            self.reading.hazards.output.add_repeated(span);
        }
        self.hide_variables(id);
    }

    /// Hides the values of variables that no release of etcd reads: they may be secrets of other programs.
    fn hide_variables(&mut self, id: NodeId) {
        let document = self.document;
        let items = |id: NodeId, key: &str| {
            let list = document.value(id, key);
            list.map_or(&[][..], |list| document.items(list))
        };
        let specs = POD_PATHS.iter().filter_map(|path| self.below(id, path));
        let containers =
            specs.flat_map(|spec| [items(spec, "initContainers"), items(spec, "containers")]);
        let pairs = containers.flatten().flat_map(|&one| items(one, "env"));
        let is_others = |pair: NodeId| {
            let name = document.value(pair, "name");
            let name = name
                .and_then(|name| document.scalar(name))
                .unwrap_or_default();
            let catalogue = self.request.catalogue;
            !is_variable(name) || catalogue.spelled(Spelling::Variable, name).is_none()
        };
        let others = pairs.filter(|&&pair| is_others(pair));
        let values = others.filter_map(|&pair| document.value(pair, "value"));
        let hidden: Vec<Span> = values.map(|value| document.node(value).span).collect();
        for span in hidden {
            self.reading.hazards.output.hide(span);
        }
    }
}
