//! The audit trail: keyset list and verification of the hash chain.
