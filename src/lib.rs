//! Approved machine images, and nothing else, on Alibaba Cloud and AWS.
//!
//! The layers, from Terraform inwards; arrows point at pure code.
//!
//! | module | its one job | may use |
//! |---|---|---|
//! | [`plugin`] | being a Terraform plugin: launch, TLS, protocol, author API | `span` |
//! | `cloud` | vendor APIs: signing, credentials, calls | the vocabulary of `image` |
//! | `image` | choosing a golden image: pure | `span` |
//! | `guardrail` | what must not happen: policies read and decided: pure | nothing here |
//! | `span` | spans of time as people write them | nothing here |

pub mod cloud;
pub mod guardrail;
pub mod image;
pub mod plugin;
pub mod provider;
pub mod span;
