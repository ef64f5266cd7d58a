//! A hill climb with a population: each step changes one of the worst texts so far, and keeps the result if it costs
//! more. Half of the steps change bytes, and half change JSON, which stays JSON.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::SIZE;
use crate::count::edges;
use crate::entry::Entry;
use crate::words::{NAMES, PIECES, seeds, short};

/// The number of texts that are kept.
const KEPT: usize = 24;

pub struct Found {
    pub text: Vec<u8>,
    pub edges: u64,
    /// The cost of the worst text of an eighth of the size.
    pub small_edges: u64,
    pub tried: u64,
}

pub fn search(entry: Entry, seconds: u64) -> Found {
    let half = Duration::from_millis(seconds * 500);
    let mut small = Search::new(entry, entry.size(SIZE / 8));
    for seed in seeds(entry, small.size) {
        small.offer(seed);
    }
    small.climb(half);
    let mut full = Search::new(entry, entry.size(SIZE));
    full.random = small.random;
    for seed in seeds(entry, full.size) {
        full.offer(seed);
    }
    for kept in &small.kept {
        full.offer(kept.text.clone());
        for _ in 0..8 {
            let stretched = full.stretched(&kept.text);
            full.offer(stretched);
        }
    }
    full.climb(half);
    let worst = &full.kept[0];
    Found {
        text: worst.text.clone(),
        edges: worst.edges,
        small_edges: small.kept[0].edges,
        tried: small.tried + full.tried,
    }
}

struct Search {
    entry: Entry,
    size: usize,
    /// The worst first.
    kept: Vec<Kept>,
    random: Random,
    tried: u64,
}

struct Kept {
    text: Vec<u8>,
    edges: u64,
}

impl Search {
    fn new(entry: Entry, size: usize) -> Self {
        Self { entry, size, kept: Vec::new(), random: Random(0x9e37_79b9_7f4a_7c15), tried: 0 }
    }

    fn climb(&mut self, time: Duration) {
        let start = Instant::now();
        while start.elapsed() < time {
            // Earlier ones, which cost more, are chosen more often.
            let choice = self.random.below(self.kept.len()).min(self.random.below(self.kept.len()));
            let mut text = self.kept[choice].text.clone();
            let as_json = self.random.below(2) == 0;
            for _ in 0..=self.random.below(3) {
                text = self.changed_json(&text).filter(|_| as_json).unwrap_or_else(|| self.changed(text));
            }
            self.offer(text);
        }
    }

    fn offer(&mut self, mut text: Vec<u8>) {
        text.truncate(self.size);
        let token = self.entry.token(&text);
        let entry = self.entry;
        let mut length = 0;
        let edges = edges(|| length = entry.call(&token));
        std::hint::black_box(length);
        self.tried += 1;
        // Two texts of one cost are mostly the same kind of text, which must not fill the population.
        if self.kept.iter().any(|kept| kept.edges == edges) {
            return;
        }
        let place = self.kept.partition_point(|kept| kept.edges > edges);
        self.kept.insert(place, Kept { text, edges });
        self.kept.truncate(KEPT);
    }

    fn changed(&mut self, mut text: Vec<u8>) -> Vec<u8> {
        let (start, end) = self.range(text.len());
        match self.random.below(9) {
            0 => text.drain(start..end).for_each(drop),
            1 => drop(text.splice(start..end, self.piece())),
            2 => drop(text.splice(start..start, self.piece())),
            3 => drop(text.splice(start..end, self.pieces())),
            4 if start < text.len() => text[start] = self.random.below(256) as u8,
            5 => {
                let other = &self.kept[self.random.below(self.kept.len())].text;
                let (from, to) = Random(self.random.next()).range(other.len());
                let part = other[from..to].to_vec();
                text.splice(start..end, part);
            }
            6 => return self.stretched(&text),
            // A run of nearly equal members, which is what most lists of names are.
            7 => {
                let count = 1 + self.random.below(200);
                let part = text[start..end].to_vec();
                let run: Vec<u8> = (0..count).flat_map(|number| numbered(&part, number)).collect();
                text.splice(start..end, run);
            }
            _ => {
                let members = self.members();
                text.splice(start..start, members);
            }
        }
        text
    }

