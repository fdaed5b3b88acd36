-- Counts by the hour, so that a month is read at a glance. They are summed up from the counts of ten minutes
-- when an hour is over, and a mark says of each hour whether its sums are true. Whatever writes a count of
-- that hour afterwards, late or by hand, takes the mark away in its own transaction; the next upkeep sums the
-- hour up again.

-- Hours whose sums in hourly_counts are those of evaluation_counts. The sums of any other must not be read.
create table halyard.evaluation_hours (
    at timestamptz primary key
);

-- Evaluations per hour, by whichever writer.
create table halyard.hourly_counts (
    -- Start of the hour.
    at timestamptz not null,
    -- 0, with version 0: all flags together.
    flag integer not null,
    version integer not null,
    environment text not null,
    source text not null,
    sdk text not null,
    outcome smallint not null,
    evaluations bigint not null,
    -- A month of one flag is read from the key alone, where it lies side by side.
    primary key (flag, at, version, environment, source, sdk, outcome) include (evaluations)
) with (autovacuum_vacuum_insert_scale_factor = 0.01);

create index hourly_counts_time on halyard.hourly_counts (at);

-- Each hour has a lock, by its number since 1970: whoever writes its counts shares it until their end, whoever
-- sums it up has it alone. So no sum is made while a count is on its way, and none is true that misses one.
create function halyard.reopen_hours() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
declare
    hours timestamptz[];
    hour timestamptz;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        -- It could not see the mark that was made while it waited.
        raise exception 'Counts are written at READ COMMITTED.' using errcode = 'active_sql_transaction';
    end if;
    if tg_op = 'TRUNCATE' then
        hours := array(select h.at from halyard.evaluation_hours as h);
    else
        hours := array(
            select distinct date_bin('1 hour', c.at, 'epoch')
            from (select distinct n.at from changed as n) as c order by 1);
    end if;
    foreach hour in array hours loop
        perform pg_advisory_xact_lock_shared(
            hashtext('halyard.evaluation_hours'), (extract(epoch from hour) / 3600)::integer);
    end loop;
    if exists (select from halyard.evaluation_hours as h where h.at = any (hours)) then
        -- One after the other, or two that are late could wait for each other in a circle.
        perform pg_advisory_xact_lock(hashtext('halyard.reopen_hours'));
        delete from halyard.evaluation_hours as h where h.at = any (hours);
    end if;
    return null;
end
$$;

create trigger reopen_inserted after insert on halyard.evaluation_counts
    referencing new table as changed for each statement execute function halyard.reopen_hours();
create trigger reopen_updated after update on halyard.evaluation_counts
    referencing new table as changed for each statement execute function halyard.reopen_hours();
-- For who moves counts by hand from one hour to another.
create trigger reopen_moved after update on halyard.evaluation_counts
    referencing old table as changed for each statement execute function halyard.reopen_hours();
create trigger reopen_deleted after delete on halyard.evaluation_counts
    referencing old table as changed for each statement execute function halyard.reopen_hours();
create trigger reopen_truncated after truncate on halyard.evaluation_counts
    for each statement execute function halyard.reopen_hours();
alter table halyard.evaluation_counts
    enable always trigger reopen_inserted,
    enable always trigger reopen_updated,
    enable always trigger reopen_moved,
    enable always trigger reopen_deleted,
    enable always trigger reopen_truncated;

