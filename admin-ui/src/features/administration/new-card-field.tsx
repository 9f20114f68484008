import { useTranslation } from 'react-i18next';
import { formatPassNumber } from '@/shared/format/pass-number';
import { readIdentifier } from '@/shared/identifier/identifier';
import { Field } from '@/shared/ui/field';
import { useCardTap } from './use-card-tap';

/** The number of a card from the drawer: an empty text for a digital pass, undefined while it is none. */
export function readNewCard(typed: string): string | undefined {
  const read = readIdentifier(typed);
  if (read.kind === 'empty') return '';
  return read.kind === 'pass' ? read.value : undefined;
}

/** The card that a group gets: typed, laid on the reader, or none for a digital pass. */
export function NewCardField({
  value,
  onChange,
  tried,
  onEnter,
}: {
  value: string;
  onChange: (value: string) => void;
  tried: boolean;
  onEnter: () => void;
}) {
  const { t } = useTranslation('administration');
  const wrong = readNewCard(value) === undefined ? t('send.numberWrong') : null;
  useCardTap((number) => {
    onChange(formatPassNumber(number));
  });
  return (
    <Field
      label={t('groups.newCard')}
      help={t('groups.newCardHelp')}
      value={value}
      onChange={onChange}
      inputMode="numeric"
      figures
      optional
      finished={(typed) => typed.replace(/\D/g, '').length >= 13}
      check={() => wrong}
      error={tried ? wrong : null}
      onEnter={onEnter}
    />
  );
}
