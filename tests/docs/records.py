"""The check of each statement in docs/reliability.md, as in promises.py."""

CORE = "crates/grantmint/tests/"
PYTHON = "tests/python/"
NODE = "tests/node/"
HERE = "tests/docs/test_records.py::"
FRAMES = NODE + "secrecy_everywhere.test.mjs::no variable of a frame of ours is the secret"

# The checks, and how the sentences begin that they hold.
RECORDS = [
    (
        ["make fuzz", HERE + "test_the_fuzz_targets_are_listed"],
        [
            "`make fuzz` runs each target for half an hour",
            "The address and leak sanitizers are on.",
            "The seeds are the shared test vectors",
            "So the targets mutate the parts and sign them with another library.",
            "The crate `jsonwebtoken` must accept every token that grantmint accepts",
            "| `compact` |",
            "| `header` |",
            "| `claims` |",
            "| `verify` |",
            "| `inspect` |",
            "| `round_trip` |",
            "| `object` |",
            "On 26 November 2026, the targets ran for nine minutes each",
            "5,694,434 executions.",
            "The targets found no bug.",
            "It requires well-formed parameters for finding a key",
            "Without them, the two must agree.",
            "It rejects every `aud` unless one is configured.",
            "It reads one level of nesting less than the 128 that grantmint reads.",
        ],
    ),
    (
        [
            "make boundary",
            PYTHON + "test_boundary.py::test_an_access_token",
            PYTHON + "test_boundary.py::test_inspect",
            HERE + "test_the_calls_at_the_boundary",
        ],
        [
            "`make boundary` passes arbitrary values to every call of the packages.",
            "In Python ([Hypothesis]",
            "In Node ([fast-check]",
            "Every call returned a result, or an error with its own code, never `internal`.",
            "`make test` makes 400 and 500 calls.",
        ],
    ),
    (
        [
            "make soak",
            PYTHON + "test_memory.py::test_memory_stays_flat",
            NODE + "memory.test.mjs::memory stays flat",
        ],
        [
            "`make soak` prints the growth of resident memory",
            "One call in eight is of a rarer kind",
            "| Python | +",
            "| Node, after a collection |",
            "| V8's used memory |",
            "In Node, the soak keeps V8's space for young objects at its smallest size.",
        ],
    ),
    (
        [
            PYTHON + "test_memory.py::test_objects_dropped_in_any_order_are_collected",
            NODE + "memory.test.mjs::what is dropped in any order is collected",
            HERE + "test_the_places_where_callbacks_throw",
        ],
        [
            "In `make test`, a random program runs in each language, with three seeds.",
            "It creates tokens, grants, claims, errors with their tracebacks",
            "Its callbacks throw in 18 places in Python and 21 in Node.",
            "It drops objects that a list, a thread or a worker still uses.",
            "All objects are collected in any order",
        ],
    ),
    (
        [PYTHON + "test_own_exceptions.py::test_an_exception_passes_through"],
        ["An exception from a callback reaches the caller unchanged."],
    ),
    (
        [PYTHON + "test_memory.py::test_a_finalizer_may_call_everything_when_the_interpreter_ends"],
        ["In Python, finalizers make every kind of call while the interpreter ends."],
    ),
    (
        ["make valgrind", "make asan"],
        [
            "`make valgrind` runs memcheck over six of the core's test programs",
            "`make asan` runs AddressSanitizer",
            "It runs the random program with 24 workers",
            "First it shows that it notices three errors",
            "There was no invalid read and no use of uninitialized memory.",
            "A worker that ends in the middle of `mintMany` loses eight bytes",
            "A worker that ends while it creates an issuer or a verifier loses some 40 or 120 bytes.",
            "They belong to a closure that napi-rs does not free",
        ],
    ),
    (
        ["make worst-case"],
        [
            "The time to read a text grows with its length, not faster.",
            "`make worst-case` searches for the texts that take longest",
            "The cost of a text is the number of edges",
            "Half of the search is among texts of an eighth of the size.",
            "| `inspect` of any text |",
            "| `inspect` of any header |",
            "| `inspect` of any claims |",
            "| `Verifier` with any text |",
            "| `Verifier` with any header",
            "| `Verifier` with any claims",
        ],
    ),
    ([PYTHON + "test_concurrency.py::test_sixteen_threads"], ["| Python threads that mint"]),
    (
        [NODE + "concurrency.test.mjs::sixteen workers and the main thread at the same time"],
        ["| Node workers that mint"],
    ),
    (
        [PYTHON + "test_concurrency.py::test_sixty_four_forked_children"],
        ["| forked children of a Python process"],
    ),
    (
        [PYTHON + "test_concurrency.py::test_forks_while_other_threads_mint"],
        ["| forked children while four threads mint"],
    ),
    ([NODE + "concurrency.test.mjs::sixty-four processes of a cluster"], ["| processes of a Node cluster"]),
    (["make cycles"], ["| workers that load the module and end"]),
    (
        [PYTHON + "test_concurrency.py::test_the_interpreter_ends_while_threads_are_at_work"],
        ["| an interpreter that ends while daemon threads"],
    ),
    ([PYTHON + "test_concurrency.py::test_a_signal_during_mint_many"], ["| a signal during `mint_many`"]),
    ([NODE + "concurrency.test.mjs::a signal while mintMany is at work"], ["| a signal during `mintMany`"]),
    (
        [PYTHON + "test_concurrency.py::test_the_deepest_claims_in_a_thread_with_a_small_stack"],
        ["| claims of 128 levels in a thread"],
    ),
    (
        ["make free-threaded", PYTHON + "test_races.py::test_a_race_with_a_gil_or_without"],
        [
            "`make free-threaded` makes eight threads share and change",
            "PyO3 supports CPython 3.14 and later there",
        ],
    ),
    (
        ["tests/packaging/test_workflows.py::test_a_free_threaded_wheel_is_released_after_the_race"],
        ["A release has a wheel for it only if the race passes there."],
    ),
    (
        [
            PYTHON + "test_concurrency.py::test_a_subinterpreter",
            "tests/runtimes/test_cpythons.py::test_cpython",
        ],
        [
            "In a **sub-interpreter**, `import grantmint` raises an `ImportError`",
            "After that first import, it raises one in all other interpreters.",
            "On CPython 3.12 and later, it raises one in every isolated sub-interpreter.",
            "This was tried on 3.10, 3.11, 3.12 and 3.13.",
        ],
    ),
    (
        ["make platforms-servers"],
        ["`make platforms-servers` tries this in mod_wsgi and uWSGI."],
    ),
    (
        ["make check-panics", HERE + "test_the_panics"],
        [
            "`make check-panics`, in `make test`, builds both native modules",
            "They panic in a call, without the GIL",
            "18 panics in Python and 12 in Node became ordinary errors",
            "(In Node, panics of one kind happen before any code of the package runs",
        ],
    ),
    (
        [
            PYTHON + "test_secrecy_everywhere.py::test_surface",
            NODE + "secrecy_everywhere.test.mjs::no error tells",
            HERE + "test_the_places_where_the_secret_is_searched",
        ],
        [
            "`make test` searches for the secret in these places",
            "**Objects.** Eleven kinds of objects in Python and ten in Node",
            "The tests search 29 and 24 outputs of them.",
        ],
    ),
    (
        [
            PYTHON + "test_secrecy_everywhere.py::test_no_error_contains_the_secret",
            NODE + "secrecy_everywhere.test.mjs::no error tells",
        ],
        ["**Errors.** The tests search some forty errors"],
    ),
    (
        [
            CORE + "secret.rs::every_owner_of_the_secret_wipes_it",
            CORE + "secret.rs::the_prepared_key_is_wiped",
        ],
        [
            "**Freed memory.** An allocator in the core's tests inspects each freed block.",
            "No block contains the secret, in any Rust type, or the state of the keyed hash.",
        ],
    ),
    (
        [NODE + "secrecy_everywhere.test.mjs::a secret of bytes that was wiped is in no heap snapshot"],
        ["**The heap.** A heap snapshot of Node contains no secret"],
    ),
    ([HERE + "test_nothing_logs"], ["The packages contain no logging or tracing."]),
    (
        [
            PYTHON + "test_reporters.py::test_reporters",
            PYTHON + "test_reporters.py::test_pytest_with_locals",
        ],
        [
            "`rich`, `pytest --showlocals` and Sentry's SDK report nine errors each",
            "No report contains the secret from one of these objects.",
            "The reports do show a caller's variable that is the secret itself",
        ],
    ),
    (
        [PYTHON + "test_secrecy_everywhere.py::test_the_collector_finds_it_in_the_drop_in_alone"],
        ["`rich.inspect(token)` reads `token.secret`"],
    ),
    (
        [FRAMES],
        ["(It finds variables only for errors that a callback or a getter throws.)"],
    ),
    (
        ["make dudect"],
        [
            "`make dudect` uses dudect's method.",
            "It measures the rejection of signatures that are wrong only in the last byte",
            "It then runs Welch's t-test on the times",
            "| `Verifier::verify` |",
            "| for comparison: a check that stops at the first difference |",
        ],
    ),
    (["make coverage"], ["| lines of the core covered by its own tests |"]),
    (
        ["make mutants"],
        [
            "| mutants of the minting code |",
            "| mutants of the verifying code |",
            "| mutants of the explaining code |",
        ],
    ),
    (["make miri"], ["| Miri over tests of minting"]),
    (
        ["crates/grantmint/src/lib.rs::#![forbid(unsafe_code)]", HERE + "test_the_blocks_of_unsafe_code"],
        [
            "The core forbids `unsafe`.",
            "The released code of the bindings contains ten `unsafe` blocks.",
            "Eight handle Node's strings and bytes",
        ],
    ),
    ([HERE + "test_releases_check_arithmetic"], ["Release builds check arithmetic for overflow, too."]),
    (
        ["make deny"],
        ["`make deny` checks licences", "Licences, bans and sources passed.", "No built-in crate is present"],
    ),
    (
        [
            "tests/install/test_artefacts.py::test_the_crates_inside_are_listed",
            "tests/install/test_artefacts.py::test_the_dependencies_of_a_crate_are_listed_beside_it",
        ],
        [
            "CycloneDX files list the crates inside each package.",
            "The lists of the wheel and of Node's module are inside the packages.",
            "Those of the crates `grantmint` and `grantmint-cli` are beside the crates",
        ],
    ),
    (
        ["make check-reproducible"],
        [
            "`make check-reproducible` builds a commit twice and compares the results.",
            "The two builds differ in the folders and their depth",
            "They also differ in the time",
            "Every package was the same in both builds",
        ],
    ),
    (
        ["tests/install/test_artefacts.py::test_a_native_module_is_small"],
        ["`make test-install` limits the size of the native modules."],
    ),
    # The test of each bug.
    (
        [CORE + "inspect.rs::a_text_of_nothing_but_wrappings_is_explained"],
        ["| A text of 16 KiB of only quotation marks"],
    ),
    (["make check-panics"], ["| A panic while Python read claims", "| The message of a panic"]),
    ([PYTHON + "test_concurrency.py::test_a_subinterpreter"], ["| In a process with two interpreters"]),
    (
        ["tests/rehearsal/test_crates.py::test_the_command_is_installed_by_name"],
        ["| The crate `grantmint-cli` could not be published"],
    ),
    (
        ["tests/install/test_artefacts.py::test_the_files_of_an_npm_package_are_for_everybody"],
        ["| npm packages had the permissions"],
    ),
    (["tests/install/test_artefacts.py::test_the_crates_inside_are_listed"], ["| The lists of the crates"]),
    (
        [PYTHON + "test_memory.py::test_a_finalizer_may_call_everything_when_the_interpreter_ends"],
        ["| A finalizer that ran when the Python interpreter ended"],
    ),
    ([PYTHON + "test_subclassing.py::test_a_cycle_is_collected"], ["| A Python grant was never collected"]),
    (
        [PYTHON + "test_own_exceptions.py::test_an_exception_passes_through"],
        ["| An exception from a caller's own `__iter__`"],
    ),
    (["make asan"], ["| A Node worker that ended while it created an issuer"]),
    (
        [FRAMES],
        ["| In Node, `toJwt` and `new Issuer` kept the secret"],
    ),
    ([CORE + "mint_many.rs::one_long_identity_takes_no_memory_for_a_thousand"], ["| One identity of 20 MB"]),
    (
        [
            PYTHON + "test_secrecy.py::test_no_copy_of_bytes_stays_behind",
            NODE + "wiped.test.mjs::no secret of bytes stays behind, nor its pads",
        ],
        ["| A secret in a `memoryview`"],
    ),
    (
        [NODE + "verifier.test.mjs::claims are those of the token, whatever every object inherits"],
        ["| In Node, a claim missing from a token"],
    ),
    (
        [PYTHON + "test_memory.py::test_a_finalizer_may_call_everything_when_the_interpreter_ends"],
        ["| A finalizer got a `RuntimeError`"],
    ),
]

