import i18next from 'i18next';
import { expect, test } from 'vitest';
import administration from './administration/fr.json';
import profile from './profile/fr.json';

/* French says «one» of zero too: what is said without a number needs a text of its own for none. */
test('none is not said as one in French', async () => {
  const say = i18next.createInstance();
  await say.init({
    lng: 'fr',
    resources: { fr: { administration, profile } },
    interpolation: { escapeValue: false },
  });
  const t = (key: string) => say.t(key, { count: 0, defaultValue: '' });

  expect(t('administration:stock.left.plain')).toBe('plus aucune ordinaire');
  expect(t('administration:stock.left.social')).toBe('plus aucune à tarif réduit');
  expect(t('administration:receive.go')).toBe('Mettre en stock');
  expect(t('administration:import.take')).toBe('Importer les lignes');
  expect(t('administration:numbers.few')).toBe('Il ne reste aucun numéro libre');
  expect(t('profile:leave.stays')).toBe('Il n’y avait pas de points.');
});
