// A day, or a moment in UTC: typed, or picked from a calendar that opens beside it.
import "@mantine/dates/styles.layer.css";
import { ActionIcon, Popover, TextInput } from "@mantine/core";
import { DatePicker } from "@mantine/dates";
import { IconCalendar } from "@tabler/icons-react";
import { useRef, useState } from "react";
import type { JsonValue } from "@/contract";
import { dayText, isDay, momentText, readDay, readMoment } from "../model/typed";
import classes from "./DateField.module.css";
import { useTypedText } from "./use-typed-text";
import type { Named } from "./ValueInput";

type Props = {
  named: Named;
  kind: "day" | "moment";
  value: JsonValue;
  onChange: (value: JsonValue) => void;
};

export function DateField({ named, kind, value, onChange }: Props) {
  const [opened, setOpened] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const isMoment = kind === "moment";
  const { text, setText } = useTypedText({
    value,
    read: isMoment ? readMoment : readDay,
    write: isMoment ? momentText : dayText,
    onChange,
  });
  const day = dayText(value);
  const time = isMoment ? (/\s(\d.*)$/.exec(momentText(value))?.[1] ?? "00:00") : "";
  const label = `Calendar for ${named["aria-label"]}`;
  return (
    <TextInput
      {...named}
      ref={field}
      classNames={{ input: classes.input ?? "", section: classes.section ?? "" }}
      autoComplete="off"
      spellCheck={false}
      placeholder={isMoment ? "2026-01-31 09:30" : "2026-01-31"}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      rightSectionWidth={isMoment ? 58 : 30}
      rightSection={
        <>
          {isMoment && <span className={classes.zone}>UTC</span>}
          <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus>
            <Popover.Target>
              <ActionIcon size={24} aria-label={label} onClick={() => setOpened(!opened)}>
                <IconCalendar size={16} stroke={1.75} />
              </ActionIcon>
            </Popover.Target>
            <Popover.Dropdown aria-label={label}>
              {opened && (
                <DatePicker
                  weekendDays={[]}
                  {...(isDay(day) ? { defaultDate: day, value: day } : { value: null })}
                  ariaLabels={{
                    previousMonth: "Previous month",
                    nextMonth: "Next month",
                    monthLevelControl: "Choose a month",
                    yearLevelControl: "Choose a year",
                  }}
                  onChange={(next) => {
                    if (next === null) return;
                    setText(isMoment ? `${next} ${time}` : next);
                    setOpened(false);
                    field.current?.focus();
                  }}
                />
              )}
            </Popover.Dropdown>
          </Popover>
        </>
      }
    />
  );
}
