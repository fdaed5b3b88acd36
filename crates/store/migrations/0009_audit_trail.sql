-- Finding entries of a long audit trail. Nothing is stored beside the entries but indexes on what
-- they say, so nothing can be edited beside the hash.

-- The environments that an entry affects. Entries from before they were named say it by what they
-- hold: those where the flag was or is on, or the environment itself.
create function halyard.affected_environments(entry jsonb) returns text[]
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
    select case
        when jsonb_typeof(entry -> 'environments') = 'array' then
            array(select jsonb_array_elements_text(entry -> 'environments'))
        when entry ->> 'entityType' = 'flag' then
            array(
                select distinct e.key
                from (values (entry -> 'before'), (entry -> 'after')) as f (flag)
                cross join lateral jsonb_each(
                    case jsonb_typeof(f.flag -> 'environments')
                        when 'object' then f.flag -> 'environments' else '{}' end) as e (key, switch)
                where e.switch = 'true'
                order by e.key)
        when entry ->> 'entityType' = 'environment' then array[entry ->> 'entityId']
        else '{}'
    end
$$;

-- What a search looks through.
create function halyard.audit_text(entry jsonb) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
    select (entry ->> 'actor') || ' ' || (entry ->> 'dbRole') || ' ' || (entry ->> 'action')
        || ' ' || (entry ->> 'entityKey') || ' ' || (entry ->> 'note')
$$;

-- Times are written with equal length, so that their texts are in the order of the times.
create index audit_entries_at on halyard.audit_entries (((entry::jsonb) ->> 'at') collate "C", seq);

-- The number of the first entry at a time or later; of the next one when there is none.
create function halyard.first_entry_since(moment timestamptz) returns bigint
language sql stable parallel safe
set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
    select coalesce(
        (select a.seq from halyard.audit_entries as a
         where ((a.entry::jsonb) ->> 'at') collate "C"
             >= to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
         order by ((a.entry::jsonb) ->> 'at') collate "C", a.seq
         limit 1),
        9223372036854775807)
$$;

create index audit_entries_key on halyard.audit_entries (
    ((entry::jsonb) ->> 'entityType'), ((entry::jsonb) ->> 'entityKey'), seq);
create index audit_entries_actor on halyard.audit_entries (((entry::jsonb) ->> 'actor'), seq);
create index audit_entries_action on halyard.audit_entries (((entry::jsonb) ->> 'action'), seq);
create index audit_entries_environments on halyard.audit_entries
    using gin (halyard.affected_environments(entry::jsonb)) with (fastupdate = off);

-- Every three characters in a row, in lower case: a text can only contain another if it has its
-- trigrams. By hand, because a tenant's database need not allow extensions.
create function halyard.trigrams(content text) returns text[]
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(distinct substr(t.content, n, 3)), '{}')
    from (values (lower(trigrams.content))) as t (content)
    cross join lateral generate_series(1, char_length(t.content) - 2) as n
$$;

create index audit_entries_text on halyard.audit_entries
    using gin (halyard.trigrams(halyard.audit_text(entry::jsonb))) with (fastupdate = off);
