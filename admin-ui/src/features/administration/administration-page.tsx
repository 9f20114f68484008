import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardSystem } from '@/api/types';
import { forgetUnsaved, hasUnsaved } from '@/shared/identify/unsaved';
import { LeaveQuestion } from '@/shared/leave/leave-question';
import { useCounter } from '@/shared/session/session';
import { classes } from '@/shared/ui/classes';
import { EmptyState } from '@/shared/ui/empty-state';
import { Icon } from '@/shared/ui/icon';
import { Select } from '@/shared/ui/select';
import { chosenSystem } from './chosen-system';
import { GroupsPage } from './groups-page';
import { ManyLinks } from './many-links';
import { PlaceLink } from './place-link';
import { PricesSection } from './prices-section';
import { SettingsPage } from './settings-page';
import { StockSection } from './stock-section';
import { bringIntoView } from './bring-into-view';
import { VouchersSection } from './vouchers-section';
import { opens, readPlace, sections, type Section } from './sections';

/** Running a card system: its nouns at the left, one of them at a time beside it. */
export function AdministrationPage() {
  const { t } = useTranslation('administration');
  const { _splat = '' } = useParams({ strict: false });
  const counter = useCounter();
  const navigate = useNavigate();
  const { section: wanted, rest } = readPlace(_splat);
  const section =
    sections.find(({ id }) => id === wanted) ??
    sections.find((one) => opens(one, counter.permissions)) ??
    sections[0];
  const [chosen, setChosen] = useState(() => chosenSystem.read());
  const [waiting, setWaiting] = useState<number>();
  const system = counter.cardSystems.find(({ id }) => id === chosen) ?? counter.cardSystems[0];
  const choose = (id: number) => {
    forgetUnsaved();
    setWaiting(undefined);
    setChosen(id);
    chosenSystem.write(id);
    // One list or parcel is of one card system; the list of them is of any.
    if (rest.length > (section.id === 'stock' ? 1 : 0))
      void navigate({ to: '/administration/$', params: { _splat: section.id } });
  };

  return (
    <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[13rem_minmax(0,1fr)]">
      <div className="grid content-start gap-5">
        {system && counter.cardSystems.length > 1 && (
          <Select
            label={t('system')}
            value={String(system.id)}
            options={counter.cardSystems.map(({ id, name }) => ({ value: String(id), label: name }))}
            onChange={(value) => {
              if (hasUnsaved()) setWaiting(Number(value));
              else choose(Number(value));
            }}
          />
        )}
        <Nav current={section.id} permissions={counter.permissions} />
        <ManyLinks />
        <LeaveQuestion
          open={waiting !== undefined}
          onStay={() => {
            setWaiting(undefined);
          }}
          onLeave={() => {
            if (waiting !== undefined) choose(waiting);
          }}
        />
      </div>
      <div className="grid min-w-0 content-start gap-6">
        {!opens(section, counter.permissions) ? (
          <Closed section={section} />
        ) : (
          system && <Opened key={system.id} section={section.id} rest={rest} system={system} />
        )}
      </div>
    </div>
  );
}

function Opened({ section, rest, system }: { section: Section['id']; rest: string[]; system: CardSystem }) {
  switch (section) {
    case 'stock':
      return <StockSection rest={rest} system={system} />;
    case 'groups':
      return <GroupsPage system={system} />;
    case 'settings':
      return <SettingsPage system={system} />;
    case 'prices':
      return <PricesSection rest={rest} system={system} />;
    case 'vouchers':
      return <VouchersSection rest={rest} system={system} />;
  }
}

function Nav({ current, permissions }: { current: string; permissions: readonly string[] }) {
  const { t } = useTranslation('administration');
  return (
    <nav aria-label={t('nav')} className="-mx-4 overflow-x-auto px-4 lg:mx-0 lg:overflow-visible lg:px-0">
      <ul className="flex gap-1 lg:grid">
        {sections.map((section) => {
          const here = section.id === current;
          const open = opens(section, permissions);
          return (
            <li key={section.id} ref={here ? bringIntoView : undefined}>
              <PlaceLink
                to={section.id}
                current={here}
                className={classes(
                  'flex min-h-11 items-center gap-3 rounded-control px-3 whitespace-nowrap transition-colors',
                  here ? 'bg-act-soft font-medium text-act-ink' : 'hover:bg-sunken',
                  !open && !here && 'text-ink-soft',
                )}
              >
                <Icon name={open ? section.icon : 'lock'} />
                {t(`section.${section.id}`)}
                {!open && <span className="sr-only">({t('closed.short')})</span>}
              </PlaceLink>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Why a section stays closed, and who can open it. */
function Closed({ section }: { section: Section }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  return (
    <EmptyState icon="lock" title={t('closed.title', { section: t(`section.${section.id}`) })}>
      {t('closed.text', { counter: counter.name })}
    </EmptyState>
  );
}
