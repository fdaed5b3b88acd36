// Who may read a flag: a choice that has to be made, because a wrong guess shows it to the world.
import { type Choice, Choices } from "@/components";

type Props = { value: boolean | null; error: string | undefined; onChange: (clientVisible: boolean) => void };

const CHOICES: ReadonlyArray<Choice<"servers" | "clients">> = [
  { value: "servers", name: "Servers only", means: "Only back-end code with a server key gets it." },
  {
    value: "clients",
    name: "Servers and clients",
    means: "Browsers and mobile apps get it too, and anybody can read it there.",
  },
];

export function VisibilityChoice({ value, error, onChange }: Props) {
  return (
    <Choices
      legend="Who can read it?"
      columns={2}
      choices={CHOICES}
      value={value === null ? null : value ? "clients" : "servers"}
      error={error}
      onChange={(chosen) => onChange(chosen === "clients")}
    />
  );
}
