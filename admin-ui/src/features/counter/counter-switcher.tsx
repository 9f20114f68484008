import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/shared/session/session';
import { Flyout } from '@/shared/ui/flyout';
import { Icon } from '@/shared/ui/icon';
import { splitCounters } from './sort';
import { useChooseCounter } from './use-choose-counter';

const MOST = 5;

/** The counter in the top bar, and the way to another one. */
export function CounterSwitcher() {
  const { t, i18n } = useTranslation();
  const { me, counter, lastUsed } = useSession();
  const choose = useChooseCounter();
  if (!counter) return null;
  if (me.counters.length === 1) return <span className="truncate font-medium">{counter.name}</span>;

  const { used, others } = splitCounters(me.counters, lastUsed, i18n.language);
  const near = [...used, ...others].filter(({ id }) => id !== counter.id).slice(0, MOST);

  return (
    <Flyout
      name={`${t('counters.current')}: ${counter.name}`}
      label={
        <span className="max-lg:line-clamp-2 max-lg:max-w-40 max-lg:text-left max-lg:leading-tight lg:max-w-48 lg:truncate xl:max-w-96">
          {counter.name}
        </span>
      }
    >
      {(close) => (
        <div className="grid min-w-72 gap-1">
          <p className="px-3 pt-2 pb-1 text-small text-ink-soft">{t('counters.switch')}</p>
          <ul className="grid">
            {near.map(({ id, name, city }) => (
              <li key={id}>
                <button
                  type="button"
                  className="flex min-h-12 w-full flex-wrap items-baseline gap-x-2 rounded-small px-3 py-2 text-left hover:bg-act-soft"
                  onClick={() => {
                    close();
                    choose(id);
                  }}
                >
                  <span className="font-medium">{name}</span>
                  <span className="text-small text-ink-soft">{city}</span>
                </button>
              </li>
            ))}
          </ul>
          <Link
            to="/counters"
            onClick={close}
            className="flex min-h-12 items-center justify-between gap-4 rounded-small border-t border-line px-3 py-2 font-medium text-act-ink hover:bg-act-soft"
          >
            {t('counters.all')}
            <Icon name="arrow" />
          </Link>
        </div>
      )}
    </Flyout>
  );
}
