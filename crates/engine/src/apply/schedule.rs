//! Which step may start when. Knows no tokio, no AWS and no clock.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::Node;

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// Well.
    Done,
    /// Badly: what depends on it cannot run.
    Failed,
    /// It waits for a person, and holds up what depends on it until [`Schedule::retry`].
    Held,
    /// It was cut off before it was finished; neither well nor badly.
    Stopped,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Status {
    Waiting,
    Running,
    Done,
    Failed,
    Held,
    Stopped,
    Skipped { because: Node },
}

/// The state machine.
///
/// Every node ends exactly once: done, failed, skipped, held or stopped. A node runs only after everything
/// before it is done, and never more than `width` run at once.
#[derive(Clone, Debug)]
pub struct Schedule {
    width: usize,
    behind: BTreeMap<Node, Vec<Node>>,
    status: BTreeMap<Node, Status>,
    /// How many of those before a node are not done.
    open: BTreeMap<Node, usize>,
    /// What waits for nothing but room.
    ready: BTreeSet<Node>,
    running: usize,
    cancelled: bool,
}

impl Schedule {
    /// A schedule of this graph (each node with those before it), at most `width` nodes at once.
    ///
    /// # Errors
    /// Names the nodes of a cycle.
    pub fn new(graph: BTreeMap<Node, Vec<Node>>, width: usize) -> Result<Schedule, Vec<Node>> {
        let mut behind: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
        let mut open = BTreeMap::new();
        for (node, predecessors) in &graph {
            let predecessors = predecessors.iter();
            let known: BTreeSet<&Node> = predecessors.filter(|one| graph.contains_key(one)).collect();
            open.insert(node.clone(), known.len());
            for predecessor in known {
                behind.entry(predecessor.clone()).or_default().push(node.clone());
            }
        }
        let free = open.iter().filter(|(_, count)| **count == 0);
        let ready = free.map(|(node, _)| node.clone()).collect();
        let status = graph.into_keys().map(|node| (node, Status::Waiting)).collect();
        let schedule = Schedule {
            width,
            behind,
            status,
            open,
            ready,
            running: 0,
            cancelled: false,
        };
        match schedule.cycle() {
            Some(cycle) => Err(cycle),
            None => Ok(schedule),
        }
    }

    /// The nodes that may start now. They count as running from here on.
    pub fn start(&mut self) -> Vec<Node> {
        if self.cancelled {
            return Vec::new();
        }
        let room = self.width.saturating_sub(self.running);
        let started: Vec<Node> = std::iter::from_fn(|| self.ready.pop_first()).take(room).collect();
        for node in &started {
            self.status.insert(node.clone(), Status::Running);
        }
        self.running += started.len();
        started
    }

    /// Tells that a running node ended. Returns the nodes that can no longer run because of it.
    pub fn finish(&mut self, node: &Node, finish: Finish) -> Vec<Node> {
        debug_assert_eq!(
            self.status.get(node),
            Some(&Status::Running),
            "only what runs can finish"
        );
        let status = match finish {
            Finish::Done => Status::Done,
            Finish::Failed => Status::Failed,
            Finish::Held => Status::Held,
            Finish::Stopped => Status::Stopped,
        };
        self.status.insert(node.clone(), status);
        self.running = self.running.saturating_sub(1);
        match finish {
            Finish::Done => self.let_go(node),
            Finish::Failed => return self.skip_behind(node),
            Finish::Held | Finish::Stopped => {}
        }
        Vec::new()
    }

    /// What comes after a node that is done waits for one less.
    fn let_go(&mut self, done: &Node) {
        for behind in self.behind.get(done).into_iter().flatten() {
            let Some(open) = self.open.get_mut(behind) else {
                continue;
            };
            *open -= 1;
            if *open == 0 && self.status.get(behind) == Some(&Status::Waiting) {
                self.ready.insert(behind.clone());
            }
        }
    }

    /// Lets a held node run again.
    pub fn retry(&mut self, node: &Node) {
        if self.status.get(node) == Some(&Status::Held) {
            self.status.insert(node.clone(), Status::Waiting);
            self.ready.insert(node.clone());
        }
    }

    /// Starts nothing new.
    pub fn cancel(&mut self) {
        self.cancelled = true;
    }

    /// Whether anything runs.
    pub fn is_running(&self) -> bool {
        self.running > 0
    }

    /// The nodes that wait for a person.
    pub fn held(&self) -> Vec<Node> {
        self.with(|status| *status == Status::Held)
    }

    /// The nodes that were never run: skipped, cut off, or behind something held.
    pub fn unfinished(&self) -> Vec<Node> {
        self.with(|status| matches!(status, Status::Waiting | Status::Stopped | Status::Skipped { .. }))
    }

    fn with(&self, matches: impl Fn(&Status) -> bool) -> Vec<Node> {
        self.status
            .iter()
            .filter(|(_, status)| matches(status))
            .map(|(node, _)| node.clone())
            .collect()
    }

