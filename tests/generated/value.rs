//! Values for any option of the catalogue, by its type at a release and, if the type is not specific enough, by its
//! name.

use etcd_uplift::facts::catalogue::{Catalogue, EtcdOption, KeyType, ValueType};
use etcd_uplift::facts::version::Release;
use etcd_uplift::member::Value;

use super::dice::Dice;

/// Texts for a name, a token or a path: each needs some quoting rule.
const TEXTS: [&str; 18] = [
    "plain",
    "etcd-cluster-1",
    "/var/lib/a",
    "two words",
    "it's",
    "say \"hi\"",
    "a#b",
    "a #b",
    "key: value",
    "-dash",
    "back\\slash",
    "ümlaut",
    "50%",
    "a;b&c|d",
    "*star",
    "true",
    "42",
    "",
];

/// Values for options whose type is not specific enough: those that etcd accepts, and those that it refuses or reads in
/// another way.
///
/// Values that a text cannot decide are left out: files and hosts that do not exist, memory that cannot be locked, the
/// journal.
fn known_texts(option: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    let texts: (&[&str], &[&str]) = match option {
        "name" => (&["@name@"], &["", "other"]),
        "data-dir" => (&["@folder@/data", "data"], &[""]),
        "wal-dir" => (&["", "@folder@/wal", "wal"], &[]),
        "listen-client-urls" => (
            &["http://127.0.0.1:@client@", "http://localhost:@client@"],
            &[
                "http://127.0.0.1:@client@,http://127.0.0.1:@client@",
                "https://127.0.0.1:@client@",
                "127.0.0.1:@client@",
                "http://example.com:@client@",
                "http://127.0.0.1:@client@/path",
                " http://127.0.0.1:@client@",
                "unix://m1.sock:1",
                "tcp://127.0.0.1:@client@",
            ],
        ),
        "listen-peer-urls" => (
            &["http://127.0.0.1:@peer@", "http://localhost:@peer@"],
            &[
                "https://127.0.0.1:@peer@",
                "127.0.0.1:@peer@",
                "http://peer.example:@peer@",
                "http://127.0.0.1:@client@",
                "http://127.0.0.1:@peer@/",
            ],
        ),
        "listen-metrics-urls" => (
            &["http://127.0.0.1:@other@"],
            &[
                "",
                "https://127.0.0.1:@other@",
                "127.0.0.1:@other@",
                "http://m.example:@other@",
            ],
        ),
        "listen-client-http-urls" => (&["http://127.0.0.1:@other@"], &["", "x"]),
        "advertise-client-urls" => (
            &["http://127.0.0.1:@client@", "http://etcd.example:2379"],
            &[
                "",
                "http://:@client@",
                "127.0.0.1:2379",
                "http://127.0.0.1",
                "http://a:1,http://b:2",
            ],
        ),
        "initial-advertise-peer-urls" => (
            &["http://127.0.0.1:@peer@"],
            &[
                "",
                "http://127.0.0.1:1",
                "http://:@peer@",
                "127.0.0.1:@peer@",
                "http://localhost:@peer@",
            ],
        ),
        "initial-cluster" => (
            &["@name@=http://127.0.0.1:@peer@"],
            &[
                "",
                "other=http://127.0.0.1:@peer@",
                "@name@=http://127.0.0.1:1",
                "@name@",
                "@name@=http://127.0.0.1:@peer@,b=http://127.0.0.1:@peer@",
                "@name@=http://127.0.0.1:@peer@,@name@=http://127.0.0.1:1",
                "@name@=127.0.0.1:@peer@",
            ],
        ),
        "discovery"
        | "discovery-srv"
        | "discovery-endpoints"
        | "client-crl-file"
        | "peer-crl-file" => (&[""], &[]),
        "discovery-proxy" => (&["", "http://127.0.0.1:1"], &[]),
        "logger" => (&["zap"], &["capnslog", "", "bogus"]),
        "log-level" => (
            &["info", "debug", "warn", "error"],
            &["panic", "fatal", "dpanic", "INFO", "", "bogus"],
        ),
        "log-output" | "log-outputs" => (
            &["default", "stderr", "stdout", "@folder@/etcd.log"],
            &[
                "stdout,stderr",
                "stderr,default",
                "stdout,@folder@/b.log",
                "",
                "stdout,stdout",
            ],
        ),
        "log-package-levels" => (
            &["etcdserver=WARNING,raft=DEBUG", ""],
            &["bogus", "raft=LOUD"],
        ),
        "log-rotation-config-json" => (
            &["{\"maxsize\": 1}", "{}"],
            &["", "{", "{\"maxsize\": \"1\"}", "[]"],
        ),
        "log-format" => (&["json", "console"], &["", "text"]),
        "metrics" => (&["basic", "extensive"], &["", "bogus"]),
        "auth-token" => (
            &["simple", "simple,ttl=5"],
            &["", "bogus", "jwt", "simple,ttl", "jwt,sign-method=HS256"],
        ),
        "cipher-suites" => (
            &[
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_128_CBC_SHA",
            ],
            &["", "bogus", "TLS_RSA_WITH_AES_128_CBC_SHA"],
        ),
        "tls-min-version" | "tls-max-version" => (&["TLS1.2", "TLS1.3"], &["", "TLS1.1"]),
        "auto-compaction-mode" => (&["periodic", "revision"], &["", "bogus"]),
        "auto-compaction-retention" | "experimental-auto-compaction-retention" => (
            &["0", "1", "24", "1h", "30m", "1h30m"],
            &["", "abc", "1.5", "-1", "1d", "5ns"],
        ),
        "cert-file" | "peer-cert-file" | "client-cert-file" | "peer-client-cert-file" => {
            (&["", "@certificate@"], &[])
        }
        "key-file" | "peer-key-file" | "client-key-file" | "peer-client-key-file" => {
            (&["", "@key@"], &[])
        }
        "trusted-ca-file" | "peer-trusted-ca-file" | "ca-file" | "peer-ca-file" => {
            (&["", "@authority@"], &[])
        }
        "host-whitelist" => (&["*", "localhost,127.0.0.1"], &[""]),
        "cors" => (
            &["*", "http://a.example:80"],
            &["", "a.example", "http://a.example"],
        ),
        "experimental-distributed-tracing-address" | "distributed-tracing-address" => {
            (&["127.0.0.1:4317"], &["", "x"])
        }
        _ => return None,
    };
    Some(texts)
}

