import { useState } from 'react';
import { Button } from '@/shared/ui/button';
import { Kbd } from '@/shared/ui/kbd';
import { Menu } from '@/shared/ui/menu';
import { Switch } from '@/shared/ui/switch';
import { Row, Section } from './section';

export function ButtonSamples() {
  const [pending, setPending] = useState(false);
  const [on, setOn] = useState(true);
  const [hidden, setHidden] = useState(false);
  const work = () => {
    setPending(true);
    setTimeout(() => {
      setPending(false);
    }, 2000);
  };
  return (
    <Section title="Buttons" id="buttons">
      <Row name="Kinds: the act of the screen, another thing, a thing beside, what cannot be taken back">
        <Button kind="act">Give a point</Button>
        <Button>Replace the pass</Button>
        <Button kind="quiet" icon="printer">
          Print
        </Button>
        <Button kind="stop">Block the pass</Button>
      </Row>
      <Row name="Sizes">
        <Button kind="act" size="large" icon="reader">
          Check in
        </Button>
        <Button kind="act" icon="spark">
          Give a point
        </Button>
        <Button kind="act" size="small">
          Give a point
        </Button>
        <Button icon="eye" iconOnly>
          Show the person
        </Button>
      </Row>
      <Row name="Pending: press one, its width stays">
        <Button kind="act" pending={pending} onPress={work}>
          Give a point
        </Button>
        <Button pending>Saving</Button>
        <Button kind="quiet" pending>
          Looking
        </Button>
      </Row>
      <div className="grid gap-4">
        <p className="text-small text-ink-soft">Blocked, with the because and the way out</p>
        <Button
          kind="act"
          reason="The reduced rate ended on 30 April."
          wayOut={
            <Button kind="link" size="small">
              Extend
            </Button>
          }
        >
          Give a point
        </Button>
        <Button size="small" reason="Already a point today. Again from tomorrow.">
          Give a point
        </Button>
      </div>
      <Row name="Toggle, menu, switches, keys">
        <Button
          icon={hidden ? 'eyeOff' : 'eye'}
          pressed={hidden}
          onPress={() => {
            setHidden(!hidden);
          }}
        >
          Hide
        </Button>
        <Menu
          label="More"
          acts={[
            { id: 'print', label: 'Print', icon: 'printer', hint: 'Ctrl P', onPress: work },
            { id: 'history', label: 'History', icon: 'history', onPress: work },
            { id: 'replace', label: 'Replace', icon: 'card', onPress: work, blocked: true },
          ]}
        />
        <Switch on={on} onChange={setOn}>
          Sound
        </Switch>
        <Switch on={!on} onChange={setOn} help="Off elsewhere">
          Single-letter keys
        </Switch>
        <Kbd keys="mod+z" />
        <Kbd keys="F8" />
        <Kbd keys="?" />
      </Row>
    </Section>
  );
}
