-- The configuration: what people edit. Every table here gets its one door for change in 0002.
-- The schema itself is made by the migration runner, which keeps its own table in it.

-- A value of a flag's type. JSON cannot hold NaN or infinity, so every number is finite.
create function halyard.is_value(flag_type text, value jsonb) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        (flag_type = 'json' or jsonb_typeof(value) = flag_type)
        -- Generous: 32 KiB of JSON text never take more in binary form. The app is exact.
        and pg_column_size(value) <= 262144,
        false)
$$;

-- Rules as `halyard-engine` reads them: `[{id, audienceId, percentage, value, description}]`.
create function halyard.are_rules(flag_type text, rules jsonb) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
    select case
        when rules is null or jsonb_typeof(rules) <> 'array' then false
        when jsonb_array_length(rules) > 20 then false
        else
            (select count(distinct rule ->> 'id') from jsonb_array_elements(rules) as r (rule))
                = jsonb_array_length(rules)
            and not exists (
                select from jsonb_array_elements(rules) as r (rule)
                where not coalesce(
                    jsonb_typeof(rule) = 'object'
                    and rule ->> 'id' ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
                    and coalesce(rule ->> 'audienceId', '00000000-0000-0000-0000-000000000000')
                        ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
                    and coalesce(jsonb_typeof(rule -> 'percentage'), 'null') in ('null', 'number')
                    and case when jsonb_typeof(rule -> 'percentage') = 'number' then
                            (rule ->> 'percentage')::numeric between 0 and 100
                            and (rule ->> 'percentage')::numeric = round((rule ->> 'percentage')::numeric, 3)
                        else true end
                    and coalesce(jsonb_typeof(rule -> 'description'), 'null') in ('null', 'string')
                    and halyard.is_value(flag_type, rule -> 'value'),
                    false))
    end
$$;

create function halyard.are_switches(environments jsonb) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
    select case
        when environments is null or jsonb_typeof(environments) <> 'object' then false
        else not exists (
            select from jsonb_each(environments) as e (key, switch)
            where jsonb_typeof(switch) <> 'boolean')
    end
$$;

create function halyard.are_tags(tags text[]) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        cardinality(tags) <= 20
        and not exists (
            select from unnest(tags) as t (tag)
            where tag is null or char_length(tag) not between 1 and 50),
        false)
$$;

create table halyard.feature_flags (
    id uuid primary key,
    -- Small, so that a call in the evaluation log is small.
    number integer generated always as identity unique,
    key text not null unique
        check (key ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$')
        -- Routes take id or key.
        check (key !~* '^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$'),
    name text not null check (char_length(name) <= 200),
    description text not null default '' check (char_length(description) <= 4000),
    type text not null check (type in ('boolean', 'string', 'number', 'json')),
    default_value jsonb not null check (halyard.is_value(type, default_value)),
    rules jsonb not null default '[]' check (halyard.are_rules(type, rules)),
    environments jsonb not null default '{}' check (halyard.are_switches(environments)),
    is_active boolean not null default true,
    client_visible boolean not null default false,
    permanent boolean not null default false,
    tags text[] not null default '{}' check (halyard.are_tags(tags)),
    archived_at timestamptz,
    -- From here on written by trigger alone.
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    updated_by text not null default '',
    killed_at timestamptz,
    killed_by text
);

create table halyard.audiences (
    id uuid primary key,
    name text not null unique check (char_length(name) between 1 and 200),
    description text not null default '' check (char_length(description) <= 4000),
    condition jsonb not null check (jsonb_typeof(condition) = 'object'),
    -- From here on written by trigger alone.
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    updated_by text not null default ''
);

create table halyard.environments (
    key text primary key check (key ~ '^[a-z0-9][a-z0-9-]{0,49}$'),
    name text not null check (char_length(name) between 1 and 200),
    color text not null check (color ~ '^#[0-9a-f]{6}$'),
    position integer not null,
    production boolean not null default false
);

-- At most one row. `customers` and `events` are objects of schema, table and column names.
create table halyard.customer_source (
    singleton boolean primary key default true check (singleton),
    customers jsonb not null check (jsonb_typeof(customers) = 'object'),
    events jsonb check (jsonb_typeof(events) = 'object')
);

create table halyard.sdk_keys (
    id uuid primary key,
    kind text not null check (kind in ('server', 'client', 'admin')),
    name text not null check (char_length(name) between 1 and 200),
    -- What it opens: an environment, or for admin keys the administration in a role.
    environment text references halyard.environments (key),
    role text check (role in ('viewer', 'operator', 'editor', 'admin')),
    check ((kind = 'admin') = (role is not null) and (kind = 'admin') = (environment is null)),
    -- Of the key only its SHA-256 is stored, and what people know it by.
    hash bytea not null unique check (octet_length(hash) = 32),
    prefix text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz
);

create table halyard.settings (
    name text primary key check (name ~ '^[a-z][a-z0-9_]{0,49}$'),
    value jsonb not null
);

-- Per person, so neither versioned nor audited.
create table halyard.stars (
    actor text not null check (char_length(actor) between 1 and 200),
    flag_id uuid not null references halyard.feature_flags (id) on delete cascade,
    primary key (actor, flag_id)
);

-- State: outside version, audit and NOTIFY.
create table halyard.evaluators (
    id uuid primary key,
    kind text not null check (kind in ('server', 'desktop')),
    host text not null,
    program text not null,
    started_at timestamptz not null,
    seen_at timestamptz not null,
    config_version bigint not null,
    applied_at timestamptz not null
);

create table halyard.sdk_key_uses (
    key_id uuid primary key references halyard.sdk_keys (id) on delete cascade,
    used_at timestamptz not null
);

-- Keys that SDKs ask for and nobody has.
create table halyard.unknown_flags (
    key text not null,
    environment text not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    asked bigint not null,
    primary key (key, environment)
);
