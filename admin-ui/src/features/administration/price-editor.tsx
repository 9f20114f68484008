import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, Refusal, unwrap } from '@/api/client';
import type { CardSystem } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { civilDay } from '@/shared/format/date';
import { useFormat } from '@/shared/format/use-format';
import { forgetUnsaved } from '@/shared/identify/unsaved';
import { LeaveGuard } from '@/shared/leave/leave-guard';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { DateField } from '@/shared/ui/date-field';
import { EmptyState } from '@/shared/ui/empty-state';
import { Field } from '@/shared/ui/field';
import { Loading } from '@/shared/ui/skeleton';
import { showToast } from '@/shared/ui/toast-store';
import { Conflict } from './conflict';
import { Head } from './head';
import { Refused } from './refused';
import type { PriceConditions, PriceList, PricePreview, PriceRow } from './types';
import { voucherTypesQuery } from './voucher-queries';
import { PricePreviewTable } from './price-preview-table';
import { conditionsOfGap, draftOf, groupCells, isGap, rowsOf, type DraftRow } from './price-rows';
import { previewQuery, priceKey, priceListQuery } from './price-queries';
import { RowDialog } from './row-dialog';
import { RowList } from './row-list';
import { useConditions } from './use-conditions';

type Open = { key?: string; conditions: PriceConditions; euros: string };

/** Writing a price list: its lines at the left, what they mean at the right, at once. */
export function PriceEditor({
  title,
  system,
  name: firstName,
  validFrom,
  rows: firstRows,
  replaces: first,
}: {
  title: string;
  system: CardSystem;
  name: string;
  validFrom: string;
  rows: DraftRow[];
  replaces?: PriceList;
}) {
  const { t } = useTranslation('administration');
  const { text } = useFormat();
  const counter = useCounter();
  const [name, setName] = useState(firstName);
  const [from, setFrom] = useState<string | null>(validFrom);
  const [drafts, setDrafts] = useState(firstRows);
  const [open, setOpen] = useState<Open>();
  const types =
    useQuery(voucherTypesQuery(counter.id)).data?.filter((one) => one.cardSystemId === system.id) ?? [];
  const voucherName = (id: string) => types.find((type) => type.id === id)?.name;
  const rows = rowsOf(drafts);
  const settled = useDeferredValue(rows);
  const preview = useQuery({ ...previewQuery(counter.id, settled ?? []), enabled: settled !== undefined });
  const [replaces, setReplaces] = useState(first);
  const [theirs, setTheirs] = useState<PriceList>();
  const save = useSave(system, replaces, setTheirs);
  const dirty = drafts !== firstRows || name !== firstName || from !== validFrom;

  const today = civilDay(new Date());
  const problem = preview.data?.problem;
  const gaps = gapsOf(preview.data);
  const reason = theirs
    ? t('settings.chooseFirst')
    : rows === undefined
      ? t('editor.priceMissing')
      : drafts.length === 0
        ? t('editor.empty')
        : from === null
          ? t('editor.dayMissing')
          : from < today
            ? t('editor.dayPast')
            : gaps.length > 0
              ? t('editor.gaps', { count: gaps.length })
              : problem && text(problem.message);

  const put = (conditions: PriceConditions, euros: string) => {
    const key = open?.key;
    setDrafts(
      key === undefined
        ? [...drafts, { key: crypto.randomUUID(), conditions, euros }]
        : drafts.map((row) =>
            row.key === key
              ? {
                  key,
                  conditions,
                  euros,
                  ...(same(row.conditions, conditions) && row.label && { label: row.label }),
                }
              : row,
          ),
    );
    setOpen(undefined);
  };
  const fill = (conditions: PriceConditions) => {
    setOpen({ conditions, euros: '' });
  };

  return (
    <>
      <LeaveGuard dirty={dirty} />
      <Head title={title}>{t('editor.lead', { system: system.name })}</Head>
      <div className="grid items-start gap-5 sm:grid-cols-[minmax(0,1fr)_auto]">
        <Field label={t('editor.name')} value={name} onChange={setName} maxLength={200} optional />
        <DateField
          label={t('editor.from')}
          value={from}
          onChange={setFrom}
          check={(day) => (day < today ? t('editor.dayPast') : null)}
        />
      </div>
      <div className="grid gap-x-8 gap-y-6 xl:grid-cols-2">
        <section aria-labelledby="rows" className="grid content-start gap-3">
          <h2 id="rows" className="text-lead font-bold">
            {t('editor.rows')}
          </h2>
          <p className="text-small text-ink-soft">{t('editor.precise')}</p>
          <RowList
            drafts={drafts}
            voucherName={voucherName}
            onPrice={(key, euros) => {
              setDrafts(drafts.map((row) => (row.key === key ? { ...row, euros } : row)));
            }}
            onOpen={(row) => {
              setOpen(row);
            }}
            onRemove={(key) => {
              const at = drafts.findIndex((row) => row.key === key);
              const gone = drafts.slice(at, at + 1);
              setDrafts(drafts.filter((row) => row.key !== key));
              showToast({
                tone: 'ok',
                text: t('editor.removed'),
                undo: () => {
                  setDrafts((now) => [...now.slice(0, at), ...gone, ...now.slice(at)]);
                },
              });
            }}
          />
          <div>
            <Button
              icon="plus"
              onPress={() => {
                fill({});
              }}
            >
              {t('editor.add')}
            </Button>
          </div>
        </section>
        <section aria-labelledby="preview" className="grid content-start gap-3">
          <h2 id="preview" className="text-lead font-bold">
            {t('editor.preview')}
          </h2>
          <p className="text-small text-ink-soft">{t('editor.previewText')}</p>
          {drafts.length === 0 ? (
            <div className="rounded-card border border-dashed border-line-strong">
              <EmptyState icon="sort" title={t('editor.none')}>
                {t('editor.noneText')}
              </EmptyState>
            </div>
          ) : (
            <>
              {preview.isPending && <Loading lines={6} />}
              {preview.isError && <Failed error={preview.error} onRetry={() => void preview.refetch()} />}
              {preview.data && (
                <>
                  <Trouble preview={preview.data} voucherName={voucherName} />
                  <PricePreviewTable cells={preview.data.cells} voucherName={voucherName} onFill={fill} />
                </>
              )}
            </>
          )}
        </section>
      </div>
      {theirs && (
        <Conflict
          keep={t('editor.keepMine')}
          drop={t('editor.dropMine')}
          onKeep={() => {
            setReplaces(theirs);
            setTheirs(undefined);
            save.reset();
          }}
          onDrop={() => {
            setReplaces(theirs);
            setName(theirs.name);
            setFrom(theirs.validFrom ?? validFrom);
            setDrafts((theirs.rows ?? []).map(draftOf));
            setTheirs(undefined);
            save.reset();
          }}
        />
      )}
      {save.isError && !theirs && <Refused error={save.error} />}
      <div className="border-t border-line pt-5">
        <Button
          kind="act"
          size="large"
          pending={save.isPending}
          reason={reason}
          onPress={() => {
            if (rows && from !== null) save.mutate({ name: name.trim(), validFrom: from, rows });
          }}
        >
          {t('editor.save')}
        </Button>
      </div>
      {open && (
        <RowDialog
          title={open.key === undefined ? t('row.new') : t('row.change')}
          conditions={open.conditions}
          euros={open.euros}
          types={types}
          onSave={put}
          onClose={() => {
            setOpen(undefined);
          }}
        />
      )}
    </>
  );
}

