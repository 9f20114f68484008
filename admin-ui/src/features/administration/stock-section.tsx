import { useTranslation } from 'react-i18next';
import type { CardSystem } from '@/api/types';
import { useCounter } from '@/shared/session/session';
import { classes } from '@/shared/ui/classes';
import { bringIntoView } from './bring-into-view';
import { CardPage } from './card-page';
import { CountsPage } from './counts-page';
import { NumbersPage } from './numbers-page';
import { PlaceLink } from './place-link';
import { ShipmentPage } from './shipment-page';
import { ShipmentsPage } from './shipments-page';
import { StockPage } from './stock-page';

const views = [
  { id: '', right: 'CARDS_STOCK' },
  { id: 'shipments', right: 'CARDS_STOCK' },
  { id: 'counts', right: 'CARDS_STOCK' },
  { id: 'card', right: 'CARDS_READ' },
  { id: 'numbers', right: 'CARDSYSTEMS_WRITE' },
] as const;

/** Cards that nobody has yet: where they are, on their way, counted, looked up, and the numbers of digital ones. */
export function StockSection({ rest: [view = '', id], system }: { rest: string[]; system: CardSystem }) {
  if (view === 'shipments' && id) return <ShipmentPage key={id} id={id} />;
  return (
    <>
      <Views current={view} />
      {view === 'shipments' && <ShipmentsPage system={system} />}
      {view === 'counts' && <CountsPage system={system} />}
      {view === 'card' && <CardPage />}
      {view === 'numbers' && <NumbersPage system={system} />}
      {!views.some((one) => one.id === view && one.id !== '') && <StockPage system={system} />}
    </>
  );
}

function Views({ current }: { current: string }) {
  const { t } = useTranslation('administration');
  const { permissions } = useCounter();
  return (
    <nav aria-label={t('section.stock')} className="-mx-4 overflow-x-auto px-4 sm:mx-0 sm:px-0">
      <ul className="flex gap-1 border-b border-line">
        {views
          .filter(({ right }) => permissions.includes(right))
          .map(({ id }) => {
            const here = id === current;
            return (
              <li key={id} ref={here ? bringIntoView : undefined} className="-mb-px">
                <PlaceLink
                  to={id === '' ? 'stock' : `stock/${id}`}
                  current={here}
                  className={classes(
                    'flex min-h-12 items-center rounded-t-control border-b-3 px-4 whitespace-nowrap transition-colors hover:bg-sunken',
                    here
                      ? 'border-act font-medium text-ink'
                      : 'border-transparent text-ink-soft hover:text-ink',
                  )}
                >
                  {t(`stock.view.${id === '' ? 'all' : id}`)}
                </PlaceLink>
              </li>
            );
          })}
      </ul>
    </nav>
  );
}
