import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Passholder } from '@/api/types';
import { languageNames, languages } from '@/shared/i18n/language';
import { PlaceFields } from '@/shared/place/place-fields';
import { DateField } from '@/shared/ui/date-field';
import { Field } from '@/shared/ui/field';
import { Select } from '@/shared/ui/select';
import { Switch } from '@/shared/ui/switch';
import { TextArea } from '@/shared/ui/text-area';
import { EditConsents } from './edit-consents';
import { Group } from './edit-group';
import { EditSchool } from './edit-school';
import type { Draft } from './draft';

/** The fields of a person, in the order in which one asks; what is wrong stands under each. */
export function EditFields({
  person,
  draft,
  wrong,
  onChange,
}: {
  person: Passholder;
  draft: Draft;
  /** What is wrong with the field at a pointer such as `/address/city`. */
  wrong: (pointer: string) => ReactNode;
  onChange: (part: Partial<Draft>) => void;
}) {
  const { t } = useTranslation('profile');
  const line = (
    field:
      | 'firstName'
      | 'name'
      | 'placeOfBirth'
      | 'nationality'
      | 'street'
      | 'postalCode'
      | 'city'
      | 'email'
      | 'phoneNumber'
      | 'inszNumber',
    pointer = `/${field}`,
  ) => ({
    label: t(`edit.${field}`),
    value: draft[field],
    error: wrong(pointer),
    autoComplete: 'off' as const,
    onChange: (value: string) => {
      onChange({ [field]: value });
    },
  });

  return (
    <>
      <Group title={t('edit.who')}>
        <Field {...line('firstName')} />
        <Field {...line('name')} />
        <DateField
          label={t('edit.dateOfBirth')}
          value={draft.dateOfBirth || null}
          error={wrong('/dateOfBirth')}
          onChange={(value) => {
            onChange({ dateOfBirth: value ?? '' });
          }}
        />
        <Field {...line('placeOfBirth')} optional />
        <Select
          label={t('edit.gender')}
          value={draft.gender || 'none'}
          error={wrong('/gender')}
          options={(['none', 'MALE', 'FEMALE', 'X'] as const).map((value) => ({
            value,
            label: t(`edit.genders.${value}`),
          }))}
          onChange={(value) => {
            onChange({ gender: value === 'none' ? '' : (value as Draft['gender']) });
          }}
        />
        <Field {...line('nationality')} optional />
        {!person.inszKnown && (
          <Field {...line('inszNumber')} optional figures inputMode="numeric" help={t('edit.inszHelp')} />
        )}
      </Group>
      <Group title={t('edit.where')}>
        <Field {...line('street', '/address/street')} optional />
        {draft.country === 'be' ? (
          <PlaceFields
            postalCode={line('postalCode', '/address/postalCode')}
            city={line('city', '/address/city')}
            onChange={onChange}
          />
        ) : (
          <div className="grid gap-5 sm:grid-cols-[8rem_1fr]">
            <Field {...line('postalCode', '/address/postalCode')} />
            <Field {...line('city', '/address/city')} />
          </div>
        )}
      </Group>
      <Group title={t('edit.reach')}>
        <Field {...line('email')} type="email" optional />
        <Switch
          on={draft.noEmail}
          onChange={(noEmail) => {
            onChange({ noEmail, ...(noEmail ? { email: '' } : {}) });
          }}
        >
          {t('edit.noEmail')}
        </Switch>
        <Field {...line('phoneNumber')} type="tel" optional />
        <Select
          label={t('edit.language')}
          value={draft.language}
          options={languages.map((value) => ({ value, label: languageNames[value] }))}
          onChange={(value) => {
            onChange({ language: value as Draft['language'] });
          }}
        />
        <EditSchool
          schoolId={draft.schoolId}
          onChange={(schoolId) => {
            onChange({ schoolId });
          }}
        />
        <TextArea
          label={t('edit.remarks')}
          help={t('edit.remarksHelp')}
          value={draft.remarks}
          error={wrong('/remarks')}
          optional
          onChange={(remarks) => {
            onChange({ remarks });
          }}
        />
      </Group>
      <EditConsents
        person={person}
        given={draft.consents}
        wrong={wrong}
        onChange={(given) => {
          onChange({ consents: given });
        }}
      />
    </>
  );
}
