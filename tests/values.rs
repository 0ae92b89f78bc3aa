//! Compares the values that the facts list for an option with what etcd checks when it starts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use etcd_uplift::check::Knowledge;
use etcd_uplift::facts::catalogue::Spelling;
use etcd_uplift::server::acceptance::{self, Acceptance};
use etcd_uplift::server::startup::refusals;
use etcd_uplift::source::Source;
use etcd_uplift::surface::{Discovery, FileReading, named, read};

#[test]
fn etcd_starts_with_every_value_that_is_listed() {
    let catalogue = Knowledge::built_in().unwrap().catalogue;
    let mut tried = 0;
    for option in catalogue.options() {
        for (_, _, release) in catalogue.lines() {
            let values = option.values.at(release);
            for value in values
                .filter(|_| option.accepts(Spelling::Flag, release))
                .into_iter()
                .flatten()
            {
                // The old logger of 3.4 accepts fewer.
                let logger = catalogue.option("logger").unwrap();
                let beside = option.name != "logger" && logger.accepts(Spelling::Flag, release);
                let beside = if beside { " --logger=zap" } else { "" };
                let text = format!("etcd --{}={value}{beside}", option.name);
                let source = Source::new("Procfile", text.as_str());
                let surface = named("command-line");
                let FileReading::Read(reading) =
                    read(&source, &catalogue, Discovery::Forced, surface)
                else {
                    panic!("{text} is not read");
                };
                let member = &reading.members[0];
                let received = acceptance::check(&catalogue, &member.settings[0], release);
                assert_eq!(received, Acceptance::Accepted, "{text} on {release}");
                let refused = refusals(&catalogue, member, release);
                let refused: Vec<_> = refused
                    .iter()
                    .filter(|one| one.option == option.name)
                    .collect();
                assert!(refused.is_empty(), "{text} on {release}: {refused:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
}
