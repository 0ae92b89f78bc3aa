//! Starts generated configurations on real servers: what the tool reports as refused is what the server refuses.
//!
//! `ETCD_UPLIFT_SEED` is the first seed, `ETCD_UPLIFT_CASES` the number of configurations for each server. A
//! configuration on which the two disagree is reduced before it is shown.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use etcd_uplift::check::{Knowledge, check_alone};
use etcd_uplift::diagnostic::Consequence;
use etcd_uplift::edit::Applicability;
use etcd_uplift::facts::catalogue::Spelling;
use etcd_uplift::facts::go_value::parse_duration;
use etcd_uplift::facts::version::{Release, Upgrade};
use etcd_uplift::lint::LintOptions;
use etcd_uplift::member::Value;
use etcd_uplift::rewrite::{self, rewrite};
use etcd_uplift::server::effective::{Effective, flag_text};
use etcd_uplift::source::Source;
use etcd_uplift::surface::{self, Discovery, FileReading, Reading, read};

use crate::certificates::Certificates;
use crate::generator::dice::Dice;
use crate::generator::ground::Ground;
use crate::generator::member::{Member, MemberOptions};
use crate::generator::process::{command_line, env_file, script};
use crate::generator::surfaces::config_file;
use crate::installed::print_once;
use crate::place::{GIVEN, Place};
use crate::server::{Etcd, Start};

/// The number of configurations for a server by default.
const CASES: u64 = 120;

/// No new configuration is begun after that time, unless their number is given.
const TIME: Duration = Duration::from_secs(25);

/// The ways in which a process is given its options, and their surfaces.
const FORMS: [(&str, &[Spelling]); 4] = [
    ("config-file", &[Spelling::Key]),
    ("command-line", &[Spelling::Flag]),
    ("env-file", &[Spelling::Variable]),
    (
        "command-line",
        &[Spelling::Flag, Spelling::Flag, Spelling::Variable],
    ),
];

/// Options whose value the start-up log of etcd shows under the same name.
const LOGGED: [&str; 17] = [
    "name",
    "data-dir",
    "heartbeat-interval",
    "election-timeout",
    "snapshot-count",
    "max-wals",
    "max-snapshots",
    "initial-cluster",
    "initial-cluster-state",
    "initial-cluster-token",
    "initial-advertise-peer-urls",
    "advertise-client-urls",
    "listen-peer-urls",
    "listen-client-urls",
    "pre-vote",
    "initial-election-tick-advance",
    "auto-compaction-mode",
];

struct Trial<'a> {
    knowledge: &'a Knowledge,
    etcd: &'a Etcd,
    release: Release,
    certificates: &'a Certificates,
    /// How many servers were started, how many of them exited, how many effective values were compared, and how many
    /// texts were rewritten before.
    started: AtomicU64,
    refused: AtomicU64,
    compared: AtomicU64,
    rewritten: AtomicU64,
}

/// A generated configuration for the place where it runs.
struct Case {
    place: Place,
    form: usize,
    from: Release,
    member: Member,
    style: u64,
}

#[test]
fn generated_configurations_start_if_the_tool_reports_no_refusal() {
    let knowledge = Knowledge::built_in().expect("the knowledge is whole");
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse::<u64>().expect("a number"))
    };
    let first = number("ETCD_UPLIFT_SEED").unwrap_or(1);
    let wanted = number("ETCD_UPLIFT_CASES");
    let mut all = Vec::new();
    for etcd in Etcd::installed() {
        let Some(certificates) = Certificates::made() else {
            return;
        };
        let trial = Trial {
            knowledge: &knowledge,
            release: etcd.release(),
            etcd: &etcd,
            certificates: &certificates,
            started: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            compared: AtomicU64::new(0),
            rewritten: AtomicU64::new(0),
        };
        let (next, begun) = (AtomicU64::new(0), Instant::now());
        let disagreements = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for _ in 0..crate::server::SERVERS {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let out_of_time = wanted.is_none() && begun.elapsed() > TIME;
                        if at >= wanted.unwrap_or(CASES) || out_of_time {
                            break;
                        }
                        if let Some(why) = trial.judge_seed(first + at) {
                            let why = format!("seed {}, etcd {}: {why}", first + at, trial.release);
                            disagreements.lock().expect("no test holds it").push(why);
                        }
                    }
                });
            }
        });
        let disagreements = disagreements.into_inner().expect("all threads ended");
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (started, refused) = (count(&trial.started), count(&trial.refused));
        let (compared, rewritten) = (count(&trial.compared), count(&trial.rewritten));
        print_once(&format!(
            "etcd {}: {started} generated configurations from seed {first} on, {refused} of them refused, {rewritten} \
             rewritten, {compared} effective values compared, {} disagreements",
            trial.release,
            disagreements.len()
        ));
        // The first seeds include each of these within the time.
        if wanted.is_none() {
            assert!(refused > 0 && refused < started, "etcd {}", trial.release);
            assert!(rewritten > 0 && compared > 0, "etcd {}", trial.release);
        }
        all.extend(disagreements);
    }
    assert!(all.is_empty(), "{}", all.join("\n\n"));
}

