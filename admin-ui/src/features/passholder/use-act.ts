import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFailure } from '@/shared/failure/use-failure';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';
import { lookAgain } from './use-checkin';

/** Something that is done about a person at once. */
interface Act<T, R> {
  run: (input: T) => Promise<R>;
  /** What is said when it is done. */
  done: (result: R, input: T) => string;
  /** The way back, and what is said then; an act without one says so before. */
  back?: (result: R, input: T) => (() => Promise<unknown>) | undefined;
  undone?: string;
}

/** Does something about people at once, says it, and offers the way back for ten seconds. */
export function useAct<T, R>(passholderIds: readonly string[], { run, done, back, undone }: Act<T, R>) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();
  const look = () => {
    passholderIds.forEach((id) => {
      lookAgain(client, counter.id, id);
    });
  };

  return useMutation({
    mutationFn: run,
    onSuccess: (result, input) => {
      look();
      const undo = back?.(result, input);
      const takeBack = async () => {
        try {
          await undo?.();
          showToast({ tone: 'ok', text: undone ?? t('act.undone'), seconds: 5 });
        } catch (error) {
          const { title, text } = failure(error);
          showToast({ tone: 'stop', text: `${t('act.undoFailed')} ${text || title}` });
        }
        look();
      };
      showToast({
        tone: 'ok',
        text: done(result, input),
        ...(undo ? { undo: takeBack } : { seconds: 5 }),
      });
    },
    onError: look,
  });
}
