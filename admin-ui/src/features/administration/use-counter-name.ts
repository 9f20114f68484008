import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useCounter } from '@/shared/session/session';
import { countersQuery } from './stock-queries';

/** The name of a counter of the card system; the region's stock has no counter. */
export function useCounterName(): (id: string | undefined) => string {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const { data } = useQuery(countersQuery(counter.id));
  return (id) => {
    if (!id) return t('stock.region');
    if (id === counter.id) return counter.name;
    return data?.find((one) => one.id === id)?.name ?? t('stock.elsewhere');
  };
}
