import { useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { classes } from '@/shared/ui/classes';
import { Icon } from '@/shared/ui/icon';
import type { PracticeCard } from './find-cards';
import { PracticeList } from './practice-list';
import { usePracticeCards } from './use-practice-cards';

/**
 * Sample cards to practise with. With simulated readers they go the whole way a real card goes.
 * On a narrow screen the button stands in the top bar, where it covers nothing; on a wide one in the corner where
 * no act is, and above a bar that stays at the foot.
 */
export function SandboxTray() {
  const { t } = useTranslation();
  const id = useId();
  const [open, setOpen] = useState(false);
  const { cards, simulated, takeOut } = usePracticeCards();
  if (cards.length === 0) return null;

  const use = (card: PracticeCard) => {
    document.getElementById(id)?.hidePopover();
    // The keys belong to what the card brings on screen, not to the button that the browser goes back to.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    card.use();
  };
  const keepEscape = (event: KeyboardEvent) => {
    if (open && event.key === 'Escape') event.stopPropagation();
  };
  const style =
    'inline-flex min-h-11 items-center gap-2 rounded-round border-2 border-dashed border-line-strong bg-raised px-3 font-medium whitespace-nowrap hover:bg-sunken max-md:text-small md:min-h-12 md:px-5 md:shadow-float';

  return (
    <section
      aria-label={t('sandbox.title')}
      data-noprint
      className="z-30 flex items-center gap-2 md:fixed md:right-6 md:bottom-6 md:flex-row-reverse md:[:root:has([data-foot])_&]:bottom-26"
    >
      <button type="button" popoverTarget={id} aria-expanded={open} onKeyDown={keepEscape} className={style}>
        <Icon name="card" />
        <span className={classes(takeOut && 'max-md:sr-only')}>{t('sandbox.title')}</span>
        <span className={classes('max-md:hidden', !open && 'rotate-180')}>
          <Icon name="chevron" size={18} />
        </span>
      </button>
      {takeOut && (
        <button type="button" onClick={takeOut} className={classes(style, 'enter')}>
          <Icon name="leave" />
          {t('sandbox.takeOut')}
        </button>
      )}
      <div
        id={id}
        popover="auto"
        aria-label={t('sandbox.title')}
        role="dialog"
        onKeyDown={keepEscape}
        onToggle={(event) => {
          setOpen(event.newState === 'open');
        }}
        className={classes(
          'flyout fixed inset-x-2 top-auto bottom-2 m-0 max-h-[85dvh] w-auto grid-rows-1 overflow-hidden rounded-card border-2 border-dashed border-line-strong bg-raised p-0 text-ink shadow-float open:grid md:bottom-22 md:left-auto md:right-6 md:max-h-[calc(100dvh-8rem)]',
          simulated ? 'md:w-[28rem] lg:w-[54rem]' : 'md:w-[28rem]',
        )}
      >
        {open && (
          <PracticeList
            cards={cards}
            help={t(simulated ? 'sandbox.tapText' : 'sandbox.numberText')}
            onUse={use}
          />
        )}
      </div>
    </section>
  );
}
