import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Passholder } from '@/api/types';
import { useCounter } from '@/shared/session/session';
import { Icon } from '@/shared/ui/icon';
import { Switch } from '@/shared/ui/switch';
import { ConsentHistory } from './consent-history';
import { consents, terms, type Consent, type Draft, type Term } from './draft';
import { Group } from './edit-group';
import { consentsQuery } from './queries';

const ADULT = 18;

/** What somebody agrees to, and how it came to be. */
export function EditConsents({
  person,
  given,
  wrong,
  onChange,
}: {
  person: Passholder;
  given: Draft['consents'];
  wrong: (pointer: string) => ReactNode;
  onChange: (given: Draft['consents']) => void;
}) {
  const { t } = useTranslation('profile');
  const counter = useCounter();
  const { data: history } = useQuery(consentsQuery(counter.id, person.id));
  const answer = (consent: Consent | Term) => (
    <Switch
      key={consent}
      on={given[consent] ?? history?.find((entry) => entry.consent === consent)?.given ?? false}
      help={wrong(`/consents/${consent}`)}
      onChange={(yes) => {
        onChange({ ...given, [consent]: yes });
      }}
    >
      {t(`consent.${consent}`)}
    </Switch>
  );

  return (
    <>
      <Group title={t('edit.agrees')}>{consents.map(answer)}</Group>
      <Group title={t('edit.terms')}>
        {wrong('/consents') && <p className="text-small font-medium text-stop-ink">{wrong('/consents')}</p>}
        {terms.filter((term) => term !== 'parentalConsent' || person.age < ADULT).map(answer)}
        <details className="group border-t border-line pt-2">
          <summary className="flex min-h-11 items-center justify-between font-medium">
            {t('consent.history')}
            <span className="text-ink-soft transition-transform group-open:rotate-180">
              <Icon name="chevron" />
            </span>
          </summary>
          <ConsentHistory id={person.id} />
        </details>
      </Group>
    </>
  );
}
