import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { When } from '@/api/types';
import { classes } from '@/shared/ui/classes';

const choices: readonly When[] = ['today', 'week', 'month', 'all'];

/** Today, this week, this month or everything: one of four, walked with the arrow keys. */
export function WhenFilter({ when, onChange }: { when: When; onChange: (when: When) => void }) {
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset className="max-w-full overflow-x-auto h-12 min-w-0 rounded-control border border-line-strong bg-surface p-1 [scrollbar-width:none]">
      <legend className="sr-only">{t('activities.when')}</legend>
      <div className="flex">
        {choices.map((choice) => (
          <label
            key={choice}
            className={classes(
              'choice relative flex h-9.5 items-center rounded-small px-3 whitespace-nowrap sm:px-3.5 transition-colors',
              choice === when ? 'bg-ink font-medium text-paper' : 'text-ink hover:bg-sunken',
            )}
          >
            <input
              type="radio"
              name={name}
              value={choice}
              checked={choice === when}
              onChange={() => {
                onChange(choice);
              }}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            {t(`activities.${choice}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
