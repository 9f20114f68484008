import { useMutation } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { Table } from '@/shared/ui/table';
import { Refused } from './refused';

/** What became of the lines of a list, or would. */
export interface ImportReport {
  taken: number;
  /** Were there already, exactly so. */
  known: number;
  /** The supplier's packages that the lines are in. */
  packs?: number;
  refusedTotal: number;
  refused: { line: number; number?: string | undefined; text: string }[];
}

/** Takes a list from a file: first what would happen, line by line, and only then for real. */
export function ImportDialog({
  title,
  lead,
  run,
  onDone,
  onClose,
}: {
  title: string;
  lead: string;
  /** A long list says how far it is, from 0 to 1. */
  run: (list: string, dryRun: boolean, onProgress: (share: number) => void) => Promise<ImportReport>;
  onDone: (report: ImportReport) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation('administration');
  const [file, setFile] = useState<{ name: string; list: string }>();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const [progress, setProgress] = useState<number>();
  const trial = useMutation({ mutationFn: (list: string) => run(list, true, setProgress) });
  const real = useMutation({
    mutationFn: (list: string) => run(list, false, setProgress),
    onSuccess: onDone,
    onSettled: () => {
      setProgress(undefined);
    },
  });
  const report = trial.data;
  const error = trial.error ?? real.error;

  const choose = async (chosen: File | undefined) => {
    if (!chosen) return;
    const list = await chosen.text();
    setFile({ name: chosen.name, list });
    real.reset();
    trial.mutate(list);
  };

  return (
    <Dialog
      open
      wide
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('cancel')}</Button>
          {report ? (
            <Button
              kind="act"
              pending={real.isPending}
              reason={report.taken === 0 ? t('import.nothing') : undefined}
              onPress={() => {
                if (file) real.mutate(file.list);
              }}
            >
              {t('import.take', { count: report.taken })}
            </Button>
          ) : (
            <Button kind="act" pending={trial.isPending} onPress={() => input.current?.click()}>
              {t('import.choose')}
            </Button>
          )}
        </>
      }
    >
      <p className="text-ink-soft">{lead}</p>
      <label htmlFor={id} className="sr-only">
        {t('import.file')}
      </label>
      <input
        ref={input}
        id={id}
        type="file"
        accept=".csv,.txt,text/csv,text/plain"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          void choose(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {file && (
        <p className="flex flex-wrap items-center gap-x-4">
          <span className="font-medium break-all">{file.name}</span>
          <Button kind="link" size="small" onPress={() => input.current?.click()}>
            {t('import.other')}
          </Button>
        </p>
      )}
      {error && <Refused error={error} />}
      {(trial.isPending || real.isPending) && (
        <Progress share={progress}>{t(trial.isPending ? 'import.checking' : 'import.busy')}</Progress>
      )}
      {report && !real.isPending && <Trial report={report} />}
    </Dialog>
  );
}

/** How far it is; without a share it is only under way. */
function Progress({ share, children }: { share: number | undefined; children: string }) {
  const { language } = useFormat();
  const id = useId();
  return (
    <div className="grid gap-2" role="status">
      <p className="flex justify-between gap-4">
        <span id={id}>{children}</span>
        {share !== undefined && (
          <span className="tabular-nums">
            {new Intl.NumberFormat(language, { style: 'percent' }).format(share)}
          </span>
        )}
      </p>
      <progress aria-labelledby={id} value={share} className="h-2 w-full accent-act" />
    </div>
  );
}

function Trial({ report }: { report: ImportReport }) {
  const { t } = useTranslation('administration');
  const numbered = report.refused.some(({ number }) => number);
  return (
    <div className="grid gap-3">
      <Banner
        tone={report.taken === 0 ? 'stop' : report.refusedTotal > 0 ? 'warn' : 'ok'}
        live="polite"
        title={report.taken === 0 ? t('import.nothing') : t('import.can', { count: report.taken })}
      >
        {[
          report.taken > 0 && (report.packs ?? 0) > 0 && t('import.packs', { count: report.packs ?? 0 }),
          report.known > 0 && t('import.known', { count: report.known }),
          report.refusedTotal > 0 && t('import.refused', { count: report.refusedTotal }),
          t('import.notYet'),
        ]
          .filter(Boolean)
          .join(' ')}
      </Banner>
      {report.refused.length > 0 && (
        <Table
          caption={t('import.refusedLines')}
          rows={report.refused}
          rowKey={({ line, text }) => `${String(line)} ${text}`}
          columns={[
            { key: 'line', title: t('import.line'), numeric: true, heading: true, cell: ({ line }) => line },
            ...(numbered
              ? [
                  {
                    key: 'number',
                    title: t('import.number'),
                    minor: true,
                    cell: ({ number }: ImportReport['refused'][number]) => (
                      <span className="tabular-nums">{number}</span>
                    ),
                  },
                ]
              : []),
            {
              key: 'why',
              title: t('import.why'),
              cell: ({ number, text }) => (
                <>
                  {text}
                  <span className="block text-small text-ink-soft tabular-nums sm:hidden">{number}</span>
                </>
              ),
            },
          ]}
        />
      )}
    </div>
  );
}
