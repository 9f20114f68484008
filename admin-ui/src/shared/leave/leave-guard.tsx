import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { hasUnsaved, useUnsaved } from '@/shared/identify/unsaved';
import { LeaveQuestion } from './leave-question';

/** Asks before a stray click, the way back or a closed tab loses what is typed here. */
export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const { history } = useRouter();
  const [waiting, setWaiting] = useState<(stay: boolean) => void>();
  useUnsaved(dirty);
  useEffect(
    () =>
      history.block({
        enableBeforeUnload: hasUnsaved,
        blockerFn: ({ currentLocation, nextLocation }) =>
          hasUnsaved() &&
          currentLocation.pathname !== nextLocation.pathname &&
          new Promise<boolean>((resolve) => {
            setWaiting(() => resolve);
          }),
      }),
    [history],
  );
  const answer = (stay: boolean) => {
    waiting?.(stay);
    setWaiting(undefined);
  };
  return (
    <LeaveQuestion
      open={waiting !== undefined}
      onStay={() => {
        answer(true);
      }}
      onLeave={() => {
        answer(false);
      }}
    />
  );
}
