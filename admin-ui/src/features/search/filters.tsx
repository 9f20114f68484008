import { useTranslation } from 'react-i18next';
import { useCounter } from '@/shared/session/session';
import { Select } from '@/shared/ui/select';
import type { Search } from './query';

export type Filter = Pick<Search, 'cardSystemId' | 'membershipStatus' | 'cardStatus'>;

const all = 'all';

/** Narrows what is found; nothing is left out unless somebody says so. */
export function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation('search');
  const counter = useCounter();
  const anything = { value: all, label: t('filter.all') };
  const set = <K extends keyof Filter>(key: K, value: Filter[K] | undefined) => {
    const rest = Object.entries(filter).filter(([other]) => other !== key);
    onChange(Object.fromEntries(value === undefined ? rest : [...rest, [key, value]]));
  };

  return (
    <fieldset className="grid gap-4 sm:grid-cols-3">
      <legend className="sr-only">{t('filter.title')}</legend>
      <Select
        label={t('filter.system')}
        value={String(filter.cardSystemId ?? all)}
        options={[
          anything,
          ...counter.cardSystems.map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        onChange={(value) => {
          set('cardSystemId', value === all ? undefined : Number(value));
        }}
      />
      <Select
        label={t('filter.membership')}
        value={filter.membershipStatus ?? all}
        options={[
          anything,
          ...(['ACTIVE', 'BLOCKED', 'ENDED'] as const).map((value) => ({
            value,
            label: t(`filter.memberships.${value}`),
          })),
        ]}
        onChange={(value) => {
          set('membershipStatus', value === all ? undefined : (value as 'ACTIVE'));
        }}
      />
      <Select
        label={t('filter.card')}
        value={filter.cardStatus ?? all}
        options={[
          anything,
          ...(['ACTIVE', 'BLOCKED'] as const).map((value) => ({ value, label: t(`filter.cards.${value}`) })),
        ]}
        onChange={(value) => {
          set('cardStatus', value === all ? undefined : (value as 'ACTIVE'));
        }}
      />
    </fieldset>
  );
}
