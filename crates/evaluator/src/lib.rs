//! Online evaluation: live configuration, membership, evaluation-log pipeline.
