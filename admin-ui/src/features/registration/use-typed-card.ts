import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, unwrap } from '@/api/client';
import type { Counter, IdentifiedCard } from '@/api/types';
import { readIdentifier } from '@/shared/identifier/identifier';
import type { Person } from './household';

/**
 * A number that was typed says as much as a pass on the reader: its region, and what it is made for. True while
 * that is not known yet: until then nobody can say whether the pass may be given.
 */
export function useTypedCard(
  counter: Counter,
  person: Person,
  take: (card: IdentifiedCard) => void,
): boolean {
  const typed = readIdentifier(person.cardType === 'DIGITAL' ? '' : person.uitpasNumber);
  const number = typed.kind === 'pass' ? typed.value : '';
  const { data, isFetching } = useQuery({
    queryKey: ['typed card', counter.id, number],
    enabled: number !== '',
    staleTime: 60_000,
    queryFn: () =>
      unwrap(
        api.POST('/api/v1/identifications', {
          params: { header: { 'X-Counter': counter.id } },
          body: { identifier: number, source: 'TYPED' },
        }),
      ),
  });
  const card = data?.card?.uitpasNumber === number ? data.card : undefined;
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    if (card) latest.current(card);
  }, [card]);
  const ours = card && counter.cardSystems.some(({ id }) => id === card.cardSystem.id);
  return isFetching || (ours === true && card.cardSystem.id !== person.cardSystemId);
}
