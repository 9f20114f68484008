import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { classes } from '@/shared/ui/classes';
import { Icon } from '@/shared/ui/icon';
import { CardGlyph } from './card-glyph';
import { findCards, type PracticeCard } from './find-cards';

/** Side by side where there is room, and about as long. */
const columns = [['pass', 'other'], ['eid']] as const;

/** Every card by kind, and a line to find one in. The arrow keys walk from the line through the cards. */
export function PracticeList({
  cards,
  help,
  onUse,
}: {
  cards: readonly PracticeCard[];
  help: string;
  onUse: (card: PracticeCard) => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const found = findCards(cards, typed);
  const kinds = new Set(cards.map(({ kind }) => kind));

  return (
    <div className="grid min-h-0 grid-rows-[auto_1fr]" onKeyDown={walk}>
      <div className="grid gap-2.5 border-b border-line p-4 pb-3">
        <label className="field-box flex min-h-11 items-center gap-2.5 rounded-control border border-line-strong bg-surface px-3.5 hover:border-ink">
          <span className="text-ink-soft">
            <Icon name="search" />
          </span>
          <span className="sr-only">{t('sandbox.find')}</span>
          <input
            data-walk
            autoFocus
            type="text"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            placeholder={t('sandbox.find')}
            className="w-full min-w-0 bg-transparent py-2 outline-none"
            onChange={(event) => {
              setTyped(event.target.value);
            }}
            onKeyDown={(event) => {
              const first = found[0];
              if (event.key === 'Enter' && typed.trim() && first) onUse(first);
            }}
          />
        </label>
        <p className="text-small text-ink-soft">{help}</p>
      </div>
      <div
        className={classes(
          'min-h-0 overflow-y-auto overscroll-contain p-2',
          kinds.size > 1 && 'lg:grid lg:grid-cols-2 lg:content-start',
        )}
      >
        {columns.map((column) => (
          <div key={column.join()}>
            {column.map((kind) => (
              <Group
                key={kind}
                title={t(`sandbox.kinds.${kind}`)}
                cards={found.filter((card) => card.kind === kind)}
                onUse={onUse}
              />
            ))}
          </div>
        ))}
        <p role="status" className={found.length === 0 ? 'p-4 text-ink-soft lg:col-span-2' : undefined}>
          {found.length === 0 && t('sandbox.none', { typed: typed.trim() })}
        </p>
      </div>
    </div>
  );
}

function Group({
  title,
  cards,
  onUse,
}: {
  title: string;
  cards: PracticeCard[];
  onUse: (card: PracticeCard) => void;
}) {
  if (cards.length === 0) return null;
  return (
    <section aria-label={title} className="mb-2">
      <h3 className="px-3 pt-2 pb-1 text-small font-bold text-ink-soft">{title}</h3>
      <ul>
        {cards.map((card) => (
          <li key={card.id}>
            <button
              data-walk
              type="button"
              onClick={() => {
                onUse(card);
              }}
              className="flex w-full items-start gap-3 rounded-control px-3 py-1.5 text-left hover:bg-act-soft focus-visible:-outline-offset-2"
            >
              <CardGlyph kind={card.kind} />
              <span className="grid min-w-0 flex-1">
                <span className="flex flex-wrap items-baseline justify-between gap-x-3">
                  <span className="font-medium">{card.title}</span>
                  {card.number && (
                    <span className="text-small text-ink-soft tabular-nums">{card.number}</span>
                  )}
                </span>
                {card.note && <span className="text-small text-ink-soft">{card.note}</span>}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function walk(event: KeyboardEvent<HTMLElement>) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-walk]')];
  const next = stops[stops.findIndex((stop) => stop === document.activeElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
