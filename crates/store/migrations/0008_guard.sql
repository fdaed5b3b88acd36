-- The production guard, and what is looked at afterwards. A change of what is live in a guarded
-- environment needs a note; hiding something (kill, switch off) and restoring a kill never wait for
-- one, and stay due until somebody says why.
--
-- Every entry of the audit also names the environments that it affects.

-- Whether changes of what is live there need a note; null: as for any production environment.
alter table halyard.environments add column note_required boolean;

-- ------------------------------------------------------------------------------------ the entries

-- Keys of the environments that a flag's row is on in.
create function halyard.on_in(flag jsonb) returns text[]
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(e.key order by e.key collate "C"), '{}')
    from jsonb_each(coalesce(flag -> 'environments', '{}')) as e (key, switch)
    where e.switch = 'true'
$$;

-- Keys of the environments where a flag's row serves its rules.
create function halyard.live_in(flag jsonb) returns text[]
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
    select case
        when flag -> 'isActive' = 'true' and coalesce(flag -> 'archivedAt', 'null') = 'null'
            then halyard.on_in(flag)
        else '{}'
    end
$$;

-- Those of some environments where changes need a note.
create function halyard.guarded(environments text[]) returns text[]
language sql stable set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(e.key order by e.position, e.key collate "C"), '{}')
    from halyard.environments as e
    where e.key = any(guarded.environments) and coalesce(e.note_required, e.production)
$$;

create function halyard.has_note() returns boolean
language sql stable set search_path = pg_catalog, pg_temp
as $$ select coalesce(halyard.local_setting('note'), '') ~ '[^[:space:]]' $$;

