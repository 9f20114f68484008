import { useNavigate } from '@tanstack/react-router';
import { setOutcome } from '@/shared/identify/outcome';
import { forgetRecent } from '@/shared/recent/recent';
import { useSession } from '@/shared/session/session';

/** Changes counter and starts clean: nothing of the other counter stays on screen. */
export function useChooseCounter() {
  const { chooseCounter } = useSession();
  const navigate = useNavigate();
  return (id: string) => {
    forgetRecent();
    setOutcome(undefined);
    chooseCounter(id);
    void navigate({ to: '/' });
  };
}
