// The whole page: theme, cache, and whatever the state of the workspace calls for.
import { QueryClientProvider } from "@tanstack/react-query";
import { createQueryClient } from "@/api";
import { ThemeProvider } from "@/theme/ThemeProvider";
import { createAppRouter } from "./router";
import { WorkspaceGate } from "./WorkspaceGate";

const queryClient = createQueryClient();
const router = createAppRouter();

export function App() {
  return (
    <ThemeProvider>
      <QueryClientProvider client={queryClient}>
        <WorkspaceGate router={router} />
      </QueryClientProvider>
    </ThemeProvider>
  );
}
