-- The evaluation log: one row per call, its results as small integers. Written in batches, never
-- by trigger; no foreign keys or sequences, so that the table can be distributed by entity_id.

-- What was evaluated together. The id follows from the content, so that writers need not agree.
create table halyard.flag_sets (
    id uuid primary key,
    flags integer[] not null,
    versions integer[] not null
);

create table halyard.evaluations (
    id uuid not null,
    evaluated_at timestamptz not null,
    environment text not null,
    -- '' for none.
    entity_id text not null,
    -- evaluate, evaluate_all, launchdarkly, ofrep, ofrep_all
    source text not null,
    sdk text not null,
    -- Membership was the last known one, during an outage.
    stale boolean not null,
    config_version bigint not null,
    flag_set uuid not null,
    -- Rule index, or -1 fallthrough, -2 killed, -3 environment off, -4 audience unavailable,
    -- -5 exception; in the order of the flag set.
    outcomes smallint[] not null,
    primary key (entity_id, evaluated_at, id)
) partition by range (evaluated_at);

create index evaluations_newest on halyard.evaluations (evaluated_at, id);

-- One row per flag and call: what people query.
create view halyard.flag_evaluations as
select
    e.id,
    r.position::integer as position,
    e.evaluated_at,
    e.environment,
    e.entity_id,
    e.source,
    e.sdk,
    e.stale,
    e.config_version,
    v.key as flag_key,
    r.version as flag_version,
    case
        when r.outcome >= 0 then v.flag -> 'rules' -> r.outcome::integer -> 'value'
        else v.flag -> 'defaultValue'
    end as value,
    case
        when r.outcome >= 0 then 'RULE_MATCH'
        when r.outcome = -1 then 'FALLTHROUGH'
        when r.outcome in (-2, -3) then 'OFF'
        else 'ERROR'
    end as reason,
    case r.outcome when -2 then 'KILL_SWITCH' when -3 then 'ENVIRONMENT' end as off_by,
    case r.outcome when -4 then 'AUDIENCE_UNAVAILABLE' when -5 then 'EXCEPTION' end as error_kind,
    case when r.outcome >= 0 then r.outcome end as rule_index,
    case when r.outcome >= 0 then (v.flag -> 'rules' -> r.outcome::integer ->> 'id')::uuid end as rule_id
from halyard.evaluations as e
join halyard.flag_sets as s on s.id = e.flag_set
cross join lateral unnest(s.flags, s.versions, e.outcomes)
    with ordinality as r (flag, version, outcome, position)
left join halyard.flag_versions as v on v.number = r.flag and v.version = r.version;

-- Evaluations per 10 minutes. The writer is in the key: writers never fight over a row.
create table halyard.evaluation_counts (
    -- Start of the 10 minutes.
    at timestamptz not null,
    flag integer not null,
    version integer not null,
    environment text not null,
    source text not null,
    sdk text not null,
    outcome smallint not null,
    writer uuid not null,
    evaluations bigint not null,
    primary key (flag, at, version, environment, source, sdk, outcome, writer)
);

create index evaluation_counts_time on halyard.evaluation_counts (at);

-- Written in the transaction of its rows and counts: a batch replayed is stored exactly once.
create table halyard.evaluation_batches (
    id uuid primary key,
    writer uuid not null,
    stored_at timestamptz not null default now(),
    calls integer not null
);

create index evaluation_batches_time on halyard.evaluation_batches (stored_at);

-- Entity ids that were erased, as salted HMACs; a spool that is replayed is held against them.
create table halyard.erasures (
    id uuid primary key,
    erased_at timestamptz not null default now(),
    salt bytea not null,
    hmac bytea not null
);

-- Makes the days from yesterday to a week ahead, drops those past retention. Idempotent; anybody
-- who writes the log calls it when it starts and every hour.
--
-- LIKE + ATTACH, because CREATE … PARTITION OF would lock out readers and writers. Dropping does
-- lock them out, for a moment: it gives up soon, and the next call tries again.
create function halyard.maintain_partitions() returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '2s'
as $$
declare
    today constant date := clock_timestamp()::date;
    retention constant integer := coalesce(
        (select (s.value #>> '{}')::integer from halyard.settings as s where s.name = 'retention_days'), 30);
    day date;
    partition_name text;
begin
    perform pg_advisory_xact_lock(hashtext('halyard.maintain_partitions'));
    for day in select generate_series(today - 1, today + 7, interval '1 day')::date loop
        partition_name := 'evaluations_' || to_char(day, 'YYYYMMDD');
        if to_regclass('halyard.' || partition_name) is null then
            execute format('create table halyard.%I (like halyard.evaluations including all)', partition_name);
            execute format(
                'alter table halyard.evaluations attach partition halyard.%I for values from (%L) to (%L)',
                partition_name, day || ' 00:00:00+00', (day + 1) || ' 00:00:00+00');
        end if;
    end loop;
    for partition_name in
        select c.relname
        from pg_inherits as i
        join pg_class as c on c.oid = i.inhrelid
        where i.inhparent = 'halyard.evaluations'::regclass
            and c.relname ~ '^evaluations_[0-9]{8}$'
            and to_date(right(c.relname, 8), 'YYYYMMDD') < today - retention
        order by c.relname
    loop
        begin
            perform set_config('lock_timeout', '200ms', true);
            execute format('drop table halyard.%I', partition_name);
        exception when lock_not_available then
            exit;
        end;
    end loop;
    delete from halyard.evaluation_batches
    where stored_at < clock_timestamp() - make_interval(days => retention + 30);
end
$$;
revoke execute on function halyard.maintain_partitions from public;

select halyard.maintain_partitions();
