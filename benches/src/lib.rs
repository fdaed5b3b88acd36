//! Benchmarks against peers and against the physical limit. Each bench is a folder beside this one; its
//! figures are in docs/performance.md. Nothing here is built unless asked for with `-p halyard-benches`.