    /// Returns a JSON text with one of its values changed, if it is one and still has the right size.
    fn changed_json(&mut self, text: &[u8]) -> Option<Vec<u8>> {
        let mut whole: Value = serde_json::from_slice(text).ok()?;
        let room = self.size.saturating_sub(text.len());
        let mut place = &mut whole;
        // Down to a random value.
        while self.random.below(4) != 0 {
            let children: Vec<&mut Value> = match place {
                Value::Object(object) => object.values_mut().collect(),
                Value::Array(array) => array.iter_mut().collect(),
                _ => break,
            };
            let count = children.len();
            let child = children.into_iter().nth(self.random.below(count))?;
            place = child;
        }
        let added = self.value();
        let size = added.to_string().len() + 6;
        let most = if self.random.below(3) == 0 { 4 } else { room / size + 1 };
        let count = 1 + self.random.below(most);
        match (self.random.below(6), &mut *place) {
            (0, _) => *place = added,
            (1, Value::Object(object)) => object.retain(|_, _| self.random.below(4) != 0),
            (1 | 2, Value::Array(array)) => array.extend(vec![added; count]),
            (2, Value::Object(object)) => {
                let end = if self.random.below(2) == 0 { String::new() } else { self.piece_of_name() };
                object.extend((0..count).map(|number| (short(number) + &end, added.clone())));
            }
            (3, _) => {
                *place = Value::Array(vec![place.clone(); count.min(1 + room / place.to_string().len())])
            }
            (4, Value::String(string)) => *string += &added.to_string().repeat(count),
            (5, Value::Object(object)) => drop(object.insert(self.piece_of_name(), added)),
            _ => {
                // Below the limit of 128 levels, most of the time.
                for _ in 0..count.min(128) {
                    *place = if self.random.below(2) == 0 {
                        Value::Array(vec![place.take()])
                    } else {
                        Value::Object(Map::from_iter([(short(self.random.below(62)), place.take())]))
                    };
                }
            }
        }
        Some(serde_json::to_vec(&whole).unwrap()).filter(|text| text.len() <= self.size)
    }

    /// Returns a piece as a value, or else as a string.
    fn value(&mut self) -> Value {
        if self.random.below(3) == 0 {
            return Value::from(0);
        }
        let piece = String::from_utf8(self.piece()).unwrap();
        serde_json::from_str(&piece).unwrap_or(Value::String(piece))
    }

    /// Returns one of the names that some rule knows, or a piece.
    fn piece_of_name(&mut self) -> String {
        if self.random.below(3) == 0 {
            String::from_utf8(self.piece()).unwrap()
        } else {
            NAMES[self.random.below(NAMES.len())].to_owned()
        }
    }

    /// Returns the text with one of its parts repeated until it has the full size.
    fn stretched(&mut self, text: &[u8]) -> Vec<u8> {
        let (start, end) = self.range(text.len());
        if start == end {
            return text.to_vec();
        }
        let room = self.size.saturating_sub(text.len());
        let counted = self.random.below(2) == 0;
        let mut repeated = Vec::new();
        let mut number = 0;
        while repeated.len() < room {
            repeated.extend(if counted {
                numbered(&text[start..end], number)
            } else {
                text[start..end].to_vec()
            });
            number += 1;
        }
        repeated.truncate(room);
        [&text[..end], &repeated, &text[end..]].concat()
    }

    /// Returns members with short names, each with the same value.
    fn members(&mut self) -> Vec<u8> {
        let value = self.piece();
        let count = self.random.below(self.size / 4);
        (0..count)
            .flat_map(|number| [format!("\"{}\":", short(number)).as_bytes(), &value, b","].concat())
            .collect()
    }

    fn piece(&mut self) -> Vec<u8> {
        PIECES[self.random.below(PIECES.len())].as_bytes().to_vec()
    }

    fn pieces(&mut self) -> Vec<u8> {
        (0..self.random.below(8)).flat_map(|_| self.piece()).collect()
    }

    fn range(&mut self, length: usize) -> (usize, usize) {
        self.random.range(length)
    }
}

/// Returns the text with its letters and digits counted up, so that a name in it is new each time.
fn numbered(text: &[u8], number: usize) -> Vec<u8> {
    let Some(place) = text.iter().position(u8::is_ascii_alphanumeric) else { return text.to_vec() };
    [&text[..place], short(number).as_bytes(), &text[place + 1..]].concat()
}

/// The generator xorshift64*. A search with the same seed takes the same steps.
#[derive(Clone, Copy)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        ((self.next() >> 8) % limit.max(1) as u64) as usize
    }

    /// Returns the bounds of a part of a text, half of the time a short one.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let start = self.below(length + 1);
        let longest = if self.below(2) == 0 { 24 } else { length };
        (start, (start + self.below(longest + 1)).min(length))
    }
}
