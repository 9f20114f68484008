import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api, Refusal, unwrap } from '@/api/client';
import type { Decision, RegistrationRequest } from '@/api/types';
import { NO_REGION, problemsOf, problemsOfRefusal, type Problem } from './problems';

/** Long enough to finish a word, short enough to be there when one looks up. */
const PAUSE_MS = 350;

const noRegion: Problem = {
  field: 'cardSystemId',
  step: 'pass',
  code: NO_REGION,
  message: undefined,
  warning: false,
};

/** What the back end thinks of one person as she stands in the form. */
export interface Judged {
  problems: Problem[];
  /** The last one that came; it stays while a newer one is asked for. */
  decision?: Decision;
  /** What kept the back end from answering. */
  error?: unknown;
  /** What was asked. */
  request: RegistrationRequest;
}

interface Asked {
  id: string;
  request: RegistrationRequest;
}

/**
 * Asks the back end about everybody in the form, a moment after somebody
 * typed. Not a cached query: what is typed about people stays in this part.
 */
export function useDecisions(counterId: string, people: readonly Asked[]) {
  const [judged, setJudged] = useState<Record<string, Judged>>({});
  const latest = useRef(judged);
  const wanted = JSON.stringify(people);

  const judge = useCallback(
    async (
      { id, request }: Asked,
      { signal, again = false }: { signal?: AbortSignal; again?: boolean } = {},
    ) => {
      const before = latest.current[id];
      if (before && !again && before.error === undefined && isSame(before.request, request)) return before;
      const now = await ask(counterId, request, before, signal);
      if (signal?.aborted) return now;
      latest.current = { ...latest.current, [id]: now };
      setJudged(latest.current);
      return now;
    },
    [counterId],
  );

  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      for (const person of JSON.parse(wanted) as Asked[]) void judge(person, { signal: stop.signal });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [judge, wanted]);

  /** Asks at once about everybody, for whoever wants to go on; `again` also where nothing changed here. */
  const settle = useCallback(
    (again = false) => Promise.all((JSON.parse(wanted) as Asked[]).map((person) => judge(person, { again }))),
    [judge, wanted],
  );

  return useMemo(() => ({ judged, settle }), [judged, settle]);
}

async function ask(
  counterId: string,
  request: RegistrationRequest,
  before: Judged | undefined,
  signal: AbortSignal | undefined,
): Promise<Judged> {
  if (!request.cardSystemId) return { problems: [noRegion], request };
  try {
    const decision = await unwrap(
      api.POST('/api/v1/registration-previews', {
        params: { header: { 'X-Counter': counterId } },
        body: request,
        ...(signal && { signal }),
      }),
    );
    return { problems: problemsOf(decision.problems), decision, request };
  } catch (error) {
    const rest = before?.decision && { decision: before.decision };
    const problems = problemsOfRefusal(error);
    if (error instanceof Refusal && problems.length > 0) return { problems, request, ...rest };
    return { problems: before?.problems ?? [], request, error, ...rest };
  }
}

function isSame(a: RegistrationRequest, b: RegistrationRequest): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
