//! Work of the processor alone, on all of its cores.

use std::num::NonZero;
use std::panic::resume_unwind;

/// Fewer items are not worth a thread.
const PER_THREAD: usize = 32;

/// What `work` makes of each item, in their order.
pub(crate) fn in_parallel<I: Sync, O: Send>(items: &[I], work: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let portion = items.len().div_ceil(threads).max(PER_THREAD);
    if items.len() <= portion {
        return items.iter().map(work).collect();
    }
    let work = &work;
    std::thread::scope(|scope| {
        let portions = items.chunks(portion);
        let workers: Vec<_> =
            portions.map(|items| scope.spawn(move || items.iter().map(work).collect::<Vec<_>>())).collect();
        let done =
            workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        done.flatten().collect()
    })
}
