//! Buffers to write JSON to.

/// A buffer that JSON can be written to.
pub(crate) trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// A buffer on the stack, so that minting allocates only the token. Large claims move to the heap.
///
/// It is twice as fast here as `smallvec`, whose `extend_from_slice` can insert anywhere.
pub(crate) struct StackBuffer {
    stack: [u8; STACK],
    len: usize,
    heap: Vec<u8>,
}

/// The size of the stack buffer in bytes: three times the claims of a token with two grants.
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
