import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { usePlace } from '@/shared/place/use-place';
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
  const place = usePlace(person, change);
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
          if (place.recode(now)) change({ city: '' });
        }}
      />
      <SuggestedField
        name="city"
        label={t('person.city')}
        onType={place.look}
        suggestions={place.suggestions}
        onChoose={(id) => {
          const chosen = place.choose(id);
          if (!chosen) return;
          change(chosen);
          touch('postalCode');
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
