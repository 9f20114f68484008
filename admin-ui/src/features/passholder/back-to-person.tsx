import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Icon } from '@/shared/ui/icon';

/** The way back to the person whose page this is about. */
export function BackToPerson({ id }: { id: string }) {
  const { t } = useTranslation('profile');
  return (
    <p>
      <Link
        to="/passholders/$id"
        params={{ id }}
        className="inline-flex min-h-11 items-center gap-2 font-medium text-act-ink underline-offset-4 hover:underline"
      >
        <Icon name="back" />
        {t('act.back')}
      </Link>
    </p>
  );
}
