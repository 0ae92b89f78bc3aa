//! The work that is still to be done. Only the newest version of each document is linted; requests come first.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use lsp_server::RequestId;
use lsp_types::{CodeActionParams, Position, Uri};

use super::document::Snapshot;

/// A request of the editor.
#[derive(Debug)]
pub(super) enum Question {
    Hover(Position),
    Completion(Position),
    Actions(Box<CodeActionParams>, ActionForm),
}

/// The editor's capabilities for code actions.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ActionForm {
    /// Whether it supports edits that name the version of their document.
    pub(super) versioned: bool,
    /// Whether it supports actions that contain their edits; without, no action is offered.
    pub(super) literals: bool,
}

/// One piece of work.
#[derive(Debug)]
pub(super) enum Task {
    Answer(RequestId, Question, Snapshot),
    Analyse(Snapshot),
    Forget(Uri),
}

#[derive(Debug, Default)]
struct Waiting {
    questions: VecDeque<(RequestId, Question, Snapshot)>,
    changed: VecDeque<Snapshot>,
    forgotten: Vec<Uri>,
    is_closed: bool,
}

/// The queue between the session and the workers.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

impl Queue {
    /// Queues that version for linting, in place of an older one that still waits.
    pub(super) fn lint(&self, snapshot: Snapshot) {
        let mut waiting = self.waiting();
        match waiting
            .changed
            .iter_mut()
            .find(|older| older.uri == snapshot.uri)
        {
            Some(older) => *older = snapshot,
            None => waiting.changed.push_back(snapshot),
        }
        self.arrived.notify_one();
    }

    pub(super) fn ask(&self, id: RequestId, question: Question, snapshot: Snapshot) {
        self.waiting().questions.push_back((id, question, snapshot));
        self.arrived.notify_one();
    }

    /// Removes a cancelled request.
    pub(super) fn cancel(&self, id: &RequestId) {
        self.waiting().questions.retain(|(asked, ..)| asked != id);
    }

    /// Removes all work on a document that is closed.
    pub(super) fn forget(&self, uri: Uri) {
        let mut waiting = self.waiting();
        waiting.changed.retain(|snapshot| snapshot.uri != uri);
        waiting.forgotten.push(uri);
        self.arrived.notify_one();
    }

    /// Closes the queue.
    pub(super) fn close(&self) {
        self.waiting().is_closed = true;
        self.arrived.notify_all();
    }

    /// Waits for the next piece of work; returns `None` when the queue is closed.
    pub(super) fn next(&self) -> Option<Task> {
        let mut waiting = self.waiting();
        loop {
            if waiting.is_closed {
                return None;
            }
            if let Some(uri) = waiting.forgotten.pop() {
                return Some(Task::Forget(uri));
            }
            if let Some((id, question, snapshot)) = waiting.questions.pop_front() {
                return Some(Task::Answer(id, question, snapshot));
            }
            if let Some(snapshot) = waiting.changed.pop_front() {
                return Some(Task::Analyse(snapshot));
            }
            let woken = self.arrived.wait(waiting);
            waiting = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
