import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CardSystem } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { civilDay } from '@/shared/format/date';
import { useCounter } from '@/shared/session/session';
import { Loading } from '@/shared/ui/skeleton';
import { BackLink } from './place-link';
import { PriceEditor } from './price-editor';
import { draftOf, nextMonth } from './price-rows';
import { priceListQuery } from './price-queries';

/** A price list being written: empty, as a copy of another, or one that has not begun. */
export function PriceEditorPage({
  system,
  copyOf,
  edits,
}: {
  system: CardSystem;
  copyOf?: string;
  edits?: string;
}) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const source = copyOf ?? edits;
  // Read anew and then left alone: what somebody else saves meanwhile may not replace what is being typed.
  const query = useQuery({
    ...priceListQuery(counter.id, source ?? ''),
    enabled: source !== undefined,
    refetchOnMount: 'always',
    refetchOnWindowFocus: false,
  });
  const begin = nextMonth(civilDay(new Date()));
  const list = query.isFetchedAfterMount ? query.data : undefined;

  return (
    <>
      <BackLink to="prices">{t('section.prices')}</BackLink>
      {source === undefined && (
        <PriceEditor title={t('prices.newTitle')} system={system} name="" validFrom={begin} rows={[]} />
      )}
      {source !== undefined && !list && !query.isError && <Loading lines={6} />}
      {query.isError && !list && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {list && (
        <PriceEditor
          title={
            edits ? t('prices.editTitle') : t('prices.copyTitle', { name: list.name || t('prices.nameless') })
          }
          system={system}
          name={edits ? list.name : ''}
          validFrom={edits ? (list.validFrom ?? begin) : begin}
          rows={(list.rows ?? []).map(draftOf)}
          {...(edits && { replaces: list })}
        />
      )}
    </>
  );
}
