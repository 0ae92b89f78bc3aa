//! What the settings of a whole member say about its cluster.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::plain_path::plain;
use crate::assemble::Assembled;
use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::facts::go_url::{self, Url};
use crate::facts::urls_map;
use crate::facts::version::Release;
use crate::member::{Completeness, Setting};
use crate::server::effective::Effective;
use crate::server::startup::is_proxy;
use crate::source::{Source, Span};
use crate::surface::Reading;

/// The options that are compared between members.
const COMPARED: [&str; 10] = [
    "data-dir",
    "election-timeout",
    "heartbeat-interval",
    "initial-cluster",
    "initial-cluster-state",
    "initial-cluster-token",
    "listen-peer-urls",
    "name",
    "peer-client-cert-auth",
    "peer-trusted-ca-file",
];

/// Other ways to find a cluster, which make its initial members unknown.
const DISCOVERY: [&str; 3] = ["discovery", "discovery-srv", "discovery-endpoints"];

/// Where something is written.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The file.
    pub path: Arc<Path>,
    /// The line, 1-based.
    pub line: usize,
    /// The place in the file; `None` if the file is another one than the text that was read.
    pub span: Option<Span>,
    /// How the setting is written; `None` for a member as a whole.
    pub spelling: Option<Spelling>,
    /// The value as written.
    pub value: Option<String>,
}

impl Spot {
    /// Returns file and line as they are shown.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}:{}", plain(&self.path).display(), self.line)
    }
}

/// The value of an option.
#[derive(Clone, Debug)]
pub struct Told {
    /// The value in force, in the form of a flag's.
    pub text: String,
    /// Where it is written; `None` for a default.
    pub spot: Option<Spot>,
}

/// What a whole member says about its cluster.
#[derive(Clone, Debug)]
pub struct Said {
    /// The member's name.
    pub name: String,
    /// The members that its `initial-cluster` names, with their peer URLs in order.
    pub list: BTreeMap<String, Vec<String>>,
    /// The peer URLs that it advertises, in order; `None` if they are not known.
    pub advertised: Option<Vec<String>>,
    /// The URLs that it listens on for peers; `None` if they are not known.
    pub listens: Option<Vec<Url>>,
    /// Whether it requires certificates of its peers; `None` if that is not known.
    pub demands_certificates: Option<bool>,
    /// The folder of its data, if it runs on the host itself and the path is absolute.
    pub folder: Option<String>,
    /// Where the member is started, or its file begins.
    pub anchor: Spot,
    told: HashMap<&'static str, Told>,
}

impl Said {
    /// Returns what a member of a text says at `release`; `None` if it is not whole, or its name or its initial cluster
    /// is not known.
    pub(super) fn of(
        (source, reading): (&Source, &Reading),
        assembled: &Assembled,
        catalogue: &Catalogue,
        release: Release,
    ) -> Option<Self> {
        let member = &assembled.member;
        let is_list = |setting: &Setting| setting.gives(catalogue, "initial-cluster");
        if member.completeness != Completeness::Whole
            || !member.live().any(|(_, setting)| is_list(setting))
        {
            return None;
        }
        let effective = Effective::new(catalogue, member, release);
        let finds_otherwise =
            |way: &str| effective.option(way).is_some() && effective.is_filled(way);
        if DISCOVERY.iter().any(|way| finds_otherwise(way)) || is_proxy(&effective) != Some(false) {
            return None;
        }
        let texts = Texts {
            source,
            reading,
            effective: &effective,
        };
        let told: HashMap<&str, Told> = COMPARED
            .into_iter()
            .filter_map(|option| Some((option, texts.told(option)?)))
            .collect();
        let name = told.get("name")?.text.clone();
        let written = told.get("initial-cluster")?;
        written.spot.as_ref()?;
        let list = urls_map::parse(catalogue, &written.text, release).ok()?;
        let list = list.into_iter().map(|(name, urls)| (name, in_order(&urls)));
        let advertised = texts.known("initial-advertise-peer-urls");
        let advertised = advertised.and_then(|()| effective.urls("initial-advertise-peer-urls"));
        let listens = texts.known("listen-peer-urls");
        Some(Self {
            list: list.collect(),
            advertised: advertised.map(|urls| in_order(&urls)),
            listens: listens.and_then(|()| effective.urls("listen-peer-urls")),
            demands_certificates: texts.demands_certificates(),
            folder: texts.folder(),
            anchor: texts.anchor(),
            name,
            told,
        })
    }

    /// Returns the value of an option, if it is known.
    #[must_use]
    pub fn told(&self, option: &str) -> Option<&Told> {
        self.told.get(option)
    }

    /// Returns where an option is written; where the member begins if it is not set.
    #[must_use]
    pub fn spot(&self, option: &str) -> Spot {
        let spot = self.told(option).and_then(|told| told.spot.clone());
        spot.unwrap_or_else(|| self.anchor.clone())
    }

    /// Whether etcd takes the initial cluster from the configuration when the data folder is empty.
    #[must_use]
    pub fn is_new(&self) -> bool {
        let state = self.told("initial-cluster-state");
        state.is_some_and(|state| state.text != "existing")
    }

    /// Whether it joins a cluster that runs.
    #[must_use]
    pub fn joins(&self) -> bool {
        let state = self.told("initial-cluster-state");
        state.is_some_and(|state| state.text == "existing")
    }

