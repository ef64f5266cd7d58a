//! Issuers and verifiers, which JavaScript knows by number.

use grantmint::Error;

/// A list of values whose numbers are reused.
pub(crate) struct Table<T> {
    values: Vec<Option<T>>,
    free: Vec<usize>,
}

impl<T> Table<T> {
    pub(crate) const fn new() -> Self {
        Self { values: Vec::new(), free: Vec::new() }
    }

    /// Adds a value and returns its number.
    pub(crate) fn add(&mut self, value: T) -> usize {
        if let Some(place) = self.free.pop() {
            self.values[place] = Some(value);
            place
        } else {
            self.values.push(Some(value));
            self.values.len() - 1
        }
    }

    /// Returns a value by its number.
    ///
    /// # Errors
    /// [`Error::Internal`] for a number that was not returned by [`Table::add`], or was removed.
    pub(crate) fn get(&self, place: usize) -> Result<&T, Error> {
        self.values.get(place).and_then(Option::as_ref).ok_or(Error::Internal)
    }

    /// Drops a value, which wipes its secret.
    pub(crate) fn remove(&mut self, place: usize) {
        if self.values.get_mut(place).and_then(Option::take).is_some() {
            self.free.push(place);
        }
    }
}
