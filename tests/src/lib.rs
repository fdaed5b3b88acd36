//! Cross-cutting tests: HTTP, real clients, faults, the real window.
