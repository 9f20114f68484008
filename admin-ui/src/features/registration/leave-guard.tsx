import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { steps } from './household';
import { releaseHold } from './release-hold';
import { useWizard } from './use-wizard';

/** Asks before a stray click leads away from a registration that is not saved; the browser's way back leads to the step before. */
export function LeaveGuard({ done }: { done: boolean }) {
  const { t } = useTranslation('registration');
  const { begun, people, counter, step, saving, go, discard } = useWizard();
  const { history } = useRouter();
  const [waiting, setWaiting] = useState<(stay: boolean) => void>();
  const asks = useRef(begun);
  const back = useRef<() => void>(undefined);
  useEffect(() => {
    asks.current = begun && !done;
    const before = saving === 'no' ? steps[steps.indexOf(step) - 1] : undefined;
    back.current =
      before &&
      (() => {
        go(before);
      });
  });
  useEffect(
    () =>
      history.block({
        enableBeforeUnload: false,
        blockerFn: ({ currentLocation, nextLocation, action }) => {
          if (!asks.current || currentLocation.pathname === nextLocation.pathname) return false;
          if (action === 'BACK' && back.current) {
            back.current();
            return true;
          }
          return new Promise<boolean>((resolve) => {
            setWaiting(() => resolve);
          });
        },
      }),
    [history],
  );
  const answer = (stay: boolean) => {
    waiting?.(stay);
    setWaiting(undefined);
  };
  const stay = () => {
    answer(true);
  };
  return (
    <Dialog
      question
      open={waiting !== undefined}
      title={t('leave.title')}
      onClose={stay}
      actions={
        <>
          <Button
            kind="stop"
            onPress={() => {
              for (const { holdId } of people) void releaseHold(counter.id, holdId).catch(() => undefined);
              discard();
              answer(false);
            }}
          >
            {t('leave.discard')}
          </Button>
          <Button
            onPress={() => {
              answer(false);
            }}
          >
            {t('leave.later')}
          </Button>
          <Button kind="act" autoFocus onPress={stay}>
            {t('leave.stay')}
          </Button>
        </>
      }
    >
      <p>{t('leave.text')}</p>
    </Dialog>
  );
}
