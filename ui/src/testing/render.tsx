// Renders a component with the theme and a fresh cache around it.
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type RenderResult, render } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import { createQueryClient } from "@/api";
import { ThemeProvider } from "@/theme/ThemeProvider";

export function renderWithin(ui: ReactNode): RenderResult & { user: UserEvent; client: QueryClient } {
  const client = createQueryClient();
  const view = render(ui, {
    wrapper: ({ children }) => (
      <ThemeProvider env="test">
        <QueryClientProvider client={client}>{children}</QueryClientProvider>
      </ThemeProvider>
    ),
  });
  return { ...view, user: userEvent.setup(), client };
}
