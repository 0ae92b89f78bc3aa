//! Reads the entries of config maps and secrets.

use crate::facts::catalogue::{Catalogue, Spelling};
use crate::member::{Completeness, Member, Place, Setting, Value};
use crate::surface::config_object::ConfigObject;
use crate::surface::env_file::is_of_clients;
use crate::surface::evidence::is_telling;
use crate::surface::process::is_variable;
use crate::surface::process::map::{Names, map_settings};
use crate::surface::reading::Reading;
use crate::surface::site::Site;
use crate::text::yaml::{Document, NodeId};

/// Creates an object without entries.
pub(super) fn object(reading: &mut Reading, name: &str, name_place: Place) -> ConfigObject {
    ConfigObject {
        is_secret: false,
        namespace: None,
        name: name.to_owned(),
        name_place,
        variables: Vec::new(),
        variable_files: Vec::new(),
        files: Vec::new(),
        fixed: reading.add_site(Site::Fixed),
    }
}

/// Reads the entries of an object.
pub(super) fn read(
    text: &str,
    document: &Document,
    reading: &mut Reading,
    data: NodeId,
    object: &mut ConfigObject,
) {
    let names = Names {
        spelling: Spelling::Variable,
        accepts: is_variable,
        expansions: |_| Vec::new(),
    };
    object
        .variables
        .extend(map_settings(text, document, reading, data, &names));
    for &(key, value) in document.entries(data) {
        let Some(name) = document.scalar(key).filter(|name| !is_variable(name)) else {
            continue;
        };
        let content = document.scalar(value);
        let Some(content) = content.filter(|content| !content.trim_end().contains('\n')) else {
            object.files.push(name.to_owned());
            continue;
        };
        object.variables.push(Setting {
            spelling: Spelling::Variable,
            name: name.to_owned(),
            name_place: Place::new(0, document.node(key).span),
            value: Value::Text(content.to_owned()),
            value_place: Place::new(0, document.node(value).span),
            overridden: false,
            elsewhere: None,
            site: object.fixed,
        });
    }
}

/// Adds an object to a reading. If only servers have its variables, it is a part of a member.
pub(super) fn add(catalogue: &Catalogue, reading: &mut Reading, object: ConfigObject) {
    let variables = object.variables.iter();
    let own: Vec<&Setting> = variables
        .filter(|setting| is_variable(&setting.name))
        .collect();
    let options = own
        .iter()
        .filter(|setting| setting.option_in(catalogue).is_some());
    let options: Vec<&str> = options.map(|setting| setting.name.as_str()).collect();
    let names = object.variables.iter().map(|setting| setting.name.as_str());
    let is_server = own
        .iter()
        .any(|setting| is_telling(catalogue, setting.spelling, &setting.name));
    if is_server && !is_of_clients(names, &options) {
        let settings: Vec<Setting> = own.into_iter().cloned().collect();
        reading.members.push(Member {
            completeness: Completeness::Part,
            ..Member::at(settings[0].name_place)
        });
        if let Some(member) = reading.members.last_mut() {
            member.settings = settings;
        }
    }
    reading.objects.push(object);
}
