import { Section } from './section';

const colours = [
  ['paper', 'bg-paper'],
  ['surface', 'bg-surface'],
  ['raised', 'bg-raised'],
  ['sunken', 'bg-sunken'],
  ['line', 'bg-line'],
  ['line-strong', 'bg-line-strong'],
  ['ink', 'bg-ink'],
  ['ink-soft', 'bg-ink-soft'],
  ['act', 'bg-act'],
  ['act-soft', 'bg-act-soft'],
  ['points', 'bg-points'],
  ['points-soft', 'bg-points-soft'],
  ['ok', 'bg-ok'],
  ['ok-soft', 'bg-ok-soft'],
  ['warn', 'bg-warn'],
  ['warn-soft', 'bg-warn-soft'],
  ['stop', 'bg-stop'],
  ['stop-soft', 'bg-stop-soft'],
  ['note', 'bg-note'],
  ['note-soft', 'bg-note-soft'],
] as const;

export function ColourSamples() {
  return (
    <Section title="Colours" id="colours">
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-4 lg:grid-cols-10">
        {colours.map(([name, ground]) => (
          <li key={name} className="grid gap-1 text-small">
            <span className={`h-12 rounded-control border border-line forced-color-adjust-none ${ground}`} />
            {name}
          </li>
        ))}
      </ul>
    </Section>
  );
}
