import { useMutation } from '@tanstack/react-query';
import { api, unwrap } from '@/api/client';
import { useFailure } from '@/shared/failure/use-failure';
import { useFormat } from '@/shared/format/use-format';
import { useCounter } from '@/shared/session/session';
import { showToast } from '@/shared/ui/toast-store';

type Paper = { registrationId: string } | { passholderId: string; cardSystemId: number };

/** Opens a receipt, or a digital pass on paper, as a PDF to print. */
export function usePaper() {
  const counter = useCounter();
  const { language } = useFormat();
  const failure = useFailure();
  return useMutation({
    mutationFn: async (paper: Paper) => {
      const header = { 'X-Counter': counter.id };
      const pdf =
        'registrationId' in paper
          ? await unwrap(
              api.GET('/api/v1/registrations/{registrationId}/receipt', {
                params: { header, path: { registrationId: paper.registrationId }, query: { language } },
                parseAs: 'blob',
              }),
            )
          : await unwrap(
              api.GET('/api/v1/passholders/{passholderId}/pass-sheet', {
                params: {
                  header,
                  path: { passholderId: paper.passholderId },
                  query: { cardSystemId: paper.cardSystemId, language },
                },
                parseAs: 'blob',
              }),
            );
      show(pdf);
    },
    onError: (error) => {
      const { title, text } = failure(error);
      showToast({ tone: 'stop', text: `${title}. ${text}` });
    },
  });
}

function show(pdf: Blob): void {
  const url = URL.createObjectURL(pdf);
  const link = document.createElement('a');
  link.href = url;
  link.target = '_blank';
  link.rel = 'noopener';
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
