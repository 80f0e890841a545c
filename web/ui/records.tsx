/**
 * Rows of the same kind: a table where the screen is wide, cards on a phone. Roles are written out,
 * because a table that is not laid out as one loses them in some browsers.
 */
import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';
import classes from './records.module.css';

export type Column<Row> = {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The order this column can bring, ascending. */
  sort?: string;
  /** Leaves out the header's word beside the cell on a phone. */
  plain?: boolean;
  /** A cell of actions: to the right in a table, full width in a card. */
  actions?: boolean;
};

export function Records<Row>({
  caption,
  columns,
  rows,
  keyOf,
  sort,
  onSort,
  isMarked,
}: {
  caption: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** The present order, `-` in front when descending. */
  sort?: string;
  onSort?: (sort: string) => void;
  /** Rows that ask for this person. */
  isMarked?: (row: Row) => boolean;
}) {
  return (
    <div className={classes.frame}>
      <table className={classes.table} role="table">
        <caption className={classes.caption}>
          <VisuallyHidden>{caption}</VisuallyHidden>
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <Header key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row" data-marked={isMarked?.(row) || undefined}>
              {columns.map(({ key, header, cell, plain = false, actions = false }, at) =>
                at === 0 ? (
                  <th key={key} scope="row" role="rowheader">
                    {cell(row)}
                  </th>
                ) : (
                  <td
                    key={key}
                    role="cell"
                    data-header={plain || actions ? undefined : header}
                    data-actions={actions || undefined}
                  >
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Header<Row>({
  column: { header, sort: own, actions = false },
  sort = '',
  onSort,
}: {
  column: Column<Row>;
  sort?: string | undefined;
  onSort?: ((sort: string) => void) | undefined;
}) {
  const { t } = useTranslation();
  if (own === undefined || !onSort) {
    return (
      <th scope="col" role="columnheader">
        {actions ? <VisuallyHidden>{header}</VisuallyHidden> : header}
      </th>
    );
  }
  const isSorted = sort.replace('-', '') === own;
  const isDescending = sort.startsWith('-');
  return (
    <th
      scope="col"
      role="columnheader"
      aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : 'none'}
    >
      <UnstyledButton
        className={classes.sort}
        onClick={() => onSort(isSorted && !isDescending ? `-${own}` : own)}
      >
        {header}
        {isSorted && <Icon name={isDescending ? 'down' : 'up'} size={14} />}
        <VisuallyHidden>
          {isSorted ? t(isDescending ? 'pipeline.sortDescending' : 'pipeline.sortAscending') : ''}
        </VisuallyHidden>
      </UnstyledButton>
    </th>
  );
}
