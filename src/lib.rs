//! Reads etcd configuration wherever it is written, reports what breaks, changes or is silently ignored between two etcd
//! releases, and rewrites the files, changing only the bytes that must change.
//!
//! # One direction of flow
//!
//! ```text
//! paths ─project::walk→ bytes ─lint::content→ Source
//!                                   │  surface, with text and mention
//!                                   ▼
//!                             Reading: [Member{settings with places}] + [Mention]
//!                                   │  assemble: the texts of one etcd process, seen from one of them
//!                                   │  check: rule (advice from → to), and facts with server (a simulator of etcd)
//!                                   ▼
//!                             Finding{rule, setting | mention, actions}          (no bytes yet)
//!                                   │  surface::edits(action)
//!                                   ▼
//!                             Diagnostic{span, consequence, message, Fix{edits, applicability, when}}
//!                                   │  suppression: comments and `etcd-uplift.toml`
//!                                   ▼
//!                             lint
//!                                   │  cluster: the members of all files, compared when every file is checked
//!          ┌────────────────────────┴────────────────────────┐
//!      report (text, json, sarif, …)          rewrite (select, apply, repeat until nothing changes; verify)
//!                                                            │
//!                                                       diff | project::write
//! ```
//!
//! [`show`] returns the values in force of the members that [`assemble`] joins.
//!
//! [`lint`] and [`fix`] do this for a text that is given to the library. [`cli`] does it for files, [`lsp`] for open
//! documents.
//!
//! # Invariants
//!
//! 1. A rule never sees text or bytes; a surface never sees a rule or the releases of an upgrade. A version that the
//!    text itself names is read as evidence; what a provisioning tool passes on to etcd may depend on it, as on any key.
//! 2. Spans are byte offsets into the text they came from. Columns in other units exist only in the YAML reader and in
//!    [`source::editor`].
//! 3. Reading, checking, rewriting and reporting are pure functions of their arguments; only [`project`], [`crash`],
//!    [`lsp`] and [`cli`] use files, processes, the terminal or the clock. They need the feature `cli`, which is on by
//!    default; the other modules are the core. [`lint::lint_text`] and [`fix::fix_text`] need the core alone. The library
//!    cannot print: [`cli`] writes to the handles it is given.
//! 4. Nothing is guessed: an action that a surface cannot express exactly gives a diagnostic without a fix.
//! 5. Facts (`rules/options.toml`, `rules/behaviours.toml`, `rules/hops.toml`; read by [`facts`]) and advice
//!    (`rules/<minor>.toml`; read by [`rule`]) are different data. Release numbers are in `rules` and not in Rust.
//!    Consequence, severity and `when` are derived from the facts; no rule sets them. The one exception is the severity
//!    of an organisation's own `policy`, which no fact decides.
//! 6. A rule that needs logic is a plain function named in its TOML entry and listed in one table.
//! 7. A fix is applied whole or not at all; fixes that touch wait for the next pass. The result is checked again, and has
//!    no refusal, loss or change that the text did not have: a fix that causes one is withheld. If branches, other uses
//!    or a template leave doubt, a finding has no fix (`surface::hazards`).
//! 8. Text inside text is one mechanism, [`text::decoded`]: spans point into the file on disk at any depth.
//! 9. Templates are masked at equal length before reading and never edited.
//! 10. Core types are not serialisable; each output format owns its wire types.
//!
//! A module uses only modules that are declared before it.

pub mod limits;

pub mod source;

pub mod facts;

pub mod member;

pub mod server;

pub mod edit;

pub mod diagnostic;

pub mod rule;

pub mod text;

pub mod mention;

pub mod surface;

pub mod assemble;

pub mod check;

pub mod cluster;

pub mod suppression;

pub mod report;

pub mod show;

pub mod lint;

pub mod rewrite;

pub mod fix;

pub mod example;

pub mod manual;

#[cfg(feature = "cli")]
pub mod project;

#[cfg(feature = "cli")]
pub mod crash;

#[cfg(feature = "cli")]
pub mod lsp;

#[cfg(feature = "cli")]
pub mod cli;
