import './eid.css';

/** A card that slides into a reader, chip first, drawn; it moves only where motion is welcome. */
export function EidPicture() {
  return (
    <svg aria-hidden="true" viewBox="0 0 160 100" className="h-auto w-32 shrink-0" fill="none">
      <g className="eid-card" stroke="currentColor" strokeWidth="3">
        <rect x="40" y="8" width="80" height="56" rx="7" className="fill-raised text-ink" />
        <rect
          x="52"
          y="36"
          width="18"
          height="15"
          rx="3"
          className="fill-points text-ink"
          strokeWidth="2.5"
        />
        <rect x="94" y="18" width="16" height="22" rx="2" className="fill-sunken text-line-strong" />
        <path d="M52 22h30" className="text-line-strong" strokeLinecap="round" />
      </g>
      <g className="text-line-strong" stroke="currentColor" strokeWidth="3" strokeLinejoin="round">
        <path d="M18 70h124l8 16v4a6 6 0 0 1-6 6H16a6 6 0 0 1-6-6v-4z" className="fill-sunken" />
        <path d="M32 70h96" className="text-ink" strokeWidth="5" strokeLinecap="round" />
      </g>
    </svg>
  );
}
