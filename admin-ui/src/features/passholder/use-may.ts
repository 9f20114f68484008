import { useTranslation } from 'react-i18next';
import type { CardSystem, Passholder } from '@/api/types';
import { useCounter } from '@/shared/session/session';

/** Our own names of rights beside those of the public API. */
type Right =
  | 'PASSHOLDERS_WRITE'
  | 'PASSHOLDERS_WRITE_SOCIALTARIFF'
  | 'PASSHOLDERS_PRIVATE_WRITE'
  | 'PASSHOLDERS_FAMILY_MEMBERS'
  | 'PASSHOLDERS_MERGE'
  | 'PASSHOLDERS_PRIVACY'
  | 'ASSOCIATIONS'
  | 'CARDS_BLOCK';

/** Why an act on this person is not for this counter, in words; undefined when it is. */
export function useWhyNot() {
  const { t } = useTranslation('profile');
  const counter = useCounter();

  return (right: Right, person: Pick<Passholder, 'deceasedOn'>, system?: CardSystem): string | undefined => {
    if (!counter.permissions.includes(right)) return t('no.right');
    if (person.deceasedOn) return t('no.deceased');
    if (system && !counter.cardSystems.some(({ id }) => id === system.id)) {
      return t('no.system', { system: system.name });
    }
    return undefined;
  };
}