    /// Whether the initial cluster has the other member under its name with the URLs that it advertises.
    #[must_use]
    pub fn names(&self, other: &Self) -> bool {
        let urls = self.list.get(&other.name);
        urls.is_some() && urls == other.advertised.as_ref()
    }

    /// Returns the peer URLs of each member of the initial cluster, in order. They and the token decide the ID of the
    /// cluster, and names do not: `etcdserver/api/membership/member.go:77@v3.4.23`.
    #[must_use]
    pub fn urls(&self) -> Vec<&[String]> {
        let mut urls: Vec<&[String]> = self.list.values().map(Vec::as_slice).collect();
        urls.sort_unstable();
        urls
    }

    /// Returns the initial cluster in one spelling.
    #[must_use]
    pub fn list_text(&self) -> String {
        let entries = self.list.iter();
        let entries =
            entries.flat_map(|(name, urls)| urls.iter().map(move |url| format!("{name}={url}")));
        entries.collect::<Vec<_>>().join(",")
    }
}

/// Returns URLs as etcd prints and sorts them.
fn in_order(urls: &[Url]) -> Vec<String> {
    let mut urls: Vec<String> = urls.iter().map(Url::text).collect();
    urls.sort();
    urls
}

/// The text of a member with what is in force.
struct Texts<'a> {
    source: &'a Source,
    reading: &'a Reading,
    effective: &'a Effective<'a>,
}

impl Texts<'_> {
    /// Returns `Some` if the text decides the value of an option.
    fn known(&self, option: &str) -> Option<()> {
        let effective = self.effective;
        let Some(index) = effective.deciding_setting(option) else {
            return Some(());
        };
        let setting = effective.member.settings.get(index)?;
        let is_own = setting.elsewhere.is_none();
        let is_certain =
            !(setting.value.is_unknown() || is_own && self.reading.is_in_branch(setting));
        is_certain.then_some(())
    }

    fn told(&self, option: &'static str) -> Option<Told> {
        self.known(option)?;
        let effective = self.effective;
        let text = match option {
            // As it is written: two lists are compared, not what a release makes of one.
            "initial-cluster" => effective.set(option)?.text.clone()?,
            // As it is written too: a server rounds the one by the other.
            "heartbeat-interval" | "election-timeout" => effective.number(option)?.to_string(),
            _ => effective.resolved(option)?,
        };
        let index = effective.deciding_setting(option);
        let setting = index.and_then(|index| effective.member.settings.get(index));
        Some(Told {
            text,
            spot: setting.map(|setting| self.spot(setting)),
        })
    }

    fn spot(&self, setting: &Setting) -> Spot {
        let spelling = Some(setting.spelling);
        if let Some(other) = &setting.elsewhere {
            return Spot {
                path: Arc::clone(&other.path),
                line: other.line,
                span: None,
                spelling,
                value: None,
            };
        }
        let value = self.reading.file_span(setting.value_place);
        Spot {
            spelling,
            value: (!value.is_empty()).then(|| value.of(&self.source.text).to_owned()),
            ..self.own(self.reading.file_span(setting.place()))
        }
    }

    fn anchor(&self) -> Spot {
        self.own(self.reading.file_span(self.effective.member.anchor))
    }

    fn own(&self, span: Span) -> Spot {
        Spot {
            path: Arc::from(PathBuf::from(self.source.path()).as_path()),
            line: self.source.line_column(span.start).line,
            span: Some(span),
            spelling: None,
            value: None,
        }
    }

    /// A file of authorities alone is enough from some release on; `peer-ca-file` always was.
    fn demands_certificates(&self) -> Option<bool> {
        let effective = self.effective;
        let has = |option: &str| {
            self.known(option)?;
            let exists = effective.option(option).is_some();
            Some(exists && effective.is_filled(option))
        };
        if has("peer-ca-file")? || effective.set("peer-auto-tls").is_some() {
            return None;
        }
        self.known("peer-client-cert-auth")?;
        if effective.boolean("peer-client-cert-auth")? {
            return Some(true);
        }
        let has_authority = has("peer-trusted-ca-file")?;
        let is_enough = effective.does(Behaviour::TrustedCaFileAloneDemandsCertificates);
        Some(has_authority).filter(|has| !has || is_enough)
    }

    /// In a container a folder may be another one on each, so only a member that a line starts directly counts.
    fn folder(&self) -> Option<String> {
        let is_script = self
            .reading
            .surface
            .is_some_and(|surface| surface.is_script);
        let anchor = self.effective.member.anchor;
        if !(is_script || self.reading.unit.is_some()) || anchor.text != 0 {
            return None;
        }
        let text = &self.source.text;
        let before = text.get(..anchor.span.start)?;
        let line = before.rsplit('\n').next()?;
        let is_continued = before
            .strip_suffix(line)?
            .trim_end()
            .ends_with(['\\', '`', '^']);
        let words = line.trim().trim_end_matches(['-', '@', ':', '+', '!']);
        let is_label =
            !line.contains('=') && line.trim_end().ends_with(':') && !line.trim().contains(' ');
        let is_direct = !is_continued && (words.is_empty() || words == "ExecStart=" || is_label);
        self.known("data-dir")?;
        let folder = self.effective.resolved("data-dir")?;
        (is_direct && folder.starts_with('/')).then_some(folder)
    }
}

/// Returns the host of a peer URL.
pub(super) fn host(url: &str) -> Option<String> {
    let url = go_url::go_parse(url).ok()?;
    Some(url.host().to_owned())
}
