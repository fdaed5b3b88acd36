-- What evaluation servers need: at most two live keys to rotate between, an audit that never shows
-- a key's hash, what an evaluator says about its log, and upkeep that no evaluator waits for.

-- Nothing in the audit trail ever depends on a key's hash; left out, an export of it is harmless.
create or replace function halyard.record_row() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set bytea_output = 'hex'
as $$
declare
    entity_type constant text := tg_argv[0];
    hidden constant text[] := '{singleton,hash}';
    before jsonb := halyard.camel_case(to_jsonb(old) - hidden);
    after jsonb := halyard.camel_case(to_jsonb(new) - hidden);
    either jsonb := coalesce(after, before);
begin
    if tg_op = 'UPDATE' and new is not distinct from old then
        return null;
    end if;
    perform halyard.append_audit(
        entity_type || '.' || case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end,
        entity_type,
        coalesce(either ->> 'id', either ->> 'key', either ->> 'name', entity_type),
        coalesce(either ->> 'key', either ->> 'name', entity_type),
        before, after);
    return null;
end
$$;

create index sdk_keys_environment on halyard.sdk_keys (environment, kind);

create function halyard.stamp_sdk_key() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    if (new.id, new.kind, new.hash, new.environment, new.role)
        is distinct from (old.id, old.kind, old.hash, old.environment, old.role) then
        raise exception 'What an SDK key opens never changes.'
            using errcode = 'check_violation', hint = 'Make a new key and revoke this one.';
    end if;
    if old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at then
        raise exception 'A revoked SDK key stays revoked.'
            using errcode = 'check_violation', hint = 'Make a new key.';
    end if;
    return new;
end
$$;

create trigger stamp before update on halyard.sdk_keys
    for each row execute function halyard.stamp_sdk_key();

-- Runs after the entry is written, and so under the lock of audit_head: two that make a key at the
-- same time see each other.
create function halyard.check_live_keys() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if new.kind <> 'admin'
        and new.revoked_at is null
        and (new.expires_at is null or new.expires_at > clock_timestamp())
        and (
            select count(*)
            from halyard.sdk_keys as k
            where k.kind = new.kind
                and k.environment = new.environment
                and k.revoked_at is null
                and (k.expires_at is null or k.expires_at > clock_timestamp())
        ) > 2 then
        raise exception 'The environment “%” has two live % keys already. Revoke one of them first.',
            new.environment, new.kind
            using errcode = 'check_violation', constraint = 'sdk_keys_live';
    end if;
    return null;
end
$$;

create constraint trigger record_then_check after insert or update on halyard.sdk_keys
    deferrable initially deferred for each row execute function halyard.check_live_keys();

alter table halyard.sdk_keys enable always trigger stamp;
alter table halyard.sdk_keys enable always trigger record_then_check;

-- Calls of the evaluation log: waiting in memory, waiting on disk, and lost since the start.
alter table halyard.evaluators
    add column queued bigint not null default 0,
    add column spooled bigint not null default 0,
    add column dropped bigint not null default 0;

create index unknown_flags_environment on halyard.unknown_flags (environment, last_seen_at);

create index erasures_time on halyard.erasures (erased_at);

-- As before, but whoever finds another at it leaves it to that one: a fleet that starts together
-- does not queue up.
create or replace function halyard.maintain_partitions() returns void
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
