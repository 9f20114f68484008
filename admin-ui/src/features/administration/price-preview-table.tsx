import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { formatEuros } from '@/shared/format/money';
import { useFormat } from '@/shared/format/use-format';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { classes } from '@/shared/ui/classes';
import type { PriceConditions } from './types';
import { conditionsOfGap, groupCells, isGap, reasons, withoutReason, type CellGroup } from './price-rows';
import { useConditions } from './use-conditions';
import type { Cell } from './price-rows';

/** A price list as people read it: under each heading who pays what. A case without a price is marked. */
export function PricePreviewTable({
  cells,
  voucherName,
  onFill,
}: {
  cells: readonly Cell[];
  voucherName: (id: string) => string | undefined;
  /** Gives a case without a price one. */
  onFill?: ((conditions: PriceConditions) => void) | undefined;
}) {
  const { t } = useTranslation('administration');
  const groups = groupCells(cells);
  const id = useId();

  return (
    <div
      role="region"
      aria-labelledby={id}
      tabIndex={0}
      className="overflow-x-auto rounded-card border border-line bg-surface"
    >
      <table className="w-full border-separate border-spacing-0">
        <caption id={id} className="sr-only">
          {t('preview.caption')}
        </caption>
        <thead>
          <tr>
            <th
              scope="col"
              className="h-11 bg-sunken px-4 text-left text-small font-medium whitespace-nowrap text-ink-soft"
            >
              {t('preview.who')}
            </th>
            <th
              scope="col"
              className="h-11 bg-sunken px-4 text-right text-small font-medium whitespace-nowrap text-ink-soft"
            >
              {t('preview.price')}
            </th>
          </tr>
        </thead>
        {groups.map((group) => (
          <Group
            key={group.reasons.join(' ')}
            group={group}
            only={groups.length === 1}
            voucherName={voucherName}
            onFill={onFill}
          />
        ))}
      </table>
    </div>
  );
}

function Group({
  group,
  only,
  voucherName,
  onFill,
}: {
  group: CellGroup;
  only: boolean;
  voucherName: (id: string) => string | undefined;
  onFill?: ((conditions: PriceConditions) => void) | undefined;
}) {
  const { t } = useTranslation('administration');
  const { language } = useFormat();
  const words = useConditions(voucherName);
  const title = useGroupTitle()(group, only);

  return (
    <tbody>
      <tr>
        <th
          scope="rowgroup"
          colSpan={2}
          className="border-t border-line-strong px-4 pt-4 pb-2 text-left leading-snug font-bold"
        >
          {title}
        </th>
      </tr>
      {group.cells.map((cell, at) => {
        const conditions = group.reasons.length > 0 ? withoutReason(cell.conditions) : cell.conditions;
        const gap = isGap(cell);
        return (
          <tr key={at} className={gap ? 'bg-stop-soft text-stop-ink' : undefined}>
            <th
              scope="row"
              className={classes(
                'h-11 border-t border-line px-4 py-2 text-left font-normal',
                gap && 'font-medium',
              )}
            >
              {words(conditions)}
            </th>
            <td className="h-11 border-t border-line px-4 py-2 text-right whitespace-nowrap tabular-nums">
              {cell.cents !== undefined ? (
                formatEuros(cell.cents, language)
              ) : (
                <span className="inline-flex flex-wrap items-center justify-end gap-2">
                  <Badge tone="stop">{t('preview.gap')}</Badge>
                  {onFill && (
                    <Button
                      size="small"
                      onPress={() => {
                        onFill(conditionsOfGap(group, cell));
                      }}
                    >
                      {t('preview.fill')}
                      <span className="sr-only">: {words(cell.conditions)}</span>
                    </Button>
                  )}
                </span>
              )}
            </td>
          </tr>
        );
      })}
    </tbody>
  );
}

/** «Eerste pas, extra pas», «In alle andere gevallen», «Met een voucher». */
function useGroupTitle() {
  const { t, i18n } = useTranslation('administration');
  return (group: CellGroup, only: boolean): string => {
    if (group.reasons.length === 0) return t('preview.vouchers');
    if (group.reasons.length === reasons.length || only) return t('preview.always');
    const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(
      group.reasons.map((reason) => t(`reason.${reason}`)),
    );
    return list.charAt(0).toLocaleUpperCase() + list.slice(1);
  };
}
