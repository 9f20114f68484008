import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { api, unwrap } from '@/api/client';
import type { EidAnswer, EidFiles } from '@/api/types';
import { useBridge } from '@/shared/bridge/bridge-provider';
import { useCounter } from '@/shared/session/session';
import { advance, startOfRead, type EidRead } from './eid-read';
import type { InsertedEid } from './inserted-eid';
import { readEid } from './read-eid';

/**
 * Reads an eID for as long as the part is on screen, and lets the back end
 * prove it. All of it lives here and nowhere else: it is gone with the part.
 */
export function useEidRead(eid: InsertedEid): {
  read: EidRead;
  readAgain: () => void;
  checkAgain: () => void;
} {
  const { bridge } = useBridge();
  const counter = useCounter();
  const [read, tell] = useReducer(advance, false, startOfRead);
  const [attempt, setAttempt] = useState(0);
  const { presentationId } = eid;

  useEffect(() => readEid(bridge, presentationId, tell), [bridge, presentationId, attempt]);

  useRemoval(eid, () => {
    tell({ type: 'removed' });
  });

  const { stage, files } = read;
  useEffect(() => {
    if (stage !== 'checking' || !isWhole(files)) return;
    const stop = new AbortController();
    prove(counter.id, files, stop.signal).then(
      (answer) => {
        tell({ type: 'answered', answer });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) tell({ type: 'refused', error });
      },
    );
    return () => {
      stop.abort();
    };
  }, [counter.id, stage, files]);

  return {
    read,
    readAgain: useCallback(() => {
      setAttempt((before) => before + 1);
    }, []),
    checkAgain: useCallback(() => {
      tell({ type: 'check' });
    }, []),
  };
}

// Not a cached query: an eID must not stay in memory longer than its panel.
function prove(counterId: string, files: EidFiles, signal: AbortSignal): Promise<EidAnswer> {
  return unwrap(
    api.POST('/api/v1/eid-reads', {
      params: { header: { 'X-Counter': counterId } },
      body: { files },
      signal,
    }),
  );
}

function isWhole(files: Partial<EidFiles>): files is EidFiles {
  return files.identity !== undefined;
}

/** Calls back when this card is taken out, also when that happened while the bridge was away. */
function useRemoval({ presentationId }: InsertedEid, onRemoved: () => void): void {
  const { bridge } = useBridge();
  const latest = useRef(onRemoved);
  useEffect(() => {
    latest.current = onRemoved;
  });
  useEffect(() => {
    let away = false;
    const stops = [
      bridge.on('card.removed', (removed) => {
        if (removed.presentationId === presentationId) latest.current();
      }),
      bridge.on('state', (state) => {
        const missed = away && state.name === 'connected';
        away = state.name !== 'connected';
        if (missed && !state.readers.some(({ card }) => card?.presentationId === presentationId)) {
          latest.current();
        }
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [bridge, presentationId]);
}
