-- Who may do what. Postgres decides, by grants to group roles; the app only asks it.
--
-- Roles belong to the whole cluster, so their names carry the database's name as it was when they
-- were made; which ones are this database's is written here, and stays true when the database is
-- renamed. Their names and their rights are data, so that the roles can be made later by somebody
-- who may, with everything that migrations have granted until then.

-- The roles of this database. Empty until somebody who may create roles has made them.
create table halyard.group_roles (
    name text primary key check (
        name in ('owner', 'viewer', 'support', 'operator', 'editor', 'admin', 'server')),
    role text not null unique
);

-- What each may do, as GRANT writes it.
create table halyard.group_rights (
    position integer generated always as identity primary key,
    groups text[] not null,
    rights text not null,
    unique (groups, rights)
);

-- Neither tells anything that the catalogue does not tell everybody.
grant select on halyard.group_roles, halyard.group_rights to public;

-- The role of a group in this cluster; null when it was not made, or is gone.
create function halyard.group_role(group_name text) returns oid
language sql stable set search_path = pg_catalog, pg_temp
as $$
    select r.oid
    from halyard.group_roles as g
    join pg_catalog.pg_roles as r on r.rolname = g.role
    where g.name = group_name
$$;

-- The name of a group's role, if whoever is logged in may take it on (SET ROLE), else null.
create function halyard.role_to_take(group_name text) returns text
language sql stable set search_path = pg_catalog, pg_temp
as $$
    select r.rolname::text
    from pg_catalog.pg_roles as r
    where r.oid = halyard.group_role(group_name)
        and pg_has_role(session_user, r.oid, case
            when current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end)
$$;

