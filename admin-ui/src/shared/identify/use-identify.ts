import { useNavigate } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import { api, unwrap } from '@/api/client';
import type { Identification, IdentificationSource } from '@/api/types';
import { useCounter } from '@/shared/session/session';
import { setOutcome } from './outcome';

interface Identify {
  /** Goes to the person, or to the page that explains the card; fails with what went wrong. */
  identify: (identifier: string, source: IdentificationSource) => Promise<void>;
  pending: boolean;
}

/** From a card or a number to the screen that answers it. Of two in a row only the last one counts. */
export function useIdentify(): Identify {
  const counter = useCounter();
  const navigate = useNavigate();
  const [pending, setPending] = useState(false);
  const latest = useRef(0);

  const identify = useCallback(
    async (identifier: string, source: IdentificationSource) => {
      const turn = ++latest.current;
      setPending(true);
      try {
        const identification = await ask(counter.id, identifier, source);
        if (turn !== latest.current) return;
        if (identification.kind === 'PASSHOLDER' && identification.passholderId) {
          await navigate({ to: '/passholders/$id', params: { id: identification.passholderId } });
          return;
        }
        setOutcome({ kind: 'identified', identification, source });
        await navigate({ to: '/card' });
      } finally {
        if (turn === latest.current) setPending(false);
      }
    },
    [counter.id, navigate],
  );

  return { identify, pending };
}

// Not a cached query: a number must not stay in memory longer than its answer needs.
function ask(counterId: string, identifier: string, source: IdentificationSource): Promise<Identification> {
  return unwrap(
    api.POST('/api/v1/identifications', {
      params: { header: { 'X-Counter': counterId } },
      body: { identifier, source },
    }),
  );
}
