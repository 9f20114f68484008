import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { Switch } from '@/shared/ui/switch';
import { showToast } from '@/shared/ui/toast-store';
import type { City } from './settings-draft';

/** The places of a region: found by name or postal code, each with whom to write to and whether it gives digital passes. */
export function CitiesField({ cities, onChange }: { cities: City[]; onChange: (cities: City[]) => void }) {
  const { t } = useTranslation('administration');
  const [typed, setTyped] = useState('');
  const wanted = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ['municipalities', wanted],
    queryFn: () => unwrap(api.GET('/api/v1/municipalities', { params: { query: { q: wanted } } })),
    enabled: wanted.length >= 2,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
  const places =
    wanted.length < 2
      ? []
      : (found.data ?? [])
          .filter(({ postalCode, name }) => !cities.some((city) => same(city, { postalCode, name })))
          .slice(0, 8);
  const add = (place: { postalCode: string; name: string } | undefined) => {
    if (!place) return;
    const city = { ...place, contactEmail: '', allowsCardlessRegistration: true };
    onChange([...cities, city].sort((a, b) => a.postalCode.localeCompare(b.postalCode)));
    setTyped('');
  };

  return (
    <div className="grid gap-4">
      <div className="grid gap-2 sm:max-w-md">
        <Field
          label={t('settings.addCity')}
          help={t('settings.addCityHelp')}
          icon="search"
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          onEnter={() => {
            add(places[0]);
          }}
        />
        {places.length > 0 && (
          <ul aria-label={t('settings.found')} className="rounded-card border border-line bg-raised py-1">
            {places.map(({ postalCode, name, municipality }) => (
              <li key={`${postalCode} ${name}`}>
                <button
                  type="button"
                  className="flex min-h-11 w-full items-baseline gap-3 px-4 py-2 text-left hover:bg-sunken"
                  onClick={() => {
                    add({ postalCode, name });
                  }}
                >
                  <span className="tabular-nums">{postalCode}</span>
                  <span className="font-medium">{name}</span>
                  {municipality !== name && <span className="text-small text-ink-soft">{municipality}</span>}
                </button>
              </li>
            ))}
          </ul>
        )}
        <p role="status" className="text-small text-ink-soft">
          {wanted.length >= 2 &&
            found.isSuccess &&
            !found.isFetching &&
            places.length === 0 &&
            t('settings.noCity')}
        </p>
      </div>
      {cities.length === 0 ? (
        <p className="text-ink-soft">{t('settings.noCities')}</p>
      ) : (
        <ul className="rounded-card border border-line bg-surface">
          {cities.map((city, at) => (
            <CityRow
              key={`${city.postalCode} ${city.name}`}
              city={city}
              onChange={(next) => {
                onChange(cities.map((one, place) => (place === at ? next : one)));
              }}
              onRemove={() => {
                onChange(cities.filter((one) => one !== city));
                showToast({
                  tone: 'ok',
                  text: t('settings.cityRemoved', { name: city.name }),
                  undo: () => {
                    onChange(cities);
                  },
                });
              }}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function CityRow({
  city,
  onChange,
  onRemove,
}: {
  city: City;
  onChange: (city: City) => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation('administration');
  return (
    <li className="grid grid-cols-[1fr_auto] items-center gap-x-5 gap-y-2 border-b border-line py-2 pr-2 pl-4 last:border-b-0 sm:grid-cols-[minmax(10rem,auto)_minmax(0,1fr)_auto_auto]">
      <span className="flex min-w-0 items-baseline gap-3">
        <span className="text-ink-soft tabular-nums">{city.postalCode}</span>
        <span className="font-medium">{city.name}</span>
      </span>
      <span className="-mb-1.5 max-sm:order-1 max-sm:col-span-2 max-sm:pr-2">
        <Field
          hideLabel
          label={t('settings.cityEmail', { name: city.name })}
          placeholder={t('settings.cityEmailShort')}
          type="email"
          value={city.contactEmail}
          onChange={(contactEmail) => {
            onChange({ ...city, contactEmail });
          }}
        />
      </span>
      <span className="max-sm:order-1 max-sm:col-span-2">
        <Switch
          on={city.allowsCardlessRegistration}
          onChange={(allowsCardlessRegistration) => {
            onChange({ ...city, allowsCardlessRegistration });
          }}
        >
          {t('settings.cityDigital')}
          <span className="sr-only"> {city.name}</span>
        </Switch>
      </span>
      <span className="justify-self-end">
        <Button kind="quiet" size="small" icon="cross" iconOnly onPress={onRemove}>
          {t('settings.removeCity', { name: city.name })}
        </Button>
      </span>
    </li>
  );
}

const same = (a: { postalCode: string; name: string }, b: { postalCode: string; name: string }) =>
  a.postalCode === b.postalCode && a.name === b.name;
