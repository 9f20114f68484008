import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { useBridge } from '@/shared/bridge/bridge-provider';
import { useFailure } from '@/shared/failure/use-failure';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useFormat } from '@/shared/format/use-format';
import { useIdentify } from '@/shared/identify/use-identify';
import { showToast } from '@/shared/ui/toast-store';
import type { PracticeCard } from './find-cards';

/** A pass is held against the reader; an identity card stays in it until it is taken out. */
const holdMs = { pass: 900, other: 900, eid: 0 };

/**
 * The cards to practise with: the passes of the sample people and, where the reader is simulated, the eIDs and the
 * cards that go wrong. Without such a reader a pass is known by its number.
 */
export function usePracticeCards() {
  const { t } = useTranslation();
  const { text } = useFormat();
  const { state, bridge } = useBridge();
  const { identify } = useIdentify();
  const failure = useFailure();
  const [used, setUsed] = useState('');
  const simulated = state.name === 'connected' && state.simulated;

  const { data: samples = [] } = useQuery({
    queryKey: ['samples'],
    queryFn: () => unwrap(api.GET('/api/v1/sandbox/samples')),
    staleTime: Infinity,
  });
  const { data: held } = useQuery({
    queryKey: ['simulated-cards'],
    queryFn: () => bridge.request('simulate.list', {}),
    enabled: simulated,
    staleTime: Infinity,
  });

  const told = (act: Promise<unknown>) => {
    act.catch((error: unknown) => {
      showToast({ tone: 'stop', text: `${t('sandbox.failed')} ${failure(error).text}` });
    });
  };
  const tap = (kind: PracticeCard['kind'], card: { chipNumber: string } | { cardId: string }) => {
    told(
      bridge.request('simulate.tap', { ...card, holdMs: holdMs[kind] }).then(({ readerId }) => {
        setUsed(kind === 'eid' ? readerId : '');
      }),
    );
  };

  const passes = samples.map(({ uitpasNumber, chipNumber, label, note }): PracticeCard => ({
    id: uitpasNumber,
    kind: 'pass',
    title: text(label),
    note: text(note),
    number: formatPassNumber(uitpasNumber),
    use: () => {
      if (simulated && chipNumber) tap('pass', { chipNumber });
      else told(identify(uitpasNumber, 'TYPED'));
    },
  }));
  const others = (simulated ? (held?.cards ?? []) : [])
    .filter(({ chipNumber }) => !chipNumber)
    .map(({ id, kind = 'other', labels, notes }): PracticeCard => ({
      id,
      kind,
      title: text(labels),
      note: notes && text(notes),
      use: () => {
        tap(kind, { cardId: id });
      },
    }));

  const left =
    state.name === 'connected' &&
    state.readers.some((reader) => reader.id === used && reader.state !== 'empty');
  return {
    simulated,
    cards: [...passes, ...others],
    /** Takes the eID out that was put in from here; undefined when there is none. */
    takeOut: left
      ? () => {
          told(bridge.request('simulate.lift', { readerId: used }));
        }
      : undefined,
  };
}
