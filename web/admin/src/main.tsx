import { QueryClient, QueryClientProvider } from "@tanstack/react-query"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { Problem } from "../../ui/api.ts"
import { Theme } from "../../ui/theme.tsx"
import { App } from "./App.tsx"

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, failure) => count < 2 && failure instanceof Problem && failure.offline,
    },
  },
})

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Theme>
        <App />
      </Theme>
    </QueryClientProvider>
  </StrictMode>,
)
