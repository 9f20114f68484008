import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PlaceFields } from '@/shared/place/place-fields';
import type { BulkKind } from '@/shared/selection/bulk-kinds';
import { useCounter } from '@/shared/session/session';
import { Checkbox } from '@/shared/ui/checkbox';
import { Choice } from '@/shared/ui/choice';
import { DateField } from '@/shared/ui/date-field';
import { Field } from '@/shared/ui/field';
import { Select } from '@/shared/ui/select';
import { TextArea } from '@/shared/ui/text-area';
import { associationsQuery } from './associations';
import { reasons, type Draft, type Missing } from './request';
import { civilDay } from '@/shared/format/date';

interface Props {
  kind: BulkKind;
  draft: Draft;
  onChange: (draft: Draft) => void;
  missing: readonly Missing[];
  fromFile: boolean;
}

/** What is done, as far as the kind of work leaves it open. */
export function OrderFields(props: Props) {
  switch (props.kind) {
    case 'ADDRESS':
      return <AddressFields {...props} />;
    case 'BLOCK':
      return <BlockFields {...props} />;
    case 'RENEW_SOCIAL_TARIFF':
      return <RenewFields {...props} />;
    case 'ASSOCIATION':
      return <AssociationFields {...props} />;
    case 'EXPORT':
      return <ExportFields {...props} />;
    case 'IMPORT':
      return <ImportFields {...props} />;
  }
}

function AddressFields({ draft, onChange, missing }: Props) {
  const { t } = useTranslation('bulk');
  const line = (name: 'street' | 'postalCode' | 'city') => ({
    label: t(`field.${name}`),
    value: draft[name],
    error: missing.includes(name) ? t(`first.${name}`) : undefined,
  });
  return (
    <>
      <Field
        {...line('street')}
        autoComplete="off"
        onChange={(street) => {
          onChange({ ...draft, street });
        }}
      />
      <PlaceFields
        postalCode={line('postalCode')}
        city={line('city')}
        onChange={(part) => {
          onChange({ ...draft, ...part });
        }}
      />
    </>
  );
}

function BlockFields({ draft, onChange, missing }: Props) {
  const { t } = useTranslation('bulk');
  return (
    <Select
      label={t('field.reason')}
      placeholder={t('field.choose')}
      value={draft.reason}
      error={missing.includes('reason') ? t('first.reason') : undefined}
      options={reasons.map((value) => ({ value, label: t(`reason.${value}`) }))}
      onChange={(value) => {
        onChange({ ...draft, reason: value as Draft['reason'] });
      }}
    />
  );
}

/** The last day: as it usually is, or one for everybody. */
function Until({
  draft,
  onChange,
  usual,
  help,
}: Pick<Props, 'draft' | 'onChange'> & { usual: string; help: string }) {
  const { t } = useTranslation('bulk');
  return (
    <>
      <Choice
        label={t('field.until')}
        help={help}
        value={draft.until === null ? 'usual' : 'day'}
        options={[
          { value: 'usual', label: usual },
          { value: 'day', label: t('until.day') },
        ]}
        onChange={(value) => {
          onChange({ ...draft, until: value === 'usual' ? null : yearFromNow() });
        }}
      />
      {draft.until !== null && (
        <DateField
          label={t('field.lastDay')}
          value={draft.until}
          onChange={(until) => {
            if (until) onChange({ ...draft, until });
          }}
        />
      )}
    </>
  );
}

const yearFromNow = () => {
  const day = new Date();
  day.setFullYear(day.getFullYear() + 1);
  return civilDay(day);
};

function System({ draft, onChange }: Pick<Props, 'draft' | 'onChange'>) {
  const { t } = useTranslation('bulk');
  const counter = useCounter();
  if (counter.cardSystems.length < 2) return null;
  return (
    <Select
      label={t('field.system')}
      value={String(draft.cardSystemId)}
      options={counter.cardSystems.map(({ id, name }) => ({ value: String(id), label: name }))}
      onChange={(value) => {
        onChange({ ...draft, cardSystemId: Number(value) });
      }}
    />
  );
}

function RenewFields({ draft, onChange, fromFile }: Props) {
  const { t } = useTranslation('bulk');
  return (
    <>
      <System draft={draft} onChange={onChange} />
      <Until
        draft={draft}
        onChange={onChange}
        usual={t('until.system')}
        help={t(fromFile ? 'until.fileHelp' : 'until.help')}
      />
      <Field
        label={t('field.ground')}
        help={t('field.groundHelp')}
        optional
        value={draft.ground}
        maxLength={50}
        autoComplete="off"
        onChange={(ground) => {
          onChange({ ...draft, ground });
        }}
      />
    </>
  );
}

function AssociationFields({ draft, onChange, missing }: Props) {
  const { t } = useTranslation('bulk');
  const counter = useCounter();
  const { data } = useQuery(associationsQuery(counter.id));
  return (
    <>
      <Select
        label={t('field.association')}
        placeholder={t('field.choose')}
        value={draft.associationId}
        help={data?.length === 0 ? t('field.noAssociation') : undefined}
        error={missing.includes('associationId') ? t('first.associationId') : undefined}
        options={(data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(associationId) => {
          onChange({ ...draft, associationId });
        }}
      />
      <Until
        draft={draft}
        onChange={onChange}
        usual={t('until.association')}
        help={t('until.associationHelp')}
      />
    </>
  );
}

function ExportFields({ draft, onChange, missing }: Props) {
  const { t } = useTranslation('bulk');
  return (
    <TextArea
      label={t('field.purpose')}
      help={t('field.purposeHelp')}
      value={draft.purpose}
      maxLength={500}
      error={missing.includes('purpose') ? t('first.purpose') : undefined}
      onChange={(purpose) => {
        onChange({ ...draft, purpose });
      }}
    />
  );
}

function ImportFields({ draft, onChange }: Props) {
  const { t } = useTranslation('bulk');
  return (
    <>
      <System draft={draft} onChange={onChange} />
      <Checkbox
        checked={draft.addDoubles}
        help={t('field.doublesHelp')}
        onChange={(addDoubles) => {
          onChange({ ...draft, addDoubles });
        }}
      >
        {t('field.doubles')}
      </Checkbox>
    </>
  );
}
