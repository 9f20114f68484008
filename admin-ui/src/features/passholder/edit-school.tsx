import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useCounter } from '@/shared/session/session';
import { Select } from '@/shared/ui/select';
import { schoolsQuery } from './use-edit';

/** The school of a pupil, or none; a school of elsewhere stays as it is. */
export function EditSchool({
  schoolId,
  onChange,
}: {
  schoolId: string;
  onChange: (schoolId: string) => void;
}) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const { data: schools } = useQuery(schoolsQuery(counter.id));
  if (!schools || (schools.length === 0 && !schoolId)) return null;
  const elsewhere = schoolId !== '' && !schools.some(({ id }) => id === schoolId);
  return (
    <Select
      label={t('edit.schoolId')}
      value={schoolId || 'none'}
      options={[
        { value: 'none', label: t('edit.noSchool') },
        ...(elsewhere ? [{ value: schoolId, label: t('edit.schoolElsewhere') }] : []),
        ...schools.map(({ id, name, city }) => ({ value: id, label: city ? `${name}, ${city}` : name })),
      ]}
      onChange={(value) => {
        onChange(value === 'none' ? '' : value);
      }}
    />
  );
}
