import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { Button } from './button';

test('a press does the act once', async () => {
  const act = vi.fn();
  render(<Button onPress={act}>Save</Button>);
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(act).toHaveBeenCalledOnce();
});

test('a pending button keeps its words and its focus and takes no second press', async () => {
  const act = vi.fn();
  const { rerender } = render(<Button onPress={act}>Save</Button>);
  await userEvent.tab();
  rerender(
    <Button onPress={act} pending>
      Save
    </Button>,
  );
  const button = screen.getByRole('button', { name: /Save/ });
  expect(document.activeElement).toBe(button);
  expect(button.getAttribute('aria-busy')).toBe('true');
  await userEvent.keyboard('{Enter}');
  await userEvent.click(button);
  expect(act).not.toHaveBeenCalled();
});

test('a blocked button can be reached, says why, and offers the way out', async () => {
  const act = vi.fn();
  const out = vi.fn();
  render(
    <Button onPress={act} reason="It ended in April." wayOut={<Button onPress={out}>Extend</Button>}>
      Save
    </Button>,
  );
  await userEvent.tab();
  const button = screen.getByRole('button', { name: 'Save', description: 'It ended in April.' });
  expect(document.activeElement).toBe(button);
  await userEvent.keyboard('{Enter}');
  expect(act).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: 'Extend' }));
  expect(out).toHaveBeenCalledOnce();
});

test('a blocked submit button does not submit', async () => {
  const submitted = vi.fn();
  render(
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submitted();
      }}
    >
      <Button type="submit" reason="Not yet.">
        Send
      </Button>
    </form>,
  );
  await userEvent.click(screen.getByRole('button', { name: 'Send' }));
  expect(submitted).not.toHaveBeenCalled();
});

test('an icon alone still has a name', () => {
  render(
    <Button icon="eye" iconOnly>
      Hide
    </Button>,
  );
  expect(screen.getByRole('button', { name: 'Hide' })).toBeTruthy();
});
