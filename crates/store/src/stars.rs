//! Flags that a person marked.
