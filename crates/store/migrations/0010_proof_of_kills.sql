-- When each evaluator first served which configuration, so that a kill can be proved, and how far the
-- log of each is behind. State, by the database's clock; written by the evaluators themselves.
alter table halyard.evaluators
    add column registered_at timestamptz not null default clock_timestamp(),
    -- The last config versions it said that it serves, newest first, and when it first said so.
    add column applied_versions bigint[] not null default '{}',
    add column applied_times timestamptz[] not null default '{}',
    -- What was evaluated longer ago than this is in the log, or lost and counted; null: nobody knows.
    add column log_behind_ms bigint;
