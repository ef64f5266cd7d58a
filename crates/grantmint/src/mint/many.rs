//! Long lists, minted in blocks on several threads while the caller's own thread receives the finished blocks.

use super::issuer::{Batch, Issuer};
use super::options::BatchOptions;
#[cfg(not(target_family = "wasm"))]
use super::threads::mint_on_threads;
use crate::error::{Error, Field};
use crate::limits::MAX_THREADS;

/// The tokens in a block. With far fewer, threads wake each other too often; with more, blocks do not fit into the cache.
/// Blocks are reused: fresh memory costs half as much as a token.
const BLOCK: usize = 256;

/// The smallest block that is worth a thread.
const SMALL_BLOCK: usize = 128;

/// The largest reservation for the rest of a block, in bytes: its first identity may be far longer than the others.
const LARGEST_GUESS: usize = 1 << 20;

impl Issuer {
    /// Mints a token for each identity, in their order, all at the same second. Uses more than one thread if asked.
    ///
    /// # Errors
    /// [`Error::AtIndex`] for the first identity that is rejected: no token is returned then; the errors of
    /// [`Issuer::batch`] for the options; [`Error::OutOfRange`] unless there are 1 to 1024 threads.
    pub fn mint_many<S: AsRef<str> + Sync>(
        &self,
        identities: &[S],
        options: &BatchOptions<'_>,
        threads: usize,
    ) -> Result<Vec<String>, Error> {
        let mut tokens = Vec::with_capacity(identities.len());
        self.mint_blocks(identities, options, threads, |block| {
            tokens.extend(block.split('\n').map(str::to_owned));
        })?;
        Ok(tokens)
    }

    /// Mints a token for each identity and passes blocks of tokens joined by line feeds to `take`, in their order.
    ///
    /// Another language makes its strings of a block while the next ones are minted. `take` may move a block out; it
    /// is overwritten otherwise.
    ///
    /// # Errors
    /// See [`Issuer::mint_many`]. The blocks before the failed one have been passed on.
    #[doc(hidden)]
    pub fn mint_blocks<S: AsRef<str> + Sync>(
        &self,
        identities: &[S],
        options: &BatchOptions<'_>,
        threads: usize,
        mut take: impl FnMut(&mut String),
    ) -> Result<(), Error> {
        check_threads(threads)?;
        let batch = self.batch(options)?;
        let size = identities.len().div_ceil(threads).clamp(SMALL_BLOCK, BLOCK);
        let blocks = identities.len().div_ceil(size);
        let mint = |place: usize, block: &mut String| {
            let start = place * size;
            let end = identities.len().min(start + size);
            mint_block(&batch, start, &identities[start..end], block)
        };
        let taken = match threads.min(blocks) {
            0 | 1 => 0,
            // WebAssembly starts no threads; the code that does is a tenth of the module.
            #[cfg(target_family = "wasm")]
            _ => 0,
            #[cfg(not(target_family = "wasm"))]
            threads => mint_on_threads(threads, blocks, &mint, &mut take)?,
        };
        // All blocks are taken, or none if the system could not start a thread.
        let mut block = String::new();
        (taken..blocks).try_for_each(|place| {
            mint(place, &mut block)?;
            take(&mut block);
            Ok(())
        })
    }
}

/// Mints the block that starts at index `start` of the list.
fn mint_block<S: AsRef<str>>(
    batch: &Batch<'_>,
    start: usize,
    identities: &[S],
    block: &mut String,
) -> Result<(), Error> {
    block.clear();
    for (index, identity) in (start..).zip(identities) {
        if index > start {
            block.push('\n');
        }
        let minted = batch.mint_onto(identity.as_ref(), block);
        minted.map_err(|error| Error::AtIndex { index, error: Box::new(error) })?;
        if index == start {
            block.reserve((block.len() + 1).saturating_mul(identities.len() - 1).min(LARGEST_GUESS));
        }
    }
    Ok(())
}

fn check_threads(threads: usize) -> Result<(), Error> {
    if (1..=MAX_THREADS.into()).contains(&threads) {
        return Ok(());
    }
    let max = MAX_THREADS.into();
    Err(Error::OutOfRange { field: Field::new("threads"), found: threads.to_string(), min: 1, max })
}
