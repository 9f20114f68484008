import { useTranslation } from 'react-i18next';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { readEuros, type DraftRow } from './price-rows';
import { useConditions } from './use-conditions';

/** The lines of a price list: for whom in words, and the price to type over. */
export function RowList({
  drafts,
  voucherName,
  onPrice,
  onOpen,
  onRemove,
}: {
  drafts: readonly DraftRow[];
  voucherName: (id: string) => string | undefined;
  onPrice: (key: string, euros: string) => void;
  onOpen: (row: DraftRow) => void;
  onRemove: (key: string) => void;
}) {
  const { t } = useTranslation('administration');
  const words = useConditions(voucherName);
  if (drafts.length === 0) return null;
  return (
    <ol className="rounded-card border border-line bg-surface">
      {drafts.map((row, at) => {
        const name = words(row.conditions);
        return (
          <li
            key={row.key}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-2 pr-2 pl-4 last:border-b-0"
          >
            <span className="w-6 text-small text-ink-soft tabular-nums">{at + 1}</span>
            <span className="min-w-28 grow basis-0">{name}</span>
            <span className="ml-auto flex items-center gap-1">
              <span className="w-28 [&_input]:text-right">
                <Field
                  hideLabel
                  label={t('editor.priceOf', { name })}
                  value={row.euros}
                  onChange={(value) => {
                    onPrice(row.key, value);
                  }}
                  inputMode="decimal"
                  figures
                  end={<span className="text-ink-soft">€</span>}
                  check={(value) => (readEuros(value) === undefined ? t('row.priceWrong') : null)}
                />
              </span>
              <Button
                kind="quiet"
                size="small"
                onPress={() => {
                  onOpen(row);
                }}
              >
                {t('change')}
                <span className="sr-only"> {name}</span>
              </Button>
              <Button
                kind="quiet"
                size="small"
                icon="cross"
                iconOnly
                onPress={() => {
                  onRemove(row.key);
                }}
              >
                {t('editor.remove', { name })}
              </Button>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
