import { useState } from 'react';
import { Badge } from '@/shared/ui/badge';
import { Table, type Sort } from '@/shared/ui/table';
import { Section } from './section';

const rows = [
  {
    id: '1',
    what: 'Story hour',
    where: 'Main library',
    when: 'Sun 22 November',
    points: 1,
    price: '€ 2,00',
    state: 'ok',
  },
  {
    id: '2',
    what: 'Swimming, ten turns',
    where: 'Van Eyck baths',
    when: 'Mon 23 November',
    points: 2,
    price: '€ 11,50',
    state: 'warn',
  },
  {
    id: '3',
    what: 'Theatre: The Visit',
    where: 'Arts centre',
    when: 'Fri 27 November',
    points: 1,
    price: '€ 104,00',
    state: 'stop',
  },
] as const;

const words = { ok: 'Open', warn: 'Nearly full', stop: 'Full' };

export function ListSamples() {
  const [sort, setSort] = useState<Sort>({ key: 'what', direction: 'ascending' });
  const way = sort.direction === 'ascending' ? 1 : -1;
  const sorted = rows.toSorted(
    (a, b) => way * (sort.key === 'points' ? a.points - b.points : a.what.localeCompare(b.what)),
  );
  return (
    <Section title="Table" id="table">
      <Table
        caption="Activities"
        rows={sorted}
        rowKey={(row) => row.id}
        sort={sort}
        onSort={setSort}
        selected={(row) => row.id === '2'}
        columns={[
          { key: 'what', title: 'Activity', cell: (row) => row.what, heading: true, sortable: true },
          { key: 'where', title: 'Place', cell: (row) => row.where, minor: true },
          { key: 'when', title: 'Day', cell: (row) => row.when },
          {
            key: 'state',
            title: 'Places',
            cell: (row) => <Badge tone={row.state}>{words[row.state]}</Badge>,
          },
          { key: 'points', title: 'Points', cell: (row) => row.points, numeric: true, sortable: true },
          { key: 'price', title: 'Price', cell: (row) => row.price, numeric: true },
        ]}
      />
    </Section>
  );
}