-- Refuses for want of a note. `environments`: the names of those that ask for it.
create function halyard.ask_for_note(message text, environments text[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '%', message
        using errcode = 'check_violation', constraint = 'note_required',
            detail = json_build_object('environments', environments)::text,
            hint = 'In psql: begin; set local halyard.note = ''why''; …; commit;';
end
$$;

-- Refuses a change of what is live in these environments when nobody said why.
create function halyard.require_note(what text, environments text[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp
as $$
declare
    names text[];
begin
    if halyard.has_note() or cardinality(halyard.guarded(environments)) = 0 then
        return;
    end if;
    names := array(
        select e.name from unnest(halyard.guarded(environments)) with ordinality as g (key, position)
        join halyard.environments as e on e.key = g.key
        order by g.position);
    perform halyard.ask_for_note(
        format('%s is live in %s. Say in a note why it changes.', what, array_to_string(names, ', ')), names);
end
$$;

-- Whether changes of what is live in an environment, as its row, need a note.
create function halyard.is_guarded(environment jsonb) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
    select coalesce((environment ->> 'noteRequired')::boolean, (environment ->> 'production')::boolean, false)
$$;

-- Since 0002 with the environments that the entry affects, and those where it is due for review.
drop function halyard.append_audit(text, text, text, text, jsonb, jsonb, integer);
create function halyard.append_audit(
    action text, entity_type text, entity_id text, entity_key text,
    before jsonb, after jsonb, reverted_to integer default null,
    environments text[] default '{}', review_in text[] default '{}', note text default null
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
        'environments', environments,
        'before', before,
        'after', after,
        'note', left(coalesce(append_audit.note, halyard.local_setting('note'), ''), 2000),
        'reviewIn', case when halyard.has_note() then '{}' else review_in end,
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

drop view halyard.audit_log;
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
    e.entry -> 'environments' as environments,
    e.entry -> 'before' as before,
    e.entry -> 'after' as after,
    e.entry ->> 'note' as note,
    (e.entry ->> 'revertedTo')::integer as reverted_to,
    a.prev_hash,
    a.hash
from halyard.audit_entries as a
cross join lateral (select a.entry::jsonb as entry offset 0) as e;
select halyard.allow('{viewer,server}', 'select on halyard.audit_log');

create or replace function halyard.record_flag() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
declare
    before jsonb := halyard.camel_case(to_jsonb(old));
    after jsonb := halyard.camel_case(to_jsonb(new));
    -- What changes by itself when anything does.
    stamps constant text[] := '{version,updatedAt,updatedBy}';
    switch constant text[] := '{isActive,killedAt,killedBy}';
    was_on text[] := halyard.on_in(before);
    is_on text[] := halyard.on_in(after);
    live constant text[] := halyard.live_in(before) || halyard.live_in(after);
    is_switch_only boolean;
    may_be_silent boolean;
    affected text[];
    action text;
    reverted_to integer;
    config_version bigint;
begin
    if tg_op = 'UPDATE' and new is not distinct from old then
        return null;
    end if;
    select coalesce(array_agg(distinct e.key collate "C" order by e.key collate "C"), '{}') into affected
    from unnest(was_on || is_on) as e (key);
    if tg_op = 'INSERT' then
        action := 'flag.created';
    elsif tg_op = 'DELETE' then
        action := 'flag.deleted';
    elsif new.is_active <> old.is_active then
        action := case when new.is_active then 'flag.restored' else 'flag.killed' end;
        affected := array(select e.key from halyard.environments as e order by e.key collate "C");
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
        is_switch_only := (before - stamps - 'environments') = (after - stamps - 'environments');
        action := case
            when reverted_to is not null then 'flag.reverted'
            when is_switch_only then 'flag.switched'
            else 'flag.updated'
        end;
        if is_switch_only then
            affected := array(
                select e.key from unnest(affected) as e (key)
                where (e.key = any(was_on)) <> (e.key = any(is_on)));
        end if;
    end if;
    -- Nothing but the kill switch and switches were moved, and those off.
    may_be_silent := tg_op = 'UPDATE'
        and action in ('flag.killed', 'flag.restored', 'flag.switched')
        and before - stamps - switch - 'environments' = after - stamps - switch - 'environments'
        and is_on <@ was_on;
    if not may_be_silent then
        perform halyard.require_note('The flag “' || coalesce(new.key, old.key) || '”', live);
    end if;
    config_version := halyard.append_audit(
        action, 'flag', coalesce(new.id, old.id)::text, coalesce(new.key, old.key),
        before, after, reverted_to, affected,
        halyard.guarded(array(select l.key from unnest(live) as l (key) where l.key = any(affected))));
    if tg_op <> 'DELETE' then
        perform halyard.check_flag_references(new.id);
        insert into halyard.flag_versions (flag_id, version, number, key, config_version, flag)
        values (new.id, new.version, new.number, new.key, config_version, after);
    end if;
    return null;
end
$$;

create or replace function halyard.record_audience() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
declare
    config_version bigint;
    used_by text;
    affected text[];
    live text[];
begin
    if tg_op = 'UPDATE' and new is not distinct from old then
        return null;
    end if;
    select
        coalesce(array_agg(distinct o.key collate "C" order by o.key collate "C"), '{}'),
        coalesce(array_agg(distinct o.key collate "C") filter (where f.is_active), '{}')
    into affected, live
    from halyard.feature_flags as f
    cross join lateral unnest(halyard.on_in(jsonb_build_object('environments', f.environments))) as o (key)
    where f.archived_at is null
        and f.rules @> jsonb_build_array(jsonb_build_object('audienceId', coalesce(new.id, old.id)));
    perform halyard.require_note(
        'A flag that uses the audience “' || coalesce(new.name, old.name) || '”', live);
    config_version := halyard.append_audit(
        'audience.' || case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end,
        'audience', coalesce(new.id, old.id)::text, coalesce(new.name, old.name),
        halyard.camel_case(to_jsonb(old)), halyard.camel_case(to_jsonb(new)), null, affected);
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
    -- Who takes the guard away says why, too.
    if entity_type = 'environment' and not halyard.has_note()
        and halyard.is_guarded(before) and not halyard.is_guarded(after)
    then
        perform halyard.ask_for_note(
            format('Changes in %s need a note, and so does taking that away. Say in it why.', before ->> 'name'),
            array[before ->> 'name']);
    end if;
    perform halyard.append_audit(
        entity_type || '.' || case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end,
        entity_type,
        coalesce(either ->> 'id', either ->> 'key', either ->> 'name', entity_type),
        coalesce(either ->> 'key', either ->> 'name', entity_type),
        before, after, null,
        case entity_type when 'environment' then array[either ->> 'key'] else '{}' end);
    return null;
end
$$;

create or replace function halyard.record_sdk_key() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
begin
    if tg_op = 'UPDATE' and new is not distinct from old then
        return null;
    end if;
    perform halyard.append_audit(
        'sdk_key.' || case
            when tg_op = 'INSERT' then 'created'
            when tg_op = 'DELETE' then 'deleted'
            when old.revoked_at is null and new.revoked_at is not null then 'revoked'
            else 'updated'
        end,
        'sdk_key', coalesce(new.id, old.id)::text, coalesce(new.name, old.name),
        halyard.camel_case(to_jsonb(old) - 'hash'), halyard.camel_case(to_jsonb(new) - 'hash'), null,
        array_remove(array[coalesce(new.environment, old.environment)], null));
    return null;
end
$$;

-- ----------------------------------------------------------------------------- looked at, noted

-- Somebody saw rows of people, took them out, or ended a session: one entry, before it happens.
create function halyard.record_access(
    action text, entity_type text, entity_id text, entity_key text, details jsonb
) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    if record_access.action is null or record_access.action not in (
        'customers.listed', 'customers.exported', 'evaluations.exported', 'audit.exported', 'session.ended'
    ) then
        raise exception '“%” is no access that is recorded.', record_access.action
            using errcode = 'check_violation';
    end if;
    return halyard.append_audit(
        record_access.action, coalesce(record_access.entity_type, ''), coalesce(record_access.entity_id, ''),
        coalesce(record_access.entity_key, ''), null, record_access.details);
end
$$;
revoke execute on function halyard.record_access from public;

-- Written as an equation, because Postgres takes those to hold for few rows, as this does.
create index audit_entries_review on halyard.audit_entries (seq)
    where least(jsonb_array_length(coalesce(entry::jsonb -> 'reviewIn', '[]')), 1) = 1;
create unique index audit_entries_noted on halyard.audit_entries (((entry::jsonb -> 'after' ->> 'seq')::bigint))
    where (entry::jsonb ->> 'action') = 'change.noted';

-- Changes of what was live in a guarded environment that nobody has given a reason for.
create view halyard.reviews_due as
select
    a.seq,
    (e.entry ->> 'at')::timestamptz as at,
    e.entry ->> 'actor' as actor,
    e.entry ->> 'dbRole' as db_role,
    e.entry ->> 'action' as action,
    e.entry ->> 'entityKey' as entity_key,
    e.entry -> 'reviewIn' as environments
from halyard.audit_entries as a
cross join lateral (select a.entry::jsonb as entry offset 0) as e
where least(jsonb_array_length(coalesce(a.entry::jsonb -> 'reviewIn', '[]')), 1) = 1
    and not exists (
        select from halyard.audit_entries as n
        where (n.entry::jsonb ->> 'action') = 'change.noted'
            and (n.entry::jsonb -> 'after' ->> 'seq')::bigint = a.seq);

-- Says afterwards why a change was made: an entry of its own, one for each change.
create function halyard.add_note(seq bigint, note text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
    noted jsonb;
begin
    if coalesce(add_note.note, '') !~ '[^[:space:]]' or char_length(add_note.note) > 2000 then
        raise exception 'The note says why, in 1 to 2,000 characters.' using errcode = 'check_violation';
    end if;
    -- Before anything is looked at, so that of two notes the second sees the first.
    perform from halyard.audit_head for update;
    select a.entry::jsonb into noted from halyard.audit_entries as a where a.seq = add_note.seq;
    if not found then
        raise exception 'There is no change %.', add_note.seq using errcode = 'no_data_found';
    end if;
    if not exists (select from halyard.reviews_due as d where d.seq = add_note.seq) then
        raise exception 'The change % needs no note, or has one.', add_note.seq
            using errcode = 'check_violation';
    end if;
    return halyard.append_audit(
        'change.noted', noted ->> 'entityType', noted ->> 'entityId', noted ->> 'entityKey',
        null, jsonb_build_object('seq', add_note.seq, 'action', noted -> 'action'), null,
        array(select jsonb_array_elements_text(coalesce(noted -> 'environments', '[]'))),
        '{}', add_note.note);
end
$$;
revoke execute on function halyard.add_note from public;

select
    halyard.allow('{viewer,server}', 'select on halyard.reviews_due'),
    halyard.allow('{viewer,server}', 'execute on function halyard.record_access(text, text, text, text, jsonb)'),
    halyard.allow('{operator}', 'execute on function halyard.add_note(bigint, text)');
