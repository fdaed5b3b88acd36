// A long evaluation log for page tests, made by SQL in the bridge's private database.
import { inDatabase } from "./database.mjs";

/** Flags that each made-up call evaluates. */
export const FLAGS = 20;

/**
 * Replaces the log by `calls` calls of 20 flags in production, the newest now and each `everyMs` before the other,
 * with their counts. The newest call is number 1: its id ends in that number, in hexadecimal.
 */
export async function makeLog(app, { calls, everyMs }) {
  const { flags } = await app.command("flags_list", { archived: false });
  for (let made = flags.length; made < FLAGS; made++) {
    const key = `logged-${made}`;
    await app.command("flag_create", { key, name: key, type: "boolean", defaultValue: false, clientVisible: false });
  }
  await inDatabase(app, longLog(calls, everyMs));
}

/** The place of a row in such a log by its key, from 0. */
export function placeOf(rowKey) {
  const [, call, position] = /-([0-9a-f]{12})-(\d+)$/.exec(rowKey);
  return (Number.parseInt(call, 16) - 1) * FLAGS + Number(position);
}

const longLog = (calls, everyMs) => `
  truncate halyard.evaluations, halyard.evaluation_counts;
  delete from halyard.flag_sets where id = '00000000-0000-7000-8000-000000000000';
  insert into halyard.flag_sets (id, flags, versions)
  select '00000000-0000-7000-8000-000000000000', array_agg(number order by number), array_agg(version order by number)
  from (select number, version from halyard.feature_flags where archived_at is null order by number limit ${FLAGS}) f;
  insert into halyard.evaluations
    (id, evaluated_at, environment, entity_id, source, sdk, stale, config_version, flag_set, outcomes)
  select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
         date_trunc('milliseconds', now()) - n * interval '${everyMs} milliseconds',
         'production', 'customer-' || n % 1000, 'evaluate_all', 'halyard-js/1.4.0', false, 1,
         '00000000-0000-7000-8000-000000000000', array_fill((-1)::smallint, array[${FLAGS}])
  from generate_series(1, ${calls}) n;
  insert into halyard.evaluation_counts (at, flag, version, environment, source, sdk, outcome, writer, evaluations)
  select date_bin('10 minutes', e.evaluated_at, '2000-01-01 00:00:00+00'), r.flag, r.version, e.environment, e.source,
         e.sdk, r.outcome, '00000000-0000-7000-8000-000000000001', count(*)
  from halyard.evaluations e join halyard.flag_sets s on s.id = e.flag_set
  cross join lateral unnest(s.flags, s.versions, e.outcomes) as r (flag, version, outcome)
  group by 1, 2, 3, 4, 5, 6, 7;
  analyze halyard.evaluations, halyard.evaluation_counts, halyard.flag_sets`;
