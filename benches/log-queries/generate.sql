-- What makes the log that benches/log-queries reads: calls of 20 flags over the 30 days until now, by 100,000
-- customers, in two environments, from three SDKs, written by two servers. Ten flags are in every call,
-- twenty in most or in some, `rare-flag` in two calls a day; the reason ERROR is in some five hundred calls.
--
-- Run once, on a migrated database of Postgres 18 (for uuidv7()); then `bench.fill` for each of the 30 days,
-- at once as far as the processor allows.
create schema bench;

create table public.customers (id text primary key, name text not null, email text not null);
insert into public.customers
select 'customer-' || n, 'Customer ' || n || ' of ' || (array['Rotterdam', 'Osaka', 'Recife', 'Leeds'])[1 + n % 4],
       'someone.' || n || '@example.com'
from generate_series(0, 100000) as n;

-- Thirty-one flags with a rule each; one of them is edited every day.
select set_config('halyard.actor', 'bench', true), set_config('halyard.client', 'bench', true),
       set_config('halyard.note', 'made up', true);
insert into halyard.feature_flags (id, key, name, type, default_value, rules, environments, client_visible)
select gen_random_uuid(), key, key, 'boolean', 'false',
       jsonb_build_array(jsonb_build_object(
           'id', gen_random_uuid(), 'audienceId', null, 'percentage', 50, 'value', true, 'description', null)),
       '{"production": true, "staging": true}', true
from (select 'flag-' || to_char(n, 'FM00') as key, n from generate_series(1, 30) as n
      union all select 'rare-flag', 31) as keys
order by n;

do $$
begin
    for day in 1..30 loop
        update halyard.feature_flags set description = 'edited on day ' || day
        where key = 'flag-' || to_char(day, 'FM00');
    end loop;
end
$$;

-- What was evaluated together on each day: two large sets, and one with the rare flag.
create table bench.sets as
select day, kind, gen_random_uuid() as id, array_agg(number order by number) as flags,
       array_agg(1 + (place <= day)::integer order by number) as versions
from generate_series(0, 29) as day
cross join (values ('common', 1, 20, 0), ('other', 11, 30, 0), ('rare', 1, 19, 31)) as k (kind, first, last, also)
join (select row_number() over (order by number) as place, number from halyard.feature_flags) as f
    on f.place between k.first and k.last or f.place = k.also
group by day, kind;
insert into halyard.flag_sets (id, flags, versions) select id, flags, versions from bench.sets;

-- Sixteen ways a call can end, where a half gets each rule, and one in which the fifth flag failed.
create table bench.endings as
select n, array(select case when n = 16 and flag = 5 then -4
                            when (n * 7919 + flag * 104729) % 97 % 2 = 0 then 0 else -1 end::smallint
                from generate_series(1, 20) as flag)::smallint[] as outcomes
from generate_series(0, 16) as n;

-- Whole ten minutes, as the counts are.
create table bench.span as
select date_bin('10 minutes', now(), '2000-01-01 00:00:00+00') as ends;

do $$
declare
    day date;
begin
    for day in select generate_series(ends - interval '30 days', ends, '1 day')::date from bench.span loop
        if to_regclass('halyard.evaluations_' || to_char(day, 'YYYYMMDD')) is null then
            execute format(
                'create table halyard.evaluations_%s partition of halyard.evaluations for values from (%L) to (%L)',
                to_char(day, 'YYYYMMDD'), day || ' 00:00:00+00', (day + 1) || ' 00:00:00+00');
        end if;
    end loop;
end
$$;

-- Calls of one of the 30 times 24 hours, 0 the oldest, and their counts. Calls come in the order of time, so
-- that indexes grow as they do in life.
create function bench.fill(day integer, calls integer) returns void language plpgsql as $$
declare
    begins constant timestamptz := (select ends - (30 - day) * interval '24 hours' from bench.span);
begin
    insert into halyard.evaluations
        (id, evaluated_at, environment, entity_id, source, sdk, stale, config_version, flag_set, outcomes)
    select uuidv7(c.at - clock_timestamp()), c.at,
        case when c.r1 < 0.9 then 'production' else 'staging' end,
        case when c.n % 20 = 0 then '' else 'customer-' || (power(c.r2, 2) * 100000)::integer end,
        case when c.r3 < 0.6 then 'evaluate_all' else 'ofrep_all' end,
        case when c.r3 < 0.6 then 'halyard-js/1.4.0' when c.r3 < 0.9 then 'openfeature-java/1.2.0'
             else 'openfeature-python/0.9.1' end,
        false, 100 + fill.day, s.id, e.outcomes
    from (select n, begins + n * (interval '24 hours' / fill.calls) as at,
                 random() as r1, random() as r2, random() as r3, random() as r4
          from generate_series(0, fill.calls - 1) as n) as c
    join bench.sets as s on s.day = fill.day and s.kind = case when c.n % (fill.calls / 2) = fill.calls / 4 then 'rare'
                                                               when c.r4 < 0.7 then 'common' else 'other' end
    join bench.endings as e on e.n = case when c.n % 20011 = 7 then 16 else c.n % 16 end
    order by c.at;

    insert into halyard.evaluation_counts
        (at, flag, version, environment, source, sdk, outcome, writer, evaluations)
    select g.at, r.flag, r.version, g.environment, g.source, g.sdk, r.outcome,
           case when g.environment = 'production' then uuid '00000000-0000-7000-8000-000000000001'
                else uuid '00000000-0000-7000-8000-000000000002' end,
           sum(g.calls)
    from (select date_bin('10 minutes', e.evaluated_at, '2000-01-01 00:00:00+00') as at, e.environment,
                 e.source, e.sdk, e.flag_set, e.outcomes, count(*) as calls
          from halyard.evaluations as e
          where e.evaluated_at >= begins and e.evaluated_at < begins + interval '24 hours'
          group by 1, 2, 3, 4, 5, 6) as g
    join halyard.flag_sets as s on s.id = g.flag_set
    cross join lateral unnest(s.flags, s.versions, g.outcomes) as r (flag, version, outcome)
    group by 1, 2, 3, 4, 5, 6, 7, 8;
end
$$;
