import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Chosen } from '@/shared/selection/selection';
import { buttonStyle } from '@/shared/ui/button-style';
import { Choice } from '@/shared/ui/choice';
import { Icon } from '@/shared/ui/icon';

export type Source = 'selection' | 'file';

const MOST = 8;

/** Whom it is about: those chosen while searching, or the rows of a file. */
export function Whom({
  people,
  source,
  onSource,
  error,
}: {
  people: readonly Chosen[];
  source: Source;
  onSource: (source: Source) => void;
  error?: string | undefined;
}) {
  const { t } = useTranslation('bulk');
  const named = people
    .slice(0, MOST)
    .map(({ firstName, name }) => `${firstName} ${name}`)
    .join(', ');
  return (
    <>
      <Choice<Source>
        label={t('whom.title')}
        value={source}
        onChange={onSource}
        error={error}
        options={[
          { value: 'selection', label: t('whom.selection', { count: people.length }), icon: 'people' },
          { value: 'file', label: t('whom.file'), icon: 'file' },
        ]}
      />
      {source === 'selection' && (
        <div className="grid justify-items-start gap-1">
          {people.length > 0 && (
            <p data-person className="text-pretty">
              {named}
              {people.length > MOST && ` ${t('whom.more', { count: people.length - MOST })}`}
            </p>
          )}
          <Link to="/search" className={buttonStyle('quiet', 'small', '-ml-3.5')}>
            <Icon name="search" />
            {t(people.length > 0 ? 'whom.change' : 'whom.search')}
          </Link>
        </div>
      )}
    </>
  );
}
