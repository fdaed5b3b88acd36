//! The evaluation log: appending batches, listing calls.
