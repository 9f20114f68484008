import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Refusal } from '@/api/client';
import { useFormat } from '@/shared/format/use-format';

/** A failure in a clerk's words; `details` is for the helpdesk. */
export interface Failure {
  title: string;
  text: string;
  details: string;
  /** Whether trying the same again can help. */
  retryable: boolean;
}

/** Says in words what went wrong: refused, too busy, broken, or no network. */
export function useFailure(): (error: unknown) => Failure {
  const { t } = useTranslation();
  const { text } = useFormat();

  return useCallback(
    (error) => {
      const words = (cause: Cause, own?: string): Failure => ({
        title: t(`failure.${cause}.title`),
        text: own ?? t(`failure.${cause}.text`),
        details: detailsOf(error),
        retryable: cause !== 'denied' && cause !== 'refused' && cause !== 'missing',
      });
      if (!(error instanceof Refusal)) return words(navigator.onLine ? 'unreachable' : 'offline');
      const message = error.problem.endUserMessage;
      return words(causeOf(error.status), message && error.status < 500 ? text(message) : undefined);
    },
    [t, text],
  );
}

type Cause =
  'offline' | 'unreachable' | 'signedOut' | 'denied' | 'missing' | 'conflict' | 'busy' | 'refused' | 'broken';

function causeOf(status: number): Cause {
  switch (status) {
    case 401:
      return 'signedOut';
    case 403:
      return 'denied';
    case 404:
      return 'missing';
    case 409:
      return 'conflict';
    case 429:
      return 'busy';
    case 502:
    case 503:
    case 504:
      return 'unreachable';
    default:
      return status >= 500 ? 'broken' : 'refused';
  }
}

function detailsOf(error: unknown): string {
  if (!(error instanceof Refusal)) return error instanceof Error ? error.message : '';
  const { code, status, requestId } = error.problem;
  return [`${status} ${code}`, requestId].filter(Boolean).join(' · ');
}
