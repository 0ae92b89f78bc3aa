//! Safe fixes in texts where a setting is not alone: in branches, in variables with several uses, beside other programs.
//!
//! Scripts are run by bash with programs that record how they are started, before and after the rewrite; units,
//! containers and templates are read as their readers do, for each result of the conditions. Other programs must get
//! what they got, and etcd exactly what the fixes promise.
//!
//! `ETCD_UPLIFT_SEED` is the first seed, `ETCD_UPLIFT_CASES` the number of cases; `.ci/prove-rewrites` sets them.
//! `ETCD_UPLIFT_KIND` selects the kinds whose name contains it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "safe_fixes/bash.rs"]
mod bash;
#[path = "safe_fixes/comparison.rs"]
mod comparison;
#[allow(dead_code, reason = "most of it is written for other tests")]
#[path = "generated/generator.rs"]
mod generator;
#[path = "safe_fixes/judge.rs"]
mod judge;
#[path = "safe_fixes/meaning.rs"]
mod meaning;
#[path = "safe_fixes/tally.rs"]
mod tally;
#[path = "safe_fixes/unit.rs"]
mod unit;
#[path = "safe_fixes/usage.rs"]
mod usage;

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use etcd_uplift::check::Knowledge;
use etcd_uplift::facts::version::Release;
use etcd_uplift::source::Source;

use bash::Bash;
use comparison::{lost_comment, renderings, rewritten, seen};
use generator::branches::Language;
use generator::dice::Dice;
use generator::member::Given;
use generator::situations::{Draw, KINDS, Kind, Situation};
use generator::suspects::Suspects;
use judge::{Judge, groups};
use tally::Tally;
use usage::view;

/// How many cases `cargo test` tries.
const CASES: u64 = 400;

/// The kinds of texts whose settings no surface reads.
const NEVER_READ: [&str; 1] = ["patch"];

/// The kinds of texts in which every fix is withheld.
const NEVER_FIXED: [&str; 4] = [
    "Nomad job: branches",
    "patch",
    "script: positional parameters",
    "script: quotes that do not balance",
];

/// Upgrades over one minor release, and over several.
const UPGRADES: [((u16, u16), (u16, u16)); 9] = [
    ((3, 3), (3, 4)),
    ((3, 4), (3, 5)),
    ((3, 5), (3, 6)),
    ((3, 6), (3, 7)),
    ((3, 3), (3, 6)),
    ((3, 4), (3, 7)),
    ((3, 2), (3, 3)),
    ((2, 3), (3, 0)),
    ((3, 2), (3, 5)),
];

/// The begin of the messages in which the tool reports a bug of its own; no file may cause one.
const BUG: &str = "This is a bug in etcd-uplift";

/// The result of a case.
enum Outcome {
    /// The upgrade has nothing to rewrite in it.
    NotGenerated,
    /// No text in it is recognised as etcd's.
    NotRead,
    /// No fix was applied.
    Kept,
    /// Fixes were applied; so many runs were compared.
    Fixed {
        runs: u64,
    },
    Wrong(Failure),
}

/// A rewrite that is wrong.
struct Failure {
    why: String,
    before: Vec<(String, String)>,
    after: Vec<(String, String)>,
}

struct Trial<'a> {
    knowledge: &'a Knowledge,
    groups: Vec<BTreeSet<String>>,
    pools: Vec<OnceLock<Suspects>>,
    kinds: Vec<&'static Kind>,
}

