/** A key as it stands on the keyboard: `mod+z` is shown as Ctrl Z. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-1">
      {keys.split('+').map((key) => (
        <kbd
          key={key}
          className="inline-grid min-h-7 min-w-7 place-items-center rounded-small border border-line-strong border-b-2 bg-surface px-1.5 font-sans text-small font-medium text-ink"
        >
          {names[key] ?? (key.length === 1 ? key.toUpperCase() : key)}
        </kbd>
      ))}
    </span>
  );
}

const names: Record<string, string> = {
  mod: 'Ctrl',
  Escape: 'Esc',
  Enter: '⏎',
  ArrowDown: '↓',
  ArrowUp: '↑',
};
