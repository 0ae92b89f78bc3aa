//! The table of tools: where their files and objects have options for etcd, and in which form.

/// The form of options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Flags: a map of names to values, or a list of `name`, `value`.
    Flags,
    /// Flags: a list of arguments with their dashes.
    Arguments,
    /// Keys of the configuration file that k3s and RKE2 write: a list of `name=value`, or one such text.
    Keys,
    /// Variables: a list of `NAME=value`.
    Assignments,
    /// Variables: a list of `name`, `value`.
    Variables,
}

/// A tool's file or object.
#[derive(Debug)]
pub(super) struct Tool {
    /// What the name of the API contains; empty for a file.
    pub(super) apis: &'static [&'static str],
    /// The kinds of objects; empty for any.
    pub(super) kinds: &'static [&'static str],
    /// Paths of the parts for etcd, from the top; `*` is every item of a list.
    pub(super) parts: &'static [&'static [&'static str]],
    /// Paths of the options in such a part, and their forms.
    pub(super) options: &'static [(&'static [&'static str], Form)],
    /// Paths of an image, its tag or a version of etcd, from the part or from the top.
    pub(super) versions: &'static [&'static [&'static str]],
    /// The prefix of variables that the tool reads itself.
    pub(super) own_variables: &'static str,
    /// The name of the pod and of the container that the tool renders and that patches may change; empty for none.
    pub(super) static_pod: &'static str,
}

const NONE: Tool = Tool {
    apis: &[],
    kinds: &[],
    parts: &[],
    options: &[],
    versions: &[],
    own_variables: "ETCDCTL_",
    static_pod: "",
};

/// Kubernetes objects.
pub(super) const OBJECTS: [Tool; 9] = [
    // kubeadm: its own files, v1alpha1, and Cluster API.
    Tool {
        apis: &["kubeadm.k8s.io/", ".cluster.x-k8s.io/"],
        parts: &[
            &["etcd", "local"],
            &["etcd"],
            &[
                "spec",
                "kubeadmConfigSpec",
                "clusterConfiguration",
                "etcd",
                "local",
            ],
            &[
                "spec",
                "template",
                "spec",
                "kubeadmConfigSpec",
                "clusterConfiguration",
                "etcd",
                "local",
            ],
            &["spec", "clusterConfiguration", "etcd", "local"],
        ],
        options: &[
            (&["extraArgs"], Form::Flags),
            (&["extraEnvs"], Form::Variables),
        ],
        versions: &[&["imageTag"]],
        static_pod: "etcd",
        ..NONE
    },
    // RKE2 in Cluster API.
    Tool {
        apis: &["controlplane.cluster.x-k8s.io/"],
        kinds: &["RKE2ControlPlane", "RKE2ControlPlaneTemplate"],
        parts: &[
            &["spec", "serverConfig", "etcd", "customConfig"],
            &[
                "spec",
                "template",
                "spec",
                "serverConfig",
                "etcd",
                "customConfig",
            ],
        ],
        options: &[(&["extraArgs"], Form::Keys)],
        versions: &[&["overrideImage"]],
        ..NONE
    },
    // Rancher.
    Tool {
        apis: &["provisioning.cattle.io/", "rke.cattle.io/"],
        kinds: &["Cluster", "RKEControlPlane"],
        parts: &[
            &["spec", "rkeConfig", "machineGlobalConfig"],
            &["spec", "rkeConfig", "machineSelectorConfig", "*", "config"],
            &["spec", "machineGlobalConfig"],
            &["spec", "machineSelectorConfig", "*", "config"],
        ],
        options: &[(&["etcd-arg"], Form::Keys)],
        ..NONE
    },
    // RKE as Rancher stores it.
    Tool {
        apis: &["management.cattle.io/"],
        kinds: &["Cluster"],
        parts: &[&["spec", "rancherKubernetesEngineConfig", "services", "etcd"]],
        options: &[
            (&["extraArgs"], Form::Flags),
            (&["extraEnv"], Form::Assignments),
        ],
        versions: &[&["image"]],
        ..NONE
    },
    // kops: etcd-manager gives etcd its own variables that begin with ETCD_, last of all.
    Tool {
        apis: &["kops.k8s.io/"],
        kinds: &["Cluster"],
        parts: &[&["spec", "etcdClusters", "*"]],
        options: &[(&["manager", "env"], Form::Variables)],
        versions: &[&["version"], &["image"]],
        own_variables: "ETCD_MANAGER_",
        ..NONE
    },
    // k0s: its own file, k0sctl's and Cluster API.
    Tool {
        apis: &[
            "k0s.k0sproject.io/",
            "k0sctl.k0sproject.io/",
            "controlplane.cluster.x-k8s.io/",
        ],
        kinds: &["ClusterConfig", "Cluster", "K0sControlPlane"],
        parts: &[
            &["spec", "storage", "etcd"],
            &["spec", "k0s", "config", "spec", "storage", "etcd"],
            &["spec", "k0sConfigSpec", "k0s", "spec", "storage", "etcd"],
        ],
        options: &[(&["extraArgs"], Form::Flags)],
        ..NONE
    },
    // The etcd operators of CoreOS, of etcd, and of Cozystack.
    Tool {
        apis: &["etcd.database.coreos.com/"],
        kinds: &["EtcdCluster"],
        parts: &[&["spec"]],
        options: &[(&["pod", "etcdEnv"], Form::Variables)],
        versions: &[&["version"]],
        ..NONE
    },
    Tool {
        apis: &["operator.etcd.io/"],
        kinds: &["EtcdCluster"],
        parts: &[&["spec"]],
        options: &[(&["etcdOptions"], Form::Arguments)],
        versions: &[&["version"]],
        ..NONE
    },
    Tool {
        apis: &["etcd.aenix.io/"],
        kinds: &["EtcdCluster"],
        parts: &[&["spec"]],
        options: &[(&["options"], Form::Flags)],
        ..NONE
    },
];

/// Files that are not Kubernetes objects.
pub(super) const FILES: [Tool; 3] = [
    // RKE, also as Rancher stores it.
    Tool {
        parts: &[
            &["services", "etcd"],
            &["rancher_kubernetes_engine_config", "services", "etcd"],
        ],
        options: &[
            (&["extra_args"], Form::Flags),
            (&["extra_env"], Form::Assignments),
        ],
        versions: &[
            &["image"],
            &["system_images", "etcd"],
            &["rancher_kubernetes_engine_config", "system_images", "etcd"],
        ],
        ..NONE
    },
    // k3s and RKE2.
    Tool {
        parts: &[&[]],
        options: &[(&["etcd-arg"], Form::Keys), (&["etcd-arg+"], Form::Keys)],
        ..NONE
    },
    // Talos.
    Tool {
        parts: &[&["cluster", "etcd"]],
        options: &[(&["extraArgs"], Form::Flags)],
        versions: &[&["image"]],
        ..NONE
    },
];
