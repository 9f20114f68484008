import { useTranslation } from 'react-i18next';
import { EidPicture } from './eid-picture';

/** The place of an eID that is still to come, for a form that can take one. */
export function EidWaiting() {
  const { t } = useTranslation('eid');
  return (
    <div className="flex items-center gap-6 max-sm:flex-wrap max-sm:gap-y-3 rounded-card border-2 border-dashed border-line-strong px-5 py-5 sm:px-6">
      <EidPicture />
      <div className="grid min-w-0 gap-1">
        <p className="text-lead font-bold text-balance">{t('waiting.title')}</p>
        <p className="text-ink-soft">{t('waiting.text')}</p>
      </div>
    </div>
  );
}
