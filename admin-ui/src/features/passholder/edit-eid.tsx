import { useTranslation } from 'react-i18next';
import type { EidAnswer } from '@/api/types';
import { EidPanel } from '@/shared/eid/eid-panel';
import type { InsertedEid } from '@/shared/eid/inserted-eid';
import { Button } from '@/shared/ui/button';
import { differencesWith, type Difference, type Draft } from './draft';

/** An eID beside the form: where it says something else, and the button that takes it over. */
export function EditEid({
  eid,
  personId,
  draft,
  onTake,
  onClose,
}: {
  eid: InsertedEid;
  personId: string;
  draft: Draft;
  onTake: (differences: Difference[]) => void;
  onClose: () => void;
}) {
  return (
    <EidPanel eid={eid} level="h2" onClose={onClose}>
      {(answer) => <Compared answer={answer} personId={personId} draft={draft} onTake={onTake} />}
    </EidPanel>
  );
}

function Compared({
  answer,
  personId,
  draft,
  onTake,
}: {
  answer: EidAnswer;
  personId: string;
  draft: Draft;
  onTake: (differences: Difference[]) => void;
}) {
  const { t } = useTranslation('profile');
  const differences = differencesWith(answer, draft);
  const other = answer.passholder !== undefined && answer.passholder.id !== personId;

  return (
    <div className="grid gap-3 border-t border-line px-5 py-5 sm:px-6" role="status">
      <h3 className="text-lead font-bold">
        {t(other ? 'edit.eid.other' : differences.length === 0 ? 'edit.eid.same' : 'edit.eid.differs')}
      </h3>
      {!other && differences.length > 0 && (
        <>
          <dl className="grid gap-3">
            {differences.map(({ field, was, says }) => (
              <div key={field}>
                <dt className="text-small text-ink-soft">{t(`edit.${field as 'name'}`)}</dt>
                <dd data-person>
                  <span className="font-medium">{says}</span>{' '}
                  <span className="text-ink-soft">
                    {t('edit.eid.was', { value: was || t('edit.eid.empty') })}
                  </span>
                </dd>
              </div>
            ))}
          </dl>
          <div>
            <Button
              kind="act"
              onPress={() => {
                onTake(differences);
              }}
            >
              {t('edit.eid.take')}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
