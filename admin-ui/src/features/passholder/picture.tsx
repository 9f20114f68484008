import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, Refusal, unwrap } from '@/api/client';
import type { Passholder } from '@/api/types';
import { useFailure } from '@/shared/failure/use-failure';
import { PictureField } from '@/shared/picture/picture-field';
import { fileOf, type Picture as NewPicture } from '@/shared/picture/picture';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';
import { personKey } from './queries';

const pictureQuery = (counterId: string, id: string) =>
  queryOptions({
    queryKey: [...personKey(counterId, id), 'picture'],
    staleTime: 300_000,
    retry: false,
    queryFn: async () => {
      try {
        const file: Blob = await unwrap(
          api.GET('/api/v1/passholders/{passholderId}/picture', {
            params: { header: { 'X-Counter': counterId }, path: { passholderId: id } },
            parseAs: 'blob',
          }),
        );
        return { file, url: await urlOf(file) };
      } catch (error) {
        if (error instanceof Refusal && error.status === 404) return null;
        throw error;
      }
    },
  });

/** The picture of a person: looked at with the right to it, changed with another. */
export default function Picture({ person }: { person: Passholder }) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const client = useQueryClient();
  const failure = useFailure();
  const query = pictureQuery(counter.id, person.id);
  const { data: kept } = useQuery(query);
  const params = { header: { 'X-Counter': counter.id }, path: { passholderId: person.id } };

  const save = useMutation({
    mutationFn: async (picture: Blob | null) => {
      const address = '/api/v1/passholders/{passholderId}/picture';
      if (!picture) return unwrap(api.DELETE(address, { params }));
      return unwrap(
        api.PUT(address, {
          params: { ...params, query: { source: sources.get(picture) ?? 'FILE' } },
          body: picture as unknown as string,
          bodySerializer: (body: unknown) => body as Blob,
          headers: { 'Content-Type': picture.type || 'image/jpeg' },
        }),
      );
    },
    onSuccess: async (_, file) => {
      const shown = file && { file, url: await urlOf(file) };
      client.setQueryData(query.queryKey, () => shown);
    },
  });
  const change = (picture: NewPicture | undefined) => {
    const next = picture ? fileOf(picture) : null;
    if (next && picture) sources.set(next, picture.source);
    save.mutate(next, {
      onSuccess: () => {
        showToast({
          tone: 'ok',
          text: t(next ? 'picture.saved' : 'picture.removed'),
          undo: () => save.mutateAsync(kept?.file ?? null).catch(() => undefined),
        });
      },
    });
  };

  return (
    <PictureField
      value={kept ?? undefined}
      onChange={change}
      pending={save.isPending}
      error={save.error ? failure(save.error).text : undefined}
    />
  );
}

// Where a picture that is about to be sent came from.
const sources = new WeakMap<Blob, NewPicture['source']>();

function urlOf(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      resolve(reader.result as string);
    };
    reader.onerror = () => {
      reject(reader.error ?? new Error('a picture that cannot be read'));
    };
    reader.readAsDataURL(file);
  });
}
