import { Refusal, type Text } from '@/api/client';
import type { FieldProblem } from '@/api/types';
import { steps, type StepId } from './household';

/** What stands in the way, or should be looked at, beside the field that it is about. */
export interface Problem {
  /** The field, without the slash: `firstName`, `consents/parentalConsent`. */
  field: string;
  step: StepId;
  code: string;
  message: Text | undefined;
  warning: boolean;
  /** Who is registered already with this national number. */
  passholderId?: string;
}

/** The code of our own: no region is chosen yet, so the back end has nothing to judge. */
export const NO_REGION = 'region-first';

const stepOfField: Record<string, StepId> = {
  cardSystemId: 'pass',
  cardType: 'pass',
  uitpasNumber: 'pass',
  socialTariff: 'pass',
  email: 'contact',
  noEmail: 'contact',
  phoneNumber: 'contact',
  language: 'contact',
  remarks: 'contact',
  schoolId: 'contact',
  consents: 'consents',
  price: 'pay',
  voucher: 'pay',
  holdId: 'pay',
  payment: 'pay',
};

/** What is said at another field than the one that it is about: where it can be mended. */
const saidAt: Record<string, string> = { 'registration-socialtariff-residence': 'city' };

/** The problems of a decision, or of a refusal of its shape. */
export function problemsOf(
  list: readonly (Omit<FieldProblem, 'warning' | 'endUserMessage'> & Partial<FieldProblem>)[],
) {
  return list.map(({ pointer, code, args, endUserMessage, warning = false }): Problem => {
    const field =
      saidAt[code] ??
      pointer
        .replace(/^\//, '')
        .replace(/^people\/\d+\//, '')
        .replace(/^address\//, '');
    const known = args?.passholderId;
    return {
      field,
      step: stepOfField[field.split('/')[0] ?? ''] ?? 'person',
      code,
      message: endUserMessage,
      warning,
      ...(typeof known === 'string' && { passholderId: known }),
    };
  });
}

/** What a refusal says about single fields. */
export function problemsOfRefusal(error: unknown): Problem[] {
  return error instanceof Refusal ? problemsOf(error.problem.errors ?? []) : [];
}

/** The first step that something forbids to go past; undefined when all may be saved. */
export function firstWrongStep(problems: readonly Problem[]): StepId | undefined {
  return steps.find((step) => problems.some((problem) => problem.step === step && !problem.warning));
}

/** Whether a problem is shown: once its field was left, or the clerk wanted to go on. */
export function isShown(problem: Problem, touched: ReadonlySet<string>): boolean {
  return touched.has(problem.field) || touched.has(problem.step);
}
