-- Upkeep of the evaluation log that nobody waits for: days are dropped last, after everything slow, and
-- the counts go with them; ninety days are kept unless somebody says otherwise. And an erasure is written
-- into the audit trail without the name of who was erased.

create or replace function halyard.maintain_partitions() returns void
language plpgsql security definer
-- Whoever drops a day locks out readers and writers while it waits, so it waits for a moment only.
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '200ms'
as $$
declare
    today constant date := clock_timestamp()::date;
    retention constant integer := coalesce(
        (select (s.value #>> '{}')::integer from halyard.settings as s where s.name = 'retention_days'), 90);
    day date;
    partition_name text;
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
    where stored_at < clock_timestamp() - make_interval(days => retention + 30);
    -- More than a day has even in large installations; what is left goes in the next hours.
    delete from halyard.evaluation_counts as c
    where c.ctid = any(array(
        select o.ctid from halyard.evaluation_counts as o
        where o.at < (today - retention)::timestamp at time zone 'UTC'
        order by o.at limit 50000));
    -- From here on every lock is held until the end, which is near.
    for partition_name in
        select c.relname
        from pg_inherits as i
        join pg_class as c on c.oid = i.inhrelid
        where i.inhparent = 'halyard.evaluations'::regclass
            and c.relname ~ '^evaluations_[0-9]{8}$'
            and to_date(right(c.relname, 8), 'YYYYMMDD') < today - retention
        order by c.relname
        limit 31
    loop
        for attempt in 1..3 loop
            begin
                execute format('drop table halyard.%I', partition_name);
                exit;
            exception when lock_not_available then
                -- Somebody reads for long: the next call tries again.
                if attempt = 3 then
                    return;
                end if;
                perform pg_sleep(0.1 * attempt);
            end;
        end loop;
    end loop;
end
$$;

-- Says in the audit trail that an entity was erased from the log: by its tombstone, never by its id.
create function halyard.record_erasure(erasure uuid, removed bigint, partitions bigint) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
begin
    if not exists (select from halyard.erasures as e where e.id = record_erasure.erasure) then
        raise exception 'There is no such erasure.' using errcode = 'check_violation';
    end if;
    return halyard.append_audit(
        'customer.erased', 'erasure', record_erasure.erasure::text, '', null,
        jsonb_build_object('removed', record_erasure.removed, 'partitions', record_erasure.partitions));
end
$$;
revoke execute on function halyard.record_erasure from public;

select halyard.allow('{admin}', 'execute on function halyard.record_erasure(uuid, bigint, bigint)');
