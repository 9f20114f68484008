import { useState } from 'react';
import { Badge } from '@/shared/ui/badge';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { EmptyState } from '@/shared/ui/empty-state';
import { ErrorState } from '@/shared/ui/error-state';
import { Panel } from '@/shared/ui/panel';
import { Loading } from '@/shared/ui/skeleton';
import { showToast } from '@/shared/ui/toast-store';
import { Row, Section } from './section';

export function MessageSamples() {
  const [open, setOpen] = useState<'plain' | 'question' | undefined>();
  const close = () => {
    setOpen(undefined);
  };
  return (
    <Section title="Messages" id="messages">
      <Row name="Badges: a word and a shape, then a colour">
        <Badge tone="ok">Valid</Badge>
        <Badge tone="warn">Ends soon</Badge>
        <Badge tone="stop">Blocked</Badge>
        <Badge tone="note">New</Badge>
        <Badge tone="points">12 points</Badge>
        <Badge>Group</Badge>
      </Row>
      <div className="grid gap-3 lg:grid-cols-2">
        <Banner tone="ok" title="The card reader is ready" />
        <Banner tone="note" title="These people are not real" onClose={() => undefined}>
          You are in the sandbox. Try whatever you like.
        </Banner>
        <Banner
          tone="warn"
          title="The card reader does not answer"
          actions={
            <Button size="small" kind="plain">
              Check again
            </Button>
          }
        >
          Is the USB cable in? Is the light on?
        </Banner>
        <Banner
          tone="stop"
          title="This pass is blocked"
          actions={
            <Button size="small" kind="plain">
              Open the person
            </Button>
          }
        >
          It was reported lost on Tuesday 3 November.
        </Banner>
      </div>
      <Row name="Toasts (Ctrl Z takes back the newest) and dialogs">
        <Button
          onPress={() => {
            showToast({
              tone: 'points',
              text: '1 point for Ann P., now 13',
              undo: () => new Promise((done) => setTimeout(done, 900)),
            });
          }}
        >
          A toast with undo
        </Button>
        <Button
          onPress={() => {
            showToast({ tone: 'ok', text: 'Address saved', seconds: 4 });
          }}
        >
          A short one
        </Button>
        <Button
          onPress={() => {
            setOpen('plain');
          }}
        >
          A dialog
        </Button>
        <Button
          onPress={() => {
            setOpen('question');
          }}
        >
          A question
        </Button>
      </Row>
      <div className="grid items-stretch gap-4 lg:grid-cols-3">
        <Panel>
          <Loading lines={5} />
        </Panel>
        <Panel flush>
          <EmptyState icon="calendar" title="Nothing planned today" action={<Button>Show this week</Button>}>
            The next activity is tomorrow at 14.00.
          </EmptyState>
        </Panel>
        <Panel flush>
          <ErrorState title="The activities did not come" details="request 01JD…7Q" onRetry={() => undefined}>
            The network is slow or away. Nothing was lost.
          </ErrorState>
        </Panel>
      </div>
      <Dialog
        open={open === 'plain'}
        onClose={close}
        title="Other card readers"
        actions={
          <Button kind="act" onPress={close}>
            Use this one
          </Button>
        }
      >
        <p>Two readers are connected. Passes are read on both.</p>
      </Dialog>
      <Dialog
        question
        open={open === 'question'}
        onClose={close}
        title="Block the pass for good?"
        actions={
          <>
            <Button onPress={close}>Keep it</Button>
            <Button kind="stop" onPress={close}>
              Block the pass
            </Button>
          </>
        }
      >
        <p>The number 0900 0000 67 514 cannot be used again by anybody.</p>
      </Dialog>
    </Section>
  );
}
