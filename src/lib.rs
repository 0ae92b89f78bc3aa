//! Reads etcd configuration wherever it is written down, says what breaks, changes or is silently lost between two
//! etcd releases, and rewrites the files, touching only the bytes that must change.
//!
//! # One direction of flow
//!
//! ```text
//! paths ─walk→ Source ─surface→ Reading: [Member{settings with places}] + [Mention]
//!                                   │  + Rules (from → to) + Catalogue
//!                                   ▼ check
//!                             Finding{rule, setting | mention, actions}          (no bytes yet)
//!                                   │  surface::edits(action)
//!                                   ▼
//!                             Diagnostic{span, consequence, message, Fix{edits, applicability, when}}
//!                                   ▼ suppression: comments and `etcd-uplift.toml` put aside what is known
//!      report (text, json, sarif, …)      or       rewrite (select, apply, until still; verify) → diff | write
//!                       └────────── both at once, for an open document: lsp ──────────┘
//! ```
//!
//! # Invariants
//!
//! 1. A rule never sees text or bytes; a surface never sees a rule or the releases of an upgrade. A version that the
//!    text itself names is read as evidence; what a provisioning tool passes on to etcd may depend on it, as on any key.
//! 2. Spans are byte offsets into the text they came from. Columns of other units exist only in the YAML reader and at the
//!    editor's edge, [`source::editor`].
//! 3. Reading, checking, rewriting and reporting are pure functions of their arguments; only [`project`], [`crash`],
//!    [`lsp`] and [`cli`] touch the world. They are there with the feature `cli`, which is on by default; the other modules
//!    are the core. [`lint::lint_text`] and [`fix::fix_text`] need no more. The library cannot print: [`cli`] writes to the
//!    handles it is given.
//! 4. Nothing is guessed: an action that a surface cannot express exactly gives a diagnostic without a fix.
//! 5. Facts (`rules/options.toml`, `rules/behaviours.toml`, `rules/hops.toml`) and advice (`rules/<minor>.toml`) are
//!    different data. Release numbers are there and not in Rust. Consequence, severity and `when` are derived from the
//!    facts; no rule states them. Only where no fact decides, in an organisation's own `policy`, a rule says its severity.
//! 6. A rule that needs logic is a plain function named in its TOML entry and listed in one table.
//! 7. A fix is applied whole or not at all; fixes that touch wait for the next pass. The result is judged again, and has
//!    no refusal, loss or change that the text did not have: a fix with which it has one is withheld. Where branches,
//!    other uses or a template leave doubt, a finding has no fix (`surface::hazards`).
//! 8. Text inside text is one mechanism, [`text::decoded`]: spans point into the file on disk at any depth.
//! 9. Templates are masked at equal length before reading and never edited.
//! 10. Core types are not serialisable; each output format owns its wire types.
//!
//! Modules stand in the order in which they may use one another.

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

pub mod check;

pub mod suppression;

pub mod report;

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
