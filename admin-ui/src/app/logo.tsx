/** The mark: a desk, and the pass on it. */
export function Logo({ size = 34 }: { size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 32 32" className="shrink-0">
      <rect width="32" height="32" rx="8" className="fill-act" />
      <rect
        x="7"
        y="8.5"
        width="18"
        height="11"
        rx="2.5"
        fill="none"
        strokeWidth="2.2"
        className="stroke-on-act"
      />
      <circle cx="20.5" cy="14" r="2.3" className="fill-points" />
      <path d="M5.5 24h21" strokeWidth="2.2" strokeLinecap="round" className="stroke-on-act" />
    </svg>
  );
}