/** For whom a list has no price, as the preview groups them. */
function gapsOf(preview: PricePreview | undefined): PriceConditions[] {
  return groupCells(preview?.cells ?? []).flatMap((group) =>
    group.cells.filter(isGap).map((cell) => conditionsOfGap(group, cell)),
  );
}

/** What keeps the list from being saved: for whom there is no price, or which lines clash. */
function Trouble({
  preview,
  voucherName,
}: {
  preview: PricePreview;
  voucherName: (id: string) => string | undefined;
}) {
  const { t } = useTranslation('administration');
  const { text } = useFormat();
  const words = useConditions(voucherName);
  if (!preview.problem) {
    return (
      <Banner tone="ok" live="polite" title={t('editor.complete')}>
        {t('editor.completeText')}
      </Banner>
    );
  }
  const gaps = gapsOf(preview).map((conditions) => words(conditions));
  return (
    <Banner
      tone="stop"
      live="polite"
      title={gaps.length > 0 ? t('editor.gaps', { count: gaps.length }) : text(preview.problem.message)}
    >
      {gaps.length > 0 && (
        <ul className="list-disc pl-5">
          {gaps.slice(0, 6).map((gap, at) => (
            <li key={at}>{gap}</li>
          ))}
          {gaps.length > 6 && <li>{t('editor.moreGaps', { count: gaps.length - 6 })}</li>}
        </ul>
      )}
    </Banner>
  );
}

function useSave(
  system: CardSystem,
  replaces: PriceList | undefined,
  onConflict: (theirs: PriceList) => void,
) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { date } = useFormat();
  return useMutation({
    mutationFn: (list: { name: string; validFrom: string; rows: PriceRow[] }) =>
      unwrap(
        api.POST('/api/v1/price-lists', {
          params: { header: { 'X-Counter': counter.id } },
          body: {
            ...list,
            cardSystemId: system.id,
            ...(replaces && { id: replaces.id, version: replaces.version }),
          },
        }),
      ),
    onSuccess: async ({ validFrom }) => {
      forgetUnsaved();
      await client.invalidateQueries({ queryKey: priceKey(counter.id) });
      showToast({
        tone: 'ok',
        text: t('editor.saved', { date: validFrom ? date(validFrom) : '' }),
        seconds: 6,
      });
      await navigate({ to: '/administration/$', params: { _splat: 'prices' } });
    },
    onError: async (error) => {
      if (!replaces || !(error instanceof Refusal) || error.code !== 'price-list-changed') return;
      onConflict(await client.query({ ...priceListQuery(counter.id, replaces.id), staleTime: 0 }));
    },
  });
}

function same(a: PriceConditions, b: PriceConditions): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof PriceConditions>;
  return [...keys].every((key) => a[key] === b[key]);
}
