//! Where pods are in Kubernetes objects.

/// Paths of the pod specification in an object.
pub(super) const POD_PATHS: [&[&str]; 4] = [
    &["spec"],
    &["spec", "template", "spec"],
    &["spec", "jobTemplate", "spec", "template", "spec"],
    &["template", "spec"],
];
