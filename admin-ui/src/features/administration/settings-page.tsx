import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, Refusal, unwrap } from '@/api/client';
import type { CardSystem } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useFailure } from '@/shared/failure/use-failure';
import { LeaveGuard } from '@/shared/leave/leave-guard';
import { meQuery, useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { DrawnCard } from '@/shared/ui/drawn-card';
import { Loading } from '@/shared/ui/skeleton';
import { showToast } from '@/shared/ui/toast-store';
import { Head } from './head';
import { Refused } from './refused';
import { SettingsConflict } from './settings-conflict';
import {
  differences,
  draftOf,
  isColor,
  rebase,
  settingsOf,
  wrongFields,
  type SettingsField,
} from './settings-draft';
import { SettingsFields } from './settings-fields';
import { settingsKey, settingsQuery } from './stock-queries';
import type { Settings } from './types';

/** How a card system looks and what holds in it. */
export function SettingsPage({ system }: { system: CardSystem }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const query = useQuery({ ...settingsQuery(counter.id, system.id), refetchOnWindowFocus: false });
  return (
    <>
      <Head title={t('section.settings')}>{t('settings.lead', { system: system.name })}</Head>
      {query.isPending && <Loading lines={8} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Editor system={system} read={query.data.settings} />}
    </>
  );
}

function Editor({ system, read }: { system: CardSystem; read: Settings }) {
  const { t } = useTranslation('administration');
  const [before, setBefore] = useState(read);
  const [draft, setDraft] = useState(() => draftOf(read));
  const [theirs, setTheirs] = useState<Settings>();
  const [tried, setTried] = useState(false);
  const faults = wrongFields(draft);
  const mine = settingsOf(draft);
  const changed = differences(before, mine);
  const take = (settings: Settings) => {
    setBefore(settings);
    setDraft(draftOf(settings));
    setTheirs(undefined);
    setTried(false);
  };
  const save = useSave(system, before, take, setTheirs);

  const refused = refusedField(save.error);
  const wrong = (field: SettingsField) =>
    refused === field || (tried && faults.includes(field)) ? t(`settings.wrong.${groupOf(field)}`) : null;
  const reason = theirs
    ? t('settings.chooseFirst')
    : changed.length === 0
      ? t('settings.same')
      : tried && faults.length > 0
        ? t('settings.mend', { count: faults.length })
        : undefined;
  const conflict = theirs && rebase(before, mine, theirs);
  const submit = () => {
    setTried(true);
    if (changed.length > 0 && faults.length === 0 && !save.isPending) save.mutate(mine);
  };

  return (
    <form
      noValidate
      className="grid items-start gap-x-10 gap-y-6 xl:grid-cols-[minmax(0,1fr)_20rem]"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <LeaveGuard dirty={changed.length > 0} />
      <div className="grid max-w-3xl min-w-0 gap-8">
        <SettingsFields
          draft={draft}
          wrong={wrong}
          onChange={(part) => {
            setDraft((now) => ({ ...now, ...part }));
          }}
        />
        {conflict && (
          <SettingsConflict
            theirs={conflict.theirs}
            both={conflict.both}
            onKeep={() => {
              setBefore(theirs);
              setDraft(draftOf(conflict.settings));
              setTheirs(undefined);
            }}
            onDrop={() => {
              take(theirs);
            }}
          />
        )}
        {save.isError && !theirs && refused === undefined && <Refused error={save.error} />}
        <div className="sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center gap-3 border-t border-line bg-paper px-4 py-4">
          <Button kind="act" size="large" type="submit" pending={save.isPending} reason={reason}>
            {t('save')}
          </Button>
          {changed.length > 0 && (
            <Button
              kind="quiet"
              onPress={() => {
                setDraft(draftOf(before));
                setTried(false);
                save.reset();
              }}
            >
              {t('settings.back', { count: changed.length })}
            </Button>
          )}
        </div>
      </div>
      <aside aria-label={t('settings.preview')} className="grid gap-3 max-xl:order-first xl:sticky xl:top-6">
        <DrawnCard
          issuer={draft.name || system.name}
          band={isColor(draft.primaryColor) ? draft.primaryColor : undefined}
          number="09000 00095 902"
          holder={t('settings.sample')}
        />
        <p className="text-small text-ink-soft">{t('settings.previewText')}</p>
      </aside>
    </form>
  );
}

function useSave(
  system: CardSystem,
  before: Settings,
  onSaved: (settings: Settings) => void,
  onConflict: (theirs: Settings) => void,
) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();
  const params = { header: { 'X-Counter': counter.id }, path: { cardSystemId: system.id } };
  const put = (body: Settings) => unwrap(api.PUT('/api/v1/card-systems/{cardSystemId}', { params, body }));
  const lookAgain = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: settingsKey(counter.id, system.id) }),
      client.invalidateQueries({ queryKey: ['administration', counter.id, 'stock'] }),
      client.invalidateQueries({ queryKey: meQuery.queryKey }),
    ]);

  return useMutation({
    mutationFn: put,
    onSuccess: (saved) => {
      onSaved(saved);
      showToast({
        tone: 'ok',
        text: t('settings.saved'),
        undo: async () => {
          try {
            onSaved(await put({ ...before, version: saved.version }));
            await lookAgain();
          } catch (error) {
            const { title, text } = failure(error);
            showToast({ tone: 'stop', text: text || title });
          }
        },
      });
      return lookAgain();
    },
    onError: async (error) => {
      if (!(error instanceof Refusal) || error.code !== 'card-system-changed') return;
      const { settings } = await client.query({ ...settingsQuery(counter.id, system.id), staleTime: 0 });
      onConflict(settings);
    },
  });
}

/** The field that the back end would not take. */
function refusedField(error: unknown): string | undefined {
  if (!(error instanceof Refusal) || error.code !== 'card-system-invalid') return undefined;
  const field = error.problem.args?.field;
  return typeof field === 'string' ? field : undefined;
}

/** What is said of a field that is wrong: fields of one kind share their words. */
function groupOf(field: SettingsField) {
  switch (field) {
    case 'primaryColor':
    case 'secondaryColor':
      return 'colour';
    case 'logoUrl':
    case 'website':
      return 'web';
    case 'contactEmail':
      return 'email';
    case 'name':
      return 'name';
    case 'socialTariffMaximumEnd':
      return 'maximum';
    case 'familyMaxAdults':
      return 'adults';
    case 'cities':
      return 'cities';
    default:
      return 'number';
  }
}