# Sentences that explain a record, describe how it was made, or report what was done once.
EXPLANATIONS = [
    "This page lists the attempts",
    "`SECURITY.md` lists the promises behind them.",
    "The figures come from one machine:",
    "2 virtual cores of a server CPU",
    "The machine was busy with other work",
    "It needs nightly Rust and [cargo-fuzz]",
    "A mutated token fails at its signature",
    'In libFuzzer\'s count, "edges" are',
    "| target | mutated input |",
    "The code has changed since the runs in the table.",
    "One bug was found while they were written",
    "`jsonwebtoken` rejects a token that grantmint accepts only by one of these rules:",
    "Access Tokens have no `aud`.",
    "| process | 10,000,000 mints |",
    "By default, V8 lets that space grow",
    "Over twelve million of them",
    "Meanwhile, V8's used memory stayed",
    "Two kinds of blocks were lost:",
    "A cost that grew faster than the length",
    "| read | texts tried |",
    "The worst claims have over a thousand grants",
    "In Node, explaining that token took 2.7 ms",
    "The table is of eight minutes; a later search",
    "Two earlier searches, of 36 and 40 minutes",
    "The first one showed that comparing such names",
    "| scenario | count |",
    "Servers with sub-interpreters, such as mod_wsgi",
    "`SECURITY.md` lists the limits.",
    "@sentry/node 11.12.0 was tried by hand",
    "No report contains the secret.",
    "A value above 4.5 would be evidence",
    "| check | samples |",
    "The coverage and the mutants were counted once.",
    "The code has changed since then",
    "| check | result |",
    "A mutant is a small change",
    "[cargo-mutants](https://mutants.rs/) makes 1,019",
    "Every unnoticed mutant was examined.",
    "Most pointed to gaps",
    "The core's tests now cover them:",
    "lists of more than one block",
    "the times of an issued token",
    "the wording of `inspect`",
    "A condition that made no difference was removed",
    "Thirteen mutants are left.",
    "They change nothing observable:",
    "three words for an error",
    "three ways to choose",
    "a condition that is always true",
    "the sign of a zero",
    "an integer with two equal ways",
    "a power of ten",
    "how many finished blocks",
    "how much memory is reserved",
    "Advisories could not be checked:",
    "RustSec's database was not reachable",
    "Every direct dependency is used",
    "In the examples:",
    "`@fastify/cookie` (11.1 needs Node 22)",
    "In the tests: pnpm",
    "The machine and the tools are the same.",
    "The command prints their sizes.",
    "Each bug has a test that fails without its fix.",
    "| bug | fix |",
]
