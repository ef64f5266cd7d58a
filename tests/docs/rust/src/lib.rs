//! The Rust samples of the book, as documentation tests.

/// The pages with Rust samples.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../../../docs/explaining.md")]
    struct Explaining;

    #[doc = include_str!("../../../../docs/frameworks.md")]
    struct Frameworks;

    #[doc = include_str!("../../../../docs/grants.md")]
    struct Grants;

    #[doc = include_str!("../../../../docs/quickstart.md")]
    struct Quickstart;

    #[doc = include_str!("../../../../docs/testing.md")]
    struct Testing;

    #[doc = include_str!("../../../../docs/verifying.md")]
    struct Verifying;
}
