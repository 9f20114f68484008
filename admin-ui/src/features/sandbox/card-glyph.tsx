export type CardKind = 'pass' | 'eid' | 'other';

/** A card as small as a word: a pass has its region's band, an eID a face, any other card a chip. */
export function CardGlyph({ kind }: { kind: CardKind }) {
  return (
    <svg
      aria-hidden="true"
      width="36"
      height="25"
      viewBox="0 0 36 25"
      fill="none"
      className="mt-0.5 shrink-0"
    >
      {kind === 'pass' && (
        <path d="M1 5a4 4 0 0 1 4-4h26a4 4 0 0 1 4 4v3H1V5Z" className="fill-act" stroke="none" />
      )}
      <rect
        x="1"
        y="1"
        width="34"
        height="23"
        rx="4"
        strokeWidth="1.5"
        strokeDasharray={kind === 'other' ? '3 2.5' : undefined}
        className="stroke-line-strong"
      />
      {kind === 'pass' && <path d="M6 17.5h14" strokeWidth="2" className="stroke-ink-soft" />}
      {kind === 'eid' && (
        <g className="fill-note">
          <circle cx="10.5" cy="9.5" r="3.5" />
          <path d="M4.5 19.5c.5-3.8 3-5.3 6-5.3s5.5 1.5 6 5.3H4.5Z" />
          <path d="M21 9h9M21 13h9M21 17h5" strokeWidth="2" fill="none" className="stroke-ink-soft" />
        </g>
      )}
      {kind === 'other' && <rect x="6" y="8" width="8" height="8" rx="2" className="fill-line-strong" />}
    </svg>
  );
}
