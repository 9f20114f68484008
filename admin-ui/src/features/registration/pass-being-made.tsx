import { useTranslation } from 'react-i18next';
import { formatEuros } from '@/shared/format/money';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useFormat } from '@/shared/format/use-format';
import { Button } from '@/shared/ui/button';
import { classes } from '@/shared/ui/classes';
import { DrawnCard } from '@/shared/ui/drawn-card';
import { Skeleton } from '@/shared/ui/skeleton';
import { showToast } from '@/shared/ui/toast-store';
import type { Person } from './household';
import { usePrice } from './price';
import { totalOf } from './total';
import { useWizard } from './use-wizard';

/** The pass as it will be, and what it costs: in sight from the first step. */
export function PassBeingMade() {
  const { t } = useTranslation('registration');
  const { counter, person } = useWizard();
  const system = counter.cardSystems.find(({ id }) => id === person.cardSystemId);
  const digital = person.cardType === 'DIGITAL';
  return (
    <div className="grid content-start gap-5">
      <DrawnCard
        issuer={system?.name ?? ''}
        band={system?.primaryColor}
        holder={nameOf(person) || t('aside.nobody')}
        number={digital ? t('aside.later') : numberOf(person.uitpasNumber)}
        note={digital ? t('pass.digital') : undefined}
      />
      <Price />
      <People />
    </div>
  );
}

function Price() {
  const { t } = useTranslation('registration');
  const { language } = useFormat();
  const { quote, assumed } = usePrice();
  const { person } = useWizard();
  // Without a region there is no price list to look in.
  if (!person.cardSystemId) return <p className="text-small text-ink-soft">{t('pass.systemFirst')}</p>;
  return (
    <div aria-live="polite" className="grid gap-1">
      <p className="flex items-baseline justify-between gap-3">
        <span className="text-ink-soft">{t('aside.price')}</span>
        <span className="text-title font-bold tabular-nums">
          {quote ? (
            quote.cents === 0 ? (
              t('price.free')
            ) : (
              formatEuros(quote.cents, language)
            )
          ) : (
            <Skeleton className="w-20" />
          )}
        </span>
      </p>
      {quote && (
        <p className="text-small text-ink-soft">
          {assumed
            ? t('price.assumed')
            : `${quote.line.label?.[language] ?? ''} · ${t('price.age', { count: quote.age })}`}
        </p>
      )}
    </div>
  );
}

/** The others of the household, each with a price, and what they cost together. */
function People() {
  const { t } = useTranslation('registration');
  const { language } = useFormat();
  const { people, current, judged, go, removePerson } = useWizard();
  if (people.length < 2) return null;
  const total = totalOf(people, judged);
  return (
    <section aria-label={t('household.title')} className="grid gap-2 border-t border-line pt-4">
      <h2 className="text-body font-bold">{t('household.title')}</h2>
      <ul className="grid gap-1">
        {people.map((person, at) => {
          const cents = judged[person.id]?.decision?.quote?.cents;
          const name = nameOf(person) || t('household.person', { count: at + 1 });
          return (
            <li key={person.id} className="flex items-center gap-2">
              <button
                type="button"
                aria-current={at === current || undefined}
                onClick={() => {
                  go('pass', at);
                }}
                className={classes(
                  'flex min-h-11 min-w-0 grow items-center justify-between gap-3 rounded-small px-2 text-left hover:bg-sunken',
                  at === current && 'bg-act-soft font-medium text-act-ink',
                )}
              >
                <span data-person className="truncate">
                  {name}
                </span>
                <span className="tabular-nums">
                  {cents === undefined ? '' : formatEuros(cents, language)}
                </span>
              </button>
              <Button
                kind="quiet"
                size="small"
                icon="cross"
                iconOnly
                onPress={() => {
                  const undo = removePerson(at);
                  showToast({ tone: 'note', text: t('household.removed', { name }), undo });
                }}
              >
                {t('household.remove', { name })}
              </Button>
            </li>
          );
        })}
      </ul>
      {total !== undefined && (
        <p className="flex justify-between border-t border-line pt-2 font-bold tabular-nums">
          <span>{t('household.total')}</span>
          {formatEuros(total, language)}
        </p>
      )}
    </section>
  );
}

export function nameOf({ firstName, name }: Person): string {
  return `${firstName} ${name}`.trim();
}

function numberOf(typed: string): string {
  const digits = typed.replace(/\D/g, '');
  return digits ? formatPassNumber(digits) : '••••• ••••• •••';
}