/// Boolean flags that a text cannot decide when they are on: those that print and exit, and those that need memory that
/// can be locked.
const NEVER_ON: [&str; 3] = ["version", "experimental-memory-mlock", "memory-mlock"];

/// Returns a text for a flag or a variable.
pub(crate) fn text(
    catalogue: &Catalogue,
    option: &EtcdOption,
    release: Release,
    odd: bool,
    dice: &mut Dice,
) -> String {
    let from = |usual: &[&str], odd_ones: &[&str], dice: &mut Dice| {
        let texts = if odd && !odd_ones.is_empty() {
            odd_ones
        } else {
            usual
        };
        dice.pick(texts).to_owned()
    };
    if NEVER_ON.contains(&option.name.as_str()) {
        return "false".to_owned();
    }
    if let Some((usual, odd_ones)) = known_texts(&option.name) {
        return from(usual, odd_ones, dice);
    }
    match option.type_at(release) {
        ValueType::Bool => from(
            &["true", "false", "1", "F", "TRUE"],
            &["", "yes", "on", "2", "tRUE"],
            dice,
        ),
        ValueType::Int | ValueType::Int64 => from(
            &["1", "0", "100", "1000000", "0x10"],
            &[
                "-1",
                "",
                "abc",
                "1.5",
                "9223372036854775807",
                "9223372036854775808",
                " 1",
                "1_000",
                "010",
            ],
            dice,
        ),
        ValueType::Uint | ValueType::Uint32 | ValueType::Uint64 => from(
            usual_counts(&option.name),
            &[
                "0",
                "-1",
                "",
                "abc",
                "4294967296",
                "18446744073709551615",
                "18446744073709551616",
                "1e3",
                "010",
            ],
            dice,
        ),
        ValueType::Duration => from(
            &["1s", "100ms", "1h30m", "5m0s", "1.5h"],
            &[
                "0", "0s", "10", "", "abc", "-5s", "1d", "300000h", "9999999h",
            ],
            dice,
        ),
        ValueType::Urls | ValueType::UniqueUrls | ValueType::CorsOrigins => from(
            &["http://127.0.0.1:4001"],
            &["", "x", "http://a.example"],
            dice,
        ),
        ValueType::Enum => {
            let allowed = option
                .allowed
                .at_or_first(release)
                .cloned()
                .unwrap_or_default();
            if odd || allowed.is_empty() {
                dice.pick(&["", "bogus", "NEW", "true", "on"]).to_owned()
            } else {
                dice.pick(&allowed)
            }
        }
        ValueType::IpPort => from(
            &["127.0.0.1:4001"],
            &["", "localhost:4001", "127.0.0.1"],
            dice,
        ),
        ValueType::FeatureGates => {
            let gate = dice.pick(&catalogue.gates).name;
            match dice.below(4) {
                _ if odd => dice
                    .pick(&["", "Bogus=true", "AllAlpha", "AllBeta=maybe"])
                    .to_owned(),
                0 => format!("{gate}=true"),
                1 => format!("{gate}=false"),
                2 => "AllAlpha=true".to_owned(),
                _ => format!("{gate}=true,{}=true", dice.pick(&catalogue.gates).name),
            }
        }
        ValueType::Ignored => from(&["", "x"], &["two words", "true"], dice),
        ValueType::String | ValueType::Strings | ValueType::UniqueStrings | ValueType::Rejected => {
            dice.pick(&TEXTS).to_owned()
        }
    }
}