#[test]
fn no_safe_fix_changes_more_than_it_announces() {
    let knowledge = Knowledge::built_in().unwrap();
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse::<u64>().unwrap())
    };
    let first = number("ETCD_UPLIFT_SEED").unwrap_or(1);
    let cases = number("ETCD_UPLIFT_CASES").unwrap_or(CASES);
    let wanted = std::env::var("ETCD_UPLIFT_KIND").unwrap_or_default();
    if Bash::new().is_none() {
        eprintln!("skipped: safe fixes in scripts that run (there is no bash)");
        return;
    }
    let trial = Trial {
        knowledge: &knowledge,
        groups: groups(&knowledge.catalogue),
        pools: UPGRADES.iter().map(|_| OnceLock::new()).collect(),
        kinds: KINDS
            .iter()
            .filter(|kind| kind.what.contains(&wanted))
            .collect(),
    };
    assert!(
        !trial.kinds.is_empty(),
        "no kind has {wanted:?} in its name"
    );
    let next = AtomicU64::new(first);
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let tallies: Vec<Tally> = thread::scope(|scope| {
        let work = || {
            let bash = Bash::new().unwrap();
            let mut tally = Tally::default();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= first + cases {
                    return tally;
                }
                let mut dice = Dice::seeded(seed);
                tally.add(
                    trial.kind(seed).what,
                    seed,
                    trial.outcome(seed, &mut dice, &bash),
                );
            }
        };
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap())
            .collect()
    });
    let tally = tallies.into_iter().reduce(Tally::with).unwrap_or_default();
    println!("{}", tally.table());
    let smallest: Vec<String> = tally
        .failing()
        .into_iter()
        .map(|(kind, seed)| format!("{kind}, seed {seed}\n{}", trial.smallest(seed)))
        .collect();
    assert!(smallest.is_empty(), "\n{}", smallest.join("\n"));
    if wanted.is_empty() && cases >= CASES {
        let kinds = || trial.kinds.iter().map(|kind| kind.what);
        assert_eq!(
            tally.never_read(kinds()),
            NEVER_READ,
            "kinds of texts that are not read"
        );
        assert_eq!(
            tally.never_fixed(kinds()),
            NEVER_FIXED,
            "kinds of texts without a fix"
        );
    }
}

/// Renders each text of a list with the real Jinja: `[text, condition, trim_blocks]`.
const JINJA: &str = "import json, sys, jinja2\n\
    out = []\n\
    for text, cond, trim in json.load(sys.stdin):\n\
    \x20   environment = jinja2.Environment(trim_blocks=trim, keep_trailing_newline=True)\n\
    \x20   out.append(environment.from_string(text).render(cond=cond))\n\
    json.dump(out, sys.stdout)\n";

#[test]
fn branches_render_as_jinja_renders_them() {
    let mut texts = Vec::new();
    let mut rendered = Vec::new();
    for seed in 0..60 {
        let mut dice = Dice::seeded(seed);
        let lines = [
            vec!["a: 1".to_owned(), "b: 2".to_owned()],
            vec!["  c: 3".to_owned()],
        ];
        let [then, other] = &lines;
        let branch = Language::Jinja.branch("  ", [then, other], &mut dice);
        let text = format!(
            "x: 0\n{}\ny: {{% if cond %}}1{{% endif %}} \\\n",
            branch.join("\n")
        );
        for by in Language::Jinja.renderings() {
            rendered.push(Language::Jinja.rendered(&text, by).unwrap());
            texts.push((text.clone(), by.is_true, by.trims));
        }
    }
    let python = Command::new("python3")
        .args(["-c", JINJA])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let output = python.and_then(|mut python| {
        let mut input = python.stdin.take().unwrap();
        // Without Jinja it reads nothing.
        let _ = input.write_all(serde_json::to_string(&texts).unwrap().as_bytes());
        drop(input);
        python.wait_with_output()
    });
    match output {
        Ok(output) if output.status.success() => {
            let real: Vec<String> = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(rendered, real);
        }
        _ => eprintln!("skipped: the rendering of branches (there is no python3 with jinja2)"),
    }
}

