import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { Passholder } from '@/api/types';
import { formatPassNumber } from '@/shared/format/pass-number';
import { useFormat } from '@/shared/format/use-format';
import { Badge } from '@/shared/ui/badge';
import { classes } from '@/shared/ui/classes';
import { languageNames } from '@/shared/i18n/language';

/** Two records field by field; where they differ, the words are heavier. */
export function MergeTable({ one, two, keptId }: { one: Passholder; two: Passholder; keptId: string }) {
  const { t } = useTranslation('profile');
  const { date } = useFormat();
  const rows: [string, (person: Passholder) => string[]][] = [
    [t('edit.dateOfBirth'), ({ dateOfBirth }) => [date(dateOfBirth)]],
    [
      t('edit.where'),
      ({ address }) => [[address.street, `${address.postalCode} ${address.city}`].filter(Boolean).join(', ')],
    ],
    [t('edit.email'), ({ email }) => (email ? [email] : [])],
    [t('edit.phoneNumber'), ({ phoneNumber }) => (phoneNumber ? [phoneNumber] : [])],
    [t('edit.language'), ({ language }) => [languageNames[language]]],
    [t('edit.inszNumber'), ({ inszKnown }) => [t(inszKnown ? 'merge.known' : 'merge.unknown')]],
    [t('merge.verified'), ({ verified }) => [t(verified ? 'consent.yes' : 'consent.no')]],
    [t('merge.since'), ({ registeredAt }) => [date(registeredAt.slice(0, 10))]],
    [t('merge.balance'), ({ points }) => [String(points.balance - points.debt)]],
    [
      t('merge.passes'),
      ({ cards }) =>
        cards.map(({ uitpasNumber, status }) =>
          status === 'ACTIVE'
            ? formatPassNumber(uitpasNumber)
            : `${formatPassNumber(uitpasNumber)} (${t('merge.closedPass')})`,
        ),
    ],
    [
      t('merge.memberships'),
      ({ memberships }) =>
        memberships.filter(({ status }) => status !== 'ENDED').map(({ cardSystem }) => cardSystem.name),
    ],
  ];

  return (
    <div className="overflow-hidden rounded-card border border-line bg-surface">
      <table className="w-full table-fixed border-separate border-spacing-0">
        <caption className="sr-only">{t('merge.table')}</caption>
        <thead>
          <tr>
            <th scope="col" className="w-1/4 bg-sunken max-sm:hidden">
              <span className="sr-only">{t('merge.field')}</span>
            </th>
            {[one, two].map((person) => (
              <th key={person.id} scope="col" className="bg-sunken px-4 py-3 text-left align-top sm:px-5">
                <span data-person className="block break-words">
                  {person.firstName} {person.name}
                </span>
                <Badge tone={person.id === keptId ? 'ok' : 'warn'}>
                  {t(person.id === keptId ? 'merge.kept' : 'merge.closed')}
                </Badge>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, valueOf]) => {
            const differs = valueOf(one).join() !== valueOf(two).join();
            return (
              <Fragment key={label}>
                <tr aria-hidden className="sm:hidden">
                  <td colSpan={2} className="border-t border-line px-4 pt-2.5 text-small text-ink-soft">
                    {label}
                  </td>
                </tr>
                <tr>
                  <th
                    scope="row"
                    className="border-t border-line px-5 py-2.5 text-left align-top text-small font-normal text-ink-soft max-sm:hidden"
                  >
                    {label}
                  </th>
                  {[one, two].map((person) => (
                    <td
                      key={person.id}
                      data-person
                      className={classes(
                        'px-4 pb-2.5 align-top break-words sm:border-t sm:border-line sm:px-5 sm:pt-2.5',
                        differs ? 'font-medium' : 'text-ink-soft',
                      )}
                    >
                      <span className="sr-only sm:hidden">{label}</span>
                      {valueOf(person).length === 0
                        ? '–'
                        : valueOf(person).map((value) => (
                            <span key={value} className="block tabular-nums">
                              {value}
                            </span>
                          ))}
                    </td>
                  ))}
                </tr>
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