    fn skip_behind(&mut self, failed: &Node) -> Vec<Node> {
        let mut skipped = Vec::new();
        let mut front = vec![failed.clone()];
        while let Some(node) = front.pop() {
            for behind in self.behind.get(&node).cloned().unwrap_or_default() {
                if self.status[&behind] == Status::Waiting {
                    self.status.insert(
                        behind.clone(),
                        Status::Skipped {
                            because: failed.clone(),
                        },
                    );
                    skipped.push(behind.clone());
                    front.push(behind);
                }
            }
        }
        skipped
    }

    /// The nodes that can never start because they wait for each other.
    fn cycle(&self) -> Option<Vec<Node>> {
        let mut open: BTreeMap<&Node, usize> = self.open.iter().map(|(node, count)| (node, *count)).collect();
        let mut free: Vec<&Node> = self.ready.iter().collect();
        while let Some(node) = free.pop() {
            open.remove(node);
            for behind in self.behind.get(node).into_iter().flatten() {
                if let Some(count) = open.get_mut(behind) {
                    *count -= 1;
                    if *count == 0 {
                        free.push(behind);
                    }
                }
            }
        }
        (!open.is_empty()).then(|| open.keys().map(|node| (*node).clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Phase;
    use proptest::prelude::*;

    fn node(index: usize) -> Node {
        Node {
            address: headset_core::address!("s3.object", index.to_string()),
            phase: Phase::Up,
        }
    }

    /// Graphs in which each node comes after some of those with a smaller number.
    fn graphs() -> impl Strategy<Value = BTreeMap<Node, Vec<Node>>> {
        proptest::collection::vec(
            proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
            1..25,
        )
        .prop_map(|edges| {
            let after = |(index, picks): (usize, &Vec<prop::sample::Index>)| {
                let before = match index {
                    0 => Vec::new(),
                    _ => picks.iter().map(|pick| node(pick.index(index))).collect(),
                };
                (node(index), before)
            };
            edges.iter().enumerate().map(after).collect()
        })
    }

    proptest! {
        #[test]
        fn every_node_ends_once_and_in_order(
            graph in graphs(),
            width in 1usize..6,
            picks in proptest::collection::vec((any::<prop::sample::Index>(), 0u8..10), 0..200),
            cancel_at in proptest::option::of(0usize..30),
        ) {
            let mut schedule = Schedule::new(graph.clone(), width).unwrap();
            let mut running: Vec<Node> = Vec::new();
            let mut ended: BTreeMap<Node, Finish> = BTreeMap::new();
            let mut skipped: BTreeSet<Node> = BTreeSet::new();
            let mut picks = picks.into_iter();
            let mut turn = 0;
            loop {
                if Some(turn) == cancel_at {
                    schedule.cancel();
                }
                turn += 1;
                for started in schedule.start() {
                    for before in &graph[&started] {
                        prop_assert_eq!(ended.get(before), Some(&Finish::Done));
                    }
                    running.push(started);
                }
                prop_assert!(running.len() <= width);
                if running.is_empty() {
                    break;
                }
                let (which, how) = picks.next().map_or((0, 0), |(pick, how)| (pick.index(running.len()), how));
                let finish = match how { 8 => Finish::Failed, 9 => Finish::Held, _ => Finish::Done };
                let done = running.swap_remove(which);
                for gone in schedule.finish(&done, finish) {
                    prop_assert!(skipped.insert(gone));
                }
                prop_assert!(ended.insert(done, finish).is_none());
            }
            prop_assert!(!schedule.is_running());
            for node in graph.keys() {
                prop_assert!(!(ended.contains_key(node) && skipped.contains(node)));
            }
            if cancel_at.is_none() && ended.values().all(|finish| *finish == Finish::Done) {
                prop_assert_eq!(ended.len(), graph.len());
                prop_assert!(schedule.unfinished().is_empty());
            }
        }
    }

    #[test]
    fn a_cycle_is_named() {
        let graph = BTreeMap::from([
            (node(0), vec![node(1)]),
            (node(1), vec![node(0)]),
            (node(2), vec![]),
        ]);
        assert_eq!(Schedule::new(graph, 4).unwrap_err(), [node(0), node(1)]);
    }

    #[test]
    fn what_was_held_runs_again_and_frees_what_waits_for_it() {
        let graph = BTreeMap::from([(node(0), vec![]), (node(1), vec![node(0)])]);
        let mut schedule = Schedule::new(graph, 4).unwrap();
        assert_eq!(schedule.start(), [node(0)]);
        schedule.finish(&node(0), Finish::Held);
        assert_eq!(schedule.start(), []);
        assert_eq!(schedule.held(), [node(0)]);
        schedule.retry(&node(0));
        assert_eq!(schedule.start(), [node(0)]);
        schedule.finish(&node(0), Finish::Done);
        assert_eq!(schedule.start(), [node(1)]);
    }
}
