-- One door for change. On every configuration table deferred constraint triggers run at COMMIT.
-- For each change of a row they write the version snapshot and the audit entry, advance the config
-- version and NOTIFY; whoever makes the change only says who and why, in settings local to the
-- transaction: halyard.actor, halyard.client, halyard.note.
--
-- Order of locks: rows first, in order of their ids; then, at COMMIT, the one row of audit_head,
-- which serialises the chain. Nothing waits for a row while it holds audit_head, so an open
-- transaction on one flag never blocks the kill of another, and commits cannot deadlock.
--
-- Functions are SECURITY DEFINER, so that nobody needs rights on history or audit to change a
-- flag, and have a pinned search_path, so that nothing can be slipped under a name they use.

create table halyard.audit_entries (
    seq bigint primary key,
    -- The exact text that was hashed, in UTF-8.
    entry text not null,
    prev_hash bytea not null,
    -- SHA-256 of prev_hash followed by the bytes of the entry.
    hash bytea not null
);

create index audit_entries_entity on halyard.audit_entries (
    ((entry::jsonb) ->> 'entityType'), ((entry::jsonb) ->> 'entityId'), seq);

-- The end of the chain. Its seq is the config version.
create table halyard.audit_head (
    singleton boolean primary key default true check (singleton),
    seq bigint not null,
    hash bytea not null,
    at timestamptz not null
) with (fillfactor = 10);

insert into halyard.audit_head (seq, hash, at)
values (0, decode(repeat('00', 32), 'hex'), '-infinity');

-- Parts of the entries, for people and lists. Nothing here is stored.
create view halyard.audit_log as
select
    a.seq,
    (e.entry ->> 'at')::timestamptz as at,
    e.entry ->> 'actor' as actor,
    e.entry ->> 'dbRole' as db_role,
    e.entry ->> 'client' as client,
    e.entry ->> 'action' as action,
    a.entry::jsonb ->> 'entityType' as entity_type,
    a.entry::jsonb ->> 'entityId' as entity_id,
    e.entry ->> 'entityKey' as entity_key,
    e.entry -> 'before' as before,
    e.entry -> 'after' as after,
    e.entry ->> 'note' as note,
    (e.entry ->> 'revertedTo')::integer as reverted_to,
    a.prev_hash,
    a.hash
from halyard.audit_entries as a
cross join lateral (select a.entry::jsonb as entry offset 0) as e;

-- Full snapshots, each with the config version that made it; who, when and why are in the audit
-- entry of that number. A deletion makes none.
create table halyard.flag_versions (
    flag_id uuid not null,
    version integer not null,
    number integer not null,
    key text not null,
    config_version bigint not null,
    flag jsonb not null,
    primary key (flag_id, version),
    unique (number, version)
);

create table halyard.audience_versions (
    audience_id uuid not null,
    version integer not null,
    config_version bigint not null,
    audience jsonb not null,
    primary key (audience_id, version)
);

