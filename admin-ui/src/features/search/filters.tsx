import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { classes } from '@/shared/ui/classes';
import { Select } from '@/shared/ui/select';
import { associationsQuery, schoolsQuery } from './filter-queries';
import type { Search } from './query';

export type Filter = Pick<
  Search,
  | 'cardSystemId'
  | 'membershipStatus'
  | 'cardStatus'
  | 'socialTariff'
  | 'associationId'
  | 'associationStatus'
  | 'schoolId'
>;

const all = 'all';

/** Narrows what is found; nothing is left out unless somebody says so. */
export function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation('search');
  const counter = useCounter();
  const [open, setOpen] = useState(false);
  const anything = { value: all, label: t('filter.all') };
  const set = (change: { [K in keyof Filter]?: Filter[K] | undefined }) => {
    const next = Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined);
    onChange(Object.fromEntries(next));
  };

  return (
    <fieldset className="grid gap-4">
      <legend className="sr-only">{t('filter.title')}</legend>
      <div className={classes('grid gap-4 sm:grid-cols-3', !open && 'max-sm:hidden')}>
        <Select
          label={t('filter.system')}
          value={String(filter.cardSystemId ?? all)}
          options={[
            anything,
            ...counter.cardSystems.map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
          onChange={(value) => {
            set({ cardSystemId: value === all ? undefined : Number(value) });
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
            set({ membershipStatus: value === all ? undefined : (value as 'ACTIVE') });
          }}
        />
        <Select
          label={t('filter.card')}
          value={filter.cardStatus ?? all}
          options={[
            anything,
            ...(['ACTIVE', 'BLOCKED'] as const).map((value) => ({
              value,
              label: t(`filter.cards.${value}`),
            })),
          ]}
          onChange={(value) => {
            set({ cardStatus: value === all ? undefined : (value as 'ACTIVE') });
          }}
        />
        {open && <More filter={filter} set={set} />}
      </div>
      <div className="flex flex-wrap gap-x-4">
        <Button
          kind="quiet"
          size="small"
          icon="sliders"
          pressed={open}
          className="-ml-3.5"
          onPress={() => {
            setOpen(!open);
          }}
        >
          {t(open ? 'filter.fewer' : 'filter.more')}
        </Button>
        {Object.keys(filter).length > 0 && (
          <Button
            kind="quiet"
            size="small"
            icon="cross"
            onPress={() => {
              onChange({});
            }}
          >
            {t('filter.clear')}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

/** What is seldom asked: the tariff, an association, a school. */
function More({
  filter,
  set,
}: {
  filter: Filter;
  set: (change: { [K in keyof Filter]?: Filter[K] | undefined }) => void;
}) {
  const { t } = useTranslation('search');
  const counter = useCounter();
  const sees = counter.permissions.includes('ASSOCIATIONS');
  const { data: associations } = useQuery({ ...associationsQuery(counter.id), enabled: sees });
  const { data: schools } = useQuery(schoolsQuery(counter.id));
  const anything = { value: all, label: t('filter.all') };
  const validity = (['ACTIVE', 'EXPIRED'] as const).map((value) => ({
    value,
    label: t(`filter.validity.${value}`),
  }));
  return (
    <>
      <Select
        label={t('filter.tariff')}
        value={filter.socialTariff ?? all}
        options={[anything, ...validity]}
        onChange={(value) => {
          set({ socialTariff: value === all ? undefined : (value as 'ACTIVE') });
        }}
      />
      {associations && associations.length > 0 && (
        <Select
          label={t('filter.association')}
          value={filter.associationId ?? all}
          options={[anything, ...associations.map(({ id, name }) => ({ value: id, label: name }))]}
          onChange={(value) => {
            set(
              value === all
                ? { associationId: undefined, associationStatus: undefined }
                : { associationId: value },
            );
          }}
        />
      )}
      {filter.associationId && (
        <Select
          label={t('filter.associationStatus')}
          value={filter.associationStatus ?? all}
          options={[anything, ...validity]}
          onChange={(value) => {
            set({ associationStatus: value === all ? undefined : (value as 'ACTIVE') });
          }}
        />
      )}
      {schools && schools.length > 0 && (
        <Select
          label={t('filter.school')}
          value={filter.schoolId ?? all}
          options={[
            anything,
            { value: '*', label: t('filter.anySchool') },
            ...schools.map(({ id, name, city }) => ({ value: id, label: city ? `${name}, ${city}` : name })),
          ]}
          onChange={(value) => {
            set({ schoolId: value === all ? undefined : value });
          }}
        />
      )}
    </>
  );
}
