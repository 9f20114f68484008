import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { isLanguage, languageNames } from '@/shared/i18n/language';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import type { Theirs } from './draft';
import { schoolsQuery } from './use-edit';

/** What a colleague saved while one was typing, field by field; nothing that was typed is gone. */
export function EditTheirs({ theirs }: { theirs: readonly Theirs[] }) {
  const { t } = useTranslation('profile');
  const words = useValue();
  return (
    <Banner tone="warn" live="assertive" title={t('edit.theirs.title')}>
      <p>{t('edit.theirs.text')}</p>
      <dl className="mt-2 grid gap-2">
        {theirs.map((each) => (
          <div key={each.field}>
            <dt className="text-small text-ink-soft">{t(`edit.${each.field}`)}</dt>
            <dd data-person>
              {t('edit.theirs.change', { was: words(each, each.was), now: words(each, each.now) })}
              {each.clash && <span className="font-medium"> {t('edit.theirs.clash')}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </Banner>
  );
}

function useValue() {
  const { t } = useTranslation('profile');
  const { date } = useFormat();
  const counter = useCounter();
  const { data: schools } = useQuery(schoolsQuery(counter.id));

  return ({ field }: Theirs, value: Theirs['now']): string => {
    if (typeof value === 'boolean') return t(value ? 'consent.yes' : 'consent.no');
    if (value === '') return t('edit.eid.empty');
    if (field === 'dateOfBirth') return date(value);
    if (field === 'gender') return t(`edit.genders.${value as 'X'}`);
    if (field === 'language' && isLanguage(value)) return languageNames[value];
    if (field === 'schoolId') return schools?.find(({ id }) => id === value)?.name ?? value;
    return value;
  };
}
