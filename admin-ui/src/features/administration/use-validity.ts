import { useTranslation } from 'react-i18next';
import { useFormat } from '@/shared/format/use-format';

/** «1 januari 2026 – 30 april 2027»: from when until when something works. */
export function useValidity() {
  const { t } = useTranslation('administration');
  const { date } = useFormat();
  return ({ validFrom, validUntil }: { validFrom?: string | undefined; validUntil?: string | undefined }) => {
    if (validFrom && validUntil) return `${date(validFrom)} – ${date(validUntil)}`;
    if (validFrom) return t('valid.from', { date: date(validFrom) });
    return validUntil ? t('valid.until', { date: date(validUntil) }) : t('valid.always');
  };
}
