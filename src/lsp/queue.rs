//! What the worker still has to do. Of each document only the newest version is judged; questions come first.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use lsp_server::RequestId;
use lsp_types::{CodeActionParams, Position, Uri};

use super::document::Snapshot;

/// What an editor asks.
#[derive(Debug)]
pub(super) enum Question {
    Hover(Position),
    Completion(Position),
    Actions(Box<CodeActionParams>, ActionForm),
}

/// What an editor understands of code actions.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ActionForm {
    /// Edits that name the version of the document they are for.
    pub(super) versioned: bool,
    /// Actions that carry their edits; without, there are none.
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

/// Where the session puts work and the worker takes it.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

impl Queue {
    /// Has that version judged, in place of an older one that still waits.
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

    /// Takes a question back that nobody waits for any more.
    pub(super) fn cancel(&self, id: &RequestId) {
        self.waiting().questions.retain(|(asked, ..)| asked != id);
    }

    /// Takes back all work on a document that is closed.
    pub(super) fn forget(&self, uri: Uri) {
        let mut waiting = self.waiting();
        waiting.changed.retain(|snapshot| snapshot.uri != uri);
        waiting.forgotten.push(uri);
        self.arrived.notify_one();
    }

    /// Ends the work.
    pub(super) fn close(&self) {
        self.waiting().is_closed = true;
        self.arrived.notify_all();
    }

    /// The next piece of work, waited for; none when there will be no more.
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
