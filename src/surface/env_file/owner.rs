//! Whose options the variables of an environment file are: etcd's server's, its clients', another program's.

use crate::facts::catalogue::Catalogue;
use crate::member::Setting;

/// Whose flags a variable holds.
pub(super) enum Owner {
    Etcd,
    /// They may be etcd's: nothing else in the text shows it.
    Unsure,
    Other,
}

impl Owner {
    /// Whose flags a variable of that name holds. `telling`: one of them is a name that only etcd has; `shows_etcd`: the
    /// file is etcd's otherwise.
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

/// Whether a variable that holds flags is named for etcd's server.
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

/// Programs beside etcd whose options have a variable of their own.
const OTHER_PROGRAMS: [&str; 4] = ["ETCDCTL_", "FLANNEL", "HELM_", "KUBE"];

/// Whether the name of a variable that holds flags says nothing of a program: `DAEMON_OPTS`. `FLANNEL_OPTS` is flannel's.
fn is_anyones(name: &str) -> bool {
    name.split('_').all(|word| {
        let word = word.to_ascii_uppercase();
        word.is_empty() || word.bytes().all(|byte| byte.is_ascii_digit()) || WORDS.contains(&&*word)
    })
}

/// What variables that hold flags are called, whatever the program.
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

/// Whether the variables are those of a client of etcd, with `options` those that servers have too.
pub(super) fn is_of_clients<'n>(
    mut variables: impl Iterator<Item = &'n str>,
    options: &[&str],
) -> bool {
    variables.any(|name| CLIENT_VARIABLES.contains(&name))
        && options.iter().all(|name| TLS_FILES.contains(name))
}

/// Variables of etcd's clients: where they stand, `ETCD_CERT_FILE` is not the server's.
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

/// Options that both servers and clients are given.
const TLS_FILES: [&str; 4] = [
    "ETCD_CERT_FILE",
    "ETCD_KEY_FILE",
    "ETCD_CA_FILE",
    "ETCD_TRUSTED_CA_FILE",
];
