import { useTranslation } from 'react-i18next';
import { useSession } from '@/shared/session/session';
import { useSignOut } from '@/shared/session/sign-out';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { PageHeading } from '@/shared/ui/page-heading';
import { Panel } from '@/shared/ui/panel';

/** Signed in, and nowhere to work: which address that is, and whom to ask. */
export function NoRightsPage() {
  const { t } = useTranslation('login');
  const { me } = useSession();
  const signOut = useSignOut();

  return (
    <div className="mx-auto grid w-full max-w-2xl gap-7 py-6 sm:py-12">
      <div className="grid gap-4">
        <PageHeading className="text-display font-bold text-balance">{t('noRights.title')}</PageHeading>
        <p className="text-lead text-pretty">
          {t('noRights.signedInAs')}{' '}
          <strong className="inline-block max-w-full wrap-anywhere">{me.user.email}</strong>
        </p>
        <p className="max-w-prose text-pretty text-ink-soft">{t('noRights.text')}</p>
      </div>
      {me.help.contacts.length > 0 && (
        <section aria-labelledby="whom" className="grid gap-3">
          <h2 id="whom" className="text-lead font-bold">
            {t('noRights.whom')}
          </h2>
          <Panel flush>
            <ul className="divide-y divide-line">
              {me.help.contacts.map(({ name, email }) => (
                <li
                  key={email}
                  className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-5 py-4 sm:px-6"
                >
                  <span className="min-w-0">
                    <span className="block font-medium">{name}</span>
                    <span className="block break-all text-ink-soft">{email}</span>
                  </span>
                  <a
                    className={buttonStyle('plain', 'small')}
                    href={mailTo(email, t('noRights.subject'), t('noRights.body', { email: me.user.email }))}
                  >
                    {t('noRights.mail')}
                  </a>
                </li>
              ))}
            </ul>
          </Panel>
        </section>
      )}
      <div className="flex flex-wrap gap-3">
        <Button
          kind="act"
          onPress={() => {
            location.reload();
          }}
        >
          {t('noRights.again')}
        </Button>
        <Button
          kind="quiet"
          pending={signOut.isPending}
          onPress={() => {
            signOut.mutate();
          }}
        >
          {t('noRights.other')}
        </Button>
      </div>
    </div>
  );
}

function mailTo(address: string, subject: string, body: string): string {
  return `mailto:${address}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`;
}
