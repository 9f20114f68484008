import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatPassNumber } from '@/shared/format/pass-number';
import { readIdentifier } from '@/shared/identifier/identifier';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import { useCardTap } from './use-card-tap';

/** Cards by their number: typed one after the other, or laid on the reader. */
export function CardNumbers({
  numbers,
  onChange,
}: {
  numbers: readonly string[];
  onChange: (numbers: readonly string[]) => void;
}) {
  const { t } = useTranslation('administration');
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const read = readIdentifier(typed);
  const wrong = read.kind !== 'pass' ? t('send.numberWrong') : null;
  const put = (number: string) => {
    onChange(numbers.includes(number) ? numbers : [...numbers, number]);
  };
  useCardTap(put);

  const add = () => {
    setTried(true);
    if (read.kind !== 'pass') return;
    put(read.value);
    setTyped('');
    setTried(false);
  };

  return (
    <div className="grid gap-3">
      <Field
        label={t('send.number')}
        help={t('send.numberHelp')}
        value={typed}
        onChange={setTyped}
        inputMode="numeric"
        figures
        finished={(value) => value.replace(/\D/g, '').length >= 13}
        check={(value) => (value === '' ? null : wrong)}
        error={tried ? wrong : null}
        onEnter={add}
        end={
          <Button kind="quiet" size="small" icon="plus" className="-mr-2" onPress={add}>
            {t('send.add')}
          </Button>
        }
      />
      {numbers.length > 0 && (
        <ul aria-label={t('send.chosen')} className="flex flex-wrap gap-2">
          {numbers.map((number) => (
            <li
              key={number}
              className="flex items-center gap-1 rounded-round bg-sunken pl-4 font-medium tabular-nums"
            >
              {formatPassNumber(number)}
              <Button
                kind="quiet"
                size="small"
                icon="cross"
                iconOnly
                onPress={() => {
                  onChange(numbers.filter((one) => one !== number));
                }}
              >
                {t('send.removeNumber', { number: formatPassNumber(number) })}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
