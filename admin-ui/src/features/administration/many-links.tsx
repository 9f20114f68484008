import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { mayDoAny } from '@/shared/selection/bulk-kinds';
import { useCounter } from '@/shared/session/session';
import { Icon } from '@/shared/ui/icon';

const style =
  'flex min-h-11 items-center gap-3 rounded-control px-3 py-2 leading-snug transition-colors max-lg:whitespace-nowrap hover:bg-sunken';

/** From the card system to its people: the work on many of them, for who may. */
export function ManyLinks() {
  const { t } = useTranslation('administration');
  const { permissions } = useCounter();
  const reminds = permissions.includes('PASSHOLDERS_WRITE_SOCIALTARIFF');
  const many = mayDoAny(permissions);
  const privacy = permissions.includes('PASSHOLDERS_PRIVACY');
  if (!reminds && !many && !privacy) return null;
  return (
    <nav
      aria-label={t('many.title')}
      className="-mx-4 overflow-x-auto px-4 lg:mx-0 lg:border-t lg:border-line lg:px-0 lg:pt-5"
    >
      <ul className="flex gap-1 lg:grid">
        {reminds && (
          <li>
            <Link to="/expiring" className={style}>
              <Icon name="clock" />
              {t('many.expiring')}
            </Link>
          </li>
        )}
        {many && (
          <li>
            <Link to="/bulk" className={style}>
              <Icon name="people" />
              {t('many.bulk')}
            </Link>
          </li>
        )}
        {privacy && (
          <li>
            <Link to="/privacy" className={style}>
              <Icon name="eye" />
              {t('many.privacy')}
            </Link>
          </li>
        )}
      </ul>
    </nav>
  );
}
