import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import { SuggestField } from '@/shared/ui/suggest-field';
import { useWizard } from './use-wizard';

const SHOWN = 12;

/** The school, found by any word of its name or by its town; nothing where the region has none. */
export function SchoolField() {
  const { t } = useTranslation('registration');
  const { person, counter, change } = useWizard();
  const [typed, setTyped] = useState<string>();
  const { data: schools = [] } = useQuery({
    queryKey: ['schools', counter.id],
    staleTime: Infinity,
    queryFn: () => unwrap(api.GET('/api/v1/schools', { params: { header: { 'X-Counter': counter.id } } })),
  });
  if (schools.length === 0) return null;

  const chosen = schools.find(({ id }) => id === person.schoolId);
  const words = folded(typed ?? '').split(' ');
  const found = schools.filter(({ name, city = '' }) => {
    const text = folded(`${name} ${city}`);
    return words.every((word) => text.includes(word));
  });
  return (
    <SuggestField
      label={t('contact.school')}
      help={t('contact.schoolText')}
      optional
      value={typed ?? chosen?.name ?? ''}
      onChange={(text) => {
        setTyped(text);
        change({ schoolId: '' });
      }}
      suggestions={found.slice(0, SHOWN).map(({ id, name, city }) => ({ id, label: name, note: city }))}
      onChoose={(schoolId) => {
        change({ schoolId });
        setTyped(undefined);
      }}
      onBlur={() => {
        if (!typed?.trim()) setTyped(undefined);
      }}
      error={typed && found.length === 0 ? t('contact.schoolUnknown') : undefined}
    />
  );
}

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
