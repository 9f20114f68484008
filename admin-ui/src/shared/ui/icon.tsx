const paths = {
  alert: 'M12 4 2.8 20h18.4L12 4Zm0 6v4.5m0 2.8v.2',
  arrow: 'M5 12h14m-6-6 6 6-6 6',
  back: 'M19 12H5m6 6-6-6 6-6',
  calendar: 'M4 6.5h16V20H4V6.5Zm0 4.5h16M8 3.5v4m8-4v4',
  camera:
    'M4.5 7.5H8l1.5-2.5h5L16 7.5h3.5c.8 0 1.5.7 1.5 1.5v8.5c0 .8-.7 1.5-1.5 1.5h-15c-.8 0-1.5-.7-1.5-1.5V9c0-.8.7-1.5 1.5-1.5ZM12 9.8a3.3 3.3 0 1 0 0 6.6 3.3 3.3 0 0 0 0-6.6Z',
  card: 'M3 6.5C3 5.7 3.7 5 4.5 5h15c.8 0 1.5.7 1.5 1.5v11c0 .8-.7 1.5-1.5 1.5h-15c-.8 0-1.5-.7-1.5-1.5v-11ZM3 9.5h18M6.5 15.5h4',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  chevron: 'm6 9 6 6 6-6',
  circle: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm0 4.5v4.5l3 2',
  contrast: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm0 0v17m2.5-16v15m2.5-13v11',
  cross: 'M6 6l12 12M18 6 6 18',
  done: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm-4 8.8 2.8 2.7L16 9.5',
  down: 'M12 5v14m6-6-6 6-6-6',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6Z',
  eyeOff:
    'M4 4l16 16M9.9 5.8c.7-.2 1.4-.3 2.1-.3 6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.8 3.5M6.2 7.6A16.3 16.3 0 0 0 2.5 12S6 18.5 12 18.5c1.6 0 3-.4 4.2-1.1M10 10a2.8 2.8 0 0 0 4 4',
  file: 'M6 3.5h8l4 4v13H6v-17Zm8 0v4h4',
  globe:
    'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM3.8 9.5h16.4M3.8 14.5h16.4M12 3.5c-5 5-5 12 0 17 5-5 5-12 0-17Z',
  history: 'M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.5l3 1.8',
  info: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Zm0 7.5v5.2m0-8.7v.2',
  keyboard: 'M3 6.5h18v11H3v-11ZM6.5 10h.1m3.4 0h.1m3.4 0h.1m3.4 0h.1M8 14h8',
  leave: 'M10 4.5H5v15h5M10 12h10m-4-4 4 4-4 4',
  lock: 'M6 10.5h12V20H6v-9.5ZM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5',
  mail: 'M3.5 5.5h17v13h-17v-13Zm0 .8 8.5 6.7 8.5-6.7',
  minus: 'M5 12h14',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z',
  people:
    'M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.5 19.5c.5-3.2 3.2-4.8 6.5-4.8s6 1.6 6.5 4.8M15.5 5.2a3.5 3.5 0 0 1 0 6.6m2.5 3.4c2 .6 3.2 2 3.5 4.3',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20c.6-3.7 3.7-5.5 7.5-5.5s6.9 1.8 7.5 5.5',
  plug: 'M9 3.5V8m6-4.5V8M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0V8ZM12 17v4',
  plus: 'M12 5v14M5 12h14',
  printer: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7v-6Z',
  reader: 'M4 13.5h16V20H4v-6.5Zm3.5 3.3h3M8.2 10a5.3 5.3 0 0 1 7.6 0M5.5 7.2a9.2 9.2 0 0 1 13 0',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm5 11.5L20.5 20.5',
  sliders: 'M4 7h9m5 0h2M4 17h2m5 0h9M13 4.5v5m-2 5v5',
  sort: 'm8 9.5 4-4.5 4 4.5M8 14.5l4 4.5 4-4.5',
  spark: 'm12 3 2.6 5.9 6.4.6-4.8 4.3 1.4 6.3L12 16.8l-5.6 3.3 1.4-6.3L3 9.5l6.4-.6L12 3Z',
  stop: 'M8.5 3.5h7l5 5v7l-5 5h-7l-5-5v-7l5-5Zm.5 5.5 6 6m0-6-6 6',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-5v1.5m0 15V21M3 12h1.5m15 0H21M5.6 5.6l1.1 1.1m10.6 10.6 1.1 1.1m0-12.8-1.1 1.1M6.7 17.3l-1.1 1.1',
  turn: 'M15.5 5 20 9.5 15.5 14M20 9.5H10a5.5 5.5 0 0 0 0 11h3',
  undo: 'M8.5 5 4 9.5 8.5 14M4 9.5h10a5.5 5.5 0 0 1 0 11h-3',
  waves: 'M7 9.5c1 1.6 1 3.4 0 5M10.5 7.5c1.8 2.8 1.8 6.2 0 9M14 5.5c2.6 4 2.6 9 0 13',
} as const;

export type IconName = keyof typeof paths;

/** A drawing beside a word, never instead of one: it is hidden from screen readers. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number | undefined }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={size > 28 ? 1.6 : 2}
      strokeLinecap="round"
      strokeLinejoin="round"
      className="shrink-0"
    >
      <path d={paths[name]} />
    </svg>
  );
}