-- From when on the log is kept; days of UTC.
create function halyard.log_kept_since() returns timestamptz
language sql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
    select (clock_timestamp()::date - coalesce(
        (select (s.value #>> '{}')::integer from halyard.settings as s where s.name = 'retention_days'), 90)
    )::timestamptz
$$;

-- Sums up hours that are over and have no mark, the newest first, as many as `most`; returns how many, 0 when
-- there are none or somebody else is at it. An hour that somebody is writing is left to the next call.
create function halyard.sum_up_hours(most integer) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '200ms'
as $$
declare
    hour timestamptz;
    made integer := 0;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Hours are summed up at READ COMMITTED.' using errcode = 'active_sql_transaction';
    end if;
    if not pg_try_advisory_xact_lock(hashtext('halyard.maintain_partitions')) then
        return 0;
    end if;
    for hour in
        select g.at
        from generate_series(
            date_bin('1 hour', greatest(
                (select min(c.at) from halyard.evaluation_counts as c), halyard.log_kept_since()), 'epoch'),
            -- Ten minutes after its end hardly anybody writes it any more.
            date_bin('1 hour', clock_timestamp() - interval '70 minutes', 'epoch'),
            '1 hour') as g (at)
        where not exists (select from halyard.evaluation_hours as h where h.at = g.at)
        order by g.at desc
        limit most
    loop
        continue when not pg_try_advisory_xact_lock(
            hashtext('halyard.evaluation_hours'), (extract(epoch from hour) / 3600)::integer);
        delete from halyard.hourly_counts as h where h.at = hour;
        insert into halyard.hourly_counts (at, flag, version, environment, source, sdk, outcome, evaluations)
        select hour, coalesce(c.flag, 0), coalesce(c.version, 0), c.environment, c.source, c.sdk, c.outcome,
            sum(c.evaluations)::bigint
        from halyard.evaluation_counts as c
        where c.at >= hour and c.at < hour + interval '1 hour'
        group by grouping sets (
            (c.flag, c.version, c.environment, c.source, c.sdk, c.outcome),
            (c.environment, c.source, c.sdk, c.outcome));
        insert into halyard.evaluation_hours (at) values (hour);
        made := made + 1;
    end loop;
    return made;
end
$$;
revoke execute on function halyard.sum_up_hours from public;

-- As before, and drops the sums with their counts.
create or replace function halyard.maintain_partitions() returns void
language plpgsql security definer
-- Whoever drops a day locks out readers and writers while it waits, so it waits for a moment only.
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '200ms'
as $$
declare
    today constant date := clock_timestamp()::date;
    kept_since constant timestamptz := halyard.log_kept_since();
    day date;
    partition_name text;
    is_first boolean := true;
begin
    if not pg_try_advisory_xact_lock(hashtext('halyard.maintain_partitions')) then
        return;
    end if;
    for day in select generate_series(today - 1, today + 7, interval '1 day')::date loop
        partition_name := 'evaluations_' || to_char(day, 'YYYYMMDD');
        if to_regclass('halyard.' || partition_name) is null then
            execute format('create table halyard.%I (like halyard.evaluations including all)', partition_name);
            execute format(
                'alter table halyard.evaluations attach partition halyard.%I for values from (%L) to (%L)',
                partition_name, day || ' 00:00:00+00', (day + 1) || ' 00:00:00+00');
        end if;
    end loop;
    delete from halyard.evaluation_batches
    where stored_at < kept_since - interval '30 days';
    -- The marks before their counts, which would wait for others to take them away.
    delete from halyard.evaluation_hours as h
    where h.at in (
        select o.at from halyard.evaluation_hours as o where o.at < kept_since for update skip locked);
    -- More than a day has even in large installations; what is left goes in the next hours.
    delete from halyard.evaluation_counts as c
    where c.ctid = any(array(
        select o.ctid from halyard.evaluation_counts as o where o.at < kept_since order by o.at limit 50000));
    delete from halyard.hourly_counts as c
    where c.ctid = any(array(
        select o.ctid from halyard.hourly_counts as o where o.at < kept_since order by o.at limit 50000));
    -- From the first day that goes, all who read and write wait until the end, which is near.
    for partition_name in
        select c.relname
        from pg_inherits as i
        join pg_class as c on c.oid = i.inhrelid
        where i.inhparent = 'halyard.evaluations'::regclass
            and c.relname ~ '^evaluations_[0-9]{8}$'
            and to_date(right(c.relname, 8), 'YYYYMMDD') < kept_since::date
        order by c.relname
        limit 31
    loop
        for attempt in 1..3 loop
            begin
                execute format('drop table halyard.%I', partition_name);
                is_first := false;
                exit;
            exception when lock_not_available then
                -- Somebody reads for long: the next call tries again. Nobody is kept waiting for a second try.
                if attempt = 3 or not is_first then
                    return;
                end if;
                perform pg_sleep(0.1 * attempt);
            end;
        end loop;
    end loop;
end
$$;

select
    halyard.allow('{viewer,server}', 'select on halyard.evaluation_hours, halyard.hourly_counts'),
    halyard.allow('{server}', 'execute on function halyard.sum_up_hours(integer)');
