import { DrawnCard } from '@/shared/ui/drawn-card';
import { Section } from './section';

export function CardSamples() {
  return (
    <Section title="The card" id="cards">
      <div className="grid gap-5 sm:grid-cols-2 xl:grid-cols-3">
        <DrawnCard
          issuer="Gent"
          band="teal"
          number="0900 0000 67 514"
          holder="Ann Peeters"
          note="until 30 April"
        />
        <DrawnCard
          issuer="Paspartoe"
          band="orangered"
          number="0900 0120 40 316"
          holder="Jef Vermassen"
          stamp={{ tone: 'stop', text: 'blocked' }}
        />
        <DrawnCard issuer="Dender" number="0900 2000 00 017" stamp={{ tone: 'note', text: 'new' }} />
        <DrawnCard small issuer="Gent" band="teal" number="0900 0000 67 514" />
        <DrawnCard
          small
          issuer="Dender"
          band="darkviolet"
          number="0900 2000 00 017"
          stamp={{ tone: 'stop', text: 'lost' }}
        />
      </div>
    </Section>
  );
}
