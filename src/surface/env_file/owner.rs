//! Decides whose options the variables of an environment file are: of an etcd server, of its clients, of another
//! program.

use crate::facts::catalogue::Catalogue;
use crate::member::Setting;

/// The program whose flags a variable contains.
pub(super) enum Owner {
    Etcd,
    /// Perhaps etcd, but nothing else in the text shows it.
    Unsure,
    Other,
}

impl Owner {
    /// Returns the owner of the flags in a variable of that name. `telling`: only etcd has one of the flags;
    /// `shows_etcd`: the rest of the file is for etcd.
    pub(super) fn of(
        catalogue: &Catalogue,
        name: &str,
        telling: bool,
        shows_etcd: bool,
        flags: &[Setting],
    ) -> Self {
        if is_etcds(name) {
            return Self::Etcd;
        }
        if is_anyones(name) {
            let is_known = |flag: &Setting| flag.option_in(catalogue).is_some();
            return match (telling, shows_etcd) {
                (true, false) => Self::Unsure,
                (_, true) if telling || flags.iter().any(is_known) => Self::Etcd,
                _ => Self::Other,
            };
        }
        let is_server = flags.iter().any(|flag| {
            ["initial-", "listen-", "advertise-client-urls"]
                .iter()
                .any(|start| flag.name.starts_with(start))
        });
        if is_server && telling {
            Self::Unsure
        } else {
            Self::Other
        }
    }
}

/// Whether a variable of flags is named after the etcd server.
fn is_etcds(name: &str) -> bool {
    let mut words = name.split('_');
    let begins_other = OTHER_PROGRAMS
        .iter()
        .any(|other| name.to_ascii_uppercase().starts_with(other));
    !begins_other
        && words.any(|word| {
            matches!(
                word.to_ascii_uppercase().as_str(),
                "ETCD" | "ETCD2" | "ETCD3"
            )
        })
}

/// Other programs whose options have a variable of their own.
const OTHER_PROGRAMS: [&str; 4] = ["ETCDCTL_", "FLANNEL", "HELM_", "KUBE"];

/// Whether the name of a variable of flags names no program, as `DAEMON_OPTS`; `FLANNEL_OPTS` belongs to flannel.
fn is_anyones(name: &str) -> bool {
    name.split('_').all(|word| {
        let word = word.to_ascii_uppercase();
        word.is_empty() || word.bytes().all(|byte| byte.is_ascii_digit()) || WORDS.contains(&&*word)
    })
}

/// Words in names of variables of flags, for any program.
const WORDS: [&str; 33] = [
    "ADDITIONAL",
    "ALL",
    "ARG",
    "ARGS",
    "ARGUMENTS",
    "CLIENT",
    "CLUSTER",
    "CMD",
    "CMDLINE",
    "COMMAND",
    "COMMON",
    "DAEMON",
    "DEFAULT",
    "EXEC",
    "EXTRA",
    "FLAG",
    "FLAGS",
    "LINE",
    "LOG",
    "LOGGING",
    "MEMBER",
    "OPT",
    "OPTION",
    "OPTIONS",
    "OPTS",
    "PARAMETERS",
    "PARAMS",
    "PEER",
    "SERVER",
    "SSL",
    "START",
    "TLS",
    "USER",
];

/// Whether the variables are those of a client of etcd; `options` are those that servers have too.
pub(in crate::surface) fn is_of_clients<'n>(
    mut variables: impl Iterator<Item = &'n str>,
    options: &[&str],
) -> bool {
    variables.any(|name| CLIENT_VARIABLES.contains(&name))
        && options.iter().all(|name| TLS_FILES.contains(name))
}

/// Variables of clients of etcd: next to them, `ETCD_CERT_FILE` is not that of the server.
const CLIENT_VARIABLES: [&str; 19] = [
    "ETCD_AUTHORITY",
    "ETCD_CACERT",
    "ETCD_CA_CERT_FILE",
    "ETCD_CERT",
    "ETCD_ENDPOINT",
    "ETCD_ENDPOINTS",
    "ETCD_HOST",
    "ETCD_HOSTS",
    "ETCD_KEY",
    "ETCD_PASSWORD",
    "ETCD_PORT",
    "ETCD_PREFIX",
    "ETCD_SCHEME",
    "ETCD_SERVER",
    "ETCD_SERVERS",
    "ETCD_URL",
    "ETCD_URLS",
    "ETCD_USER",
    "ETCD_USERNAME",
];

/// Options that both servers and clients have.
const TLS_FILES: [&str; 4] = [
    "ETCD_CERT_FILE",
    "ETCD_KEY_FILE",
    "ETCD_CA_FILE",
    "ETCD_TRUSTED_CA_FILE",
];
