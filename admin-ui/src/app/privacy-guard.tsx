import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useKey } from '@/shared/ui/keys';
import { hidePerson, togglePerson, useHidden, wake } from '@/shared/ui/privacy';
import { Icon } from '@/shared/ui/icon';

const idleAfter = 60_000;

/** Blurs the person on F8 and after a minute without input, and says so. */
export function PrivacyGuard() {
  const { t } = useTranslation('ui');
  const hidden = useHidden();
  useKey('F8', t('keys.hide'), togglePerson, { everywhere: true });

  useEffect(() => {
    document.documentElement.toggleAttribute('data-private', hidden !== 'no');
  }, [hidden]);

  useEffect(() => {
    const idle = () => {
      if (document.querySelector('[data-person]')) hidePerson('idle');
    };
    let timer = setTimeout(idle, idleAfter);
    const input = (event: Event) => {
      clearTimeout(timer);
      timer = setTimeout(idle, idleAfter);
      // A mouse that is brushed past shows nobody; a press or a key is meant.
      if (event.type !== 'pointermove') wake();
    };
    const kinds = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const;
    for (const kind of kinds) document.addEventListener(kind, input, { passive: true, capture: true });
    return () => {
      clearTimeout(timer);
      for (const kind of kinds) document.removeEventListener(kind, input, { capture: true });
    };
  }, []);

  return (
    <div role="status" data-noprint>
      {hidden !== 'no' && (
        <p className="flex items-center justify-center gap-2 bg-ink px-4 py-2 text-small font-medium text-paper">
          <Icon name="eyeOff" size={18} />
          {t(hidden === 'idle' ? 'shell.hiddenIdle' : 'shell.hidden')}
          <span className="rounded-small border border-current px-1.5">F8</span>
        </p>
      )}
    </div>
  );
}
