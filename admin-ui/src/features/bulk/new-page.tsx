import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFailure } from '@/shared/failure/use-failure';
import { bulkKinds, mayDo, type BulkKind, type BulkWork } from '@/shared/selection/bulk-kinds';
import { useSelection } from '@/shared/selection/selection';
import { useCounter } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { EmptyState } from '@/shared/ui/empty-state';
import { Panel } from '@/shared/ui/panel';
import { Closed } from './closed';
import { FileField } from './file-field';
import { Head } from './head';
import { OrderFields } from './order-fields';
import { missing, parametersOf, type Draft } from './request';
import { useStart } from './use-start';
import { Whom, type Source } from './whom';

/** What to do to many people: to whom, and what. It is tried first. */
export function NewBulkPage() {
  const { t } = useTranslation('bulk');
  const { kind: place } = useParams({ strict: false });
  const counter = useCounter();
  const work = bulkKinds.find((one) => one.place === place);
  if (!work) {
    return (
      <EmptyState
        icon="search"
        title={t('missing')}
        action={
          <Link to="/bulk" className={buttonStyle('plain')}>
            {t('back')}
          </Link>
        }
      />
    );
  }
  if (!mayDo(work, counter.permissions)) return <Closed what={t(`kind.${work.kind}`)} />;
  return <NewBulk key={work.kind} work={work} />;
}

function NewBulk({ work: { kind } }: { work: BulkWork }) {
  const { t } = useTranslation('bulk');
  const counter = useCounter();
  const navigate = useNavigate();
  const failure = useFailure();
  const { system } = useSearch({ strict: false });
  const chosen = useSelection(counter.id);
  const importing = kind === 'IMPORT';
  const [picked, setPicked] = useState<Source>();
  const source = importing ? 'file' : (picked ?? (chosen.size > 0 ? 'selection' : 'file'));
  const [file, setFile] = useState<File>();
  const [tried, setTried] = useState(false);
  const [draft, setDraft] = useState<Draft>(() => empty(system ?? counter.cardSystems[0]?.id ?? 0));
  const start = useStart();
  const fromFile = source === 'file';
  const lacks = missing(kind, draft, fromFile);
  const nobody = fromFile ? file === undefined : chosen.size === 0;
  const rehearse = kind !== 'EXPORT';

  const submit = () => {
    setTried(true);
    if (lacks.length > 0 || nobody) return;
    const request = {
      kind,
      dryRun: rehearse,
      ...parametersOf(kind, draft, fromFile),
      ...(fromFile ? {} : { passholderIds: [...chosen.keys()] }),
    };
    // Twice the same trial, or the same list, does no harm.
    start.mutate(
      { request, file: fromFile ? file : undefined, key: crypto.randomUUID() },
      { onSuccess: ({ id }) => void navigate({ to: '/bulk/$id', params: { id } }) },
    );
  };

  return (
    <div className="mx-auto grid w-full max-w-3xl gap-6">
      <Head title={t(`kind.${kind}`)}>{t(`lead.${kind}`)}</Head>
      <form
        noValidate
        className="grid gap-6"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Panel className="grid gap-5">
          {!importing && (
            <Whom
              people={[...chosen.values()]}
              source={source}
              onSource={setPicked}
              error={tried && !fromFile && nobody ? t('whom.nobody') : undefined}
            />
          )}
          {fromFile && (
            <FileField
              kind={kind}
              file={file}
              onFile={(next) => {
                start.reset();
                setFile(next);
              }}
              error={tried && nobody ? t('file.first') : undefined}
            />
          )}
        </Panel>
        {asks(kind, fromFile) && (
          <Panel className="grid gap-5">
            <OrderFields
              kind={kind}
              draft={draft}
              onChange={setDraft}
              missing={tried ? lacks : []}
              fromFile={fromFile}
            />
          </Panel>
        )}
        {start.isError && (
          <Banner tone="stop" live="polite" title={failure(start.error).title}>
            {failure(start.error).text}
          </Banner>
        )}
        <div className="grid justify-items-start gap-2">
          <Button type="submit" kind="act" size="large" pending={start.isPending}>
            {t(rehearse ? 'rehearse' : 'makeList')}
          </Button>
          {rehearse && <p className="text-small text-ink-soft">{t('rehearseHelp')}</p>}
        </div>
      </form>
    </div>
  );
}

/** Whether anything but the people has to be said. */
const asks = (kind: BulkKind, fromFile: boolean) => kind !== 'ADDRESS' || !fromFile;

const empty = (cardSystemId: number): Draft => ({
  cardSystemId,
  street: '',
  postalCode: '',
  city: '',
  reason: '',
  until: null,
  ground: '',
  associationId: '',
  purpose: '',
  addDoubles: false,
});
