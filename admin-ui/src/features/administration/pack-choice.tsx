import { useTranslation } from 'react-i18next';
import { Checkbox } from '@/shared/ui/checkbox';
import type { Pack } from './types';

/** The supplier's packs that are at the region, to be ticked. */
export function PackChoice({
  packs,
  chosen,
  onChange,
}: {
  packs: readonly Pack[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  const { t } = useTranslation('administration');
  if (packs.length === 0) return <p className="text-ink-soft">{t('send.noPacks')}</p>;
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 font-medium">{t('send.packs')}</legend>
      <div className="max-h-72 overflow-y-auto rounded-card border border-line px-4 py-1">
        {packs.map(({ name, cards, socialTariff }) => (
          <Checkbox
            key={name}
            checked={chosen.includes(name)}
            onChange={(checked) => {
              onChange(checked ? [...chosen, name] : chosen.filter((one) => one !== name));
            }}
          >
            <span className="font-medium">{name}</span>{' '}
            <span className="text-ink-soft">
              {t('send.packOf', { count: cards })}
              {socialTariff > 0 && `, ${t('send.ofWhichSocial', { count: socialTariff })}`}
            </span>
          </Checkbox>
        ))}
      </div>
    </fieldset>
  );
}
