import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { mayPass } from './api/problem.ts'
import { App } from './app.tsx'
import { SessionGate } from './session/session-gate.tsx'
import { Announcements } from './ui/announcements.tsx'

// A part that is not there any more: the console was built anew while this page was open.
globalThis.addEventListener('vite:preloadError', () => globalThis.location.reload())

const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, retry: (count, error) => count < 2 && mayPass(error) },
    // Whether it is sent once more is for a person to say.
    mutations: { retry: false }
  }
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <BrowserRouter basename="/console">
        <Announcements>
          <SessionGate>
            <App />
          </SessionGate>
        </Announcements>
      </BrowserRouter>
    </QueryClientProvider>
  </StrictMode>
)
