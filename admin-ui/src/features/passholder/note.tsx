import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { Passholder } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { useFailure } from '@/shared/failure/use-failure';
import { useFormat } from '@/shared/format/use-format';
import { useUnsaved } from '@/shared/identify/unsaved';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Loading } from '@/shared/ui/skeleton';
import { TextArea } from '@/shared/ui/text-area';
import { showToast } from '@/shared/ui/toast-store';
import { personKey } from './queries';
import { useWhyNot } from './use-may';

const noteQuery = (counterId: string, id: string) =>
  queryOptions({
    queryKey: [...personKey(counterId, id), 'note'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/passholders/{passholderId}/note', {
          params: { header: { 'X-Counter': counterId }, path: { passholderId: id } },
        }),
      ),
  });

/** What colleagues keep about a person, for those with the right to it; it is read only when one opens it. */
export default function Note({ person }: { person: Passholder }) {
  const counter = useCounter();
  const { data, error, refetch } = useQuery({
    ...noteQuery(counter.id, person.id),
    refetchOnWindowFocus: false,
  });
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading lines={2} />;
  return <EditNote person={person} note={data.note} updatedAt={data.updatedAt} />;
}

function EditNote({
  person,
  note,
  updatedAt,
}: {
  person: Passholder;
  note: string;
  updatedAt: string | undefined;
}) {
  const { t } = useTranslation('profile');
  const { day } = useFormat();
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();
  const whyNot = useWhyNot();
  const [typed, setTyped] = useState(note);
  const changed = typed.trim() !== note;
  useUnsaved(changed);

  const save = useMutation({
    mutationFn: (text: string) =>
      unwrap(
        api.PUT('/api/v1/passholders/{passholderId}/note', {
          params: { header: { 'X-Counter': counter.id }, path: { passholderId: person.id } },
          body: { note: text },
        }),
      ),
    onSuccess: (_, text) => {
      void client.invalidateQueries({ queryKey: noteQuery(counter.id, person.id).queryKey });
      const back = () => {
        setTyped(note);
        return save.mutateAsync(note).catch(() => undefined);
      };
      showToast({ tone: 'ok', text: t('note.saved'), ...(text === note ? { seconds: 5 } : { undo: back }) });
    },
    onError: (error) => {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: `${t('note.failed')} ${text || title}` });
    },
  });

  return (
    <form
      className="grid justify-items-start gap-3 pt-1 pb-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) save.mutate(typed.trim());
      }}
    >
      <div data-person className="w-full">
        <TextArea
          label={t('note.title')}
          hideLabel
          help={t('note.help')}
          value={typed}
          maxLength={10_000}
          onChange={setTyped}
        />
      </div>
      {updatedAt && note && !changed && (
        <p className="text-small text-ink-soft">{t('note.at', { day: day(updatedAt) })}</p>
      )}
      {changed && (
        <Button
          type="submit"
          size="small"
          pending={save.isPending}
          reason={whyNot('PASSHOLDERS_PRIVATE_WRITE', person)}
        >
          {t('note.save')}
        </Button>
      )}
    </form>
  );
}
