import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { EidAnswer } from '@/api/types';
import { useBridge } from '@/shared/bridge/bridge-provider';
import { isWorking, readerKey } from '@/shared/bridge/reader-words';
import { EidInReader } from '@/shared/eid/eid-in-reader';
import { EidPanel } from '@/shared/eid/eid-panel';
import { useStanding } from '@/shared/eid/eid-verdict';
import { EidWaiting } from '@/shared/eid/eid-waiting';
import { closeEid, useOpenedEid } from '@/shared/eid/inserted-eid';
import { useFormat } from '@/shared/format/use-format';
import { PictureField } from '@/shared/picture/picture-field';
import { Banner } from '@/shared/ui/banner';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { Choice } from '@/shared/ui/choice';
import { Icon } from '@/shared/ui/icon';
import { AddressFields } from './address-fields';
import { DayField, TextField, useWords } from './fields';
import { identityOf } from './household';
import { useWizard } from './use-wizard';

/** Who it is: from an eID, or typed. */
export function PersonStep() {
  const { t } = useTranslation('registration');
  const { person, eid, picture, setPicture, change, touch, shown } = useWizard();
  const words = useWords();
  return (
    <>
      <Identity />
      <Known />
      <Doubles />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField name="firstName" label={t('person.firstName')} autoComplete="off" />
        <TextField name="name" label={t('person.name')} autoComplete="off" />
      </div>
      <div className="grid gap-5 sm:grid-cols-2">
        <DayField name="dateOfBirth" label={t('person.dateOfBirth')} />
        {!eid && (
          <TextField
            name="inszNumber"
            figures
            label={t('person.insz')}
            inputMode="numeric"
            autoComplete="off"
            maxLength={15}
          />
        )}
        {eid && (
          <div className="grid content-start gap-1.5">
            <span className="font-medium">{t('person.insz')}</span>
            <span className="flex min-h-12 items-center tabular-nums" data-person>
              {eid.identity.nationalNumber ?? t('person.inszFromEid')}
            </span>
          </div>
        )}
      </div>
      <Choice
        brief
        label={t('person.gender')}
        value={person.gender}
        options={(['FEMALE', 'MALE', 'X'] as const).map((gender) => ({
          value: gender,
          label: t(`person.genders.${gender}`),
        }))}
        onChange={(gender) => {
          change({ gender });
          touch('gender');
        }}
        error={words(shown('gender'))}
      />
      <AddressFields />
      <PictureField value={picture} onChange={setPicture} />
      <details className="group border-t border-line pt-3">
        <summary className="flex min-h-11 items-center gap-2 font-medium">
          {t('person.more')}
          <span className="text-ink-soft group-open:rotate-180">
            <Icon name="chevron" />
          </span>
        </summary>
        <div className="grid gap-5 pt-3 sm:grid-cols-2">
          <TextField name="placeOfBirth" label={t('person.placeOfBirth')} optional />
          <TextField name="nationality" label={t('person.nationality')} optional />
        </div>
      </details>
    </>
  );
}

/** The eID: still to come, being read, or what it gave. */
function Identity() {
  const { state, bridge } = useBridge();
  const { eid, takeEid } = useWizard();
  const opened = useOpenedEid();
  const wasOpen = useRef(false);
  useEffect(() => {
    // What had the focus is gone with the panel: one goes on at the first field.
    if (wasOpen.current && !opened && document.activeElement === document.body)
      document.querySelector<HTMLElement>('[name=firstName]')?.focus();
    wasOpen.current = opened !== undefined;
  }, [opened]);

  if (opened) {
    return (
      <EidPanel key={opened.presentationId} eid={opened} onClose={closeEid}>
        {(answer) => <TakeOver answer={answer} onTake={takeEid} />}
      </EidPanel>
    );
  }
  if (eid) {
    return <ReadEid eid={eid} />;
  }
  if (!isWorking(readerKey(state)) || !bridge.allows('card.identity')) return null;
  return (
    <div className="grid gap-2">
      <EidWaiting />
      <EidInReader place="/register" />
    </div>
  );
}

/** What the eID gave, and how far it can be trusted. */
function ReadEid({ eid }: { eid: EidAnswer }) {
  const { t } = useTranslation('registration');
  const { dropEid, shown } = useWizard();
  const words = useWords();
  const { tone, title, text } = useStanding(eid.verdict);
  const problem = words(shown('eidReadId'));
  return (
    <div className="enter flex items-center gap-4 rounded-card border border-line bg-sunken px-4 py-3">
      <div className="grid min-w-0 grow justify-items-start gap-1">
        <Badge tone={tone}>{title}</Badge>
        {text && <p>{text}</p>}
        <p className="text-small text-ink-soft">{t('eid.taken')}</p>
        {problem && <p className="text-small font-medium text-stop-ink">{problem}</p>}
      </div>
      <Button kind="quiet" size="small" icon="cross" iconOnly onPress={dropEid}>
        {t('eid.drop')}
      </Button>
    </div>
  );
}

function TakeOver({ answer, onTake }: { answer: EidAnswer; onTake: (answer: EidAnswer) => void }) {
  useEffect(() => {
    onTake(answer);
    closeEid();
    // Once, when the answer is there.
  }, [answer]); // eslint-disable-line react-hooks/exhaustive-deps
  return null;
}

/** Somebody who is registered already: her profile is the way on. */
function Known() {
  const { t } = useTranslation('registration');
  const { problems } = useWizard();
  const words = useWords();
  const known = problems.find(({ passholderId }) => passholderId);
  if (!known?.passholderId) return null;
  return (
    <Banner
      tone="warn"
      live="polite"
      title={t('known.title')}
      actions={
        <Link
          to="/passholders/$id"
          params={{ id: known.passholderId }}
          className={buttonStyle('plain', 'small')}
        >
          {t('known.open')}
        </Link>
      }
    >
      {words(known)}
    </Banner>
  );
}

/** People who look the same: the clerk says whether it is one of them. */
function Doubles() {
  const { t } = useTranslation('registration');
  const { date } = useFormat();
  const { mine, person, change } = useWizard();
  const doubles = mine?.decision?.doubles ?? [];
  if (doubles.length === 0) return null;
  if (person.lookedAt === identityOf(person)) {
    return <p className="text-small text-ink-soft">{t('doubles.other')}</p>;
  }
  return (
    <Banner
      tone="warn"
      live="polite"
      title={t('doubles.title', { count: doubles.length })}
      actions={
        <Button
          size="small"
          onPress={() => {
            change({ lookedAt: identityOf(person) });
          }}
        >
          {t('doubles.somebodyElse')}
        </Button>
      }
    >
      <ul className="grid gap-1">
        {doubles.map((double) => (
          <li key={double.passholderId} className="flex flex-wrap items-center justify-between gap-x-4">
            <span data-person>
              <strong>
                {double.firstName} {double.name}
              </strong>
              , {date(double.dateOfBirth)}, {double.city}
            </span>
            <Link
              to="/passholders/$id"
              params={{ id: double.passholderId }}
              className="inline-flex min-h-11 items-center font-medium underline underline-offset-4"
            >
              {t('doubles.same')}
            </Link>
          </li>
        ))}
      </ul>
    </Banner>
  );
}
