import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classes } from './classes';
import { Icon } from './icon';

export type Sort = { key: string; direction: 'ascending' | 'descending' };

export type Column<Row> = {
  key: string;
  title: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Right, in figures that stand under each other. */
  numeric?: boolean | undefined;
  sortable?: boolean | undefined;
  /** The cell that names the row. */
  heading?: boolean | undefined;
  /** Falls away below 640 px, where another cell should say it. */
  minor?: boolean | undefined;
};

/** A list with columns: 44 px rows, a head that stays, one sort. */
export function Table<Row>({
  caption,
  showCaption = false,
  columns,
  rows,
  rowKey,
  sort,
  onSort,
  selected,
  empty,
  flows = false,
}: {
  caption: string;
  showCaption?: boolean | undefined;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string;
  sort?: Sort | undefined;
  onSort?: ((sort: Sort) => void) | undefined;
  selected?: ((row: Row) => boolean) | undefined;
  empty?: ReactNode;
  /** As long as its rows: the page scrolls, and the head stays at the top of a screen on which all columns fit. */
  flows?: boolean | undefined;
}) {
  const { t } = useTranslation('ui');
  const id = useId();
  const edge = (column: Column<Row>) =>
    classes(column.numeric && 'text-right', column.minor && 'max-sm:hidden');

  return (
    <div
      role="region"
      aria-labelledby={id}
      tabIndex={0}
      className={classes(
        'relative rounded-card border border-line bg-surface print:max-h-none print:overflow-visible',
        flows ? 'max-lg:overflow-x-auto lg:overflow-clip' : 'max-h-[70dvh] overflow-auto',
      )}
    >
      <table className="w-full border-separate border-spacing-0">
        <caption id={id} className={showCaption ? 'px-4 pt-4 pb-2 text-left font-bold' : 'sr-only'}>
          {caption}
        </caption>
        <thead className="sticky top-0 z-10">
          <tr>
            {columns.map((column) => {
              const direction = sort?.key === column.key ? sort.direction : undefined;
              return (
                <th
                  key={column.key}
                  scope="col"
                  aria-sort={column.sortable ? (direction ?? 'none') : undefined}
                  className={classes(
                    'h-11 border-b border-line-strong bg-sunken px-4 text-left text-small font-medium whitespace-nowrap text-ink-soft',
                    edge(column),
                  )}
                >
                  {column.sortable ? (
                    <button
                      type="button"
                      className={classes(
                        'inline-flex min-h-11 items-center gap-1 rounded-small hover:text-ink',
                        direction && 'font-bold text-ink',
                        column.numeric && 'flex-row-reverse',
                      )}
                      onClick={() =>
                        onSort?.({
                          key: column.key,
                          direction: direction === 'ascending' ? 'descending' : 'ascending',
                        })
                      }
                    >
                      {column.title}
                      <span
                        className={classes(
                          'transition-transform',
                          direction === 'ascending' && 'rotate-180',
                          !direction && 'text-ink-soft',
                        )}
                      >
                        <Icon name={direction ? 'down' : 'sort'} size={16} />
                      </span>
                    </button>
                  ) : (
                    column.title
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const chosen = selected?.(row) ?? false;
            return (
              <tr key={rowKey(row)} className={classes('group', chosen ? 'bg-act-soft' : 'hover:bg-sunken')}>
                {columns.map((column) => {
                  const Cell = column.heading ? 'th' : 'td';
                  return (
                    <Cell
                      key={column.key}
                      scope={column.heading ? 'row' : undefined}
                      className={classes(
                        'h-11 border-b border-line px-4 py-2 text-left font-normal group-last:border-b-0',
                        column.heading && 'font-medium max-sm:w-full',
                        column.numeric && 'whitespace-nowrap tabular-nums',
                        edge(column),
                      )}
                    >
                      {column.cell(row)}
                    </Cell>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length === 0 && empty}
      <span className="sr-only" aria-live="polite">
        {sort && t(`sorted.${sort.direction}`)}
      </span>
    </div>
  );
}
