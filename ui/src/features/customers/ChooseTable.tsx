// Leads to where the customers' table is chosen.
import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";

export function ChooseTable() {
  const navigate = useNavigate();
  return (
    <Button
      variant="filled"
      onClick={() => void navigate({ to: "/settings", search: { section: "customers" } })}
    >
      Choose the table
    </Button>
  );
}
