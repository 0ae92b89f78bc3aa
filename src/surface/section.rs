//! Reads maps of options that a provisioning tool turns into variables or flags of the etcd unit: `coreos.etcd2` of a
//! cloud-config, `etcd` of a Container Linux Config. Options that the tool does not know do not reach etcd.

use super::reading::Reading;
use super::request::Request;
use super::site::Site;
use super::site::key::KeySite;
use super::site::section::{Section, SectionSite};
use crate::facts::catalogue::ValueType;
use crate::facts::version::Version;
use crate::member::{
    Completeness, Delivery, Member, NamedRelease, Place, Setting, Value, mark_overridden,
};
use crate::source::Span;
use crate::text::yaml::{self, Document, Kind, NodeId, Scalar, Style};

/// Adds the member that the section at `id` describes.
pub(super) fn read(
    request: &Request<'_>,
    document: &Document,
    reading: &mut Reading,
    id: NodeId,
    section: Section,
) {
    let version = document
        .value(id, "version")
        .filter(|_| section.is_flag_list)
        .and_then(|version| document.scalar(version)?.parse::<Version>().ok());
    // Without a version the tool assumes 3.0.0: EtcdDefaultVersion.
    let minor = version.map_or(
        0,
        |version| if version.major >= 3 { version.minor } else { 0 },
    );
    let entries = document.entries(id);
    let dashed = |&(key, _): &(NodeId, NodeId)| {
        document
            .scalar(key)
            .is_some_and(|key| key.contains('-') && section.dashes)
    };
    let separator = if entries.iter().any(dashed) { '-' } else { '_' };
    let flow = document.is_flow(id);
    let mut settings = Vec::new();
    for (index, &(key, value)) in entries.iter().enumerate() {
        let name = document.scalar(key).unwrap_or_default();
        let Some(option) = section.option(name, minor) else {
            continue;
        };
        let Some(passed_on) = passed_on(request, document, value, option, section) else {
            continue;
        };
        let name_span = document.node(key).span;
        let site = reading.add_site(Site::Section(SectionSite {
            section,
            minor,
            separator,
            shared: document.is_shared(name_span),
            entry: KeySite::new(request.text, document, entries, index, flow, "", false),
        }));
        let span = document.node(value).span;
        let span = Span::new(
            span.start,
            span.start + span.of(request.text).trim_end().len(),
        );
        settings.push(Setting {
            spelling: section.spelling,
            name: section.spelled(option),
            name_place: Place::new(0, name_span),
            value: passed_on,
            value_place: Place::new(0, span),
            overridden: false,
            elsewhere: None,
            site,
        });
    }
    let Some(first) = settings.first() else {
        return;
    };
    let anchor = first.name_place;
    mark_overridden(&mut settings);
    reading.members.push(Member {
        settings,
        // The unit of the system sets more.
        completeness: Completeness::Partial,
        delivery: Delivery::Environment,
        evidence: version.map(NamedRelease::fixed),
        ..Member::at(anchor)
    });
}

/// Returns the value that etcd gets; `None` if it gets none.
fn passed_on(
    request: &Request<'_>,
    document: &Document,
    id: NodeId,
    option: &str,
    section: Section,
) -> Option<Value> {
    let Kind::Scalar { text, style, tag } = &document.resolved(id).kind else {
        return None;
    };
    // `$private_ipv4` and `{PRIVATE_IPV4}` are replaced on the machine.
    if text.contains(['$', '{']) {
        return Some(Value::Unknown(text.clone()));
    }
    let scalar = yaml::resolve(text, *style == Style::Plain, tag.as_deref());
    let newest = request.catalogue.newest();
    let is_bool = request
        .catalogue
        .option(option)
        .is_some_and(|option| option.type_at(newest) == ValueType::Bool);
    // coreos-cloudinit leaves out zero values of Go.
    let is_zero = match scalar {
        Scalar::Null => return None,
        Scalar::Bool(value) if is_bool => !value,
        Scalar::Integer(value) => value == 0,
        _ => text.is_empty(),
    };
    if is_zero && !section.is_flag_list {
        return None;
    }
    Some(Value::Text(match scalar {
        Scalar::Bool(value) if is_bool => value.to_string(),
        _ => text.clone(),
    }))
}
