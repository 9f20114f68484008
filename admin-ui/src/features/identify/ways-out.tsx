import { useTranslation } from 'react-i18next';
import type { WayOut } from '@/api/types';
import type { Outcome } from '@/shared/identify/outcome';
import { useSession } from '@/shared/session/session';
import { Icon } from '@/shared/ui/icon';

/** What the clerk can do now, one line each; what is a button of its own stands below. */
export function WaysOut({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation('card');
  const { me, counter } = useSession();
  const registers = counter?.permissions.includes('PASSHOLDERS_WRITE');
  const ways = waysOf(outcome).filter((way) => way !== 'OPEN_PROFILE' && !(way === 'REGISTER' && registers));
  if (ways.length === 0) return null;
  const contact = me.help.contacts[0];

  return (
    <section
      aria-labelledby="ways"
      className="grid gap-3 rounded-card border border-line bg-surface p-5 sm:p-6"
    >
      <h2 id="ways" className="text-body font-bold">
        {t('way.title')}
      </h2>
      <ul className="grid gap-2.5">
        {ways.map((way) => (
          <li key={way} className="flex items-start gap-3">
            <span className="mt-1 text-act-ink">
              <Icon name="arrow" size={18} />
            </span>
            {way === 'CALL_REGION' && contact ? (
              <span>
                {t('way.mailRegion')} <a href={`mailto:${contact.email}`}>{contact.name}</a>
              </span>
            ) : (
              t(`way.${way}`)
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function waysOf(outcome: Outcome): readonly WayOut[] {
  if (outcome.kind === 'identified') return outcome.identification.wayOut ?? [];
  return outcome.problem === 'RANDOM_UID' || outcome.problem === 'CARD_UNKNOWN'
    ? ['ASK_NEW_CARD', 'TYPE_NUMBER']
    : ['TYPE_NUMBER'];
}
