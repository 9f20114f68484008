import { useTranslation } from 'react-i18next';
import type { PriceConditions } from './types';

/** Says for whom a price is: «Tot en met 17 jaar, met kansentarief». */
export function useConditions(voucherName: (id: string) => string | undefined) {
  const { t } = useTranslation('administration');

  const ages = (from?: number, until?: number) => {
    if (from !== undefined && until !== undefined) return t('who.between', { from, until });
    if (from !== undefined) return t('who.from', { from });
    return until === undefined ? undefined : t('who.until', { until });
  };

  return (conditions: PriceConditions): string => {
    const { reason, ageFrom, ageUntil, socialTariff, cardType, resident, voucherTypeId } = conditions;
    const words = [
      reason && t(`reason.${reason}`),
      ages(ageFrom, ageUntil),
      socialTariff !== undefined && t(socialTariff ? 'who.social' : 'who.notSocial'),
      cardType && t(`who.${cardType}`),
      resident !== undefined && t(resident ? 'who.resident' : 'who.notResident'),
      voucherTypeId && t('who.voucher', { name: voucherName(voucherTypeId) ?? t('who.unknownVoucher') }),
    ].filter((word): word is string => typeof word === 'string' && word !== '');
    const all = words.join(', ');
    return all === '' ? t('who.everybody') : all.charAt(0).toLocaleUpperCase() + all.slice(1);
  };
}