/// Returns a count that the timing of a member allows.
fn usual_counts(option: &str) -> &'static [&'static str] {
    match option {
        "heartbeat-interval" => &["100", "50"],
        "election-timeout" => &["1000", "5000", "1050"],
        _ => &["1", "5", "100", "100000", "0x10"],
    }
}

/// Returns a value for a key of the configuration file.
pub(crate) fn key(
    catalogue: &Catalogue,
    option: &EtcdOption,
    release: Release,
    odd: bool,
    dice: &mut Dice,
) -> Value {
    if odd && dice.once_in(3) {
        return of_another_type(dice);
    }
    let text = text(catalogue, option, release, odd, dice);
    let number = |dice: &mut Dice| match dice.below(4) {
        _ if odd => dice.pick(&[
            Value::Integer(-1),
            Value::Integer(1 << 63),
            Value::Integer((1 << 64) - 1),
            Value::Integer(0),
        ]),
        _ => text.parse().map_or(Value::Integer(1), Value::Integer),
    };
    match option.key_type_at(release) {
        KeyType::String => Value::Text(text),
        KeyType::Bool => Value::Bool(matches!(text.as_str(), "true" | "1" | "TRUE")),
        KeyType::Duration if !odd => {
            Value::Integer(dice.pick(&[1_000_000_000, 100_000_000, 60_000_000_000]))
        }
        KeyType::Int
        | KeyType::Int64
        | KeyType::Uint
        | KeyType::Uint32
        | KeyType::Uint64
        | KeyType::Duration => number(dice),
        KeyType::List => Value::List(
            text.split(',')
                .map(|item| Value::Text(item.to_owned()))
                .collect(),
        ),
        KeyType::Unsupported => Value::Null,
    }
}

fn of_another_type(dice: &mut Dice) -> Value {
    dice.pick(&[
        Value::Null,
        Value::Bool(true),
        Value::Integer(24),
        Value::Float(1.5),
        Value::Float(2.0),
        Value::Text("24".to_owned()),
        Value::Text("true".to_owned()),
        Value::List(vec![Value::Text("a".to_owned()), Value::Integer(2)]),
        Value::List(Vec::new()),
        Value::List(vec![Value::Null]),
    ])
}
