import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardSystem } from '@/api/types';
import { Failed } from '@/shared/failure/failed';
import { civilDay } from '@/shared/format/date';
import { useCounter } from '@/shared/session/session';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { Loading } from '@/shared/ui/skeleton';
import { Table } from '@/shared/ui/table';
import { Head } from './head';
import { PlaceLink } from './place-link';
import { voucherTypesQuery } from './voucher-queries';
import { typeState } from './voucher-state';
import { useValidity } from './use-validity';
import { VoucherTypeDialog } from './voucher-type-dialog';

const tone = { open: 'ok', coming: 'note', past: 'plain', closed: 'plain' } as const;

/** The actions of a card system that give vouchers. */
export function VoucherTypesPage({ system }: { system: CardSystem }) {
  const { t } = useTranslation('administration');
  const counter = useCounter();
  const navigate = useNavigate();
  const validity = useValidity();
  const [making, setMaking] = useState(false);
  const query = useQuery(voucherTypesQuery(counter.id));
  const types = query.data?.filter((type) => type.cardSystemId === system.id) ?? [];
  const today = civilDay(new Date());

  return (
    <>
      <Head
        title={t('section.vouchers')}
        acts={
          <Button
            kind="act"
            icon="plus"
            onPress={() => {
              setMaking(true);
            }}
          >
            {t('vouchers.new')}
          </Button>
        }
      >
        {t('vouchers.lead', { system: system.name })}
      </Head>
      {query.isPending && <Loading lines={5} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && (
        <Table
          caption={t('section.vouchers')}
          rows={types}
          rowKey={(type) => type.id}
          columns={[
            {
              key: 'name',
              title: t('vouchers.action'),
              heading: true,
              cell: (type) => <PlaceLink to={`vouchers/${type.id}`}>{type.name}</PlaceLink>,
            },
            { key: 'prefix', title: t('vouchers.prefix'), minor: true, cell: (type) => type.prefix },
            { key: 'valid', title: t('vouchers.valid'), minor: true, cell: validity },
            { key: 'made', title: t('vouchers.made'), numeric: true, cell: (type) => type.made },
            { key: 'used', title: t('vouchers.used'), numeric: true, cell: (type) => type.used },
            {
              key: 'state',
              title: t('state'),
              minor: true,
              cell: (type) => {
                const state = typeState(type, today);
                return <Badge tone={tone[state]}>{t(`vouchers.typeState.${state}`)}</Badge>;
              },
            },
          ]}
          empty={
            <EmptyState icon="spark" title={t('vouchers.none')}>
              {t('vouchers.noneText')}
            </EmptyState>
          }
        />
      )}
      {making && (
        <VoucherTypeDialog
          systemId={system.id}
          onClose={() => {
            setMaking(false);
          }}
          onSaved={(type) => {
            setMaking(false);
            void navigate({ to: '/administration/$', params: { _splat: `vouchers/${type.id}` } });
          }}
        />
      )}
    </>
  );
}
