import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button';
import { classes } from './classes';
import { Icon } from './icon';
import { useKey } from './keys';
import { dismissToast, useToasts, type ShownToast } from './toast-store';
import { toneIcon } from './tone';

const colour: Record<ShownToast['tone'], string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  stop: 'text-stop',
  note: 'text-note',
  points: 'text-points-ink',
};

/** Where toasts stand: at the foot of the screen, at the thumb on a narrow one. One for the whole app. */
export function Toaster() {
  const { t } = useTranslation('ui');
  const toasts = useToasts();
  return (
    <section
      aria-label={t('messages')}
      data-noprint
      className="pointer-events-none fixed inset-x-0 bottom-0 z-40 flex justify-center p-3 sm:p-6"
    >
      <div role="status" aria-live="polite" aria-relevant="additions" className="grid w-full max-w-3xl gap-2">
        {toasts.map((toast, at) => (
          <Toast key={toast.id} toast={toast} newest={at === toasts.length - 1} />
        ))}
      </div>
    </section>
  );
}

function Toast({ toast, newest }: { toast: ShownToast; newest: boolean }) {
  const { t } = useTranslation('ui');
  const [left, setLeft] = useState(toast.seconds);
  const [held, setHeld] = useState(false);
  const [busy, setBusy] = useState(false);
  const stands = held || busy;

  useEffect(() => {
    if (stands) return;
    const tick = setInterval(() => {
      setLeft((seconds) => seconds - 1);
    }, 1000);
    return () => {
      clearInterval(tick);
    };
  }, [stands]);

  const gone = left <= 0;
  useEffect(() => {
    if (gone) dismissToast(toast.id);
  }, [gone, toast.id]);

  const started = useRef(false);
  const undo = toast.undo;
  const takeBack = async () => {
    if (!undo || started.current) return;
    started.current = true;
    setBusy(true);
    try {
      await undo();
    } finally {
      dismissToast(toast.id);
    }
  };

  return (
    <div
      // A narrow screen has room for the last one only.
      className="enter pointer-events-auto relative overflow-hidden rounded-card border border-line bg-raised text-ink shadow-float max-sm:not-last:hidden"
      onMouseEnter={() => {
        setHeld(true);
      }}
      onMouseLeave={() => {
        setHeld(false);
      }}
      onFocus={() => {
        setHeld(true);
      }}
      onBlur={() => {
        setHeld(false);
      }}
    >
      <div className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 py-2 pr-2 pl-4 sm:flex">
        <span className={colour[toast.tone]}>
          <Icon name={toast.tone === 'points' ? 'spark' : toneIcon[toast.tone]} size={24} />
        </span>
        <div className="min-w-0 grow py-1.5 font-medium">{toast.text}</div>
        {undo && (
          <div className="flex shrink-0 items-center gap-3 max-sm:col-span-full max-sm:row-start-2 max-sm:justify-between max-sm:pb-1 max-sm:pl-9">
            <span aria-hidden="true" className="text-small whitespace-nowrap text-ink-soft tabular-nums">
              {t('secondsLeft', { seconds: Math.max(left, 0) })}
            </span>
            <Button
              kind="plain"
              size="small"
              icon="undo"
              className="whitespace-nowrap"
              pending={busy}
              onPress={takeBack}
              shortcut="Control+Z"
            >
              {t('undo')}
            </Button>
          </div>
        )}
        <Button
          kind="quiet"
          size="small"
          icon="cross"
          iconOnly
          onPress={() => {
            dismissToast(toast.id);
          }}
        >
          {t('dismiss')}
        </Button>
      </div>
      {undo && newest && <UndoKey run={takeBack} />}
      <div
        aria-hidden="true"
        className={classes(
          'drain absolute inset-x-0 bottom-0 h-1',
          toast.tone === 'points' ? 'bg-points' : 'bg-line-strong',
        )}
        style={{ animationDuration: `${toast.seconds}s`, animationPlayState: stands ? 'paused' : 'running' }}
      />
    </div>
  );
}

function UndoKey({ run }: { run: () => Promise<void> }) {
  const { t } = useTranslation('ui');
  useKey('mod+z', t('keys.undo'), () => void run());
  return null;
}
