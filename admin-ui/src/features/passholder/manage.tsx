import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Passholder } from '@/api/types';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Icon, type IconName } from '@/shared/ui/icon';
import { useWhyNot } from './use-may';

const LeaveDialog = lazy(async () => ({ default: (await import('./leave-dialog')).LeaveDialog }));

/** What changes about a person at this counter. Where the counter has no right, that is said once. */
export function Manage({ person }: { person: Passholder }) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const navigate = useNavigate();
  const whyNot = useWhyNot();
  const [leaving, setLeaving] = useState(false);
  const no = whyNot('PASSHOLDERS_WRITE', person);
  const may = (right: string) => counter.permissions.includes(right);
  const here = (id: number) => counter.cardSystems.some((system) => system.id === id);
  const current = person.memberships.filter(({ status }) => status !== 'ENDED');
  const others = counter.cardSystems.filter(
    (system) => !current.some(({ cardSystem }) => cardSystem.id === system.id),
  );
  const { id } = person;

  return (
    <section aria-labelledby="manage" className="grid justify-items-start gap-1 border-t border-line pt-4">
      <h2 id="manage" className="font-medium">
        {t('act.title')}
      </h2>
      {no ? (
        <p className="flex items-start gap-2 text-small">
          <span className="mt-0.5 text-warn">
            <Icon name="info" size={18} />
          </span>
          {no}
        </p>
      ) : (
        <>
          <Act icon="person" onPress={() => void navigate({ to: '/passholders/$id/edit', params: { id } })}>
            {t('act.edit')}
          </Act>
          {may('PASSHOLDERS_WRITE_SOCIALTARIFF') &&
            current
              .filter(({ cardSystem }) => here(cardSystem.id))
              .map(({ cardSystem }) => (
                <Act
                  key={cardSystem.id}
                  icon="history"
                  onPress={() =>
                    void navigate({
                      to: '/passholders/$id/tariff/$system',
                      params: { id, system: String(cardSystem.id) },
                    })
                  }
                >
                  {t('act.tariff')}
                  {current.length > 1 && ` · ${cardSystem.name}`}
                </Act>
              ))}
          {others.map((system) => (
            <Act
              key={system.id}
              icon="plus"
              onPress={() =>
                void navigate({
                  to: '/passholders/$id/join/$system',
                  params: { id, system: String(system.id) },
                })
              }
            >
              {t('act.join', { system: system.name })}
            </Act>
          ))}
          {may('ASSOCIATIONS') && (
            <Act
              icon="card"
              onPress={() => void navigate({ to: '/passholders/$id/associations', params: { id } })}
            >
              {t('act.associations')}
            </Act>
          )}
          {may('PASSHOLDERS_FAMILY_MEMBERS') && (
            <Act
              icon="person"
              onPress={() => void navigate({ to: '/passholders/$id/family', params: { id } })}
            >
              {t('act.family')}
            </Act>
          )}
          {may('PASSHOLDERS_MERGE') && (
            <Act
              icon="search"
              onPress={() => void navigate({ to: '/passholders/$id/merge', params: { id } })}
            >
              {t('act.merge')}
            </Act>
          )}
          {current.length > 0 && (
            <Act
              icon="leave"
              onPress={() => {
                setLeaving(true);
              }}
            >
              {t('act.leave')}
            </Act>
          )}
        </>
      )}
      {may('PASSHOLDERS_WRITE') && (
        <Act icon="undo" onPress={() => void navigate({ to: '/passholders/$id/record', params: { id } })}>
          {t('act.record')}
        </Act>
      )}
      {may('PASSHOLDERS_PRIVACY') && (
        <Act icon="lock" onPress={() => void navigate({ to: '/passholders/$id/privacy', params: { id } })}>
          {t('act.privacy')}
        </Act>
      )}
      {leaving && (
        <Suspense>
          <LeaveDialog
            person={person}
            onClose={() => {
              setLeaving(false);
            }}
          />
        </Suspense>
      )}
    </section>
  );
}

function Act({
  icon,
  onPress,
  children,
}: {
  icon: IconName;
  onPress: () => void;
  children: React.ReactNode;
}) {
  return (
    <Button
      kind="quiet"
      size="small"
      icon={icon}
      onPress={onPress}
      className="-ml-3.5 !justify-start text-left"
    >
      {children}
    </Button>
  );
}
