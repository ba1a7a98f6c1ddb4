/* The card in the middle of an empty page: sign-in and set-up. */
import type { ReactNode } from "react"

export function Door({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="alone">
      <div className="door card">
        <svg viewBox="0 0 32 32" width="36" height="36" aria-hidden="true">
          <rect width="32" height="32" rx="8" fill="var(--accent)" />
          <path
            d="M9 16h6m0 0c3 0 3-6 6-6h2m-8 6c3 0 3 6 6 6h2"
            fill="none"
            stroke="var(--on-accent)"
            strokeWidth="2.4"
            strokeLinecap="round"
          />
          <circle cx="8" cy="16" r="2.6" fill="var(--on-accent)" />
        </svg>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  )
}
