import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type Activity = Schemas['PassholderActivity'];
export type Balance = Schemas['Balance'];
export type Card = Schemas['Card'];
export type CardSystem = Schemas['CardSystem'];
export type Counter = Schemas['Counter'];
export type Decision = Schemas['SaleDecision'];
export type EidAnswer = Schemas['EidRead'];
export type EidFiles = Schemas['EidFiles'];
export type FieldProblem = Schemas['PersonProblem'];
export type Identification = Schemas['Identification'];
export type IdentifiedCard = Schemas['IdentifiedCard'];
export type IdentificationSource = Schemas['IdentificationRequest']['source'];
export type Me = Schemas['Me'];
export type Membership = Schemas['Membership'];
export type Passholder = Schemas['Passholder'];
export type Payment = Schemas['Payment'];
export type PointsEntry = Schemas['PointsEntry'];
export type Quote = Schemas['Quote'];
export type Registration = Schemas['Registration'];
export type WayOut = NonNullable<Identification['wayOut']>[number];
export type RegistrationRequest = Schemas['RegistrationRequest'];
export type When = components['parameters']['When'];
