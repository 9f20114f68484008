import { useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { classes } from '@/shared/ui/classes';
import { Icon } from '@/shared/ui/icon';
import type { PracticeCard } from './find-cards';
import { PracticeList } from './practice-list';
import { usePracticeCards } from './use-practice-cards';

/**
 * Sample cards to practise with. With simulated readers they go the whole way a real card goes.
 * The button stands in the top bar, where it covers nothing: on a wide screen in the line that says one practises.
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
    'inline-flex min-h-11 items-center gap-2 rounded-round border-2 border-dashed border-line-strong bg-raised px-3 text-small font-medium whitespace-nowrap text-ink hover:bg-sunken md:min-h-7 md:border';

  return (
    <section
      aria-label={t('sandbox.title')}
      data-noprint
      className="z-30 flex items-center gap-2 md:absolute md:top-0 md:h-10 md:right-[max(1.5rem,calc(50vw-38.5rem))] md:flex-row-reverse"
    >
      <button type="button" popoverTarget={id} aria-expanded={open} onKeyDown={keepEscape} className={style}>
        <Icon name="card" />
        <span className={classes(takeOut && 'max-md:sr-only')}>{t('sandbox.title')}</span>
        <span className={classes('max-md:hidden', open && 'rotate-180')}>
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
          'flyout fixed inset-x-2 top-auto bottom-2 m-0 max-h-[85dvh] w-auto grid-rows-1 overflow-hidden rounded-card border-2 border-dashed border-line-strong bg-raised p-0 text-ink shadow-float open:grid md:top-11 md:right-[max(1.5rem,calc(50vw-38.5rem))] md:bottom-auto md:left-auto md:max-h-[calc(100dvh-8rem)]',
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
