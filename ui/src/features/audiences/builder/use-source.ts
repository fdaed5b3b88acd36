// What of the customer source the builder has to know: whether there are events, whether they have times, and
// which attribute is the customer's id.
import { useMemo } from "react";
import { useCommandQuery } from "@/api";

export type Source = {
  /** How to get events; null when there are some, or nobody knows. */
  noEvents: string | null;
  /** False when events can only be asked for ever. */
  eventsHaveTime: boolean;
  /** The attribute that identifies customers. */
  idAttribute: string | null;
};

export const UNKNOWN_SOURCE: Source = { noEvents: null, eventsHaveTime: true, idAttribute: null };

export function useSource(): Source {
  const { data } = useCommandQuery("customer_source_get", {});
  return useMemo(() => {
    if (!data) return UNKNOWN_SOURCE;
    const events = data.source?.events ?? null;
    return {
      noEvents: events === null ? "Choose an events table in Settings, Customer source." : null,
      eventsHaveTime: events === null || events.timeColumn !== null,
      idAttribute: data.source?.customers.idColumn ?? null,
    };
  }, [data]);
}
