//! Flags, rules, bucketing, evaluation and trace: pure, without I/O, clock or async.
