import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { useFormat } from '@/shared/format/use-format';
import { Button } from '@/shared/ui/button';
import { countryOptions } from './countries';
import { ListField, SuggestedField, TextField } from './fields';
import { useWizard } from './use-wizard';

/** Where somebody lives: a postal code brings its municipality, and a municipality its postal code; or abroad. */
export function AddressFields() {
  const { t } = useTranslation('registration');
  const { person } = useWizard();
  return (
    <div className="grid gap-5 sm:grid-cols-[8rem_1fr]">
      <div className="sm:col-span-2">
        <TextField
          name="street"
          label={t('person.street')}
          help={t('person.streetText')}
          autoComplete="off"
        />
      </div>
      {person.country === 'be' ? <Place /> : <PlaceAbroad />}
      <Abroad />
    </div>
  );
}

function Place() {
  const { t } = useTranslation('registration');
  const { person, change, touch } = useWizard();
  const { postalCode, city } = person;
  const coded = usePlaces(/^\d{4}$/.test(postalCode) ? postalCode : '').filter(
    (place) => place.postalCode === postalCode,
  );
  // The municipality itself before its parts: the clerk changes it where it is one of those.
  const likely = (coded.find(({ name, municipality }) => name === municipality) ?? coded[0])?.name;
  useEffect(() => {
    if (likely && !city) change({ city: likely });
  }, [likely, city, change]);

  const [typed, setTyped] = useState('');
  const named = usePlaces(typed.length > 1 ? typed : '');
  const places = typed ? named : coded;
  return (
    <>
      <TextField
        name="postalCode"
        figures
        label={t('person.postalCode')}
        inputMode="numeric"
        autoComplete="off"
        maxLength={16}
        onType={(now) => {
          // Another postal code is another place.
          if (coded.some(({ name }) => name === city) && now !== postalCode) change({ city: '' });
        }}
      />
      <SuggestedField
        name="city"
        label={t('person.city')}
        onType={setTyped}
        suggestions={places.map((place) => ({
          id: `${place.postalCode}-${place.name}`,
          label: place.name,
          note:
            place.name === place.municipality
              ? place.postalCode
              : t('person.partOf', { code: place.postalCode, municipality: place.municipality }),
        }))}
        onChoose={(id) => {
          const chosen = places.find((place) => `${place.postalCode}-${place.name}` === id);
          if (!chosen) return;
          change({ city: chosen.name, postalCode: chosen.postalCode });
          touch('postalCode');
          setTyped('');
        }}
      />
    </>
  );
}

function PlaceAbroad() {
  const { t } = useTranslation('registration');
  return (
    <>
      <TextField
        name="postalCode"
        label={t('person.postalCode')}
        autoComplete="off"
        maxLength={16}
        optional
      />
      <TextField name="city" label={t('person.cityAbroad')} autoComplete="off" />
    </>
  );
}

/** The way abroad, and home again. Whoever may not go there is told so. */
function Abroad() {
  const { t } = useTranslation('registration');
  const { language } = useFormat();
  const { counter, person, change } = useWizard();
  const may = counter.permissions.includes('PASSHOLDERS_WRITE_FOREIGN_COUNTRY');
  if (person.country === 'be') {
    return (
      <div className="-mt-2 -ml-3 sm:col-span-2">
        <Button
          kind="quiet"
          size="small"
          reason={may ? undefined : t('person.abroadDenied')}
          onPress={() => {
            change({ country: 'nl', postalCode: '', city: '' });
          }}
        >
          {t('person.abroad')}
        </Button>
      </div>
    );
  }
  return (
    <div className="grid items-end gap-3 sm:col-span-2 sm:grid-cols-[1fr_auto]">
      <ListField name="country" label={t('person.country')} options={countryOptions(language)} />
      <Button
        kind="quiet"
        className="mb-1.5"
        onPress={() => {
          change({ country: 'be', postalCode: '', city: '' });
        }}
      >
        {t('person.home')}
      </Button>
    </div>
  );
}

function usePlaces(beginning: string) {
  const { data = [] } = useQuery({
    queryKey: ['municipalities', beginning],
    enabled: beginning !== '',
    staleTime: Infinity,
    placeholderData: (before) => before,
    queryFn: () => unwrap(api.GET('/api/v1/municipalities', { params: { query: { q: beginning } } })),
  });
  return beginning === '' ? [] : data;
}
