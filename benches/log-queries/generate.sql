-- Makes the log that benches/log-queries reads: 10,000,000 calls of 20 flags over the last 30 days
-- (psql variables: `calls`), by 100,000 customers, in two environments, from three SDKs, written by two
-- servers. Thirty flags are in every other call; `rare-flag` is in every 150,000th. Needs Postgres 18, for
-- uuidv7(), and the schema.
\set ON_ERROR_STOP on
set timezone = 'UTC';
set synchronous_commit = off;

-- Thirty-one flags with a rule each; one of them is edited every day.
begin;
select set_config('halyard.actor', 'bench', true), set_config('halyard.client', 'bench', true),
       set_config('halyard.note', 'made up', true) \gset ignored_
insert into halyard.feature_flags (id, key, name, type, default_value, rules, environments, client_visible)
select gen_random_uuid(), key, key, 'boolean', 'false',
       jsonb_build_array(jsonb_build_object(
           'id', gen_random_uuid(), 'audienceId', null, 'percentage', 50, 'value', true, 'description', null)),
       '{"production": true, "staging": true}', true
from (select 'flag-' || to_char(n, 'FM00') as key, n from generate_series(1, 30) as n
      union all select 'rare-flag', 31) as keys
order by n;
commit;

do $$
begin
    for day in 0..29 loop
        perform set_config('halyard.actor', 'bench', true), set_config('halyard.client', 'bench', true),
                set_config('halyard.note', 'made up', true);
        update halyard.feature_flags set description = 'edited on day ' || day
        where key = 'flag-' || to_char(1 + day, 'FM00');
        commit;
    end loop;
end
$$;

-- What was evaluated together on each day: two large sets, and one with the rare flag.
create temporary table sets as
select day, kind, gen_random_uuid() as id, array_agg(number order by number) as flags,
       array_agg(1 + (number <= day)::integer order by number) as versions
from generate_series(0, 30) as day
cross join (values ('common', 1, 20, 0), ('other', 11, 30, 0), ('rare', 1, 19, 31)) as k (kind, first, last, also)
join (select row_number() over (order by number)::integer as place, number from halyard.feature_flags) as f
    on f.place between k.first and k.last or f.place = k.also
group by day, kind;
insert into halyard.flag_sets (id, flags, versions) select id, flags, versions from sets;

-- Sixteen ways a call can end: a half gets each rule.
create temporary table endings as
select n, array(select case when (n * 7919 + flag * 104729) % 97 % 2 = 0 then 0 else -1 end::smallint
                from generate_series(1, 20) as flag)::smallint[] as outcomes
from generate_series(0, 15) as n;

create temporary table plan (day date, place integer);
insert into plan select current_date - 30 + place, place from generate_series(0, 29) as place;

create procedure pg_temp.fill(calls integer)
language plpgsql as $$
declare
    p record;
    per_day integer := calls / 30;
    partition_name text;
begin
    for p in select * from plan order by day loop
        partition_name := 'evaluations_' || to_char(p.day, 'YYYYMMDD');
        if to_regclass('halyard.' || partition_name) is null then
            execute format('create table halyard.%I (like halyard.evaluations including all)', partition_name);
            execute format('alter table halyard.evaluations attach partition halyard.%I for values from (%L) to (%L)',
                partition_name, p.day || ' 00:00:00+00', (p.day + 1) || ' 00:00:00+00');
        end if;
        execute format($insert$
            insert into halyard.%I
                (id, evaluated_at, environment, entity_id, source, sdk, stale, config_version, flag_set, outcomes)
            select uuidv7(c.at - clock_timestamp()), c.at,
                case when c.r1 < 0.9 then 'production' else 'staging' end,
                case when c.n %% 20 = 0 then '' else 'customer-' || (power(c.r2, 2) * 100000)::integer end,
                case when c.r3 < 0.6 then 'evaluate_all' else 'ofrep_all' end,
                case when c.r3 < 0.6 then 'halyard-js/1.4.0' when c.r3 < 0.9 then 'openfeature-java/1.2.0'
                     else 'openfeature-python/0.9.1' end,
                false, 100 + %s, s.id, e.outcomes
            from (select n, timestamptz %L + n * (interval '1 day' / %s) as at,
                         random() as r1, random() as r2, random() as r3, random() as r4
                  from generate_series(0, %s - 1) as n) as c
            join sets as s on s.day = %s and s.kind = case when c.n %% 150000 = 70000 then 'rare'
                                                           when c.r4 < 0.7 then 'common' else 'other' end
            join endings as e on e.n = c.n %% 16
            order by c.at $insert$, partition_name, p.place, p.day || ' 00:00:00+00', per_day, per_day, p.place);
        execute format($counts$
            insert into halyard.evaluation_counts
                (at, flag, version, environment, source, sdk, outcome, writer, evaluations)
            select g.at, r.flag, r.version, g.environment, g.source, g.sdk, r.outcome, g.writer, sum(g.calls)
            from (select date_bin('10 minutes', e.evaluated_at, '2000-01-01 00:00:00+00') as at, e.environment,
                         e.source, e.sdk, e.flag_set, e.outcomes,
                         case when e.environment = 'production'
                              then uuid '00000000-0000-7000-8000-000000000001'
                              else uuid '00000000-0000-7000-8000-000000000002' end as writer,
                         count(*) as calls
                  from halyard.%I as e group by 1, 2, 3, 4, 5, 6, 7) as g
            join halyard.flag_sets as s on s.id = g.flag_set
            cross join lateral unnest(s.flags, s.versions, g.outcomes) as r (flag, version, outcome)
            group by 1, 2, 3, 4, 5, 6, 7, 8 $counts$, partition_name);
        commit;
    end loop;
end
$$;
call pg_temp.fill(:calls);
vacuum analyze halyard.evaluations;
vacuum analyze halyard.evaluation_counts;
analyze halyard.flag_sets;
