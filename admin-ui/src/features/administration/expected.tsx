import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { PlaceLink } from './place-link';
import { shipmentState } from './shipment-state';
import { shipmentsQuery } from './stock-queries';

/** The parcels that are on their way to this counter: whoever has one before her takes it in from here. */
export function Expected() {
  const { t } = useTranslation('administration');
  const { day } = useFormat();
  const counter = useCounter();
  const { data } = useInfiniteQuery(shipmentsQuery(counter.id));
  const coming = data?.pages
    .flatMap(({ member }) => member)
    .filter((one) => one.counterId === counter.id && shipmentState(one) === 'underway');
  const systemOf = (id: number) => counter.cardSystems.find((one) => one.id === id)?.name;
  if (!coming || coming.length === 0) return null;
  return (
    <Banner tone="note" icon="card" title={t('stock.expected', { count: coming.length })}>
      <ul className="grid gap-1">
        {coming.map(({ id, cards, cardSystemId, sentAt, note }) => (
          <li key={id}>
            <PlaceLink to={`stock/shipments/${id}`}>{t('stock.receiveThis', { count: cards })}</PlaceLink>{' '}
            {[systemOf(cardSystemId), t('stock.sentOn', { day: day(sentAt) }), note]
              .filter(Boolean)
              .join(' · ')}
          </li>
        ))}
      </ul>
    </Banner>
  );
}
