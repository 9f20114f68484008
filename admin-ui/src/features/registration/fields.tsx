import type { ReactNode } from 'react';
import { useController } from 'react-hook-form';
import { useFormat } from '@/shared/format/use-format';
import { Checkbox } from '@/shared/ui/checkbox';
import { DateField } from '@/shared/ui/date-field';
import { Field, type FieldProps } from '@/shared/ui/field';
import { Icon } from '@/shared/ui/icon';
import { Select, type Option } from '@/shared/ui/select';
import { SuggestField, type SuggestFieldProps } from '@/shared/ui/suggest-field';
import type { consentNames, Person } from './household';
import type { Problem } from './problems';
import { useWizard } from './use-wizard';

type Texts = { [K in keyof Person]: Person[K] extends string ? K : never }[keyof Person];
type Own = Omit<FieldProps, 'value' | 'onChange' | 'error' | 'onBlur' | 'name'>;

/** Told what is typed, before it is in the form. */
type Typing = { onType?: (value: string) => void };

/** The words of the back end about a problem. */
export function useWords(): (problem: Problem | undefined) => string | undefined {
  const { text } = useFormat();
  return (problem) => problem && (problem.message ? text(problem.message) : problem.code);
}

/** A line of the form about the person on screen, with what is wrong with it once it was left. */
export function TextField({ name, onType, ...field }: Own & Typing & { name: Texts }) {
  const { form, current, shown, warned, touch } = useWizard();
  const words = useWords();
  const {
    field: { value, onChange, onBlur },
  } = useController({ control: form.control, name: `people.${current}.${name}` });
  return (
    <div className="grid content-start gap-1.5">
      <Field
        {...field}
        name={name}
        value={value}
        onChange={(now) => {
          onType?.(now);
          onChange(now);
        }}
        error={words(shown(name))}
        onBlur={() => {
          // Whoever only walks past has done nothing wrong.
          if (value) touch(name);
          onBlur();
        }}
      />
      <Warning>{words(warned(name))}</Warning>
    </div>
  );
}

/** A line with suggestions under it. */
export function SuggestedField({
  name,
  label,
  onType,
  suggestions,
  onChoose,
}: Typing & Pick<SuggestFieldProps, 'label' | 'suggestions' | 'onChoose'> & { name: Texts }) {
  const { form, current, shown, touch } = useWizard();
  const words = useWords();
  const { field } = useController({ control: form.control, name: `people.${current}.${name}` });
  return (
    <SuggestField
      name={name}
      label={label}
      value={field.value}
      suggestions={suggestions}
      onChoose={onChoose}
      onChange={(now) => {
        onType?.(now);
        field.onChange(now);
      }}
      onBlur={() => {
        if (field.value) touch(name);
        field.onBlur();
      }}
      error={words(shown(name))}
    />
  );
}

export function DayField({
  name,
  label,
  help,
  optional,
}: {
  name: Texts;
  label: string;
  help?: ReactNode;
  optional?: boolean;
}) {
  const { form, current, shown, touch } = useWizard();
  const words = useWords();
  const { field } = useController({ control: form.control, name: `people.${current}.${name}` });
  return (
    <div
      onBlur={() => {
        if (field.value) touch(name);
      }}
    >
      <DateField
        label={label}
        help={help}
        optional={optional}
        value={field.value || null}
        onChange={(day) => {
          field.onChange(day ?? '');
        }}
        error={words(shown(name))}
      />
    </div>
  );
}

export function ListField({
  name,
  label,
  options,
  help,
  placeholder,
}: {
  name: Texts;
  label: string;
  options: Option[];
  help?: ReactNode;
  placeholder?: string;
}) {
  const { form, current, shown, touch } = useWizard();
  const words = useWords();
  const { field } = useController({ control: form.control, name: `people.${current}.${name}` });
  return (
    <Select
      label={label}
      help={help}
      placeholder={placeholder}
      options={options}
      value={field.value}
      onChange={(value) => {
        field.onChange(value);
        touch(name);
      }}
      error={words(shown(name))}
    />
  );
}

export function ConsentField({
  name,
  children,
  help,
}: {
  name: (typeof consentNames)[number];
  children: ReactNode;
  help?: ReactNode;
}) {
  const { form, current, shown, touch } = useWizard();
  const words = useWords();
  const { field } = useController({ control: form.control, name: `people.${current}.consents.${name}` });
  return (
    <Checkbox
      checked={field.value}
      onChange={(given) => {
        field.onChange(given);
        touch(`consents/${name}`);
      }}
      help={help}
      error={words(shown(`consents/${name}`))}
    >
      {children}
    </Checkbox>
  );
}

/** What the clerk should look at again, and may save all the same. */
export function Warning({ children }: { children: ReactNode }) {
  return (
    <div aria-live="polite">
      {children && (
        <p className="flex items-start gap-1.5 text-small text-warn-ink">
          <span className="mt-0.5 text-warn">
            <Icon name="alert" size={18} />
          </span>
          {children}
        </p>
      )}
    </div>
  );
}