impl Trial<'_> {
    fn kind(&self, seed: u64) -> &'static Kind {
        self.kinds[(seed % self.kinds.len() as u64) as usize]
    }

    fn upgrade(&self, seed: u64) -> &Suspects {
        let index = (seed / self.kinds.len() as u64) as usize % UPGRADES.len();
        self.pools[index].get_or_init(|| {
            let (from, to) = UPGRADES[index];
            let line = |(major, minor)| {
                let mut lines = self.knowledge.catalogue.lines();
                let is_it = |release: &Release| (release.major, release.minor) == (major, minor);
                lines
                    .find_map(|(_, _, last)| Some(last).filter(is_it))
                    .unwrap()
            };
            let (from, to) = (line(from), line(to));
            let judge = self.judge(from, to);
            let is_fixed = |given: &Given| {
                let source = alone(given);
                judge
                    .rewritten(&source)
                    .is_ok_and(|rewrite| rewrite.text != source.text)
            };
            Suspects::found(&self.knowledge.catalogue, (from, to), is_fixed)
        })
    }

    fn judge(&self, from: Release, to: Release) -> Judge<'_> {
        Judge {
            knowledge: self.knowledge,
            from,
            to,
            groups: &self.groups,
        }
    }

    fn outcome(&self, seed: u64, dice: &mut Dice, bash: &Bash) -> Outcome {
        let pool = self.upgrade(seed);
        let mut draw = Draw {
            pool,
            dice: std::mem::replace(dice, Dice::new(Vec::new())),
        };
        let situation = (self.kind(seed).written)(&mut draw);
        *dice = draw.dice;
        match situation {
            Some(situation) => self.tried(&situation, &self.judge(pool.from, pool.to), bash),
            None => Outcome::NotGenerated,
        }
    }

    fn tried(&self, situation: &Situation, judge: &Judge<'_>, bash: &Bash) -> Outcome {
        let before = situation.files.clone();
        let wrong = |why: String, after: &[(String, String)]| {
            Outcome::Wrong(Failure {
                why,
                before: situation.files.clone(),
                after: after.to_vec(),
            })
        };
        if !before.iter().any(|file| judge.is_recognised(file)) {
            return Outcome::NotRead;
        }
        let after = match rewritten(judge, &before) {
            Ok(after) => after,
            Err(why) if why.contains(BUG) => return wrong(why, &before),
            Err(_) => return Outcome::Kept,
        };
        if after == before {
            return Outcome::Kept;
        }
        for (old, new) in before.iter().zip(&after) {
            if let Some(lost) = lost_comment(&old.1, &new.1) {
                return wrong(format!("the comment {lost:?} is lost"), &after);
            }
        }
        match rewritten(judge, &after) {
            Ok(again) if again == after => {}
            Ok(_) => return wrong("a second rewrite changes more".to_owned(), &after),
            Err(why) => return wrong(format!("a second rewrite fails: {why}"), &after),
        }
        let mut runs = 0;
        for by in renderings(situation) {
            let Some(old) = view(situation, &before, by) else {
                continue;
            };
            let Some(new) = view(situation, &after, by) else {
                return wrong(
                    format!("what uses it cannot read it any more ({by:?})"),
                    &after,
                );
            };
            match seen(judge, bash, &old, &new, by) {
                Ok(compared) => runs += compared,
                Err(why) => return wrong(format!("{why}\n    ({by:?})"), &after),
            }
        }
        Outcome::Fixed { runs }
    }

    /// Reduces a failing case as far as its decisions allow.
    fn smallest(&self, seed: u64) -> String {
        let bash = Bash::new().unwrap();
        let pool = self.upgrade(seed);
        let fails = |rolls: &[u16]| {
            let mut dice = Dice::new(rolls.to_vec());
            match self.outcome(seed, &mut dice, &bash) {
                Outcome::Wrong(failure) => Some((failure, dice.taken().to_vec())),
                _ => None,
            }
        };
        let mut dice = Dice::seeded(seed);
        let _ = self.outcome(seed, &mut dice, &bash);
        let mut rolls = dice.taken().to_vec();
        let Some((mut failure, _)) = fails(&rolls) else {
            return "  (does not fail again)".to_owned();
        };
        for index in 0..rolls.len() {
            let mut smaller = rolls.clone();
            if index >= smaller.len() || smaller[index] == 0 {
                continue;
            }
            smaller[index] = 0;
            if let Some((found, _)) = fails(&smaller)
                && length(&found) <= length(&failure)
                && found.why.contains(BUG) == failure.why.contains(BUG)
            {
                (failure, rolls) = (found, smaller);
            }
        }
        let shown = |files: &[(String, String)]| -> String {
            let file = |(name, text): &(String, String)| {
                let lines: Vec<String> =
                    text.lines().map(|line| format!("    | {line}\n")).collect();
                format!("    {name}\n{}", lines.concat())
            };
            files.iter().map(file).collect()
        };
        format!(
            "  {} to {}: {}\n{}  became\n{}",
            pool.from,
            pool.to,
            failure.why,
            shown(&failure.before),
            shown(&failure.after)
        )
    }
}

fn length(failure: &Failure) -> usize {
    failure.before.iter().map(|(_, text)| text.len()).sum()
}

/// Returns the setting in a text that contains nothing else.
fn alone(given: &Given) -> Source {
    use etcd_uplift::facts::catalogue::Spelling;
    use generator::yaml::Node;
    match given.spelling {
        Spelling::Key => {
            let member = generator::member::Member {
                settings: vec![given.clone()],
            };
            let mut dice = Dice::new(Vec::new());
            let text = format!("name: m1\n{}", Node::of_keys(&member).document(&mut dice));
            Source::new("etcd.conf.yml", text)
        }
        _ => {
            let value = etcd_uplift::server::effective::flag_text(&given.value).unwrap_or_default();
            let text = match given.spelling {
                Spelling::Flag => format!("#!/bin/sh\netcd --{}={value}\n", given.name),
                _ => format!("#!/bin/sh\n{}={value} etcd\n", given.name),
            };
            Source::new("run.sh", text)
        }
    }
}
