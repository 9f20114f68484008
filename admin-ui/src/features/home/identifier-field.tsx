import { useEffect, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { readIdentifier, type IdentifierFault } from '@/shared/identifier/identifier';
import { Button } from '@/shared/ui/button';
import { Field } from '@/shared/ui/field';
import './home.css';

const MASK_AFTER_MS = 900;

/**
 * One field for a pass number, a chip number or a national number. It checks
 * while one types, and a national number turns into dots once it is whole.
 */
export function IdentifierField({
  primary,
  pending,
  error,
  onSubmit,
  ref,
}: {
  /** Whether this is the one thing to do here, because no reader helps. */
  primary: boolean;
  pending: boolean;
  error?: string | undefined;
  onSubmit: (identifier: string) => void;
  ref: Ref<HTMLInputElement>;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<IdentifierFault>();
  const read = readIdentifier(typed);
  const masked = useMasked(typed, read.kind === 'national');

  const check = (value: string) => {
    const now = readIdentifier(value);
    if (now.kind === 'wrong') return t(`identifier.fault.${now.fault}`);
    return fault ? t(`identifier.fault.${fault}`) : null;
  };

  const submit = () => {
    if (pending) return;
    switch (read.kind) {
      case 'empty':
        setFault('too-short');
        return;
      case 'incomplete':
      case 'wrong':
        setFault(read.fault);
        return;
      default:
        onSubmit(read.value);
    }
  };

  return (
    <form
      className="identifier grid gap-3 sm:grid-cols-[1fr_auto] sm:items-start"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      data-masked={masked || undefined}
    >
      <Field
        ref={ref}
        large
        figures
        hideLabel
        label={t('home.field')}
        placeholder={t('home.placeholder')}
        name="identifier"
        autoComplete="off"
        spellCheck={false}
        maxLength={32}
        value={typed}
        onChange={(value) => {
          setTyped(value);
          setFault(undefined);
        }}
        check={check}
        finished={(value) => isWhole(value) || fault !== undefined}
        error={error ?? (typed === '' && fault ? t(`identifier.fault.${fault}`) : undefined)}
        shortcut="/"
      />
      <Button
        type="submit"
        size="large"
        kind={primary || read.kind === 'pass' || read.kind === 'national' ? 'act' : 'plain'}
        pending={pending}
        className="min-h-16"
      >
        {t('home.search')}
      </Button>
      <p className="sr-only" aria-live="polite">
        {read.kind === 'pass' || read.kind === 'national' || read.kind === 'chip'
          ? t(`identifier.recognised.${read.kind}`)
          : ''}
      </p>
    </form>
  );
}

function isWhole(value: string): boolean {
  const { kind } = readIdentifier(value);
  return kind !== 'empty' && kind !== 'incomplete';
}

// While the last digits are typed they stay readable, to be compared.
function useMasked(typed: string, national: boolean): boolean {
  const [masked, setMasked] = useState('');
  useEffect(() => {
    if (!national) return;
    const timer = setTimeout(() => {
      setMasked(typed);
    }, MASK_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [typed, national]);
  return national && masked === typed;
}
