//! A thread that lints documents and answers requests, one piece of work after another. There are several, so that a
//! small document does not wait for a large one.

use std::collections::HashMap;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lsp_server::{ErrorCode, ResponseError};
use serde_json::Value;

use super::analysis::Analysis;
use super::document::Snapshot;
use super::event::Event;
use super::queue::{Question, Queue, Task};
use super::{actions, completion, findings, hover};
use crate::check::Knowledge;
use crate::crash;
use crate::surface::{Prefilter, Surface};

/// Lints documents and answers requests.
type Analyse = dyn Fn(&Snapshot, &Knowledge, &Prefilter) -> Analysis;

/// What all workers remember, by document.
#[derive(Default)]
pub(super) struct Memory(Mutex<HashMap<String, Known>>);

/// What is remembered of a document.
#[derive(Clone)]
struct Known {
    analysis: Arc<Analysis>,
    /// The surface of the document when it was last read; it is kept while the text is half typed.
    surface: Option<Surface>,
}

struct Worker<'a> {
    knowledge: &'a Knowledge,
    prefilter: Prefilter<'a>,
    analyse: &'a Analyse,
    memory: &'a Memory,
    event: &'a Sender<Event>,
}

impl Memory {
    fn of(&self, uri: &str) -> Option<Known> {
        self.lock().get(uri).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Works until the queue is closed.
pub(super) fn work(
    queue: &Queue,
    knowledge: &Knowledge,
    analyse: &Analyse,
    memory: &Memory,
    event: &Sender<Event>,
) {
    let worker = Worker {
        knowledge,
        prefilter: Prefilter::new(&knowledge.catalogue),
        analyse,
        memory,
        event,
    };
    while let Some(task) = queue.next() {
        let event = match task {
            Task::Forget(uri) => {
                worker.memory.lock().remove(uri.as_str());
                continue;
            }
            Task::Analyse(snapshot) => worker.analysed(&snapshot),
            Task::Answer(id, question, snapshot) => {
                let result = crash::guarded(|| worker.answer(&question, &snapshot));
                Event::Answered {
                    id,
                    result: result.map_err(|message| ResponseError {
                        code: ErrorCode::InternalError as i32,
                        message,
                        data: None,
                    }),
                    uri: snapshot.uri.as_str().to_owned(),
                    version: snapshot.version,
                    expires: matches!(question, Question::Actions(..)),
                }
            }
        };
        if worker.event.send(event).is_err() {
            return;
        }
    }
}

impl Worker<'_> {
    fn analysed(&self, snapshot: &Snapshot) -> Event {
        let analysis = self.analysis(snapshot);
        let diagnostics = crash::guarded(|| findings::published(&analysis));
        let diagnostics = diagnostics.unwrap_or_else(|message| {
            findings::published(&Analysis::unreadable(snapshot, message, 0))
        });
        Event::Linted {
            snapshot: snapshot.clone(),
            diagnostics,
        }
    }

    fn answer(&self, question: &Question, snapshot: &Snapshot) -> Value {
        let analysis = self.analysis(snapshot);
        let offset = |position| snapshot.text.offset(position, snapshot.encoding);
        let answer = match question {
            Question::Hover(position) => {
                serde_json::to_value(hover::at(&analysis, offset(*position), self.knowledge))
            }
            Question::Completion(position) => {
                let known = self.memory.of(snapshot.uri.as_str());
                let surface = known.and_then(|known| known.surface);
                let offset = offset(*position);
                let items = completion::at(snapshot, offset, surface, self.knowledge);
                serde_json::to_value(items)
            }
            Question::Actions(params, form) => {
                let (offered, event) = actions::offered(&analysis, params, *form, self.knowledge);
                if let Some(event) = event {
                    // The session is over when this fails.
                    let _ = self.event.send(event);
                }
                serde_json::to_value(offered)
            }
        };
        answer.unwrap_or(Value::Null)
    }

    /// Returns the lint result of that version; lints it if there is none yet.
    fn analysis(&self, snapshot: &Snapshot) -> Arc<Analysis> {
        let uri = snapshot.uri.as_str();
        let known = self.memory.of(uri);
        if let Some(known) = &known
            && known.analysis.snapshot.is_same(snapshot)
        {
            return Arc::clone(&known.analysis);
        }
        let linted = crash::guarded(|| (self.analyse)(snapshot, self.knowledge, &self.prefilter));
        let analysis = linted.unwrap_or_else(|message| Analysis::unreadable(snapshot, message, 0));
        let analysis = Arc::new(analysis);
        let surface = analysis
            .surface()
            .or_else(|| known.and_then(|known| known.surface));
        let known = Known {
            analysis: Arc::clone(&analysis),
            surface,
        };
        self.memory.lock().insert(uri.to_owned(), known);
        analysis
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::facts::version::Upgrade;
    use crate::lsp::analysis;
    use crate::lsp::config_resolver::FileOptions;
    use crate::lsp::document::Document;
    use crate::source::editor::Encoding;

    #[test]
    fn a_panic_becomes_a_finding_and_the_next_document_is_linted() {
        let knowledge = Knowledge::built_in().unwrap();
        let analyse = |snapshot: &Snapshot, knowledge: &Knowledge, prefilter: &Prefilter| {
            assert!(!snapshot.text.as_str().contains("panic"), "as it says");
            analysis::analyse(snapshot, knowledge, prefilter)
        };
        let upgrade = Upgrade {
            from: None,
            to: knowledge.catalogue.newest(),
        };
        let snapshot = |name: &str, text: &str| {
            let uri = format!("file:///{name}").parse().unwrap();
            let options = FileOptions::plain(upgrade);
            Document::new(uri, 1, text.to_owned(), options).snapshot(Encoding::Utf16)
        };
        let queue = Queue::default();
        let (event, events) = channel();
        queue.lint(snapshot("one.yml", "panic"));
        queue.lint(snapshot("two.yml", "listen-peer-urls: x\nca-file: y\n"));
        std::thread::scope(|scope| {
            let memory = Memory::default();
            let (queue, knowledge, event) = (&queue, &knowledge, &event);
            scope.spawn(move || work(queue, knowledge, &analyse, &memory, event));
            let next = || match events.recv().unwrap() {
                Event::Linted { diagnostics, .. } => diagnostics,
                other => panic!("{other:?}"),
            };
            let crashed = next();
            assert!(crashed[0].message.contains("crashed"), "{crashed:?}");
            assert!(!next().is_empty());
            queue.close();
        });
    }
}
