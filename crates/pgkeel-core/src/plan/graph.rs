//! Sorting of steps: a topological order that disturbs the natural order least, with explicit repairs of cycles.

use std::collections::{BTreeMap, BTreeSet};

/// Which nodes have to come before which.
#[derive(Debug, Default)]
pub struct Graph {
    after: BTreeMap<usize, BTreeSet<usize>>,
}

impl Graph {
    /// `first` has to come before `second`.
    pub fn before(&mut self, first: usize, second: usize) {
        if first != second {
            self.after.entry(first).or_default().insert(second);
        }
    }

    /// Whether `first` has to come before `second`, by a demand of its own.
    pub fn demands(&self, first: usize, second: usize) -> bool {
        self.after.get(&first).is_some_and(|after| after.contains(&second))
    }

    /// Takes the demand back.
    pub fn forget(&mut self, first: usize, second: usize) {
        if let Some(after) = self.after.get_mut(&first) {
            after.remove(&second);
        }
    }

    /// The nodes `0..count`, which are in their natural order, sorted; or the nodes of the cycles that prevent it.
    pub fn sort(&self, count: usize) -> Result<Vec<usize>, Vec<usize>> {
        let mut waiting = vec![0_usize; count];
        for second in self.after.values().flatten() {
            if let Some(number) = waiting.get_mut(*second) {
                *number += 1;
            }
        }
        let mut ready: BTreeSet<usize> = (0..count).filter(|node| waiting.get(*node) == Some(&0)).collect();
        let mut sorted = Vec::with_capacity(count);
        while let Some(node) = ready.pop_first() {
            sorted.push(node);
            for second in self.after.get(&node).into_iter().flatten() {
                if let Some(number) = waiting.get_mut(*second) {
                    *number -= 1;
                    if *number == 0 {
                        ready.insert(*second);
                    }
                }
            }
        }
        if sorted.len() == count {
            return Ok(sorted);
        }
        let done: BTreeSet<usize> = sorted.into_iter().collect();
        Err(self.one_cycle(&(0..count).filter(|node| !done.contains(node)).collect()))
    }

    /// One cycle among nodes that could not be sorted.
    fn one_cycle(&self, stuck: &BTreeSet<usize>) -> Vec<usize> {
        // Every stuck node has a stuck predecessor, so walking backwards from any of them meets itself.
        let mut predecessor: BTreeMap<usize, usize> = BTreeMap::new();
        for (first, seconds) in self.after.iter().filter(|(first, _)| stuck.contains(first)) {
            for second in seconds.iter().filter(|second| stuck.contains(second)) {
                predecessor.entry(*second).or_insert(*first);
            }
        }
        let mut path: Vec<usize> = vec![];
        let mut node = stuck.iter().copied().find(|node| predecessor.contains_key(node));
        while let Some(current) = node {
            if let Some(place) = path.iter().position(|seen| *seen == current) {
                let mut cycle = path.split_off(place);
                cycle.reverse();
                return cycle;
            }
            path.push(current);
            node = predecessor.get(&current).copied();
        }
        path
    }
}
