import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Passholder } from '@/api/types';
import { Refused } from './refused';
import { useUnsaved } from '@/shared/identify/unsaved';
import { Button } from '@/shared/ui/button';
import { Icon } from '@/shared/ui/icon';
import { TextArea } from '@/shared/ui/text-area';
import { EraseDialog } from './erase-dialog';
import { useRequests } from './use-privacy';

const goes = ['details', 'picture', 'lists', 'cards', 'memberships'] as const;
const stays = ['books', 'audit', 'requests'] as const;

/** To be forgotten: what goes, what stays and why; written down for a colleague, or done at once. */
export function Erasure({ person }: { person: Passholder }) {
  const { t } = useTranslation('profile');
  const navigate = useNavigate();
  const { ask, answer } = useRequests();
  const [reason, setReason] = useState('');
  const [sure, setSure] = useState(false);
  useUnsaved(reason !== '' && !ask.isSuccess);
  const body = { passholderId: person.id, kind: 'ERASURE' as const, reason: reason.trim() };
  const error = ask.error ?? answer.error;

  return (
    <section aria-labelledby="erasure" className="grid gap-4">
      <h2 id="erasure" className="text-lead font-bold">
        {t('privacy.erase')}
      </h2>
      <div className="grid gap-6 sm:grid-cols-2">
        <List title={t('privacy.goes')} icon="cross" lines={goes.map((each) => t(`privacy.gone.${each}`))} />
        <List title={t('privacy.stays')} icon="lock" lines={stays.map((each) => t(`privacy.kept.${each}`))} />
      </div>
      <TextArea
        label={t('privacy.reason')}
        help={t('privacy.reasonHelp')}
        value={reason}
        maxLength={2000}
        optional
        onChange={setReason}
      />
      {error && <Refused error={error} />}
      <div className="flex flex-wrap gap-3">
        <Button
          pending={ask.isPending && !sure}
          onPress={() => {
            ask.mutate(body, {
              onSuccess: () => {
                setReason('');
              },
            });
          }}
        >
          {t('privacy.write')}
        </Button>
        <Button
          kind="stop"
          onPress={() => {
            setSure(true);
          }}
        >
          {t('privacy.eraseNow')}
        </Button>
      </div>
      {sure && (
        <EraseDialog
          name={`${person.firstName} ${person.name}`}
          pending={ask.isPending || answer.isPending}
          onClose={() => {
            setSure(false);
          }}
          onErase={async () => {
            try {
              const request = await ask.mutateAsync(body);
              await answer.mutateAsync({ request, state: 'DONE' });
              await navigate({ to: '/' });
            } catch {
              setSure(false);
            }
          }}
        />
      )}
    </section>
  );
}

function List({ title, icon, lines }: { title: string; icon: 'cross' | 'lock'; lines: readonly string[] }) {
  return (
    <div className="grid content-start gap-2">
      <h3 className="font-medium">{title}</h3>
      <ul className="grid gap-1.5">
        {lines.map((line) => (
          <li key={line} className="flex items-start gap-2">
            <span className="mt-0.5 text-ink-soft">
              <Icon name={icon} size={18} />
            </span>
            <span className="text-pretty">{line}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
