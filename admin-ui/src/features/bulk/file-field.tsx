import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BulkKind } from '@/shared/selection/bulk-kinds';
import { Button } from '@/shared/ui/button';
import { classes } from '@/shared/ui/classes';
import { FieldFrame } from '@/shared/ui/field-frame';
import { Icon } from '@/shared/ui/icon';
import { columnsOf, template } from './columns';
import { save } from './save';

/** A CSV or XLSX with a row for each person: chosen, or dropped here. */
export function FileField({
  kind,
  file,
  onFile,
  error,
}: {
  kind: BulkKind;
  file: File | undefined;
  onFile: (file: File) => void;
  error?: string | undefined;
}) {
  const { t } = useTranslation('bulk');
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const columns = columnsOf(kind);
  const take = (chosen: File | undefined) => {
    setOver(false);
    if (chosen) onFile(chosen);
  };

  return (
    <div className="grid gap-4">
      <FieldFrame id={id} label={t('file.title')} help={t('file.help')} error={error}>
        {(described) => (
          <div
            className={classes(
              'flex flex-wrap items-center gap-x-4 gap-y-2 rounded-control border border-dashed p-4 transition-colors',
              over ? 'border-act bg-act-soft' : 'border-line-strong',
            )}
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => {
              setOver(false);
            }}
            onDrop={(event) => {
              event.preventDefault();
              take(event.dataTransfer.files[0]);
            }}
          >
            <input
              {...described}
              ref={input}
              id={id}
              type="file"
              tabIndex={-1}
              accept=".csv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
              className="sr-only"
              onChange={(event) => {
                take(event.target.files?.[0]);
                event.target.value = '';
              }}
            />
            <Button onPress={() => input.current?.click()}>{t(file ? 'file.other' : 'file.choose')}</Button>
            {file ? (
              <p role="status" className="flex min-w-0 items-center gap-2 font-medium break-all">
                <span className="text-ok">
                  <Icon name="done" />
                </span>
                {file.name}
              </p>
            ) : (
              <p className="text-ink-soft max-sm:hidden">{t('file.drop')}</p>
            )}
          </div>
        )}
      </FieldFrame>
      <details>
        <summary className="min-h-11 cursor-pointer content-center rounded-small font-medium text-act-ink">
          {t('file.columns')}
        </summary>
        <div className="grid justify-items-start gap-3 pt-1">
          <p>
            {t('file.needed')} <Names of={columns.needed} />
          </p>
          <p>
            {t('file.possible')}{' '}
            <Names of={columns.possible.filter((one) => !columns.needed.includes(one))} />
          </p>
          <p className="text-small text-ink-soft">
            {t(`file.note.${kind === 'IMPORT' ? 'import' : 'others'}`)}
          </p>
          <Button
            size="small"
            icon="down"
            onPress={() => {
              save(template(columns), `${t('file.templateName')}.csv`);
            }}
          >
            {t('file.template')}
          </Button>
        </div>
      </details>
    </div>
  );
}

function Names({ of }: { of: readonly string[] }) {
  return of.map((name, at) => (
    <span key={name}>
      <code className="rounded-small bg-sunken px-1.5 py-0.5 text-small">{name}</code>
      {at < of.length - 1 && ' '}
    </span>
  ));
}
