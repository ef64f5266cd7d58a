//! Blocks of a long list, minted on several threads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::error::Error;

/// A block's place in the list, and its tokens joined by line feeds.
type Minted = (usize, Result<String, Error>);

/// Mints blocks on the requested threads, or on as many as can be started. Returns the number of blocks taken.
pub(super) fn mint_on_threads(
    threads: usize,
    blocks: usize,
    mint: &(impl Fn(usize, &mut String) -> Result<(), Error> + Sync),
    take: &mut impl FnMut(&mut String),
) -> Result<usize, Error> {
    let (next, spare) = (&AtomicUsize::new(0), &Mutex::new(Vec::new()));
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Minted>(2 * threads);
        for _ in 0..threads {
            let sender = sender.clone();
            let work = move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    if place >= blocks {
                        break;
                    }
                    let mut block = lock(spare).pop().unwrap_or_default();
                    let minted = mint(place, &mut block).map(|()| block);
                    let failed = minted.is_err();
                    if sender.send((place, minted)).is_err() || failed {
                        break;
                    }
                }
            };
            if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        drop(sender);
        take_in_order(receiver, |mut block| {
            take(&mut block);
            lock(spare).push(block);
        })
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic cannot leave a list of buffers in an invalid state.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes blocks in the order of the list. Returns the error of the first identity that is rejected.
fn take_in_order(receiver: Receiver<Minted>, mut take: impl FnMut(String)) -> Result<usize, Error> {
    let (mut early, mut taken) = (BTreeMap::new(), 0);
    for (place, minted) in receiver {
        early.insert(place, minted);
        while let Some(minted) = early.remove(&taken) {
            take(minted?);
            taken += 1;
        }
    }
    Ok(taken)
}
