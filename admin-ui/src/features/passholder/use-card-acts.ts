import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Card } from '@/api/types';
import { useFailure } from '@/shared/failure/use-failure';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';
import { keyOf, settle } from './acts';
import { lookAgain } from './use-checkin';

type Reason = components['schemas']['CardActRequest']['reason'];
export type BlockReason = Exclude<Reason, 'FOUND' | 'MISTAKE'>;

interface CardAct {
  act: 'block' | 'unblock';
  card: Card;
  reason: Reason;
  /** The act that this one takes back; it has no way back of its own. */
  undoes?: boolean;
}

/** Blocks a card and puts one back in use, each with a way back. */
export function useCardActs(passholderId: string) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();

  const mutation = useMutation({
    mutationFn: ({ act, card, reason }: CardAct) => {
      const options = {
        params: {
          header: { 'X-Counter': counter.id, 'Idempotency-Key': keyOf(nameOf(act, card, reason)) },
        },
        body: { uitpasNumber: card.uitpasNumber, reason },
      };
      return unwrap(
        act === 'block'
          ? api.POST('/api/v1/card-blocks', options)
          : api.POST('/api/v1/card-unblocks', options),
      );
    },
    onSuccess: (_, { act, card, reason, undoes }) => {
      settle(nameOf(act, card, reason));
      lookAgain(client, counter.id, passholderId);
      const back: CardAct =
        act === 'block'
          ? { act: 'unblock', card, reason: 'MISTAKE', undoes: true }
          : { act: 'block', card, reason: blockedFor(card), undoes: true };
      showToast({
        tone: 'ok',
        text: t(act === 'block' ? 'block.done' : 'block.undone'),
        ...(undoes ? { seconds: 5 } : { undo: () => mutation.mutateAsync(back).catch(() => undefined) }),
      });
    },
    onError: (error, { act, card, reason }) => {
      settle(nameOf(act, card, reason), error);
      const { title, text } = failure(error);
      showToast({
        tone: 'stop',
        text: `${t(act === 'block' ? 'block.failed' : 'block.unfailed')} ${text || title}`,
      });
      lookAgain(client, counter.id, passholderId);
    },
  });

  return {
    block: (card: Card, reason: BlockReason) => {
      mutation.mutate({ act: 'block', card, reason });
    },
    unblock: (card: Card) => {
      mutation.mutate({ act: 'unblock', card, reason: 'FOUND' });
    },
    pending: mutation.isPending,
  };
}

function nameOf(act: string, card: Card, reason: string): string {
  return `${act} ${card.id} ${reason}`;
}

const blockReasons: readonly BlockReason[] = ['LOST', 'STOLEN', 'DEFECT', 'MISUSE'];

// What a card was blocked for before; of what is no reason to give again, it was lost.
function blockedFor(card: Card): BlockReason {
  return blockReasons.find((reason) => reason === card.statusReason) ?? 'LOST';
}
