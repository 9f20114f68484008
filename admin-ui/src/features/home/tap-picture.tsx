/** A pass that comes to a reader, drawn; it moves only where motion is welcome. */
export function TapPicture({ brand }: { brand?: string | undefined }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 260 150" className="h-auto w-40 sm:w-64" fill="none">
      <g className="text-line-strong" stroke="currentColor" strokeWidth="3" strokeLinejoin="round">
        <path d="M44 122 62 92h136l18 30v8a8 8 0 0 1-8 8H52a8 8 0 0 1-8-8z" className="fill-sunken" />
        <path d="M44 122h172" />
      </g>
      <g className="text-points" stroke="currentColor" strokeWidth="4" strokeLinecap="round">
        <path className="tap-wave" d="M116 104c8-6 20-6 28 0" />
        <path className="tap-wave" d="M104 97c15-12 37-12 52 0" />
      </g>
      <g className="tap-card">
        <rect
          x="76"
          y="14"
          width="108"
          height="66"
          rx="9"
          className="fill-raised stroke-ink"
          strokeWidth="3"
        />
        <path
          d="M77.500 23a7.500 7.500 0 0 1 7.500-7.500h7v63h-7a7.500 7.500 0 0 1-7.500-7.500z"
          className={brand ? undefined : 'fill-act'}
          {...(brand ? { fill: brand } : {})}
        />
        <path d="M104 58h56M104 47h34" className="stroke-line-strong" strokeWidth="5" strokeLinecap="round" />
      </g>
    </svg>
  );
}
