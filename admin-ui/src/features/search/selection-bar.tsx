import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { bulkKinds, mayDo } from '@/shared/selection/bulk-kinds';
import { clearSelection, useSelection } from '@/shared/selection/selection';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Menu } from '@/shared/ui/menu';
import { showToast } from '@/shared/ui/toast-store';

/** Who was chosen, from search to search, and what can be done for all of them. */
export function SelectionBar() {
  const { t } = useTranslation('search');
  const counter = useCounter();
  const navigate = useNavigate();
  const chosen = useSelection(counter.id);
  if (chosen.size === 0) return null;
  const numbers = [...chosen.values()].flatMap(({ uitpasNumber }) => uitpasNumber ?? []);
  const copy = async () => {
    await navigator.clipboard.writeText(numbers.join('\n'));
    showToast({ tone: 'ok', text: t('copied'), seconds: 5 });
  };
  const mayMerge = counter.permissions.includes('PASSHOLDERS_MERGE');
  const [one, other] = chosen.size === 2 ? [...chosen.keys()] : [];
  const acts = bulkKinds.filter((work) => work.kind !== 'IMPORT');
  return (
    <section
      aria-label={t('selection')}
      className="sticky bottom-3 z-20 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-card border border-line bg-raised px-4 py-3 shadow-float"
    >
      <p role="status" className="mr-auto font-medium">
        {t('chosen', { count: chosen.size })}
      </p>
      <Button
        size="small"
        kind="quiet"
        onPress={() => {
          clearSelection();
        }}
      >
        {t('clear')}
      </Button>
      <Menu
        label={t('forAll')}
        size="small"
        acts={[
          ...acts.map((work) => ({
            id: work.kind,
            icon: work.icon,
            label: t(`act.${work.kind}`),
            hint: mayDo(work, counter.permissions) ? undefined : t('noRight'),
            blocked: !mayDo(work, counter.permissions),
            onPress: () => void navigate({ to: '/bulk/new/$kind', params: { kind: work.place } }),
          })),
          {
            id: 'merge',
            icon: 'person' as const,
            label: t('merge'),
            hint: !mayMerge ? t('noRight') : other ? undefined : t('mergeTwo'),
            blocked: !mayMerge || !other,
            onPress: () => {
              if (one && other) {
                void navigate({ to: '/passholders/$id/merge/$other', params: { id: one, other } });
              }
            },
          },
          {
            id: 'copy',
            icon: 'card',
            label: t('copy'),
            onPress: () => void copy(),
          },
        ]}
      />
    </section>
  );
}