-- Grants rights to groups, now and whenever their roles are made. For migrations.
create function halyard.allow(groups text[], variadic rights text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    wanted text;
    grantee oid;
begin
    insert into halyard.group_rights (groups, rights)
    select allow.groups, r.rights from unnest(allow.rights) with ordinality as r (rights, position)
    order by r.position
    on conflict do nothing;
    foreach wanted in array allow.rights loop
        for grantee in
            select halyard.group_role(g.name) from unnest(allow.groups) as g (name)
            where halyard.group_role(g.name) is not null
        loop
            execute format('grant %s to %s', wanted, grantee::regrole);
        end loop;
    end loop;
end
$$;
revoke execute on function halyard.allow from public;

-- Makes the group roles, grants them their rights, and gives everything to an owner nobody logs in
-- with. Whoever had it, and whoever calls this, may go on as administrator and as server, and may
-- take the owner's place for migrations. Returns whether the roles are there; without the right to
-- create roles it changes nothing. Calling it again mends what is missing.
create function halyard.install_roles() returns boolean
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
    -- Since 16 a membership says itself whether rights come with it.
    says_inheritance constant boolean := current_setting('server_version_num')::integer >= 160000;
    names constant text[] := '{owner,viewer,support,operator,editor,admin,server}';
    stem constant text := 'halyard_'
        || left(trim('_' from regexp_replace(lower(current_database()), '[^a-z0-9]+', '_', 'g')), 40);
    attempt integer := 1;
    prefix text;
    owner oid;
    wanted record;
    object record;
begin
    if not exists (
        select from pg_catalog.pg_roles
        where rolname = current_user and (rolsuper or rolcreaterole)
    ) then
        return (select count(*) = cardinality(names) from unnest(names) as n (name)
                where halyard.group_role(n.name) is not null);
    end if;

    -- New names, never roles that are there: who is a member of those was decided for something else.
    while not exists (select from halyard.group_roles) loop
        prefix := stem || case attempt when 1 then '' else '_' || attempt end || '_';
        begin
            if exists (
                select from pg_catalog.pg_roles as r
                join unnest(names) as n (name) on r.rolname = prefix || n.name
            ) then
                raise duplicate_object;
            end if;
            for wanted in select n.name from unnest(names) as n (name) loop
                execute format('create role %I nologin %s', prefix || wanted.name,
                    -- May become any of the others for one change, and has none of their rights before.
                    case wanted.name when 'server' then 'noinherit' else 'inherit' end);
            end loop;
            insert into halyard.group_roles (name, role) select n.name, prefix || n.name from unnest(names) as n (name);
        exception when duplicate_object or unique_violation then
            attempt := attempt + 1;
        end;
    end loop;
    -- In a cluster that a dump was restored into.
    for wanted in
        select g.name, g.role from halyard.group_roles as g where halyard.group_role(g.name) is null
    loop
        execute format('create role %I nologin %s', wanted.role,
            case wanted.name when 'server' then 'noinherit' else 'inherit' end);
    end loop;

    for wanted in
        select
            (select g.role from halyard.group_roles as g where g.name = m.lesser) as lesser,
            (select g.role from halyard.group_roles as g where g.name = m.greater) as greater
        from (values
            ('viewer', 'support'), ('viewer', 'operator'), ('operator', 'editor'),
            ('support', 'admin'), ('editor', 'admin'),
            ('viewer', 'server'), ('operator', 'server'), ('editor', 'server'), ('admin', 'server')
        ) as m (lesser, greater)
    loop
        execute format('grant %I to %I', wanted.lesser, wanted.greater);
    end loop;

    owner := halyard.group_role('owner');
    for wanted in
        select distinct r.rolname
        from pg_catalog.pg_roles as r
        where not r.rolsuper
            and r.oid <> owner
            and (r.rolname = current_user
                or r.oid = (select n.nspowner from pg_catalog.pg_namespace as n where n.nspname = 'halyard')
                or r.oid = (select c.relowner from pg_catalog.pg_class as c
                            where c.oid = 'halyard.feature_flags'::regclass))
    loop
        execute format('grant %s, %s to %I',
            halyard.group_role('admin')::regrole, halyard.group_role('server')::regrole, wanted.rolname);
        execute format('grant %s to %I %s', owner::regrole, wanted.rolname,
            case when says_inheritance then 'with inherit false, set true' else '' end);
    end loop;

    execute format('grant usage, create on schema halyard to %s', owner::regrole);
    execute format('grant usage on schema halyard to %s, %s',
        halyard.group_role('viewer')::regrole, halyard.group_role('server')::regrole);
    -- The rights first: afterwards only the owner may grant them.
    for wanted in
        select r.rights, g.name from halyard.group_rights as r cross join unnest(r.groups) as g (name)
        order by r.position
    loop
        execute format('grant %s to %s', wanted.rights, halyard.group_role(wanted.name)::regrole);
    end loop;
    -- The migration runner's own, unless these files were run by other means.
    if to_regclass('halyard._sqlx_migrations') is not null then
        execute format('grant select on halyard._sqlx_migrations to %s, %s',
            halyard.group_role('viewer')::regrole, halyard.group_role('server')::regrole);
    end if;
    for object in
        select format('%s %s', case c.relkind when 'v' then 'view' else 'table' end, c.oid::regclass) as name
        from pg_catalog.pg_class as c
        where c.relnamespace = 'halyard'::regnamespace and c.relkind in ('r', 'p', 'v') and c.relowner <> owner
        union all
        select format('function %s', p.oid::regprocedure)
        from pg_catalog.pg_proc as p
        where p.pronamespace = 'halyard'::regnamespace and p.proowner <> owner
    loop
        execute format('alter %s owner to %s', object.name, owner::regrole);
    end loop;
    -- Who owns a schema may drop what is in it. Its owner must be allowed to create in the database,
    -- for the moment of becoming it; whoever cannot allow that keeps the schema, and so may drop it.
    begin
        execute format('grant create on database %I to %s', current_database(), owner::regrole);
        execute format('alter schema halyard owner to %s', owner::regrole);
        execute format('revoke create on database %I from %s', current_database(), owner::regrole);
    exception when insufficient_privilege then
        null;
    end;
    return true;
end
$$;
revoke execute on function halyard.install_roles from public;

-- ------------------------------------------------------------------------------------- the rights

select
    -- Reads everything but what was evaluated for whom.
    halyard.allow('{viewer,server}',
        'select on halyard.feature_flags, halyard.audiences, halyard.environments, halyard.customer_source',
        'select on halyard.sdk_keys, halyard.sdk_key_uses, halyard.settings, halyard.evaluators',
        'select on halyard.flag_versions, halyard.audience_versions',
        'select on halyard.audit_entries, halyard.audit_head, halyard.audit_log',
        'select on halyard.unknown_flags, halyard.flag_sets, halyard.evaluation_counts',
        -- What was served when, not to whom.
        'select (evaluated_at, environment, source, sdk, stale, config_version, flag_set, outcomes) on halyard.evaluations'),
    halyard.allow('{viewer}', 'select, insert, delete on halyard.stars'),
    halyard.allow('{support}', 'select on halyard.evaluations, halyard.flag_evaluations'),
    -- Kills, restores, switches: nothing else of a flag.
    halyard.allow('{operator}', 'update (is_active, environments) on halyard.feature_flags'),
    halyard.allow('{editor}',
        'insert, update on halyard.feature_flags',
        'insert, update, delete on halyard.audiences, halyard.environments'),
    halyard.allow('{admin}',
        'delete on halyard.feature_flags',
        'insert, update, delete on halyard.sdk_keys, halyard.customer_source, halyard.settings',
        'select, insert on halyard.erasures',
        'delete on halyard.evaluations'),
    -- Appends to the log, and registers itself.
    halyard.allow('{server}',
        'insert on halyard.evaluations, halyard.flag_sets',
        'insert, update on halyard.evaluation_counts',
        'select, insert on halyard.evaluation_batches',
        'select on halyard.erasures',
        'insert, update, delete on halyard.evaluators, halyard.unknown_flags',
        'insert, update on halyard.sdk_key_uses',
        'execute on function halyard.maintain_partitions()');

-- ------------------------------------------------------------------- what grants cannot say

-- Whoever deletes an environment need not have rights on keys: those that open nothing any more go
-- with it, and those that are live refuse it.
create function halyard.delete_dead_keys() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
    delete from halyard.sdk_keys as k
    using (
        select d.id from halyard.sdk_keys as d
        where d.environment = old.key
            and (d.revoked_at is not null or d.expires_at <= clock_timestamp())
        order by d.id
        for update
    ) as dead
    where k.id = dead.id;
    return old;
end
$$;

create trigger dead_keys before delete on halyard.environments
    for each row execute function halyard.delete_dead_keys();
alter table halyard.environments enable always trigger dead_keys;
