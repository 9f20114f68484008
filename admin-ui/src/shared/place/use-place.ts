import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, unwrap } from '@/api/client';
import type { Suggestion } from '@/shared/ui/suggest-field';

interface Address {
  postalCode: string;
  city: string;
}

/** A postal code brings its municipality, and a municipality its postal code. */
export function usePlace({ postalCode, city }: Address, change: (part: Partial<Address>) => void) {
  // undefined: nobody is typing a municipality.
  const [typed, setTyped] = useState<string>();
  const coded = usePlaces(/^\d{4}$/.test(postalCode) ? postalCode : '').filter(
    (place) => place.postalCode === postalCode,
  );
  const named = usePlaces(typed && typed.length > 1 ? typed : '');
  const places = typed ? named : coded;
  // The municipality itself before its parts: the clerk changes it where it is one of those.
  const likely = (coded.find(({ name, municipality }) => name === municipality) ?? coded[0])?.name;
  useEffect(() => {
    // Who empties the field is about to type another.
    if (likely && !city && typed === undefined) change({ city: likely });
  }, [likely, city, typed, change]);

  const suggestions: Suggestion[] = places.map((place) => ({
    id: `${place.postalCode}-${place.name}`,
    label: place.name,
    note: place.name === place.municipality ? place.postalCode : `${place.postalCode} ${place.municipality}`,
  }));
  return {
    suggestions,
    /** Told what is typed as a municipality. */
    look: setTyped,
    /** Told what is typed as a postal code; says whether the municipality was that of another one. */
    recode: (now: string) => {
      setTyped(undefined);
      return now !== postalCode && coded.some(({ name }) => name === city);
    },
    /** The place of a suggestion. */
    choose: (id: string): Address | undefined => {
      const chosen = places.find((place) => `${place.postalCode}-${place.name}` === id);
      setTyped(undefined);
      return chosen && { postalCode: chosen.postalCode, city: chosen.name };
    },
  };
}

function usePlaces(beginning: string) {
  const { data = [] } = useQuery({
    queryKey: ['municipalities', beginning],
    enabled: beginning !== '',
    staleTime: Infinity,
    placeholderData: (before) => before,
    queryFn: () => unwrap(api.GET('/api/v1/municipalities', { params: { query: { q: beginning } } })),
  });
  return beginning === '' ? [] : data;
}
