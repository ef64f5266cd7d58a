//! Searches for the texts that `inspect` and `Verifier` need most time for, and measures them.
//!
//! `worst_case search SECONDS FOLDER` needs a build in which the compiler calls
//! `__sanitizer_cov_trace_pc_guard` at each edge between blocks of code: the number of calls is the cost of a text. The
//! count is exact, so the search needs no quiet machine. It does not see the length of a copy or of a hash, which grow
//! with the text anyway. Half of the time goes to texts of an eighth of the size, and the other half to texts of the
//! full size that begin as their repetitions. The worst texts are in FOLDER, one for each entry.
//!
//! `worst_case measure FOLDER`, in an ordinary build, prints the time of each text beside the time of a usual token of
//! the same length.

mod count;
mod entry;
mod search;
mod words;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use entry::Entry;

/// The longest token in bytes that `Verifier` accepts by default.
const SIZE: usize = 16 * 1024;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["search", seconds, folder] => search(seconds.parse().unwrap(), Path::new(folder)),
        ["measure", folder] => measure(Path::new(folder)),
        _ => panic!("worst_case search SECONDS FOLDER, or worst_case measure FOLDER"),
    }
}

fn search(seconds: u64, folder: &Path) {
    assert!(count::edges(|| _ = Entry::Inspect.call("x")) > 0, "the build counts nothing");
    fs::create_dir_all(folder).unwrap();
    println!("| entry | texts | edges | edges a byte | edges a byte, an eighth of the size |");
    println!("|---|--:|--:|--:|--:|");
    let seconds = seconds / Entry::ALL.len() as u64;
    for entry in Entry::ALL {
        let found = search::search(entry, seconds);
        println!(
            "| {} | {} | {} | {:.0} | {:.0} |",
            entry.name(),
            found.tried,
            found.edges,
            found.edges as f64 / entry.size(SIZE) as f64,
            found.small_edges as f64 / entry.size(SIZE / 8) as f64,
        );
        fs::write(folder.join(entry.name()), &found.text).unwrap();
    }
}

fn measure(folder: &Path) {
    println!("| entry | bytes | time in µs | a usual token of that length |");
    println!("|---|--:|--:|--:|");
    for entry in Entry::ALL {
        let text = fs::read(folder.join(entry.name())).unwrap();
        let usual = entry.usual(text.len());
        let (time, usual) = times(entry, &text, &usual);
        println!("| {} | {} | {time:.0} | {:.1} × |", entry.name(), text.len(), time / usual);
    }
}

/// Returns the shortest times in microseconds of two texts, taken in turns.
fn times(entry: Entry, one: &[u8], other: &[u8]) -> (f64, f64) {
    let mut shortest = [f64::INFINITY; 2];
    let tokens = [one, other].map(|text| entry.token(text));
    for turn in 0..400 {
        let start = Instant::now();
        black_box(entry.call(black_box(&tokens[turn % 2])));
        let time = start.elapsed().as_nanos() as f64 / 1000.0;
        shortest[turn % 2] = shortest[turn % 2].min(time);
    }
    let [one, other] = shortest;
    (one, other)
}
