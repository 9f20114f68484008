import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useTap } from '@/shared/bridge/bridge-provider';
import { useFailure } from '@/shared/failure/use-failure';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { Icon } from '@/shared/ui/icon';

export type Found = components['schemas']['Hit'];

const MOST = 6;

/** Somebody else, found by a pass on the reader, a number or a name. */
export function FindPerson({
  label,
  tap,
  leaveOut,
  action,
}: {
  label: string;
  /** What is said beside the reader. */
  tap: string;
  /** Who is not shown: those who are chosen already. */
  leaveOut: readonly string[];
  /** What can be done with who was found. */
  action: (person: Found) => ReactNode;
}) {
  const { t } = useTranslation('profile');
  const { date } = useFormat();
  const failure = useFailure();
  const [typed, setTyped] = useState('');
  const find = useFind();
  useTap((card) => {
    if ('problem' in card || card.source === 'EID') find.reset();
    else find.mutate({ numbers: [card.identifier] });
  });
  const people = find.data?.filter(({ id }) => !leaveOut.includes(id));

  return (
    <div className="grid gap-4">
      <p className="flex items-center gap-3 text-lead font-medium">
        <span className="text-act-ink">
          <Icon name="reader" size={28} />
        </span>
        {tap}
      </p>
      <form
        role="search"
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          const text = typed.trim();
          const digits = text.replace(/[\s.-]/g, '');
          if (text) find.mutate(/^\d{13,}$/.test(digits) ? { numbers: [digits] } : { text });
        }}
      >
        <div className="min-w-52 grow">
          <Field label={label} value={typed} onChange={setTyped} autoComplete="off" maxLength={254} />
        </div>
        <div className="pb-1.5">
          <Button type="submit" icon="search" pending={find.isPending}>
            {t('find.search')}
          </Button>
        </div>
      </form>
      {find.isError && <Banner tone="stop" live="polite" title={failure(find.error).text} />}
      <div aria-live="polite">
        {people?.length === 0 && <p className="text-ink-soft">{t('find.nobody')}</p>}
        <ul className="grid">
          {people?.slice(0, MOST).map((person) => (
            <li
              key={person.id}
              className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-b border-line py-3 first:border-t"
            >
              <div data-person className="min-w-0">
                <p className="font-medium">
                  {person.firstName} {person.name}
                </p>
                <p className="text-small text-ink-soft">
                  {date(person.dateOfBirth)} · {person.address.city}
                </p>
              </div>
              {action(person)}
            </li>
          ))}
        </ul>
        {find.data?.length === MOST && <p className="pt-3 text-small text-ink-soft">{t('find.more')}</p>}
      </div>
    </div>
  );
}

function useFind() {
  const counter = useCounter();
  return useMutation({
    mutationFn: async (body: { text: string } | { numbers: string[] }) => {
      const { member } = await unwrap(
        api.POST('/api/v1/passholder-searches', {
          params: { header: { 'X-Counter': counter.id } },
          body: { ...body, start: 0, limit: MOST },
        }),
      );
      return member;
    },
  });
}
