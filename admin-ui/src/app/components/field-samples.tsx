import { useState } from 'react';
import { DateField } from '@/shared/ui/date-field';
import { Field } from '@/shared/ui/field';
import { Select } from '@/shared/ui/select';
import { Steps } from '@/shared/ui/steps';
import { TextArea } from '@/shared/ui/text-area';
import { Section } from './section';

const digits = (value: string) => value.replace(/\D/g, '');

export function FieldSamples() {
  const [number, setNumber] = useState('');
  const [mail, setMail] = useState('ann@');
  const [name, setName] = useState('Ann Peeters');
  const [day, setDay] = useState<string | null>('2014-04-30');
  const [none, setNone] = useState<string | null>(null);
  const [town, setTown] = useState('');
  const [note, setNote] = useState('Comes with her sister.');
  return (
    <Section title="Fields" id="fields">
      <Field
        large
        figures
        icon="search"
        label="Pass or national number"
        help="Thirteen digits. Type twelve and leave: it speaks. Type thirteen: it answers at once."
        placeholder="0900 0000 67 514"
        inputMode="numeric"
        value={number}
        onChange={setNumber}
        finished={(value) => digits(value).length >= 13}
        check={(value) =>
          digits(value).length === 13
            ? null
            : `A pass number has 13 digits, this has ${digits(value).length}.`
        }
      />
      <div className="grid items-start gap-6 md:grid-cols-2">
        <TextArea label="Note" help="A few lines." optional value={note} onChange={setNote} />
        <Field label="Name" value={name} onChange={setName} autoComplete="off" />
        <Field
          label="E-mail address"
          type="email"
          optional
          value={mail}
          onChange={setMail}
          error={mail.endsWith('@') ? 'Something is missing after @, such as gent.be.' : undefined}
        />
        <DateField label="Date of birth" value={day} onChange={setDay} help="Day, month, year" />
        <DateField
          label="Valid from"
          value={none}
          onChange={setNone}
          error="Choose a day from today on."
          optional
        />
        <Select
          label="Town"
          value={town}
          onChange={setTown}
          placeholder="Choose a town"
          options={[
            { value: 'gent', label: 'Gent' },
            { value: 'aalst', label: 'Aalst' },
          ]}
        />
        <Field label="Read only" value="UiTPAS Gent" onChange={setName} readOnly />
      </div>
      <div className="max-w-sm">
        <Steps
          label="A new pass"
          current="address"
          steps={[
            { id: 'who', title: 'Who', answer: 'Ann Peeters, 30 April 2014', onOpen: () => undefined },
            { id: 'pass', title: 'Pass', answer: '0900 0000 67 514', onOpen: () => undefined },
            { id: 'address', title: 'Address' },
            { id: 'pay', title: 'Pay' },
          ]}
        />
      </div>
    </Section>
  );
}
