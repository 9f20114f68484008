import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { releaseHold } from './use-hold';
import { useWizard } from './use-wizard';

/** Asks before a stray click leads away from a registration that is not saved. */
export function LeaveGuard({ done }: { done: boolean }) {
  const { t } = useTranslation('registration');
  const { begun, people, counter, discard } = useWizard();
  const { history } = useRouter();
  const [waiting, setWaiting] = useState<(stay: boolean) => void>();
  const asks = useRef(begun);
  useEffect(() => {
    asks.current = begun && !done;
  });
  useEffect(
    () =>
      history.block({
        enableBeforeUnload: false,
        blockerFn: ({ currentLocation, nextLocation }) => {
          if (!asks.current || currentLocation.pathname === nextLocation.pathname) return false;
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
