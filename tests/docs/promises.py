"""The check of each promise in SECURITY.md: tests by file and name, or a target of the Makefile."""

PROMISES = {
    "Without the secret, nobody can forge a token that a `Verifier` accepts.": [
        "crates/grantmint/tests/verify_hostile.rs::every_small_change_to_a_good_token_is_rejected",
        "tests/python/test_mutations.py::test_every_small_change_to_a_good_token_is_refused",
        "tests/node/mutations.test.mjs::is refused",
    ],
    "A verifier pins one algorithm.": [
        "crates/grantmint/tests/verify_hostile.rs::each_case_has_its_verdict",
        "tests/python/test_verifier.py::test_the_algorithm_is_pinned",
    ],
    "It rejects `none`, `crit`, `zip`, `enc` and unencoded payloads.": [
        "crates/grantmint/tests/verify_hostile.rs::each_case_has_its_verdict",
        "tests/python/test_hostile.py::test_its_verdict",
    ],
    "It requires a signature of full length and compares it in constant time.": [
        "crates/grantmint/src/jws/hmac.rs::wycheproof_hmac_vectors",
        "make dudect",
    ],
    "It rejects a PEM, JWK or OpenSSH key as a secret.": [
        "crates/grantmint/tests/error.rs::an_error_has_a_code_a_field_and_a_message",
    ],
    "A token that a `Verifier` accepts has only one reading": [
        "crates/grantmint/tests/verify_hostile.rs::each_case_has_its_verdict",
        "crates/grantmint/tests/rules_properties.rs::accepted_by_a_verifier_has_no_error_of_the_token_itself",
        "make fuzz",
    ],
    "One thing depends on the reader: an integer beyond 2^53": [
        "crates/grantmint/tests/json.rs::any_integer_is_exact_or_rejected",
        "tests/differential/test_libraries.py::test_random_inputs",
    ],
    "`jsonwebtoken` accepts every such token too": ["make fuzz"],
    "A token contains exactly the values that the caller asked for": [
        "crates/grantmint/tests/mint_properties.rs::another_library_reads_the_intended_claims",
        "crates/grantmint/tests/json.rs::a_written_payload_reads_back",
        "crates/grantmint/tests/json.rs::a_copied_text_is_one_object_without_duplicates",
        "tests/differential/libraries.test.mjs::libraries: random scenarios",
    ],
    "If a caller adds two grants for one product, the later one counts": [
        "crates/grantmint/tests/mint_issuer.rs::grants_of_one_token_join_the_issuers_and_duplicates_keep_their_place",
        "tests/differential/test_official.py::test_the_header_and_claims_of_the_official_library",
    ],
    "In Node, `JSON.stringify` defines the content of free-form objects": [
        "tests/node/free_form.test.mjs::as JSON.stringify writes it",
    ],
    "An error message about a token contains nothing of the token but its times": [
        "crates/grantmint/tests/verify_error.rs::no_message_repeats_what_a_token_contains",
    ],
    "Only the report of `inspect` contains more, without control characters.": [
        "crates/grantmint/tests/inspect.rs::any_header_and_any_claims_are_explained",
        "crates/grantmint-cli/tests/report.rs::a_value_imitates_no_line_of_a_report",
    ],
    "No token, however malformed, ends the process.": [
        "tests/python/test_hostile.py::test_its_verdict",
        "tests/node/hostile.test.mjs::there are cases",
        "make fuzz",
    ],
    "A panic would be a bug.": ["make check-panics"],
    "It becomes an ordinary error with the code `internal`": ["make check-panics"],
    "Standard error shows only the panic's location": ["make check-panics"],
    "Memory use stays flat.": [
        "tests/python/test_memory.py::test_memory_stays_flat",
        "tests/node/memory.test.mjs::memory stays flat",
        "make soak",
    ],
    "Threads, workers, forks, signals": [
        "tests/python/test_concurrency.py::test_sixteen_threads",
        "tests/python/test_concurrency.py::test_sixty_four_forked_children",
        "tests/python/test_concurrency.py::test_the_interpreter_ends_while_threads_are_at_work",
        "tests/python/test_concurrency.py::test_a_signal_during_mint_many",
        "tests/node/concurrency.test.mjs::sixteen workers and the main thread at the same time",
        "tests/node/concurrency.test.mjs::a signal while mintMany is at work",
        "make cycles",
    ],
    "The core has no `unsafe` code.": ["crates/grantmint/src/lib.rs::#![forbid(unsafe_code)]"],
    "The bindings use it where they call the C APIs": ["make lint"],
    "The secret does not appear in any `repr`": [
        "crates/grantmint/tests/secret.rs::nothing_prints_the_secret",
        "crates/grantmint/tests/secret.rs::no_error_names_the_secret",
        "tests/python/test_secrecy_everywhere.py::test_surface",
        "tests/python/test_secrecy_everywhere.py::test_no_error_contains_the_secret",
        "tests/node/secrecy_everywhere.test.mjs::no error tells",
        "make check-panics",
    ],
    "The libraries wipe their copies of the secret": [
        "crates/grantmint/tests/secret.rs::every_owner_of_the_secret_wipes_it",
        "crates/grantmint/tests/secret.rs::the_prepared_key_is_wiped",
        "crates/grantmint/tests/secret_memory.rs::an_object_that_keeps_no_secret_leaves_nothing_but_its_states",
        "tests/python/test_secrecy.py::test_no_copy_of_bytes_stays_behind",
        "tests/node/wiped.test.mjs::no secret of bytes stays behind, nor its pads",
        "make unwiped",
    ],
    "The key combined with the pads of HMAC is wiped": [
        "crates/grantmint/tests/secret_memory.rs::an_object_that_keeps_no_secret_leaves_nothing_but_its_states",
        "tests/node/wiped.test.mjs::no secret of bytes stays behind, nor its pads",
    ],
    "The command takes the secret from the environment or a file": [
        "crates/grantmint-cli/tests/credentials.rs::a_secret_among_the_arguments_is_refused_and_not_repeated",
    ],
    "In Node and Python, `Issuer` and `Verifier` keep the secret outside": [
        "tests/node/secrecy_everywhere.test.mjs::a secret of bytes that was wiped is in no heap snapshot",
        "tests/python/test_secrecy_everywhere.py::test_bytes_can_be_wiped_as_soon_as_they_were_given",
    ],
}

# Sentences that explain a promise, and promise nothing themselves.
EXPLANATIONS = {
    "**Tokens**",
    "**The process**",
    "**The secret**",
    "[docs/reliability.md](docs/reliability.md#fuzzing) names them.",
    "[docs/reliability.md](docs/reliability.md#memory) names the time that the slowest known texts take.",
    "(The command does not wipe its copies.",
    "It exits before wiping would matter.)",
    "Pass it as bytes, and wipe those:",
}
