import { useState } from 'react';
import type { Activity } from '@/api/types';

/**
 * The activities in the order in which they first came: an act must not move
 * the next button under the same finger. `list` names the list; another one
 * starts anew.
 */
export function useStableOrder(activities: readonly Activity[], list: string): readonly Activity[] {
  const [known, setKnown] = useState({ list, ids: [] as readonly string[] });
  const ids = orderOf(activities, known.list === list ? known.ids : []);
  if (known.list !== list || ids.length !== known.ids.length) setKnown({ list, ids });
  return activities.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
}

function orderOf(activities: readonly Activity[], known: readonly string[]): readonly string[] {
  return [...known, ...activities.map(({ id }) => id).filter((id) => !known.includes(id))];
}
