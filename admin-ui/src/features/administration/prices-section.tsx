import type { CardSystem } from '@/api/types';
import { PriceEditorPage } from './price-editor-page';
import { PriceListPage } from './price-list-page';
import { PriceListsPage } from './price-lists-page';

/** Price lists: all of them, one, or one being written. */
export function PricesSection({ rest: [act, id], system }: { rest: string[]; system: CardSystem }) {
  if (act === undefined) return <PriceListsPage system={system} />;
  if (act === 'new') return <PriceEditorPage key="new" system={system} />;
  if (act === 'copy' && id) return <PriceEditorPage key={`copy ${id}`} system={system} copyOf={id} />;
  if (act === 'edit' && id) return <PriceEditorPage key={id} system={system} edits={id} />;
  return <PriceListPage key={act} id={act} />;
}
