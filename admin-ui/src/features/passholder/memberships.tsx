import { useTranslation } from 'react-i18next';
import type { Membership } from '@/api/types';
import { useFormat } from '@/shared/format/use-format';
import { Icon } from '@/shared/ui/icon';

/** Where one is a member. The social tariff is said in small words, not in a colour one reads from across the desk. */
export function Memberships({ memberships }: { memberships: readonly Membership[] }) {
  const { t } = useTranslation();
  if (memberships.length === 0) {
    return (
      <p className="flex items-start gap-2 text-ink-soft">
        <span className="mt-0.5 text-warn">
          <Icon name="info" />
        </span>
        {t('membership.none')}
      </p>
    );
  }
  return (
    <section aria-label={t('membership.title')}>
      <ul className="grid gap-2.5">
        {memberships.map((membership) => (
          <li key={membership.cardSystem.id} className="flex items-start gap-3">
            <span
              aria-hidden="true"
              className="mt-2 size-2.5 shrink-0 rounded-round"
              style={{ backgroundColor: membership.cardSystem.primaryColor }}
            />
            <div>
              <p>
                {membership.cardSystem.name}
                {membership.status === 'BLOCKED' && (
                  <span className="text-ink-soft"> · {t('membership.blocked')}</span>
                )}
              </p>
              <Tariff tariff={membership.socialTariff} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Tariff({ tariff }: { tariff: Membership['socialTariff'] }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  if (!tariff) return null;
  const until = date(tariff.status === 'SUSPENDED' ? (tariff.suspendedUntil ?? tariff.until) : tariff.until);
  return (
    <p data-person className="text-small text-ink-soft">
      {t(`membership.tariff.${tariff.status}`, { until })}
    </p>
  );
}