-- A local setting; one that was set in an earlier transaction reads as '' afterwards, not NULL.
create function halyard.local_setting(name text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$ select nullif(current_setting('halyard.' || name, true), '') $$;

-- Who makes the change: as the app says, else the role that is logged in. Inside SECURITY DEFINER
-- current_user is the owner; session_user is the person.
create function halyard.actor() returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$ select left(coalesce(halyard.local_setting('actor'), session_user::text), 200) $$;

-- `{"is_active": …}` → `{"isActive": …}`: rows as the app, and so the audit, writes them.
create function halyard.camel_case(fields jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp
as $$
    select jsonb_object_agg(
        left(key, 1) || substr(replace(initcap(replace(key, '_', ' ') collate "C"), ' ', ''), 2),
        value)
    from jsonb_each(fields)
$$;

-- Appends one entry at COMMIT and says so. Returns its seq, which is the new config version.
create function halyard.append_audit(
    action text, entity_type text, entity_id text, entity_key text,
    before jsonb, after jsonb, reverted_to integer default null
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    head halyard.audit_head;
    entry_at timestamptz;
    entry_text text;
    entry_hash bytea;
begin
    select * into strict head from halyard.audit_head for update;
    -- Time never runs backwards along the chain, even when the clock does.
    entry_at := greatest(clock_timestamp(), head.at);
    entry_text := json_build_object(
        'seq', head.seq + 1,
        'at', to_char(entry_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'actor', halyard.actor(),
        'dbRole', session_user,
        'client', left(coalesce(halyard.local_setting('client'),
            current_setting('application_name', true), ''), 200),
        'action', action,
        'entityType', entity_type,
        'entityId', entity_id,
        'entityKey', entity_key,
        'before', before,
        'after', after,
        'note', left(coalesce(halyard.local_setting('note'), ''), 2000),
        'revertedTo', reverted_to);
    entry_hash := sha256(head.hash || convert_to(entry_text, 'UTF8'));
    insert into halyard.audit_entries (seq, entry, prev_hash, hash)
    values (head.seq + 1, entry_text, head.hash, entry_hash);
    update halyard.audit_head set seq = head.seq + 1, hash = entry_hash, at = entry_at;
    perform pg_notify('halyard', (head.seq + 1)::text);
    return head.seq + 1;
end
$$;
revoke execute on function halyard.append_audit from public;

-- ------------------------------------------------------------------------------ before a change

-- Version and bookkeeping of a flag follow from what changed; nobody else writes them.
create function halyard.stamp_flag() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'UPDATE' then
        if (new.id, new.number, new.key, new.type)
            is distinct from (old.id, old.number, old.key, old.type) then
            raise exception 'The key and the type of a flag never change.'
                using errcode = 'check_violation', hint = 'Make a new flag and archive this one.';
        end if;
        new.version := old.version;
        new.created_at := old.created_at;
        new.updated_at := old.updated_at;
        new.updated_by := old.updated_by;
        new.killed_at := old.killed_at;
        new.killed_by := old.killed_by;
        if new is not distinct from old then
            return new;
        end if;
        new.version := old.version + 1;
    else
        -- A flag that was deleted by hand and put back goes on where it ended.
        new.version := 1 + coalesce(
            (select max(v.version) from halyard.flag_versions as v where v.flag_id = new.id), 0);
        new.created_at := clock_timestamp();
    end if;
    new.updated_at := clock_timestamp();
    new.updated_by := halyard.actor();
    if new.is_active then
        new.killed_at := null;
        new.killed_by := null;
    elsif tg_op = 'INSERT' or old.is_active then
        new.killed_at := new.updated_at;
        new.killed_by := new.updated_by;
    end if;
    return new;
end
$$;

create function halyard.stamp_audience() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'UPDATE' then
        if new.id is distinct from old.id then
            raise exception 'The id of an audience never changes.' using errcode = 'check_violation';
        end if;
        new.version := old.version;
        new.created_at := old.created_at;
        new.updated_at := old.updated_at;
        new.updated_by := old.updated_by;
        if new is not distinct from old then
            return new;
        end if;
        new.version := old.version + 1;
    else
        new.version := 1 + coalesce(
            (select max(v.version) from halyard.audience_versions as v where v.audience_id = new.id), 0);
        new.created_at := clock_timestamp();
    end if;
    new.updated_at := clock_timestamp();
    new.updated_by := halyard.actor();
    return new;
end
$$;

create function halyard.stamp_environment() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    if new.key is distinct from old.key then
        raise exception 'The key of an environment never changes.' using errcode = 'check_violation';
    end if;
    return new;
end
$$;

create trigger stamp before insert or update on halyard.feature_flags
    for each row execute function halyard.stamp_flag();
create trigger stamp before insert or update on halyard.audiences
    for each row execute function halyard.stamp_audience();
create trigger stamp before update on halyard.environments
    for each row execute function halyard.stamp_environment();

-- ------------------------------------------------------------------------------------ at COMMIT

-- What a flag refers to must be there. Run under the lock of audit_head, so that nobody can take
-- it away at the same time.
create function halyard.check_flag_references(flag uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    missing text;
begin
    select r.rule ->> 'audienceId' into missing
    from halyard.feature_flags as f
    cross join lateral jsonb_array_elements(f.rules) as r (rule)
    where f.id = flag
        and r.rule ->> 'audienceId' is not null
        and not exists (
            select from halyard.audiences as a where a.id = (r.rule ->> 'audienceId')::uuid)
    limit 1;
    if found then
        raise exception 'There is no audience with the id %.', missing
            using errcode = 'foreign_key_violation', constraint = 'feature_flags_audiences';
    end if;
    select e.key into missing
    from halyard.feature_flags as f
    cross join lateral jsonb_object_keys(f.environments) as e (key)
    where f.id = flag
        and not exists (select from halyard.environments as known where known.key = e.key)
    limit 1;
    if found then
        raise exception 'There is no environment “%”.', missing
            using errcode = 'foreign_key_violation', constraint = 'feature_flags_environments';
    end if;
end
$$;
revoke execute on function halyard.check_flag_references from public;

create function halyard.record_flag() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
declare
    before jsonb := halyard.camel_case(to_jsonb(old));
    after jsonb := halyard.camel_case(to_jsonb(new));
    -- What changes by itself when anything does.
    stamps constant text[] := '{version,updatedAt,updatedBy}';
    action text;
    reverted_to integer;
    config_version bigint;
begin
    if tg_op = 'UPDATE' and new is not distinct from old then
        return null;
    end if;
    if tg_op = 'INSERT' then
        action := 'flag.created';
    elsif tg_op = 'DELETE' then
        action := 'flag.deleted';
    elsif new.is_active <> old.is_active then
        action := case when new.is_active then 'flag.restored' else 'flag.killed' end;
    elsif (new.archived_at is null) <> (old.archived_at is null) then
        action := case when new.archived_at is null then 'flag.unarchived' else 'flag.archived' end;
    else
        -- The app says what it reverts to; it is believed when that is what was done.
        select v.version into reverted_to
        from halyard.flag_versions as v
        where v.flag_id = new.id
            and v.version = halyard.local_setting('reverting_to')::integer
            and (v.flag - stamps - '{environments,isActive,killedAt,killedBy,archivedAt}'::text[])
                = (after - stamps - '{environments,isActive,killedAt,killedBy,archivedAt}'::text[]);
        action := case
            when reverted_to is not null then 'flag.reverted'
            when (before - stamps - 'environments') = (after - stamps - 'environments') then 'flag.switched'
            else 'flag.updated'
        end;
    end if;
    config_version := halyard.append_audit(
        action, 'flag', coalesce(new.id, old.id)::text, coalesce(new.key, old.key),
        before, after, reverted_to);
    if tg_op <> 'DELETE' then
        perform halyard.check_flag_references(new.id);
        insert into halyard.flag_versions (flag_id, version, number, key, config_version, flag)
        values (new.id, new.version, new.number, new.key, config_version, after);
    end if;
    return null;
end
$$;

create function halyard.record_audience() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
declare
    config_version bigint;
    used_by text;
begin
    if tg_op = 'UPDATE' and new is not distinct from old then
        return null;
    end if;
    config_version := halyard.append_audit(
        'audience.' || case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end,
        'audience', coalesce(new.id, old.id)::text, coalesce(new.name, old.name),
        halyard.camel_case(to_jsonb(old)), halyard.camel_case(to_jsonb(new)));
    if tg_op <> 'DELETE' then
        insert into halyard.audience_versions (audience_id, version, config_version, audience)
        values (new.id, new.version, config_version, halyard.camel_case(to_jsonb(new)));
    else
        select string_agg(f.key, ', ' order by f.key) into used_by
        from halyard.feature_flags as f
        where f.rules @> jsonb_build_array(jsonb_build_object('audienceId', old.id))
            and not exists (select from halyard.audiences as a where a.id = old.id);
        if used_by is not null then
            raise exception 'The audience “%” is in use by %.', old.name, used_by
                using errcode = 'foreign_key_violation', constraint = 'feature_flags_audiences';
        end if;
    end if;
    return null;
end
$$;

-- For configuration without versions. Argument: what the audit calls it.
create function halyard.record_row() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set bytea_output = 'hex'
as $$
declare
    entity_type constant text := tg_argv[0];
    before jsonb := halyard.camel_case(to_jsonb(old) - 'singleton');
    after jsonb := halyard.camel_case(to_jsonb(new) - 'singleton');
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

-- Runs after the entry is written, and so under the lock of audit_head.
create function halyard.check_environment_unused() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    used_by text;
begin
    if exists (select from halyard.environments as e where e.key = old.key) then
        return null;
    end if;
    if not exists (select from halyard.environments) then
        raise exception 'At least one environment must remain.' using errcode = 'check_violation';
    end if;
    select string_agg(f.key, ', ' order by f.key) into used_by
    from (select key from halyard.feature_flags where environments ? old.key order by key limit 10) as f;
    if used_by is not null then
        raise exception 'The environment “%” is in use by %.', old.key, used_by
            using errcode = 'foreign_key_violation', constraint = 'feature_flags_environments';
    end if;
    return null;
end
$$;

create constraint trigger record after insert or update or delete on halyard.feature_flags
    deferrable initially deferred for each row execute function halyard.record_flag();
create constraint trigger record after insert or update or delete on halyard.audiences
    deferrable initially deferred for each row execute function halyard.record_audience();
create constraint trigger record after insert or update or delete on halyard.environments
    deferrable initially deferred for each row execute function halyard.record_row('environment');
create constraint trigger record_then_check after delete on halyard.environments
    deferrable initially deferred for each row execute function halyard.check_environment_unused();
create constraint trigger record after insert or update or delete on halyard.customer_source
    deferrable initially deferred for each row execute function halyard.record_row('customer_source');
create constraint trigger record after insert or update or delete on halyard.sdk_keys
    deferrable initially deferred for each row execute function halyard.record_row('sdk_key');
create constraint trigger record after insert or update or delete on halyard.settings
    deferrable initially deferred for each row execute function halyard.record_row('setting');

-- ------------------------------------------------------------------------------------- refusals

create function halyard.refuse() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '% is refused on %.%.', tg_op, tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege', hint = tg_argv[0];
end
$$;

create trigger refuse_truncate before truncate on halyard.feature_flags
    for each statement execute function halyard.refuse('It would escape the audit. Archive flags instead.');
create trigger refuse_truncate before truncate on halyard.audiences
    for each statement execute function halyard.refuse('It would escape the audit. Delete rows instead.');
create trigger refuse_truncate before truncate on halyard.environments
    for each statement execute function halyard.refuse('It would escape the audit. Delete rows instead.');
create trigger refuse_truncate before truncate on halyard.customer_source
    for each statement execute function halyard.refuse('It would escape the audit. Delete rows instead.');
create trigger refuse_truncate before truncate on halyard.sdk_keys
    for each statement execute function halyard.refuse('It would escape the audit. Revoke keys instead.');
create trigger refuse_truncate before truncate on halyard.settings
    for each statement execute function halyard.refuse('It would escape the audit. Delete rows instead.');
create trigger refuse_change before update or delete or truncate on halyard.audit_entries
    for each statement execute function halyard.refuse('The audit trail is only ever appended to.');
create trigger refuse_change before update or delete or truncate on halyard.flag_versions
    for each statement execute function halyard.refuse('History is only ever appended to.');
create trigger refuse_change before update or delete or truncate on halyard.audience_versions
    for each statement execute function halyard.refuse('History is only ever appended to.');
create trigger refuse_removal before insert or delete or truncate on halyard.audit_head
    for each statement execute function halyard.refuse('It is the end of the audit trail.');

-- Also for sessions in the replica role, which skip ordinary triggers.
do $$
declare
    found record;
begin
    for found in
        select t.tgname, t.tgrelid::regclass as table_name
        from pg_catalog.pg_trigger as t
        join pg_catalog.pg_class as c on c.oid = t.tgrelid
        where c.relnamespace = 'halyard'::regnamespace and not t.tgisinternal
    loop
        execute format('alter table %s enable always trigger %I', found.table_name, found.tgname);
    end loop;
end
$$;
