// What is asked of events: which, performed or not, how often at least, within how many days.
import { Select } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import type { EventOperator, JsonValue } from "@/contract";
import type { NodeProblems } from "../model/check";
import { ANY_EVENT } from "../model/event-words";
import type { EventTest, Leaf } from "../model/tree";
import classes from "./EventFields.module.css";
import rowClasses from "./LeafRow.module.css";
import { NumberField } from "./NumberField";
import { SuggestField } from "./SuggestField";
import type { Source } from "./use-source";
import { useEventSuggestions } from "./use-suggestions";

const OPERATORS: ReadonlyArray<{ value: EventOperator; label: string }> = [
  { value: "performed", label: "performed" },
  { value: "not_performed", label: "did not perform" },
];

const CHEVRON = <IconChevronDown size={16} stroke={1.75} aria-hidden />;

type Props = {
  what: string;
  leaf: Leaf;
  event: EventTest;
  source: Source;
  problems: NodeProblems;
  onChange: (leaf: Leaf) => void;
};

export function EventFields({ what, leaf, event, source, problems, onChange }: Props) {
  const [wanted, setWanted] = useState(false);
  const suggestions = useEventSuggestions(wanted);
  const set = (changes: Partial<EventTest>) => onChange({ ...leaf, event: { ...event, ...changes } });
  const setNumber = (field: "times" | "withinDays", value: JsonValue) => {
    const { [field]: _old, ...others } = event;
    onChange({ ...leaf, event: value === null ? others : { ...others, [field]: value } });
  };
  return (
    <>
      <Select
        className={rowClasses.operator ?? ""}
        aria-label={`Operator of ${what}`}
        error={problems.operator}
        rightSection={CHEVRON}
        rightSectionPointerEvents="none"
        comboboxProps={{ keepMounted: false }}
        data={OPERATORS}
        value={event.operator}
        onChange={(next) => next && set({ operator: next as EventOperator })}
      />
      <div className={classes.name}>
        <SuggestField
          named={{ "aria-label": `Event of ${what}`, error: problems.event ?? false }}
          text={event.event === ANY_EVENT ? "any event" : event.event}
          placeholder="Name of the event"
          suggestions={suggestions}
          onWanted={() => setWanted(true)}
          rightSection={CHEVRON}
          onText={(text) => set({ event: text.trim() === "any event" ? ANY_EVENT : text })}
        />
      </div>
      <div className={classes.measure}>
        <span>at least</span>
        <NumberField
          named={{ "aria-label": `Times of ${what}, at least`, error: problems.times ?? false }}
          className={classes.number ?? ""}
          placeholder="1"
          value={event.times ?? null}
          onChange={(next) => setNumber("times", next)}
        />
        <span>×</span>
        {(source.eventsHaveTime || event.withinDays !== undefined) && (
          <>
            <span>within</span>
            <NumberField
              named={{
                "aria-label": `Days of ${what}; empty is ever`,
                error: problems.withinDays ?? false,
              }}
              className={classes.number ?? ""}
              placeholder="ever"
              value={event.withinDays ?? null}
              onChange={(next) => setNumber("withinDays", next)}
            />
            <span>{event.withinDays === 1 ? "day" : "days"}</span>
          </>
        )}
      </div>
    </>
  );
}
