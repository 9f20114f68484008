import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/* The layers: app → features → shared → api. An arrow points one way, and every message says what to do instead. */
const climbing = { group: ['../*'], message: 'Import from another folder by its name: @/shared/… .' };
const app = {
  group: ['@/app/*', '@/app/**'],
  message: 'app imports us; pass what you need as a prop or a hook.',
};
const features = {
  group: ['@/features/*', '@/features/**'],
  message: 'Features never import each other: move what both need to shared, or let app put them together.',
};
const api = { group: ['@/api/*', '@/api/**'], message: 'Parts know no server: take data as props.' };
const siblings = {
  group: ['@/shared/bridge/*', '@/shared/format/*'],
  message: 'Parts know no domain: take text and values as props.',
};
const only = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns: [climbing, ...patterns] }] });

const barrels = [
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that declares it.' },
  {
    selector: 'ExportNamedDeclaration[source]',
    message: 'No barrels: import from the file that declares it.',
  },
];
const rawColours = [
  {
    selector: 'Literal[value=/(^|[^&\\w])#[0-9a-f]{3,8}\\b|\\b(rgba?|hsla?|oklch|oklab)\\(/i]',
    message: 'No raw colours: use a token (surface, ink, act, points, ok, warn, stop …).',
  },
  {
    selector: 'TemplateElement[value.raw=/(^|[^&\\w])#[0-9a-f]{3,8}\\b|\\b(rgba?|hsla?|oklch|oklab)\\(/i]',
    message: 'No raw colours: use a token (surface, ink, act, points, ok, warn, stop …).',
  },
];
const domainWords = [
  {
    selector: 'Identifier[name=/passholder|uitpas|checkin|insz|membership|voucher|organizer/i]',
    message: 'shared/ui has no domain words: the feature names the noun, the part takes props.',
  },
];

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'src/api/*.gen.ts'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An event handler may be async; forgetting to await elsewhere stays an error.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // TanStack Router throws redirects and not-founds.
      '@typescript-eslint/only-throw-error': [
        'error',
        {
          allow: [{ from: 'package', package: '@tanstack/router-core', name: ['Redirect', 'NotFoundError'] }],
        },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
    rules: { 'no-restricted-syntax': ['error', ...barrels, ...rawColours], ...only() },
  },
  { files: ['src/features/**'], rules: only(app, features) },
  { files: ['src/shared/**'], rules: only(app, features) },
  {
    files: ['src/shared/ui/**'],
    rules: {
      ...only(app, features, api, siblings),
      'no-restricted-syntax': ['error', ...barrels, ...rawColours, ...domainWords],
    },
  },
  {
    files: ['src/api/**'],
    rules: only(app, features, { group: ['@/shared/*', '@/shared/**'], message: 'api is the lowest layer.' }),
  },
  {
    files: ['**/*.test.{ts,tsx}', 'src/test-setup.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['scripts/**', 'e2e/**', 'public/**'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        localStorage: 'readonly',
        document: 'readonly',
        matchMedia: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
);
