import { lazy, Suspense } from 'react';
import { fetchWords } from '@/shared/i18n/i18n';
import { PageTitle } from '@/shared/ui/page-heading';
import { Tabs } from '@/shared/ui/tabs';
import { Shell } from '@/app/shell';
import { ButtonSamples } from './button-samples';
import { CardSamples } from './card-samples';
import { ColourSamples } from './colour-samples';
import { FieldSamples } from './field-samples';
import { ListSamples } from './list-samples';
import { MessageSamples } from './message-samples';
import { EveryLight } from './every-light';
import { Section } from './section';

const EidSamples = lazy(async () => {
  const [{ EidSamples }] = await Promise.all([
    import('./eid-samples'),
    fetchWords('eid'),
    fetchWords('card'),
  ]);
  return { default: EidSamples };
});

/** Every part in every state. Made to be looked at: squint, turn the light off, use the keyboard. */
export function ComponentsPage() {
  return (
    <Shell>
      <PageTitle>Components</PageTitle>
      <div className="grid grid-cols-1 gap-14">
        <header className="grid max-w-3xl gap-3">
          <h1 className="text-display font-bold">Components</h1>
          <p className="text-lead text-pretty text-ink-soft">
            What screens are made of. One filled button a screen; every no has a because; nothing is said by
            colour alone.
          </p>
        </header>
        <ButtonSamples />
        <FieldSamples />
        <MessageSamples />
        <CardSamples />
        <Suspense>
          <EidSamples />
        </Suspense>
        <ListSamples />
        <Section title="Type" id="type">
          <div className="grid gap-3">
            <p className="text-display font-bold">Hold the pass to the reader</p>
            <p className="text-title font-bold">Ann Peeters, 12 points</p>
            <p className="text-lead font-bold">Story hour, 14.00</p>
            <p className="max-w-prose">
              Body text is 17 pixels with a line height of one and a half: read at arm’s length, while one
              speaks to somebody. <a href="#type">A link is underlined</a>, so that it needs no colour.
            </p>
            <p className="max-w-prose text-small text-ink-soft">
              Small text is 15 pixels and still reads at AAA on every ground.
            </p>
            <p className="text-lead tabular-nums tracking-[0.06em]">0900 0000 67 514 · € 11.271,00</p>
          </div>
        </Section>
        <ColourSamples />
        <EveryLight />
        <Section title="Tabs" id="tabs">
          <Tabs
            label="A person"
            tabs={[
              { id: 'today', title: 'Today', count: 3, children: <p>Three activities.</p> },
              { id: 'rewards', title: 'Rewards', children: <p>Coffee for five points.</p> },
              { id: 'history', title: 'History', children: <p>Everything since April.</p> },
            ]}
          />
        </Section>
      </div>
    </Shell>
  );
}
