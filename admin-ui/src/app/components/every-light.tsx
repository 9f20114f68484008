import { Badge } from '@/shared/ui/badge';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { DrawnCard } from '@/shared/ui/drawn-card';
import { Field } from '@/shared/ui/field';
import { Section } from './section';

const lights = [
  { name: 'Light', scheme: 'scheme-light', contrast: 'normal' },
  { name: 'Dark', scheme: 'scheme-dark', contrast: 'normal' },
  { name: 'Light, high contrast', scheme: 'scheme-light', contrast: 'more' },
  { name: 'Dark, high contrast', scheme: 'scheme-dark', contrast: 'more' },
] as const;

/** The same few parts in all four lights, side by side, whatever the page itself is in. */
export function EveryLight() {
  return (
    <Section title="In every light" id="lights">
      <div className="grid gap-4 md:grid-cols-2 2xl:grid-cols-4">
        {lights.map(({ name, scheme, contrast }) => (
          <div
            key={name}
            data-contrast={contrast}
            className={`${scheme} grid content-start gap-4 rounded-card border border-line bg-paper p-5 text-ink`}
          >
            <h3>{name}</h3>
            <DrawnCard small issuer="Gent" band="teal" number="0900 0000 67 514" holder="Ann Peeters" />
            <div className="flex flex-wrap gap-2">
              <Badge tone="ok">Valid</Badge>
              <Badge tone="warn">Ends soon</Badge>
              <Badge tone="stop">Blocked</Badge>
              <Badge tone="points">12 points</Badge>
            </div>
            <Field label="Name" value="Ann" onChange={() => undefined} error="A family name is missing." />
            <Banner tone="warn" title="The reader does not answer">
              Is the cable in?
            </Banner>
            <div className="flex flex-wrap gap-3">
              <Button kind="act">Give a point</Button>
              <Button>Replace</Button>
              <Button kind="quiet">History</Button>
            </div>
          </div>
        ))}
      </div>
    </Section>
  );
}
