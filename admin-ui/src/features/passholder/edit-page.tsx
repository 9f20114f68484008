import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Passholder } from '@/api/types';
import { useTap } from '@/shared/bridge/bridge-provider';
import type { InsertedEid } from '@/shared/eid/inserted-eid';
import { Failed } from '@/shared/failure/failed';
import { useFormat } from '@/shared/format/use-format';
import { fetchWords } from '@/shared/i18n/i18n';
import { forgetUnsaved } from '@/shared/identify/unsaved';
import { useIdentify } from '@/shared/identify/use-identify';
import { LeaveGuard } from '@/shared/leave/leave-guard';
import { useCounter } from '@/shared/session/session';
import { Button } from '@/shared/ui/button';
import { Icon } from '@/shared/ui/icon';
import { PageHeading } from '@/shared/ui/page-heading';
import { Loading } from '@/shared/ui/skeleton';
import { showToast } from '@/shared/ui/toast-store';
import { BackToPerson } from './back-to-person';
import { draftOf, isChanged, rebase, withDifferences, type Draft, type Theirs } from './draft';
import { EditFields } from './edit-fields';
import { EditTheirs } from './edit-theirs';
import { passholderQuery } from './queries';
import { Refused } from './refused';
import { isConflict, useChecks, useSave } from './use-edit';
import { useWhyNot } from './use-may';

const EditEid = lazy(async () => {
  const [{ EditEid: part }] = await Promise.all([
    import('./edit-eid'),
    fetchWords('eid'),
    fetchWords('card'),
  ]);
  return { default: part };
});

/** Everything about a person that may change, checked while one types. */
export function EditPage() {
  const { id = '' } = useParams({ strict: false });
  const counter = useCounter();
  const query = useQuery({ ...passholderQuery(counter.id, id), refetchOnWindowFocus: false });
  if (query.isError && !query.data) {
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  }
  return query.data ? <Edit key={id} latest={query.data} /> : <Loading lines={6} />;
}

function Edit({ latest }: { latest: Passholder }) {
  const { t } = useTranslation('profile');
  const { text } = useFormat();
  const navigate = useNavigate();
  const whyNot = useWhyNot();
  const [person, setPerson] = useState(latest);
  const [theirs, setTheirs] = useState<Theirs[]>([]);
  const before = draftOf(person);
  const [draft, setDraft] = useState<Draft>(before);
  const checks = useChecks(person, draft);
  const save = useSave(person);
  const changed = isChanged(draft, before);
  // Somebody saved while one was typing: their changes come in under what one typed.
  if (latest.version > person.version && !save.isPending && !save.isSuccess) {
    const rebased = rebase(draft, before, draftOf(latest));
    setPerson(latest);
    setDraft(rebased.draft);
    setTheirs(rebased.theirs);
  }
  const [eid, setEid] = useEid(changed);

  const wrong = (pointer: string) => {
    const problem = checks?.problems.find((each) => each.pointer === pointer);
    return problem && text(problem.endUserMessage);
  };
  const stops = checks?.problems.some(({ warning }) => !warning) ?? false;
  const reason =
    whyNot('PASSHOLDERS_WRITE', person) ?? (!changed ? t('edit.same') : stops ? t('edit.wrong') : undefined);

  const submit = () => {
    if (reason !== undefined || save.isPending) return;
    setTheirs([]);
    save.mutate(draft, {
      onSuccess: () => {
        forgetUnsaved();
        void navigate({ to: '/passholders/$id', params: { id: person.id } });
      },
    });
  };

  return (
    <div className="grid gap-6">
      <LeaveGuard dirty={changed && !save.isSuccess} />
      <BackToPerson id={person.id} />
      <div>
        <PageHeading className="text-title font-bold sm:text-display">{t('edit.title')}</PageHeading>
        <p data-person className="text-lead text-ink-soft">
          {person.firstName} {person.name}
        </p>
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-10 lg:grid-cols-[minmax(0,38rem)_minmax(0,1fr)]">
        <form
          noValidate
          className="grid gap-10 [&_:is(input,select,textarea)]:scroll-mb-28"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <EditFields
            person={person}
            draft={draft}
            wrong={wrong}
            onChange={(part) => {
              setDraft((now) => ({ ...now, ...part }));
            }}
          />
          {checks?.doubles.map((double) => (
            <p key={double.passholderId} className="flex items-start gap-2" data-person>
              <span className="mt-0.5 text-warn">
                <Icon name="alert" />
              </span>
              <Link to="/passholders/$id" params={{ id: double.passholderId }}>
                {t('edit.double', { name: `${double.firstName} ${double.name}`, city: double.city })}
              </Link>
            </p>
          ))}
          {theirs.length > 0 && <EditTheirs theirs={theirs} />}
          {save.isError && !isConflict(save.error) && <Refused error={save.error} />}
          <div className="sticky bottom-0 z-10 -mx-4 flex flex-wrap gap-3 border-t border-line bg-paper px-4 py-4">
            <Button kind="act" size="large" type="submit" reason={reason} pending={save.isPending}>
              {t('edit.save')}
            </Button>
          </div>
        </form>
        {eid && (
          <Suspense fallback={<Loading />}>
            <EditEid
              key={eid.presentationId}
              eid={eid}
              personId={person.id}
              draft={draft}
              onTake={(differences) => {
                setDraft((now) => withDifferences(now, differences));
              }}
              onClose={() => {
                setEid(undefined);
              }}
            />
          </Suspense>
        )}
      </div>
    </div>
  );
}

/** An eID opens beside the form; a pass leads to its person only where no typing would be lost. */
function useEid(changed: boolean) {
  const { t } = useTranslation('profile');
  const { identify } = useIdentify();
  const [eid, setEid] = useState<InsertedEid>();
  useTap((tap) => {
    if (tap.source === 'EID') {
      setEid({ presentationId: tap.presentationId, readerId: tap.readerId });
    } else if (changed || 'problem' in tap) {
      showToast({ tone: 'warn', text: t(changed ? 'edit.tap' : 'card.fault.unreadable') });
    } else {
      void identify(tap.identifier, tap.source).catch(() => undefined);
    }
  });
  return [eid, setEid] as const;
}