impl Trial<'_> {
    fn judge_seed(&self, seed: u64) -> Option<String> {
        let mut case = self.case(seed);
        let mut why = self.judge(&case)?;
        // Removes one setting as long as they still disagree.
        let mut at = 0;
        while at < case.member.settings.len() {
            let left_out = case.member.settings.remove(at);
            let keeps_away = left_out
                .name
                .to_ascii_lowercase()
                .replace('_', "-")
                .contains("listen-");
            match self.judge(&case).filter(|_| !keeps_away) {
                Some(smaller) => why = smaller,
                None => {
                    case.member.settings.insert(at, left_out);
                    at += 1;
                }
            }
        }
        Some(why)
    }

    fn case(&self, seed: u64) -> Case {
        let mut dice = Dice::seeded(seed);
        let form = dice.below(FORMS.len());
        let lines = self.knowledge.catalogue.lines().map(|(_, _, last)| last);
        let older: Vec<Release> = lines.filter(|last| *last < self.release).collect();
        let from = dice.pick(&older);
        let place = Place::secure();
        let ground = Ground {
            client: place.client,
            peer: place.peer,
            other: place.plain,
            folder: place.folder.path().display().to_string(),
            certificate: [
                self.certificates.certificate(),
                self.certificates.key(),
                self.certificates.authority(),
            ],
        };
        let options = MemberOptions {
            catalogue: &self.knowledge.catalogue,
            release: if dice.once_in(6) { from } else { self.release },
            ground: &ground,
            spellings: FORMS[form].1,
            starts: true,
        };
        let member = Member::generated(&options, &mut dice);
        Case {
            place,
            form,
            from,
            member,
            style: seed ^ 0x5EED,
        }
    }

    /// Returns why tool and server disagree on it, or on its rewritten form.
    fn judge(&self, case: &Case) -> Option<String> {
        let mut dice = Dice::seeded(case.style);
        let member = &case.member;
        let (name, text) = match case.form {
            0 => ("etcd.conf.yml", config_file(member, &mut dice)),
            1 => ("start.sh", command_line(member, &mut dice)),
            2 => ("etcd.env", env_file(member, &mut dice)),
            _ => ("start.sh", script(member, &mut dice)),
        };
        let source = Source::new(name, text);
        let words = member.words().iter().map(|word| word.text()).collect();
        self.compare(case, &source, words, member.variables())
            .or_else(|| self.compare_rewritten(case, &source))
    }

    fn compare_rewritten(&self, case: &Case, source: &Source) -> Option<String> {
        let upgrade = Upgrade {
            from: Some(case.from),
            to: self.release,
        };
        let lint = LintOptions {
            discovery: Discovery::Forced,
            surface: surface::named(FORMS[case.form].0),
            ..LintOptions::new(self.knowledge, upgrade)
        };
        let options = rewrite::RewriteOptions {
            lint,
            least: Applicability::Unsafe,
        };
        if !matches!(self.read(case, source), FileReading::Read(_)) {
            return None;
        }
        let rewritten = match rewrite(source, &options) {
            Ok(rewritten) if rewritten.text != source.text => rewritten,
            Ok(_) => return None,
            Err(error) => return Some(format!("{error}\n{}", source.text)),
        };
        self.rewritten.fetch_add(1, Ordering::Relaxed);
        let source = source.with_text(rewritten.text);
        let FileReading::Read(reading) = self.read(case, &source) else {
            return Some(format!("the rewritten text is not read:\n{}", source.text));
        };
        let (mut words, mut variables) = (Vec::new(), Vec::new());
        for setting in reading.members.iter().flat_map(|member| &member.settings) {
            let text = flag_text(&setting.value).unwrap_or_default();
            match (setting.spelling, &setting.value) {
                (Spelling::Flag, Value::Bare) => words.push(format!("--{}", setting.name)),
                (Spelling::Flag, _) => words.push(format!("--{}={text}", setting.name)),
                (Spelling::Variable, _) => variables.push((setting.name.clone(), text)),
                (Spelling::Key, _) => {}
            }
        }
        let why = self.compare(case, &source, words, variables)?;
        Some(format!("rewritten from etcd {}: {why}", case.from))
    }

    fn read(&self, case: &Case, source: &Source) -> FileReading {
        let forced = surface::named(FORMS[case.form].0);
        read(source, &self.knowledge.catalogue, Discovery::Forced, forced)
    }

    fn compare(
        &self,
        case: &Case,
        source: &Source,
        mut words: Vec<String>,
        variables: Vec<(String, String)>,
    ) -> Option<String> {
        if case.form == 0 {
            let file = case.place.write(GIVEN, "etcd.conf.yml", &source.text);
            words = vec![format!("--config-file={}", file.display())];
        }
        let reading = match self.read(case, source) {
            FileReading::Read(reading) => Some(reading),
            FileReading::Unreadable(_) => None,
            FileReading::NotEtcd(why) => return Some(format!("{why}\n{}", source.text)),
        };
        let upgrade = Upgrade {
            from: None,
            to: self.release,
        };
        let refusals: Vec<String> = reading.as_ref().map_or_else(
            || vec!["unreadable".to_owned()],
            |reading| {
                let found = check_alone(source, reading, upgrade, self.knowledge).into_iter();
                let refused = found.filter(|found| found.consequence == Consequence::Refused);
                refused.map(|found| found.message).collect()
            },
        );
        let verdict = self.etcd.judge(&case.place, &words, &variables);
        self.started.fetch_add(1, Ordering::Relaxed);
        if matches!(verdict, Start::Refused(_)) {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        match verdict {
            Start::Refused(_) if !refusals.is_empty() => None,
            Start::Refused(line) => Some(format!(
                "only the server refuses this: {line}\n{}",
                source.text
            )),
            Start::Lives(_) if !refusals.is_empty() => Some(format!(
                "only the tool refuses this: {refusals:?}\n{}",
                source.text
            )),
            Start::Lives(log) => self
                .compare_effective(&reading?, &log)
                .map(|why| format!("{why}\n{}", source.text)),
        }
    }

    /// Returns the first value of the running server that the tool does not report.
    fn compare_effective(&self, reading: &Reading, log: &crate::server::Log) -> Option<String> {
        let effective = Effective::new(
            &self.knowledge.catalogue,
            reading.members.first()?,
            self.release,
        );
        LOGGED.iter().find_map(|name| {
            let shown = match log.effective(name)? {
                serde_json::Value::String(text) => text,
                serde_json::Value::Array(items) => items
                    .iter()
                    .filter_map(|item| item.as_str())
                    .collect::<Vec<_>>()
                    .join(","),
                other => other.to_string(),
            };
            // Intervals are set in milliseconds and logged as Go shows durations.
            let is_interval = matches!(*name, "heartbeat-interval" | "election-timeout");
            let interval = parse_duration(&shown).ok().filter(|_| is_interval);
            let shown = interval.map_or(shown, |nanoseconds| (nanoseconds / 1_000_000).to_string());
            // A list of members is a set.
            let sorted = |text: &str| {
                let mut items: Vec<&str> = text.split(',').map(str::trim).collect();
                items.sort_unstable();
                items.join(",")
            };
            self.compared.fetch_add(1, Ordering::Relaxed);
            let own = effective.resolved(name);
            (own.as_deref().map(sorted) != Some(sorted(&shown)))
                .then(|| format!("{name} is {shown:?} for the server and {own:?} for the tool"))
        })
    }
}
