import { useTranslation } from 'react-i18next';
import { useAbout } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { buttonStyle } from '@/shared/ui/button-style';
import { Icon } from '@/shared/ui/icon';
import { PageHeading } from '@/shared/ui/page-heading';

/** One button: everything about passwords is the login provider's. */
export function SignInPage({
  returnTo,
  ended = false,
}: {
  returnTo: string;
  /** Somebody was working here: she is told why she no longer is. */
  ended?: boolean | undefined;
}) {
  const { t } = useTranslation('login');
  const { path, refused } = readReturn(returnTo);
  const about = useAbout();
  const provider = about?.login.name ?? t('signIn.account');

  return (
    <div className="mx-auto grid w-full max-w-xl gap-8 py-6 sm:py-14">
      <div className="grid gap-4">
        <PageHeading className="text-display font-bold text-balance">{t('signIn.title')}</PageHeading>
        <p className="max-w-prose text-lead text-pretty text-ink-soft">{t('signIn.text')}</p>
      </div>
      {ended && (
        <Banner tone="warn" title={t('signIn.ended.title')} live="assertive">
          {t('signIn.ended.text')}
        </Banner>
      )}
      {refused && (
        <Banner tone="warn" title={t('signIn.refused.title')} live="polite">
          <p>{t('signIn.refused.text')}</p>
          <p className="mt-1 text-small text-ink-soft">{t('signIn.refused.code', { code: refused })}</p>
        </Banner>
      )}
      <div>
        <a
          href={`/login?returnTo=${encodeURIComponent(path)}`}
          className={buttonStyle('act', 'large', 'max-sm:w-full')}
        >
          {t('signIn.button', { provider })}
          <Icon name="arrow" size={24} />
        </a>
      </div>
      {about?.sandbox && (
        <Banner tone="note" title={t('signIn.sandbox.title')}>
          <p>{t('signIn.sandbox.text')}</p>
          <dl className="mt-2 grid gap-x-4 gap-y-0.5 sm:grid-cols-[auto_1fr]">
            <dt className="text-ink-soft">{t('signIn.sandbox.clerk')}</dt>
            <dd className="font-medium break-all">clerk@openbalie.example</dd>
            <dt className="text-ink-soft">{t('signIn.sandbox.password')}</dt>
            <dd className="font-medium">sandbox</dd>
          </dl>
        </Banner>
      )}
      <p className="max-w-prose text-pretty text-ink-soft">{t('signIn.noAccess')}</p>
    </div>
  );
}

// The back end sends a refused sign-in to `/?login=<code>`.
function readReturn(returnTo: string): { path: string; refused: string | null } {
  const url = new URL(returnTo, location.origin);
  const refused = url.searchParams.get('login');
  url.searchParams.delete('login');
  return { path: url.pathname + url.search, refused };
}
