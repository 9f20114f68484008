import { useMutation } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { useFailure } from '@/shared/failure/use-failure';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';
import { save } from './save';

export type Format = 'csv' | 'xlsx';

/** Takes what became of every row along as a file; of an export, the list. */
export function useReport(id: string) {
  const counter = useCounter();
  const { language } = useFormat();
  const failure = useFailure();
  return useMutation({
    mutationFn: async ({ format, name }: { format: Format; name: string }) => {
      const file = await unwrap(
        api.GET('/api/v1/bulk/{bulkId}/report', {
          params: {
            header: { 'X-Counter': counter.id },
            path: { bulkId: id },
            query: { format, language },
          },
          parseAs: 'blob',
        }),
      );
      save(file, `${name}.${format}`);
    },
    onError: (error) => {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: `${title}. ${text}` });
    },
  });
}
