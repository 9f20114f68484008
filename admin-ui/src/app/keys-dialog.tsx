import { useTranslation } from 'react-i18next';
import { Dialog } from '@/shared/ui/dialog';
import { Kbd } from '@/shared/ui/kbd';
import { useCharacterKeys, useKeys, type Key } from '@/shared/ui/keys';

/** Every key that does something on the screen below. */
export default function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('ui');
  const keys = useKeys().filter((key) => key.layer === 0);
  const [letters] = useCharacterKeys();
  const groups = [
    { title: t('keys.here'), keys: unique(keys.filter((key) => !key.everywhere)) },
    { title: t('keys.everywhere'), keys: unique(keys.filter((key) => key.everywhere)) },
  ].filter((group) => group.keys.length > 0);

  return (
    <Dialog open={open} onClose={onClose} title={t('shell.keys')}>
      {!letters && <p className="text-ink-soft">{t('shell.keysOff')}</p>}
      {groups.map((group) => (
        <section key={group.title} className="grid gap-1">
          <h3 className="text-small text-ink-soft">{group.title}</h3>
          <dl>
            {group.keys.map((key) => (
              <div
                key={key.id}
                className="flex min-h-11 items-center justify-between gap-4 border-t border-line"
              >
                <dt>{key.label}</dt>
                <dd>
                  <Kbd keys={key.key} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}

/** Where two parts took the same key, the last one has it. */
function unique(keys: Key[]) {
  return [...new Map(keys.map((key) => [key.key, key])).values()];
}
