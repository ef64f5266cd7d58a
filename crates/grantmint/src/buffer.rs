//! Where JSON is written: a `Vec`, or for the claims of one token a buffer on the stack.

/// What JSON can be written to.
pub(crate) trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Bytes on the stack, so that minting allocates only the token; larger claims than most go to the heap.
///
/// Twice as fast here as `smallvec`, whose `extend_from_slice` is made for inserting anywhere.
pub(crate) struct StackBuffer {
    stack: [u8; STACK],
    len: usize,
    heap: Vec<u8>,
}

/// Three times the claims of a token with two grants.
const STACK: usize = 1024;

impl StackBuffer {
    pub(crate) fn new() -> Self {
        Self { stack: [0; STACK], len: 0, heap: Vec::new() }
    }

    #[cold]
    fn spill(&mut self, bytes: &[u8]) {
        self.heap.reserve(2 * (self.len + bytes.len()));
        self.heap.extend_from_slice(&self.stack[..self.len]);
        self.heap.extend_from_slice(bytes);
    }
}

impl Sink for StackBuffer {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        if !self.heap.is_empty() {
            self.heap.extend_from_slice(bytes);
        } else if let Some(room) = self.stack.get_mut(self.len..self.len + bytes.len()) {
            room.copy_from_slice(bytes);
            self.len += bytes.len();
        } else {
            self.spill(bytes);
        }
    }
}

impl AsRef<[u8]> for StackBuffer {
    fn as_ref(&self) -> &[u8] {
        if self.heap.is_empty() { &self.stack[..self.len] } else { &self.heap }
    }
}
