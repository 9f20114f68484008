import type { ReactNode } from 'react';
import { Field } from '@/shared/ui/field';
import { SuggestField } from '@/shared/ui/suggest-field';
import { usePlace } from './use-place';

interface Line {
  label: string;
  value: string;
  error?: ReactNode;
}

/** A postal code and its municipality in Belgium: each brings the other. */
export function PlaceFields({
  postalCode,
  city,
  onChange,
}: {
  postalCode: Line;
  city: Line;
  onChange: (part: { postalCode?: string; city?: string }) => void;
}) {
  const place = usePlace({ postalCode: postalCode.value, city: city.value }, onChange);
  return (
    <div className="grid items-start gap-5 sm:grid-cols-[9rem_1fr]">
      <Field
        {...postalCode}
        figures
        inputMode="numeric"
        autoComplete="off"
        maxLength={16}
        onChange={(now) => {
          onChange({ postalCode: now, ...(place.recode(now) ? { city: '' } : {}) });
        }}
      />
      <SuggestField
        {...city}
        suggestions={place.suggestions}
        onChange={(now) => {
          place.look(now);
          onChange({ city: now });
        }}
        onChoose={(id) => {
          const chosen = place.choose(id);
          if (chosen) onChange(chosen);
        }}
      />
    </div>
  );
}
